//! Amounts of money.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount: decimal text with a point, and an ISO 4217 code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Such as `12.30`; never in scientific form.
    pub amount: String,
    /// Three capital letters.
    pub currency: String,
}

impl Money {
    /// Whether amount and currency have the shape that the contract asks for.
    pub fn is_well_formed(&self) -> bool {
        let plain = self.amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        let currency = self.currency.len() == 3 && self.currency.bytes().all(|byte| byte.is_ascii_uppercase());
        plain && currency && Decimal::from_str(&self.amount).is_ok()
    }
}

/// A part of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// `base`, `surcharge`, `tax`, `add-on` or `discount`.
    pub kind: String,
    /// The courier's code.
    pub code: Option<String>,
    /// The courier's name for it.
    pub name: String,
    /// How much.
    pub amount: Money,
}

/// What the courier will bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The whole.
    pub total: Money,
    /// Whether it holds value-added or sales tax; `None` when the courier does not say.
    pub tax_included: Option<bool>,
    /// Whether it is the account's own price and not a list price.
    pub own_price: bool,
    /// Its parts.
    pub charges: Vec<Charge>,
}
