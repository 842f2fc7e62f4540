//! Addresses, and what couriers think of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::booking::MessageBody;
use super::{ExtensionsBody, check_extensions, from_extensions, to_extensions};
use crate::http::validate::{Findings, Validate};
use crate::model::address::{Address, Position, TaxId, Validation, Verdict};

/// Longest line of an address, in characters: beyond every courier's own limit, whose refusals come with pointers too.
const MAX_LINE_CHARS: usize = 100;

/// Most street lines.
const MAX_LINES: usize = 4;

/// Longest e-mail address (RFC 5321).
const MAX_EMAIL_CHARS: usize = 254;

/// Longest words for the driver, in characters.
const MAX_INSTRUCTIONS_CHARS: usize = 500;

/// Most tax ids of one party.
const MAX_TAX_IDS: usize = 10;

const TAX_ID_KINDS: [&str; 7] = ["vat", "eori", "ioss", "voec", "gst", "national", "other"];

/// Microdegrees of a degree.
const MICRO: f64 = 1_000_000.0;

/// A point on the earth, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Position)]
pub struct PositionBody {
    /// North is positive.
    #[schema(example = 59.329324)]
    pub latitude: f64,
    /// East is positive.
    #[schema(example = 18.068581)]
    pub longitude: f64,
}

impl Validate for PositionBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        for (name, degrees, most) in [("latitude", self.latitude, 90.0), ("longitude", self.longitude, 180.0)] {
            if !(-most..=most).contains(&degrees) {
                findings.add(&format!("{pointer}/{name}"), "out_of_range", format!("must be -{most} to {most}"));
            }
        }
    }
}

impl From<PositionBody> for Position {
    fn from(position: PositionBody) -> Self {
        let micro = |degrees: f64| (degrees * MICRO).round() as i32;
        Self { latitude_microdegrees: micro(position.latitude), longitude_microdegrees: micro(position.longitude) }
    }
}

impl From<Position> for PositionBody {
    fn from(position: Position) -> Self {
        let degrees = |micro: i32| f64::from(micro) / MICRO;
        Self { latitude: degrees(position.latitude_microdegrees), longitude: degrees(position.longitude_microdegrees) }
    }
}

/// An identifier for tax or trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TaxId)]
pub struct TaxIdBody {
    /// `vat`, `eori`, `ioss`, `voec`, `gst`, `national` or `other`.
    pub kind: String,
    /// The number.
    pub value: String,
    /// Who issued it, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Validate for TaxIdBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        findings.one_of(&format!("{pointer}/kind"), &self.kind, &TAX_ID_KINDS);
        findings.required_text(&format!("{pointer}/value"), &self.value, MAX_LINE_CHARS);
        if let Some(country) = &self.country {
            findings.country(&format!("{pointer}/country"), country);
        }
    }
}

/// A place and who is there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = Address)]
pub struct AddressBody {
    /// Who is there; `person` or `company` is required of senders and recipients.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Astrid Lind")]
    pub person: Option<String>,
    /// The company's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Street lines as they are printed; the first holds street and number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["Storgatan 1"]))]
    pub lines: Vec<String>,
    /// The street without its number, where it is known apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// The house number with its letter, where it is known apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_number: Option<String>,
    /// Entrance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrance: Option<String>,
    /// Floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<String>,
    /// Door code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door_code: Option<String>,
    /// City.
    #[schema(required, example = "Stockholm")]
    pub city: String,
    /// Postal code; empty where the country has none.
    #[schema(example = "11122")]
    pub postal_code: String,
    /// ISO 3166-2 without the country, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(required, example = "SE")]
    pub country: String,
    /// E.164, such as `+46701234567`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether people live there; null when nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residential: Option<bool>,
    /// Identifiers for tax and trade.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tax_ids: Vec<TaxIdBody>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionBody>,
    /// Words for the driver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Further keys.
    #[serde(skip_serializing_if = "ExtensionsBody::is_empty")]
    pub extensions: ExtensionsBody,
}

