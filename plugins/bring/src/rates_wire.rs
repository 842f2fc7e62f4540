//! Shipping Guide's answers: amounts, days and dates are text.

use crossdock_sdk::types::{Level, Message};
use crossdock_sdk::{FromJson, Json, JsonError, time};

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Answer {
    pub trace_messages: TraceMessages,
    pub consignments: Vec<Consignment>,
}

/// Normally a list of texts; `{"Message": […]}` was seen too.
#[derive(Default)]
pub struct TraceMessages(pub Vec<String>);

impl FromJson for TraceMessages {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let texts: Vec<Option<String>> = match json.members() {
            Ok(members) => members.get(&["Message"])?,
            Err(_) => FromJson::from_json(json)?,
        };
        Ok(Self(texts.into_iter().flatten().collect()))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

#[derive(Default, FromJson)]
#[json(default)]
pub struct Consignment {
    pub products: Vec<Product>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Product {
    #[json(strict)]
    pub id: Option<String>,
    pub production_code: Option<String>,
    pub gui_information: Option<GuiInformation>,
    pub price: Option<Prices>,
    pub expected_delivery: Option<ExpectedDelivery>,
    pub errors: Vec<Notice>,
    pub warnings: Vec<Notice>,
}

/// Why a product cannot be had, or what is missing of it (layout REPORTED).
#[derive(Default, FromJson)]
#[json(default)]
pub struct Notice {
    pub code: Option<String>,
    pub description: Option<String>,
}

impl Notice {
    pub fn message(&self, level: Level, product: &str) -> Message {
        let words = self.description.as_deref().unwrap_or("not available");
        Message {
            level,
            code: self.code.clone().unwrap_or_default(),
            text: format!("{product}: {words}"),
            ..Message::default()
        }
    }
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct GuiInformation {
    pub product_name: Option<String>,
    pub display_name: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Prices {
    pub list_price: Option<PriceSet>,
    /// The account's own; only with a customer number and the financial right.
    pub net_price: Option<PriceSet>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct PriceSet {
    #[json(strict)]
    pub price_without_additional_services: Option<Amounts>,
    #[json(strict)]
    pub price_with_additional_services: Option<Amounts>,
    pub additional_services: Vec<AdditionalService>,
    #[json(strict)]
    pub currency_code: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default)]
pub struct Amounts {
    #[json(rename = "amountWithoutVAT", strict)]
    pub amount_without_vat: Option<String>,
    #[json(strict)]
    pub vat: Option<String>,
    #[json(rename = "amountWithVAT", strict)]
    pub amount_with_vat: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct AdditionalService {
    pub additional_service_id: Option<String>,
    pub additional_service_description: Option<String>,
    #[json(strict)]
    pub additional_service_price: Option<Amounts>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct ExpectedDelivery {
    pub working_days: Option<String>,
    pub expected_delivery_date: Option<Day>,
}

/// Parts of a date without leading zeros.
#[derive(Default, FromJson)]
#[json(default)]
pub struct Day {
    year: Option<String>,
    month: Option<String>,
    day: Option<String>,
}

impl Day {
    pub fn iso(&self) -> Option<String> {
        let (year, month, day) = (self.year.as_ref()?, self.month.as_ref()?, self.day.as_ref()?);
        time::iso_date(&format!("{year:0>4}-{month:0>2}-{day:0>2}"))
    }
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct FieldErrors {
    pub field_errors: Vec<FieldError>,
}

#[derive(Default, FromJson)]
#[json(default)]
pub struct FieldError {
    pub code: Option<String>,
    pub field: Option<String>,
    pub message: Option<String>,
}
