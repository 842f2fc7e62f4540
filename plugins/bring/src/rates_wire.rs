//! Shipping Guide's answers: amounts, days and dates are text.

use crossdock_sdk::lenient::{one_or_many, opt_text, or_none};
use crossdock_sdk::time;
use crossdock_sdk::types::{Level, Message};
use serde::Deserialize;
use serde_json::Value;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Answer {
    trace_messages: Value,
    #[serde(deserialize_with = "one_or_many")]
    pub consignments: Vec<Consignment>,
}

impl Answer {
    /// Normally a list of texts; `{"Message": […]}` was seen too.
    pub fn trace_messages(&self) -> Vec<String> {
        let list = self.trace_messages.get("Message").unwrap_or(&self.trace_messages);
        let texts = match list {
            Value::Array(texts) => texts.as_slice(),
            one => std::slice::from_ref(one),
        };
        texts.iter().filter_map(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned).collect()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Consignment {
    #[serde(deserialize_with = "one_or_many")]
    pub products: Vec<Product>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Product {
    #[serde(deserialize_with = "opt_text")]
    pub id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub production_code: Option<String>,
    #[serde(deserialize_with = "or_none")]
    pub gui_information: Option<GuiInformation>,
    #[serde(deserialize_with = "or_none")]
    pub price: Option<Prices>,
    #[serde(deserialize_with = "or_none")]
    pub expected_delivery: Option<ExpectedDelivery>,
    #[serde(deserialize_with = "one_or_many")]
    pub errors: Vec<Notice>,
    #[serde(deserialize_with = "one_or_many")]
    pub warnings: Vec<Notice>,
}

/// Why a product cannot be had, or what is missing of it (layout REPORTED).
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Notice {
    #[serde(deserialize_with = "opt_text")]
    pub code: Option<String>,
    #[serde(deserialize_with = "opt_text")]
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

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct GuiInformation {
    #[serde(deserialize_with = "opt_text")]
    pub product_name: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub display_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Prices {
    #[serde(deserialize_with = "or_none")]
    pub list_price: Option<PriceSet>,
    /// The account's own; only with a customer number and the financial right.
    #[serde(deserialize_with = "or_none")]
    pub net_price: Option<PriceSet>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PriceSet {
    pub price_without_additional_services: Option<Amounts>,
    pub price_with_additional_services: Option<Amounts>,
    #[serde(deserialize_with = "one_or_many")]
    pub additional_services: Vec<AdditionalService>,
    #[serde(deserialize_with = "opt_text")]
    pub currency_code: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Amounts {
    #[serde(rename = "amountWithoutVAT", deserialize_with = "opt_text")]
    pub amount_without_vat: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub vat: Option<String>,
    #[serde(rename = "amountWithVAT", deserialize_with = "opt_text")]
    pub amount_with_vat: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AdditionalService {
    #[serde(deserialize_with = "opt_text")]
    pub additional_service_id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub additional_service_description: Option<String>,
    pub additional_service_price: Option<Amounts>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ExpectedDelivery {
    #[serde(deserialize_with = "opt_text")]
    pub working_days: Option<String>,
    #[serde(deserialize_with = "or_none")]
    pub expected_delivery_date: Option<Day>,
}

/// Parts of a date without leading zeros.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Day {
    #[serde(deserialize_with = "opt_text")]
    year: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    month: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    day: Option<String>,
}

impl Day {
    pub fn iso(&self) -> Option<String> {
        let (year, month, day) = (self.year.as_ref()?, self.month.as_ref()?, self.day.as_ref()?);
        time::iso_date(&format!("{year:0>4}-{month:0>2}-{day:0>2}"))
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FieldErrors {
    #[serde(deserialize_with = "one_or_many")]
    pub field_errors: Vec<FieldError>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FieldError {
    #[serde(deserialize_with = "opt_text")]
    pub code: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub field: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub message: Option<String>,
}
