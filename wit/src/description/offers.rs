//! What a courier offers: numbers, services, options, labels.

use serde::{Deserialize, Serialize};

/// What a courier's numbers look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NumberPattern {
    /// What the courier calls numbers of this kind.
    pub name: String,
    /// A regular expression that the whole number matches, in upper case and without blanks.
    pub pattern: String,
    /// How its check digit is computed.
    #[serde(default)]
    pub check: CheckDigit,
    /// A made-up number that matches, check digit included.
    pub example: String,
}

/// Check digit algorithms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CheckDigit {
    /// None.
    #[default]
    None,
    /// GS1 mod 10 over the digits (SSCC, GSIN), leading `00` left out.
    Gs1,
    /// UPU S10: weights 8 6 4 2 3 5 9 7 over the 8 digits, mod 11.
    S10,
    /// UPS `1Z`.
    Ups1z,
    /// The last digit is the number before it modulo 7.
    Mod7,
    /// FedEx 12 digits: weights 3 1 7, mod 11.
    Fedex12,
    /// FedEx 15 digits: mod 10, weights 3 1.
    Fedex15,
}

/// A service that can be booked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Service {
    /// The courier's code.
    pub code: String,
    /// The courier's name for it.
    pub name: String,
    /// `home`, `business`, `service-point`, `locker`, `mailbox`, `freight` or `other`.
    pub delivery_kind: String,
    /// Countries it is sent from; empty: all of the description's.
    #[serde(default)]
    pub from: Vec<String>,
    /// Countries it goes to; empty: not said.
    #[serde(default)]
    pub to: Vec<String>,
    /// Whether it is for returns.
    #[serde(default)]
    pub is_return: bool,
    /// Heaviest parcel.
    #[serde(default)]
    pub max_weight_grams: Option<u32>,
}

/// An option of a quote or a booking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShippingOption {
    /// One of the codes of docs/PLUGINS.md, or `courier:<code>` for what only this courier has.
    pub code: String,
    /// Its name for a person.
    pub label: String,
    /// What a value looks like.
    pub kind: OptionKind,
    /// The unit of a number, such as `g` or `days`.
    #[serde(default)]
    pub unit: Option<String>,
    /// The services that it goes with; empty: all.
    #[serde(default)]
    pub services: Vec<String>,
}

/// What an option's value looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OptionKind {
    /// `true` or `false`.
    Flag,
    /// Text of at most so many characters.
    Text(u32),
    /// A whole number.
    Integer,
    /// `{"amount": "12.30", "currency": "SEK"}`.
    Money,
    /// One of these.
    Choice(Vec<String>),
    /// `YYYY-MM-DD`.
    Date,
    /// `{"earliest": RFC 3339, "latest": RFC 3339}`.
    Window,
}

/// A format of labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LabelFormat {
    /// `pdf`, `zpl`, `png`, `gif` or `epl2`.
    pub format: String,
    /// Page sizes that can be asked for, the default first; empty: the courier decides.
    #[serde(default)]
    pub sizes: Vec<String>,
    /// Only for these services; empty: all.
    #[serde(default)]
    pub services: Vec<String>,
}
