//! What is to be sent: shared by quotes and bookings, which hold it in their member `shipment`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::address::AddressBody;
use super::customs::{CustomsBody, PAYERS};
use super::parcel::{MAX_PARCELS, ParcelBody};
use super::{ExtensionsBody, check_extensions, from_extensions, to_extensions};
use crate::http::json::escape;
use crate::http::validate::{Findings, Validate};
use crate::model::shipment::{ChosenOption, Parcel, Payment, Reference, ShipmentRequest};

/// Most options of one shipment.
const MAX_OPTIONS: usize = 50;

/// Longest JSON text of an option's value, in bytes.
const MAX_OPTION_BYTES: usize = 2_000;

/// Most payments: one for each kind of charge.
const MAX_PAYMENTS: usize = 3;

/// Most references.
const MAX_REFERENCES: usize = 10;

const MAX_TEXT_CHARS: usize = 100;

const CHARGES: [&str; 3] = ["transport", "duties", "all"];

const REFERENCE_KINDS: [&str; 5] = ["order", "customer", "cost-center", "invoice", "other"];

/// Who pays for a kind of charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Payment)]
pub struct PaymentBody {
    /// `transport`, `duties` or `all`.
    pub charge: String,
    /// `sender`, `recipient` or `third-party`.
    pub payer: String,
    /// The payer's account at the courier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_number: Option<String>,
    /// Where that account is registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Where that account is registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Validate for PaymentBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        findings.one_of(&format!("{pointer}/charge"), &self.charge, &CHARGES);
        findings.one_of(&format!("{pointer}/payer"), &self.payer, &PAYERS);
        findings.optional_text(&format!("{pointer}/account_number"), self.account_number.as_deref(), MAX_TEXT_CHARS);
        findings.optional_text(&format!("{pointer}/postal_code"), self.postal_code.as_deref(), MAX_TEXT_CHARS);
        if let Some(country) = &self.country {
            findings.country(&format!("{pointer}/country"), country);
        }
    }
}

/// A reference of the merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Reference)]
pub struct ReferenceBody {
    /// `order`, `customer`, `cost-center`, `invoice` or `other`.
    pub kind: String,
    /// The reference.
    pub value: String,
}

impl Validate for ReferenceBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        findings.one_of(&format!("{pointer}/kind"), &self.kind, &REFERENCE_KINDS);
        findings.required_text(&format!("{pointer}/value"), &self.value, MAX_TEXT_CHARS);
    }
}

/// What is to be sent, from where, to whom and how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ShipmentRequest)]
pub struct ShipmentBody {
    /// From where.
    #[schema(required)]
    pub sender: AddressBody,
    /// To whom.
    #[schema(required)]
    pub recipient: AddressBody,
    /// Where parcels that cannot be delivered go; the sender if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_to: Option<AddressBody>,
    /// 1 to 100 parcels, copies counted.
    #[schema(required, min_items = 1, max_items = 100)]
    pub parcels: Vec<ParcelBody>,
    /// The courier's service code. Without one a quote asks for all, and a booking takes the courier's default, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Options by their code in the courier's description, such as `{"saturday": true}`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object, example = json!({"saturday": true}))]
    pub options: Map<String, Value>,
    /// Where it crosses a border.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customs: Option<CustomsBody>,
    /// Who pays; the sender if not said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<PaymentBody>,
    /// References of the merchant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<ReferenceBody>,
    /// The day on which the parcels leave, `YYYY-MM-DD`; today if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_date: Option<String>,
    /// Whether it is a return: the consumer sends to the merchant.
    pub is_return: bool,
    /// Further keys.
    #[serde(skip_serializing_if = "ExtensionsBody::is_empty")]
    pub extensions: ExtensionsBody,
}

impl Validate for ShipmentBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        self.sender.validate(&at("sender"), findings);
        self.sender.check_party(&at("sender"), findings);
        self.recipient.validate(&at("recipient"), findings);
        self.recipient.check_party(&at("recipient"), findings);
        self.return_to.validate(&at("return_to"), findings);
        let parcel_count = self.parcels.iter().map(|parcel| parcel.copies.max(1) as usize).sum();
        findings.count(&at("parcels"), parcel_count, 1..=MAX_PARCELS);
        self.parcels.validate(&at("parcels"), findings);
        findings.optional_text(&at("service"), self.service.as_deref(), MAX_TEXT_CHARS);
        findings.count(&at("options"), self.options.len(), 0..=MAX_OPTIONS);
        for (code, value) in &self.options {
            let pointer = at(&format!("options/{}", escape(code)));
            findings.required_text(&pointer, code, MAX_TEXT_CHARS);
            if value.to_string().len() > MAX_OPTION_BYTES {
                findings.add(&pointer, "too_long", format!("at most {MAX_OPTION_BYTES} bytes of JSON"));
            }
            findings.inner_text(&pointer, value, MAX_OPTION_BYTES);
        }
        self.customs.validate(&at("customs"), findings);
        findings.count(&at("payments"), self.payments.len(), 0..=MAX_PAYMENTS);
        self.payments.validate(&at("payments"), findings);
        findings.count(&at("references"), self.references.len(), 0..=MAX_REFERENCES);
        self.references.validate(&at("references"), findings);
        findings.date(&at("shipping_date"), self.shipping_date.as_deref());
        check_extensions(pointer, &self.extensions, findings);
    }
}

