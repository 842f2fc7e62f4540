//! Amounts and prices.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::validate::{Findings, Validate};
use crate::model::money::{Charge, Money, Price};

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Money)]
pub struct MoneyBody {
    /// Decimal text with a point.
    #[schema(example = "12.30")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "SEK")]
    pub currency: String,
}

impl Validate for MoneyBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        findings.money(pointer, &self.clone().into());
    }
}

impl From<MoneyBody> for Money {
    fn from(MoneyBody { amount, currency }: MoneyBody) -> Self {
        Self { amount, currency }
    }
}

impl From<Money> for MoneyBody {
    fn from(Money { amount, currency }: Money) -> Self {
        Self { amount, currency }
    }
}

/// What the courier will bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Price)]
pub struct PriceBody {
    /// The whole.
    pub total: MoneyBody,
    /// Whether it holds value-added or sales tax; null when the courier does not say.
    pub tax_included: Option<bool>,
    /// Whether it is the account's own price and not a list price.
    pub own_price: bool,
    /// Its parts.
    pub charges: Vec<ChargeBody>,
}

/// A part of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Charge)]
pub struct ChargeBody {
    /// `base`, `surcharge`, `tax`, `add-on` or `discount`.
    pub kind: String,
    /// The courier's code.
    pub code: Option<String>,
    /// The courier's name for it.
    pub name: String,
    /// How much.
    pub amount: MoneyBody,
}

impl From<Price> for PriceBody {
    fn from(price: Price) -> Self {
        Self {
            total: price.total.into(),
            tax_included: price.tax_included,
            own_price: price.own_price,
            charges: price.charges.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Charge> for ChargeBody {
    fn from(Charge { kind, code, name, amount }: Charge) -> Self {
        Self { kind, code, name, amount: amount.into() }
    }
}
