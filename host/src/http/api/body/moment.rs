//! Times as couriers tell them, and windows as merchants ask for them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::validate::{Findings, Validate};
use crate::model::moment::{Moment, Window};

/// Length of `YYYY-MM-DDThh:mm:ss`.
const LOCAL_CHARS: usize = 19;

/// A moment as a courier tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Moment)]
pub struct MomentBody {
    /// RFC 3339 with its offset; null where no offset is known.
    #[schema(example = "2026-11-21T10:00:00+01:00")]
    pub at: Option<String>,
    /// Wall-clock time at the place.
    #[schema(example = "2026-11-21T10:00:00")]
    pub local: String,
    /// Whether the courier stated the offset.
    pub zone_known: bool,
}

impl From<Moment> for MomentBody {
    fn from(Moment { at, local, zone_known }: Moment) -> Self {
        Self { at, local, zone_known }
    }
}

/// From one moment to another; either end may be open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Window)]
pub struct WindowBody {
    /// Not before.
    pub earliest: Option<MomentBody>,
    /// Not after.
    pub latest: Option<MomentBody>,
}

impl From<Window> for WindowBody {
    fn from(Window { earliest, latest }: Window) -> Self {
        Self { earliest: earliest.map(Into::into), latest: latest.map(Into::into) }
    }
}

/// A window that a merchant asks for. Times are RFC 3339, or without an offset in the time of the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowRequest {
    /// Not before.
    #[serde(default)]
    #[schema(example = "2026-11-23T13:00:00+01:00")]
    pub earliest: Option<String>,
    /// Not after.
    #[serde(default)]
    #[schema(example = "2026-11-23T17:00:00+01:00")]
    pub latest: Option<String>,
}

impl Validate for WindowRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        if self.earliest.is_none() && self.latest.is_none() {
            findings.add(pointer, "required", "earliest or latest is required");
        }
        for (name, text) in [("earliest", &self.earliest), ("latest", &self.latest)] {
            if text.as_deref().is_some_and(|text| read(text).is_none()) {
                findings.add(&format!("{pointer}/{name}"), "invalid_time", "must be RFC 3339, or YYYY-MM-DDThh:mm:ss");
            }
        }
        let window = Window::from(self.clone());
        if let (Some(earliest), Some(latest)) = (window.earliest, window.latest) {
            let is_reversed = match (earliest.instant(), latest.instant()) {
                (Some(earliest), Some(latest)) => earliest > latest,
                _ => earliest.local > latest.local,
            };
            if is_reversed {
                findings.add(&format!("{pointer}/latest"), "out_of_range", "must not be before earliest");
            }
        }
    }
}

impl From<WindowRequest> for Window {
    fn from(request: WindowRequest) -> Self {
        let read = |text: Option<String>| text.as_deref().and_then(read);
        Self { earliest: read(request.earliest), latest: read(request.latest) }
    }
}

fn read(text: &str) -> Option<Moment> {
    let local = text.get(..LOCAL_CHARS)?;
    local.parse::<DateTime>().ok()?;
    if text.len() == LOCAL_CHARS {
        return Some(Moment { at: None, local: local.to_owned(), zone_known: false });
    }
    text.parse::<Timestamp>().ok()?;
    Some(Moment { at: Some(text.to_owned()), local: local.to_owned(), zone_known: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_with_and_without_offset() {
        let moment = read("2026-11-23T13:00:00+01:00").unwrap();
        assert_eq!((moment.local.as_str(), moment.zone_known), ("2026-11-23T13:00:00", true));
        assert_eq!(read("2026-11-23T13:00:00").unwrap().at, None);
        for wrong in ["2026-11-23", "2026-13-23T13:00:00Z", "2026-11-23T13:00:00+1", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let mut findings = Findings::new();
        let reversed = WindowRequest {
            earliest: Some("2026-11-23T13:00:00Z".to_owned()),
            latest: Some("2026-11-23T13:00:00+01:00".to_owned()),
        };
        reversed.validate("/window", &mut findings);
        assert_eq!(findings.into_errors()[0].pointer, "/window/latest");
    }
}