impl Validate for AddressBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        for (name, text) in [
            ("person", &self.person),
            ("company", &self.company),
            ("street", &self.street),
            ("street_number", &self.street_number),
            ("entrance", &self.entrance),
            ("floor", &self.floor),
            ("door_code", &self.door_code),
            ("region", &self.region),
            ("phone", &self.phone),
        ] {
            findings.optional_text(&at(name), text.as_deref(), MAX_LINE_CHARS);
        }
        findings.count(&at("lines"), self.lines.len(), 0..=MAX_LINES);
        for (index, line) in self.lines.iter().enumerate() {
            findings.text(&at(&format!("lines/{index}")), line, MAX_LINE_CHARS);
        }
        findings.required_text(&at("city"), &self.city, MAX_LINE_CHARS);
        findings.text(&at("postal_code"), &self.postal_code, MAX_LINE_CHARS);
        findings.country(&at("country"), &self.country);
        findings.optional_text(&at("instructions"), self.instructions.as_deref(), MAX_INSTRUCTIONS_CHARS);
        if let Some(email) = &self.email {
            findings.text(&at("email"), email, MAX_EMAIL_CHARS);
            let is_address = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
            if !is_address || email.contains(char::is_whitespace) {
                findings.add(&at("email"), "invalid_email", "must be an e-mail address");
            }
        }
        findings.count(&at("tax_ids"), self.tax_ids.len(), 0..=MAX_TAX_IDS);
        self.tax_ids.validate(&at("tax_ids"), findings);
        self.position.validate(&at("position"), findings);
        check_extensions(pointer, &self.extensions, findings);
    }
}

impl AddressBody {
    /// Checks what only a party of a shipment needs, beside [`Validate`].
    pub fn check_party(&self, pointer: &str, findings: &mut Findings) {
        let is_blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
        if is_blank(&self.person) && is_blank(&self.company) {
            findings.add(&format!("{pointer}/person"), "required", "person or company is required");
        }
        if self.lines.iter().all(|line| line.trim().is_empty()) && is_blank(&self.street) {
            findings.add(&format!("{pointer}/lines"), "required", "lines or street is required");
        }
    }
}

impl From<AddressBody> for Address {
    fn from(body: AddressBody) -> Self {
        let tax_id = |TaxIdBody { kind, value, country }| TaxId { kind, value, country };
        Self {
            person: body.person,
            company: body.company,
            lines: body.lines,
            street: body.street,
            street_number: body.street_number,
            entrance: body.entrance,
            floor: body.floor,
            door_code: body.door_code,
            city: body.city,
            postal_code: body.postal_code,
            region: body.region,
            country: body.country,
            phone: body.phone,
            email: body.email,
            residential: body.residential,
            tax_ids: body.tax_ids.into_iter().map(tax_id).collect(),
            position: body.position.map(Into::into),
            instructions: body.instructions,
            extensions: to_extensions(body.extensions),
        }
    }
}

impl From<Address> for AddressBody {
    fn from(address: Address) -> Self {
        let tax_id = |TaxId { kind, value, country }| TaxIdBody { kind, value, country };
        Self {
            person: address.person,
            company: address.company,
            lines: address.lines,
            street: address.street,
            street_number: address.street_number,
            entrance: address.entrance,
            floor: address.floor,
            door_code: address.door_code,
            city: address.city,
            postal_code: address.postal_code,
            region: address.region,
            country: address.country,
            phone: address.phone,
            email: address.email,
            residential: address.residential,
            tax_ids: address.tax_ids.into_iter().map(tax_id).collect(),
            position: address.position.map(Into::into),
            instructions: address.instructions,
            extensions: from_extensions(address.extensions),
        }
    }
}

/// What a courier thinks of an address.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = AddressValidation)]
pub struct ValidationBody {
    /// `valid`, `corrected`, `ambiguous` or `invalid`.
    pub verdict: &'static str,
    /// The courier's versions of it, best first.
    pub candidates: Vec<AddressBody>,
    /// What it said beside that.
    pub messages: Vec<MessageBody>,
}

impl From<Validation> for ValidationBody {
    fn from(validation: Validation) -> Self {
        let verdict = match validation.verdict {
            Verdict::Valid => "valid",
            Verdict::Corrected => "corrected",
            Verdict::Ambiguous => "ambiguous",
            Verdict::Invalid => "invalid",
        };
        Self {
            verdict,
            candidates: validation.candidates.into_iter().map(Into::into).collect(),
            messages: validation.messages.into_iter().map(Into::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_survive_the_way_there_and_back() {
        let position = Position { latitude_microdegrees: 59_329_324, longitude_microdegrees: -18_068_581 };
        assert_eq!(Position::from(PositionBody::from(position)), position);
    }
}
