//! The contract's types under the names that plugins use. Their documentation is the contract's (`wit/*.wit`).

pub use crate::bindings::addresses::exports::crossdock::courier::addresses::{Validation, Verdict};
pub use crate::bindings::auth::exports::crossdock::courier::auth::Account;
pub use crate::bindings::host::crossdock::courier::context::Environment;
pub use crate::bindings::host::crossdock::courier::crypto::Algorithm;
pub use crate::bindings::host::crossdock::courier::http::{Keep, KeepEncoding, Method};
pub use crate::bindings::host::crossdock::courier::log::Level as LogLevel;
pub use crate::bindings::host::crossdock::courier::types::{
    Address, BookedParcel, Booking, Charge, ChosenOption, Customs, Document, DocumentContent, Extensions, Failure,
    FailureKind, Item, Level, Message, Moment, Money, OpeningException, OpeningHours, Parcel, PartFailure, Payment,
    Position, Price, Problem, Reference, ServicePoint, Shipment, Status, TaxId, Tracking, TrackingEvent, Window,
};
pub use crate::bindings::manifests::exports::crossdock::courier::manifests::Manifest;
pub use crate::bindings::pickups::exports::crossdock::courier::pickups::{Pickup, PickupRequest};
pub use crate::bindings::rates::exports::crossdock::courier::rates::{Quotes, Rate};
pub use crate::bindings::service_points::exports::crossdock::courier::service_points::{
    Near, Search as ServicePointSearch,
};
pub use crate::bindings::shipments::exports::crossdock::courier::shipments::{Booked, Cancellation, Order};
pub use crate::bindings::subscriptions::exports::crossdock::courier::subscriptions::Subscription;
pub use crate::bindings::webhooks::exports::crossdock::courier::webhooks::{
    Action, Incoming as IncomingWebhook, Received, Reply, Update,
};

/// Digits before and behind an amount's point: more than any price has, and within what the host can add up.
const MAX_AMOUNT_DIGITS: usize = 12;

/// Gives enums the value that a `Default` record holds: always the one that claims least.
macro_rules! least {
    ($($type:ty => $value:expr;)*) => {
        $(impl Default for $type {
            fn default() -> Self {
                $value
            }
        })*
    };
}

least! {
    Status => Status::Unknown;
    FailureKind => FailureKind::UnexpectedAnswer;
    Level => Level::Note;
    DocumentContent => DocumentContent::Bytes(Vec::new());
    Near => Near::Address(Address::default());
    Verdict => Verdict::Invalid;
    Method => Method::Get;
    KeepEncoding => KeepEncoding::Base64;
}

impl Money {
    /// Makes money of decimal text such as `12.30` and an ISO 4217 code.
    pub fn new(amount: impl Into<String>, currency: impl Into<String>) -> Self {
        Self { amount: amount.into(), currency: currency.into() }
    }

    /// Reads an amount as couriers write it (`12.30`, `12,30`) and its currency; `None` unless the host takes both: it refuses
    /// a whole result for one amount that is none.
    pub fn read(amount: &str, currency: &str) -> Option<Self> {
        let amount = amount.trim().replace(',', ".");
        let currency = currency.trim().to_ascii_uppercase();
        let digits = amount.strip_prefix('-').unwrap_or(&amount);
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_decimal = [whole, cents].iter().all(|part| {
            !part.is_empty() && part.len() <= MAX_AMOUNT_DIGITS && part.bytes().all(|digit| digit.is_ascii_digit())
        });
        let is_currency = currency.len() == 3 && currency.bytes().all(|letter| letter.is_ascii_uppercase());
        (is_decimal && is_currency).then_some(Self { amount, currency })
    }
}

impl Address {
    /// The first printed line, else street and number as one.
    pub fn first_line(&self) -> Option<String> {
        let apart = || {
            let street = self.street.clone()?;
            Some(self.street_number.as_ref().map_or_else(|| street.clone(), |number| format!("{street} {number}")))
        };
        self.lines.first().cloned().or_else(apart)
    }

    /// The first number of a kind for tax or trade.
    pub fn tax_id(&self, kind: &str) -> Option<&str> {
        self.tax_ids.iter().find(|tax_id| tax_id.kind == kind).map(|tax_id| tax_id.value.as_str())
    }

    /// The postal code without the blanks that people write into it.
    pub fn compact_postal_code(&self) -> String {
        self.postal_code.split_whitespace().collect()
    }
}

impl Shipment {
    /// The JSON text of an option's value, if the option was chosen.
    pub fn option(&self, code: &str) -> Option<&str> {
        self.options.iter().find(|option| option.code == code).map(|option| option.value.as_str())
    }

    /// Whether a flag option was chosen and is `true`.
    pub fn has_option(&self, code: &str) -> bool {
        self.option(code) == Some("true")
    }

    /// The text of an option whose value is text, a choice or a date.
    pub fn option_text(&self, code: &str) -> Option<String> {
        serde_json::from_str(self.option(code)?).ok()
    }

    /// The goods for customs, each with its pointer: those of the shipment, else those of its parcels.
    pub fn customs_items(&self) -> Vec<(String, &Item)> {
        let of_all = self.customs.iter().flat_map(|customs| customs.items.iter().enumerate());
        let of_all: Vec<_> = of_all.map(|(index, item)| (format!("/customs/items/{index}"), item)).collect();
        if !of_all.is_empty() {
            return of_all;
        }
        let of_parcel = |(parcel, of)| {
            let of: &Parcel = of;
            let place = move |(index, item)| (format!("/parcels/{parcel}/items/{index}"), item);
            of.items.iter().enumerate().map(place)
        };
        self.parcels.iter().enumerate().flat_map(of_parcel).collect()
    }

    /// The first reference of a kind.
    pub fn reference(&self, kind: &str) -> Option<&str> {
        self.references.iter().find(|reference| reference.kind == kind).map(|reference| reference.value.as_str())
    }
}

/// The value of a key in a list of extensions.
pub fn extension<'a>(extensions: &'a Extensions, key: &str) -> Option<&'a str> {
    extensions.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}
