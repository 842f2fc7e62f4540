//! Booking's answers, and pickup's, whose errors are the same.

use crossdock_sdk::FromJson;
use crossdock_sdk::types::{Level, Message};

#[derive(Default, FromJson)]
#[json(default)]
pub struct Answer {
    pub consignments: Vec<Consignment>,
    /// Not documented at this place; tolerated.
    pub errors: Vec<BookingError>,
}

#[derive(Default, FromJson)]
#[json(default)]
pub struct Consignment {
    #[json(strict)]
    pub confirmation: Option<Confirmation>,
    pub errors: Vec<BookingError>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Confirmation {
    #[json(strict)]
    pub consignment_number: Option<String>,
    pub links: Option<Links>,
    pub date_and_times: Option<DateAndTimes>,
    /// What is booked stays booked, even where this cannot be read.
    pub packages: Option<Vec<Package>>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Links {
    pub labels: Option<String>,
    pub waybill: Option<String>,
    pub tracking: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct DateAndTimes {
    pub expected_delivery: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Package {
    pub package_number: Option<String>,
    pub qr_code_link: Option<String>,
    /// `BRING-1234-5678`; the member's name is ASSUMED.
    pub label_free_code: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default)]
pub struct BookingError {
    pub code: Option<String>,
    pub messages: Vec<Words>,
}

#[derive(Default, FromJson)]
#[json(default)]
pub struct Words {
    lang: Option<String>,
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
