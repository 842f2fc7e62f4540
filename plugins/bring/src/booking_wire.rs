//! Booking's answers, and pickup's, whose errors are the same.

use crossdock_sdk::lenient::{one_or_many, opt_text, or_none};
use crossdock_sdk::types::{Level, Message};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    #[serde(deserialize_with = "one_or_many")]
    pub consignments: Vec<Consignment>,
    /// Not documented at this place; tolerated.
    #[serde(deserialize_with = "one_or_many")]
    pub errors: Vec<BookingError>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Consignment {
    pub confirmation: Option<Confirmation>,
    #[serde(deserialize_with = "one_or_many")]
    pub errors: Vec<BookingError>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Confirmation {
    #[serde(deserialize_with = "opt_text")]
    pub consignment_number: Option<String>,
    #[serde(deserialize_with = "or_none")]
    pub links: Option<Links>,
    #[serde(deserialize_with = "or_none")]
    pub date_and_times: Option<DateAndTimes>,
    /// What is booked stays booked, even where this cannot be read.
    #[serde(deserialize_with = "or_none")]
    pub packages: Option<Packages>,
}

#[derive(Deserialize)]
#[serde(transparent)]
pub struct Packages(#[serde(deserialize_with = "one_or_many")] pub Vec<Package>);

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Links {
    #[serde(deserialize_with = "opt_text")]
    pub labels: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub waybill: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub tracking: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DateAndTimes {
    #[serde(deserialize_with = "opt_text")]
    pub expected_delivery: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Package {
    #[serde(deserialize_with = "opt_text")]
    pub package_number: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub qr_code_link: Option<String>,
    /// `BRING-1234-5678`; the member's name is ASSUMED.
    #[serde(deserialize_with = "opt_text")]
    pub label_free_code: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct BookingError {
    #[serde(deserialize_with = "opt_text")]
    pub code: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub messages: Vec<Words>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Words {
    #[serde(deserialize_with = "opt_text")]
    lang: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    message: Option<String>,
}

impl BookingError {
    pub fn code(&self) -> String {
        self.code.clone().unwrap_or_else(|| "refused".to_owned())
    }

    /// The English words, or the first.
    pub fn words(&self) -> String {
        let english = self.messages.iter().find(|words| words.lang.as_deref() == Some("en"));
        let words = english.or(self.messages.first()).and_then(|words| words.message.clone());
        words.unwrap_or_else(|| "Bring refused the booking".to_owned())
    }

    pub fn message(&self) -> Message {
        Message { level: Level::Warning, code: self.code(), text: self.words(), ..Message::default() }
    }
}
