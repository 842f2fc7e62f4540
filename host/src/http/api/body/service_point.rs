//! Shops and lockers.

use serde::Serialize;
use utoipa::ToSchema;

use super::address::AddressBody;
use super::{ExtensionsBody, from_extensions};
use crate::model::service_point::{OpeningException, OpeningHours, ServicePoint};

/// When a place is open on a day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OpeningHours)]
pub struct OpeningHoursBody {
    /// 1 Monday to 7 Sunday.
    pub weekday: u8,
    /// `hh:mm` local.
    pub opens: String,
    /// `hh:mm` local; `24:00` for midnight.
    pub closes: String,
}

/// When a place is open on one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OpeningException)]
pub struct OpeningExceptionBody {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `hh:mm` local; both null: closed.
    pub opens: Option<String>,
    /// `hh:mm` local.
    pub closes: Option<String>,
}

/// A place where parcels are handed in or out.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ServicePoint)]
pub struct ServicePointBody {
    /// The courier's id, as the option `service-point` takes it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `shop`, `locker`, `depot` or `post-office`.
    pub kind: String,
    /// Where it is.
    pub address: AddressBody,
    /// Distance from where was searched.
    pub distance_m: Option<u32>,
    /// When it is open.
    pub opening_hours: Vec<OpeningHoursBody>,
    /// Days that differ.
    pub exceptions: Vec<OpeningExceptionBody>,
    /// Such as `pick-up`, `drop-off`, `pay`, `id-check`.
    pub capabilities: Vec<String>,
    /// `hh:mm` local: parcels handed in later leave the next day.
    pub latest_drop_off: Option<String>,
    /// Heaviest parcel.
    pub max_weight_grams: Option<u32>,
    /// Longest parcel.
    pub max_length_mm: Option<u32>,
    /// Widest parcel.
    pub max_width_mm: Option<u32>,
    /// Highest parcel.
    pub max_height_mm: Option<u32>,
    /// Further keys.
    pub extensions: ExtensionsBody,
}

impl From<ServicePoint> for ServicePointBody {
    fn from(point: ServicePoint) -> Self {
        let hours = |OpeningHours { weekday, opens, closes }| OpeningHoursBody { weekday, opens, closes };
        let exception = |OpeningException { date, opens, closes }| OpeningExceptionBody { date, opens, closes };
        Self {
            id: point.id,
            name: point.name,
            kind: point.kind,
            address: point.address.into(),
            distance_m: point.distance_m,
            opening_hours: point.opening_hours.into_iter().map(hours).collect(),
            exceptions: point.exceptions.into_iter().map(exception).collect(),
            capabilities: point.capabilities,
            latest_drop_off: point.latest_drop_off,
            max_weight_grams: point.max_weight_grams,
            max_length_mm: point.max_length_mm,
            max_width_mm: point.max_width_mm,
            max_height_mm: point.max_height_mm,
            extensions: from_extensions(point.extensions),
        }
    }
}