impl From<ShipmentBody> for ShipmentRequest {
    /// Converts a validated body. Copies become parcels of their own.
    fn from(body: ShipmentBody) -> Self {
        let option = |(code, value): (String, Value)| ChosenOption { code, value: value.to_string() };
        Self {
            sender: body.sender.into(),
            recipient: body.recipient.into(),
            return_to: body.return_to.map(Into::into),
            parcels: body.parcels.into_iter().flat_map(expand).take(MAX_PARCELS).collect(),
            service: body.service,
            options: body.options.into_iter().map(option).collect(),
            customs: body.customs.map(Into::into),
            payments: body.payments.into_iter().map(Into::into).collect(),
            references: body
                .references
                .into_iter()
                .map(|ReferenceBody { kind, value }| Reference { kind, value })
                .collect(),
            shipping_date: body.shipping_date,
            is_return: body.is_return,
            extensions: to_extensions(body.extensions),
        }
    }
}

fn expand(body: ParcelBody) -> impl Iterator<Item = Parcel> {
    let copies = body.copies.max(1) as usize;
    let parcel = Parcel { copies: 1, ..body.into() };
    std::iter::repeat_n(parcel, copies)
}

impl From<PaymentBody> for Payment {
    fn from(body: PaymentBody) -> Self {
        let PaymentBody { charge, payer, account_number, postal_code, country } = body;
        Self { charge, payer, account_number, postal_code, country }
    }
}

impl From<Payment> for PaymentBody {
    fn from(payment: Payment) -> Self {
        let Payment { charge, payer, account_number, postal_code, country } = payment;
        Self { charge, payer, account_number, postal_code, country }
    }
}

impl From<ShipmentRequest> for ShipmentBody {
    fn from(request: ShipmentRequest) -> Self {
        let option = |ChosenOption { code, value }| {
            let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
            (code, value)
        };
        Self {
            sender: request.sender.into(),
            recipient: request.recipient.into(),
            return_to: request.return_to.map(Into::into),
            parcels: request.parcels.into_iter().map(Into::into).collect(),
            service: request.service,
            options: request.options.into_iter().map(option).collect(),
            customs: request.customs.map(Into::into),
            payments: request.payments.into_iter().map(Into::into).collect(),
            references: request
                .references
                .into_iter()
                .map(|Reference { kind, value }| ReferenceBody { kind, value })
                .collect(),
            shipping_date: request.shipping_date,
            is_return: request.is_return,
            extensions: from_extensions(request.extensions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn whole() -> Value {
        json!({
            "sender": {"company": "Shop AB", "lines": ["Storgatan 1"], "city": "Stockholm", "postal_code": "11122", "country": "SE"},
            "recipient": {"person": "Kari Nordmann", "lines": ["Karl Johans gate 1"], "city": "Oslo", "postal_code": "0154", "country": "NO"},
            "parcels": [{"weight_grams": 1500, "copies": 2}, {"weight_grams": 700}],
            "options": {"saturday": true, "insurance": {"amount": "10.00", "currency": "NOK"}}
        })
    }

    fn faults(value: Value) -> Vec<(String, String)> {
        let body: ShipmentBody = serde_json::from_value(value).unwrap();
        let mut findings = Findings::new();
        body.validate("/shipment", &mut findings);
        findings.into_errors().into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[test]
    fn copies_become_parcels_and_options_json_text() {
        assert_eq!(faults(whole()), []);
        let request: ShipmentRequest = serde_json::from_value::<ShipmentBody>(whole()).unwrap().into();
        let weights: Vec<_> = request.parcels.iter().map(|parcel| (parcel.weight_grams, parcel.copies)).collect();
        assert_eq!(weights, [(1500, 1), (1500, 1), (700, 1)]);
        assert_eq!(request.options[0], ChosenOption { code: "saturday".to_owned(), value: "true".to_owned() });
        let again: ShipmentRequest = ShipmentBody::from(request.clone()).into();
        assert_eq!(again, request);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut value = whole();
        value["recipient"]["country"] = json!("Norge");
        value["recipient"]["city"] = json!("");
        value["sender"]["company"] = json!(null);
        value["parcels"][0]["weight_grams"] = json!(0);
        value["parcels"][1]["copies"] = json!(100);
        value["parcels"][1]["declared_value"] = json!({"amount": "1,5", "currency": "SEK"});
        value["payments"] = json!([{"charge": "all", "payer": "nobody"}]);
        value["shipping_date"] = json!("tomorrow");
        let expected = [
            ("/shipment/sender/person", "required"),
            ("/shipment/recipient/city", "required"),
            ("/shipment/recipient/country", "invalid_country"),
            ("/shipment/parcels", "too_many"),
            ("/shipment/parcels/0/weight_grams", "out_of_range"),
            ("/shipment/parcels/1/declared_value/amount", "invalid_money"),
            ("/shipment/payments/0/payer", "invalid_choice"),
            ("/shipment/shipping_date", "invalid_date"),
        ];
        assert_eq!(faults(value), expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    }

    #[test]
    fn an_empty_shipment_lacks_all_that_is_required() {
        let pointers: Vec<_> = faults(json!({})).into_iter().map(|(pointer, _)| pointer).collect();
        for pointer in ["/shipment/sender/city", "/shipment/recipient/country", "/shipment/parcels"] {
            assert!(pointers.contains(&pointer.to_owned()), "{pointer}: {pointers:?}");
        }
    }
}
