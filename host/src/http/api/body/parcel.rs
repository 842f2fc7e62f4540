//! Parcels and the goods in them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::money::MoneyBody;
use super::{ExtensionsBody, check_extensions, from_extensions, to_extensions};
use crate::http::validate::{Findings, Validate};
use crate::model::shipment::{Item, Parcel};

/// Heaviest parcel in grams: a tonne, beyond every courier's own limit.
const MAX_WEIGHT_GRAMS: u64 = 1_000_000;

/// Longest side in millimetres: 20 m, beyond every courier's own limit.
const MAX_SIDE_MM: u64 = 20_000;

/// Most pieces of one item.
const MAX_QUANTITY: u64 = 1_000_000;

/// Most items of one parcel or customs declaration.
pub const MAX_ITEMS: usize = 500;

/// Most parcels of one shipment, copies counted.
pub const MAX_PARCELS: usize = 100;

const MAX_TEXT_CHARS: usize = 250;

const PACKAGINGS: [&str; 5] = ["own", "envelope", "pak", "tube", "pallet"];

/// Start of a courier's own code for packaging.
const COURIER_PREFIX: &str = "courier:";

/// One kind of goods, as customs wants to know it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = Item)]
pub struct ItemBody {
    /// The merchant's article number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// What it is.
    #[schema(required)]
    pub title: String,
    /// More words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How many pieces.
    #[schema(required, minimum = 1)]
    pub quantity: u32,
    /// Weight of one piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_grams: Option<u32>,
    /// Value of one piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<MoneyBody>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_country: Option<String>,
    /// Harmonized System code, 6 to 10 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_code: Option<String>,
    /// Further keys.
    #[serde(skip_serializing_if = "ExtensionsBody::is_empty")]
    pub extensions: ExtensionsBody,
}

impl Validate for ItemBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        findings.required_text(&at("title"), &self.title, MAX_TEXT_CHARS);
        findings.optional_text(&at("sku"), self.sku.as_deref(), MAX_TEXT_CHARS);
        findings.optional_text(&at("description"), self.description.as_deref(), MAX_TEXT_CHARS);
        findings.range(&at("quantity"), self.quantity.into(), 1..=MAX_QUANTITY);
        findings.optional_range(&at("weight_grams"), self.weight_grams, 0..=MAX_WEIGHT_GRAMS);
        self.value.validate(&at("value"), findings);
        if let Some(country) = &self.origin_country {
            findings.country(&at("origin_country"), country);
        }
        if let Some(hs_code) = &self.hs_code {
            let is_code = (6..=10).contains(&hs_code.len()) && hs_code.bytes().all(|byte| byte.is_ascii_digit());
            if !is_code {
                findings.add(&at("hs_code"), "invalid_hs_code", "must be 6 to 10 digits");
            }
        }
        check_extensions(pointer, &self.extensions, findings);
    }
}

impl From<ItemBody> for Item {
    fn from(body: ItemBody) -> Self {
        Self {
            sku: body.sku,
            title: body.title,
            description: body.description,
            quantity: body.quantity,
            weight_grams: body.weight_grams,
            value: body.value.map(Into::into),
            origin_country: body.origin_country,
            hs_code: body.hs_code,
            extensions: to_extensions(body.extensions),
        }
    }
}

impl From<Item> for ItemBody {
    fn from(item: Item) -> Self {
        Self {
            sku: item.sku,
            title: item.title,
            description: item.description,
            quantity: item.quantity,
            weight_grams: item.weight_grams,
            value: item.value.map(Into::into),
            origin_country: item.origin_country,
            hs_code: item.hs_code,
            extensions: from_extensions(item.extensions),
        }
    }
}

/// One parcel as the merchant hands it over, or several that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = Parcel)]
pub struct ParcelBody {
    /// Weight with its packaging.
    #[schema(required, minimum = 1, maximum = 1_000_000, example = 1500)]
    pub weight_grams: u32,
    /// Longest side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length_mm: Option<u32>,
    /// Width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width_mm: Option<u32>,
    /// Height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height_mm: Option<u32>,
    /// `own`, `envelope`, `pak`, `tube`, `pallet`, or the courier's own code after `courier:`.
    #[schema(default = "own")]
    pub packaging: String,
    /// What is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contents: Option<String>,
    /// The merchant's reference, printed where the courier can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What it is worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared_value: Option<MoneyBody>,
    /// What is in it, piece by piece.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemBody>,
    /// How many parcels are like this one.
    #[schema(default = 1, minimum = 1, maximum = 100)]
    pub copies: u32,
    /// Further keys.
    #[serde(skip_serializing_if = "ExtensionsBody::is_empty")]
    pub extensions: ExtensionsBody,
}

impl Default for ParcelBody {
    fn default() -> Self {
        Self {
            weight_grams: 0,
            length_mm: None,
            width_mm: None,
            height_mm: None,
            packaging: "own".to_owned(),
            contents: None,
            reference: None,
            declared_value: None,
            items: Vec::new(),
            copies: 1,
            extensions: ExtensionsBody::new(),
        }
    }
}

impl Validate for ParcelBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        findings.range(&at("weight_grams"), self.weight_grams.into(), 1..=MAX_WEIGHT_GRAMS);
        findings.optional_range(&at("length_mm"), self.length_mm, 1..=MAX_SIDE_MM);
        findings.optional_range(&at("width_mm"), self.width_mm, 1..=MAX_SIDE_MM);
        findings.optional_range(&at("height_mm"), self.height_mm, 1..=MAX_SIDE_MM);
        if !self.packaging.starts_with(COURIER_PREFIX) {
            findings.one_of(&at("packaging"), &self.packaging, &PACKAGINGS);
        }
        findings.text(&at("packaging"), &self.packaging, MAX_TEXT_CHARS);
        findings.optional_text(&at("contents"), self.contents.as_deref(), MAX_TEXT_CHARS);
        findings.optional_text(&at("reference"), self.reference.as_deref(), MAX_TEXT_CHARS);
        self.declared_value.validate(&at("declared_value"), findings);
        findings.count(&at("items"), self.items.len(), 0..=MAX_ITEMS);
        self.items.validate(&at("items"), findings);
        findings.range(&at("copies"), self.copies.into(), 1..=MAX_PARCELS as u64);
        check_extensions(pointer, &self.extensions, findings);
    }
}

impl From<ParcelBody> for Parcel {
    fn from(body: ParcelBody) -> Self {
        Self {
            weight_grams: body.weight_grams,
            length_mm: body.length_mm,
            width_mm: body.width_mm,
            height_mm: body.height_mm,
            packaging: body.packaging,
            contents: body.contents,
            reference: body.reference,
            declared_value: body.declared_value.map(Into::into),
            items: body.items.into_iter().map(Into::into).collect(),
            copies: body.copies,
            extensions: to_extensions(body.extensions),
        }
    }
}

impl From<Parcel> for ParcelBody {
    fn from(parcel: Parcel) -> Self {
        Self {
            weight_grams: parcel.weight_grams,
            length_mm: parcel.length_mm,
            width_mm: parcel.width_mm,
            height_mm: parcel.height_mm,
            packaging: parcel.packaging,
            contents: parcel.contents,
            reference: parcel.reference,
            declared_value: parcel.declared_value.map(Into::into),
            items: parcel.items.into_iter().map(Into::into).collect(),
            copies: parcel.copies,
            extensions: from_extensions(parcel.extensions),
        }
    }
}
