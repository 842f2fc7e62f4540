//! What is to be sent: the input of quotes and bookings. The contract's records say what each field means.
#![expect(missing_docs, reason = "documented field by field in wit/types.wit")]

use serde::{Deserialize, Serialize};

use super::Extensions;
use super::address::Address;
use super::money::Money;

/// One kind of goods, as customs wants to know it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub sku: Option<String>,
    pub title: String,
    pub description: Option<String>,
    pub quantity: u32,
    pub weight_grams: Option<u32>,
    pub value: Option<Money>,
    pub origin_country: Option<String>,
    pub hs_code: Option<String>,
    pub extensions: Extensions,
}

/// One parcel as the merchant hands it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    pub weight_grams: u32,
    pub length_mm: Option<u32>,
    pub width_mm: Option<u32>,
    pub height_mm: Option<u32>,
    pub packaging: String,
    pub contents: Option<String>,
    pub reference: Option<String>,
    pub declared_value: Option<Money>,
    pub items: Vec<Item>,
    pub copies: u32,
    pub extensions: Extensions,
}

/// What customs wants to know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customs {
    pub content_type: String,
    pub incoterm: Option<String>,
    pub duties_paid_by: Option<String>,
    pub invoice_number: Option<String>,
    pub invoice_date: Option<String>,
    pub signer: Option<String>,
    pub items: Vec<Item>,
    pub license_number: Option<String>,
    pub certificate_number: Option<String>,
    pub eel_pfc: Option<String>,
    pub aes: Option<String>,
    pub paperless: bool,
    pub extensions: Extensions,
}

/// Who pays for a kind of charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub charge: String,
    pub payer: String,
    pub account_number: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
}

/// A choice that the description declares; `value` is JSON text of the declared type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenOption {
    pub code: String,
    pub value: String,
}

/// A reference of the merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub kind: String,
    pub value: String,
}

/// What is to be sent, from where, to whom and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentRequest {
    pub sender: Address,
    pub recipient: Address,
    pub return_to: Option<Address>,
    pub parcels: Vec<Parcel>,
    pub service: Option<String>,
    pub options: Vec<ChosenOption>,
    pub customs: Option<Customs>,
    pub payments: Vec<Payment>,
    pub references: Vec<Reference>,
    pub shipping_date: Option<String>,
    pub is_return: bool,
    pub extensions: Extensions,
}
