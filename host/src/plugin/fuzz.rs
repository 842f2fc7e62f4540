//! What strangers send, as functions of bytes alone: `fuzz/` gives them anything, the tests seeded damage. Each panics if what
//! came through breaks a promise; none may panic otherwise.

use async_trait::async_trait;
use crossdock_contract::VERSION;
use crossdock_contract::check;
use crossdock_contract::description::HmacAlgorithm;

use super::admission::admit;
use super::bindings::types;
use super::contracts::BuiltAgainst;
use super::convert::v0_1::{Check, from_guest};
use super::describe;
use super::limits;
use super::permissions::permissions;
use super::wire::Wire;
use crate::model::exchange::{CourierRequest, CourierResponse};
use crate::model::failure::{Failure, FailureKind};

/// An upload: the gate before the compiler. Returns whether it was let through.
pub fn component(bytes: &[u8]) -> bool {
    BuiltAgainst::read(bytes).is_ok_and(|built| admit(bytes, &built).is_ok())
}

/// A description; returns whether it was taken.
pub fn description(bytes: &[u8]) -> bool {
    let Ok(taken) = describe::read(&String::from_utf8_lossy(bytes), VERSION) else { return false };
    assert!(check::check(&taken).is_empty(), "a description with flaws was taken");
    let hosts: Vec<_> = taken.endpoints.iter().map(|endpoint| &endpoint.production).collect();
    assert!(hosts.iter().all(|url| url.starts_with("https://")), "{hosts:?}");
    assert!(permissions(&taken).len() >= taken.document_hosts.len(), "a document host needs no permission");
    true
}

/// A tracking result and a failure, made of these bytes; returns whether the result was taken.
pub fn result(bytes: &[u8]) -> bool {
    let mut source = Source(bytes);
    let check = Check::new(&NoWire);
    let failure = from_guest::failure(check, source.failure());
    assert!(failure.code.len() <= limits::MAX_CODE_BYTES && failure.message.len() <= limits::MAX_WORDS_BYTES);
    assert!(failure.problems.len() <= limits::MAX_PROBLEMS && !failure.message.contains(char::is_control));
    let Ok(tracking) = from_guest::tracking(check, source.tracking()) else { return false };
    assert!(!tracking.number.is_empty() && tracking.events.len() <= limits::MAX_LIST);
    assert!(tracking.extensions.len() <= limits::MAX_EXTENSIONS && tracking.related_numbers.len() <= limits::MAX_LIST);
    let texts = tracking.related_numbers.iter().chain(&tracking.courier_text).chain(&tracking.service);
    let texts = texts.chain(tracking.events.iter().map(|event| &event.courier_key));
    for text in texts {
        assert!(text.len() <= limits::MAX_TEXT_BYTES && !text.contains(['\0', '\u{1b}', '\u{9b}']), "{text:?}");
    }
    for moment in tracking.status_at.iter().chain(tracking.events.iter().filter_map(|event| event.occurred_at.as_ref()))
    {
        assert!(moment.local.parse::<jiff::civil::DateTime>().is_ok(), "{moment:?}");
    }
    true
}

/// Values that bytes decide, until there are none left; then everything is empty.
struct Source<'a>(&'a [u8]);

impl Source<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// Mostly a few of the bytes themselves, sometimes one of the lengths at which limits are.
    fn text(&mut self) -> String {
        const LENGTHS: [usize; 6] = [0, 1, 128, limits::MAX_TEXT_BYTES, limits::MAX_TEXT_BYTES + 1, 40_000];
        match self.byte() {
            choice @ 250.. => "x".repeat(LENGTHS[usize::from(choice - 250)]),
            length => {
                let (text, rest) = self.0.split_at(usize::from(length % 24).min(self.0.len()));
                self.0 = rest;
                String::from_utf8_lossy(text).into_owned()
            }
        }
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.byte() % 2 == 1).then(|| make(self))
    }

    fn list<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = match self.byte() {
            255 => limits::MAX_LIST + 1,
            254 => limits::MAX_EXTENSIONS + 1,
            few => usize::from(few % 4),
        };
        (0..length).map(|_| make(self)).collect()
    }

    fn moment(&mut self) -> types::Moment {
        let sound = "2026-01-31T09:05:00".to_owned();
        let local = if self.byte().is_multiple_of(2) { sound } else { self.text() };
        types::Moment { at: self.maybe(Self::text), local, zone_known: false }
    }

    fn event(&mut self) -> types::TrackingEvent {
        types::TrackingEvent {
            occurred_at: self.maybe(Self::moment),
            status: types::Status::InTransit,
            incident_reason: self.maybe(Self::text),
            courier_code: self.maybe(Self::text),
            courier_text: self.maybe(Self::text),
            city: None,
            postal_code: None,
            region: None,
            country: self.maybe(Self::text),
            place: self.maybe(Self::text),
            position: None,
            parcel: None,
            courier_key: self.text(),
            informational: false,
        }
    }

    fn tracking(&mut self) -> types::Tracking {
        types::Tracking {
            number: self.text(),
            status: types::Status::Unknown,
            incident_reason: self.maybe(Self::text),
            courier_code: self.maybe(Self::text),
            courier_text: self.maybe(Self::text),
            status_at: self.maybe(Self::moment),
            estimated_delivery: None,
            service: self.maybe(Self::text),
            weight_grams: None,
            signed_by: self.maybe(Self::text),
            proof_of_delivery: Vec::new(),
            service_point: None,
            pickup_deadline: self.maybe(Self::moment),
            pieces: None,
            related_numbers: self.list(Self::text),
            events: self.list(Self::event),
            messages: Vec::new(),
            extensions: self.list(|source| (source.text(), source.text())),
        }
    }

    fn failure(&mut self) -> types::Failure {
        types::Failure {
            kind: types::FailureKind::Conflict,
            code: self.text(),
            message: self.text(),
            problems: self.list(|source| types::Problem {
                pointer: source.text(),
                code: source.text(),
                detail: source.text(),
            }),
            retry_after_ms: None,
            courier_status: None,
            request_sent: false,
        }
    }
}

/// A wire that leads nowhere and knows no secret.
struct NoWire;

#[async_trait]
impl Wire for NoWire {
    async fn send(&self, _: CourierRequest) -> Result<CourierResponse, Failure> {
        Err(Failure::new(FailureKind::Unavailable, "no-wire", "there is no wire"))
    }

    fn verify(&self, _: HmacAlgorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        false
    }

    fn scrub(&self, text: &str) -> String {
        text.to_owned()
    }

    fn take_kept(&self, _: u32) -> Option<Vec<u8>> {
        None
    }
}
