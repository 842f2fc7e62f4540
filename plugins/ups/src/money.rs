//! Prices as rating and shipping write them.

use crossdock_sdk::FromJson;
use crossdock_sdk::types::{Charge, Money, Price};

/// An amount; taxes name no currency, and either member may be missing.
#[derive(Debug, Default, Clone, FromJson)]
#[json(rename_all = "PascalCase", default)]
pub struct Amount {
    currency_code: String,
    monetary_value: String,
    code: Option<String>,
    #[json(rename = "Type")]
    kind: Option<String>,
    sub_type: Option<String>,
}

/// What a shipment costs; in `NegotiatedRateCharges` the total is called `TotalCharge`.
#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
pub struct Charges {
    #[json(alias = "TotalCharge")]
    total_charges: Option<Amount>,
    total_charges_with_taxes: Option<Amount>,
    base_service_charge: Option<Amount>,
    transportation_charges: Option<Amount>,
    service_options_charges: Option<Amount>,
    itemized_charges: Vec<Amount>,
    tax_charges: Vec<Amount>,
}

impl Charges {
    /// The total as money.
    pub fn total(&self) -> Option<Money> {
        self.total_charges.as_ref().and_then(|total| money(total, ""))
    }

    fn price(&self, own_price: bool) -> Option<Price> {
        let total = self.total()?;
        let amount = |kind: &str, name: &str, amount: &Amount| {
            let money = money(amount, &total.currency)?;
            let is_nothing = !money.amount.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
            let code = amount.code.clone().or_else(|| amount.kind.clone());
            let name = amount.sub_type.as_deref().or(amount.kind.as_deref()).unwrap_or(name).to_owned();
            Some(Charge { kind: kind.to_owned(), code, name, amount: money }).filter(|_| !is_nothing)
        };
        let one = |kind: &str, name: &str, of: &Option<Amount>| amount(kind, name, of.as_ref()?);
        let mut charges: Vec<Charge> = Vec::new();
        let surcharges = self.itemized_charges.iter().filter_map(|charge| amount("surcharge", "Surcharge", charge));
        // Transportation is base and surcharges together, named alone where UPS does not take it apart.
        match one("base", "Base service charge", &self.base_service_charge) {
            Some(base) => {
                charges.push(base);
                charges.extend(surcharges);
            }
            None => match one("base", "Transportation", &self.transportation_charges) {
                Some(transportation) => charges.push(transportation),
                // Some negotiated prices name nothing but their surcharges.
                None => charges.extend(surcharges),
            },
        }
        charges.extend(one("add-on", "Service options", &self.service_options_charges));
        charges.extend(self.tax_charges.iter().filter_map(|tax| amount("tax", "Tax", tax)));
        // The total is without taxes where UPS names one with them beside it.
        let tax_included = self.total_charges_with_taxes.as_ref().map(|_| false);
        Some(Price { total, tax_included, own_price, charges })
    }
}

/// The account's own price where UPS gives it, the list price else.
pub fn price(list: &Charges, negotiated: Option<&Charges>) -> Option<Price> {
    negotiated.and_then(|own| own.price(true)).or_else(|| list.price(false))
}

/// Money of an amount with UPS's own digits; `None` if it is no decimal number.
fn money(amount: &Amount, currency: &str) -> Option<Money> {
    let currency = if amount.currency_code.is_empty() { currency } else { &amount.currency_code };
    Money::read(&amount.monetary_value, currency)
}
