//! Gathering everything that a courier cannot honour, before anything is sent: what would be dropped is refused instead.

use crate::types::{Address, Customs, Failure, Shipment};

/// What is wrong with a request, gathered place by place.
#[derive(Debug)]
pub struct Refusals {
    prefix: &'static str,
    failure: Failure,
}

impl Refusals {
    /// Starts with nothing wrong. `prefix` is where the shipment stands in the request: empty in a quote.
    pub fn new(prefix: &'static str, message: &str) -> Self {
        Self { prefix, failure: Failure::invalid_input("not-possible", message) }
    }

    /// Refuses what stands at a place.
    pub fn refuse(&mut self, place: impl AsRef<str>, code: &str, words: impl Into<String>) {
        let failure = std::mem::take(&mut self.failure);
        self.failure = failure.problem(format!("{}{}", self.prefix, place.as_ref()), code, words);
    }

    /// Refuses a member that the courier has no place for, if it is set.
    pub fn unless_absent<T>(&mut self, place: impl AsRef<str>, value: Option<&T>, words: &str) {
        if value.is_some() {
            self.refuse(place, "not-offered", words);
        }
    }

    /// Refuses a text that is longer than the courier's field: it is never cut off.
    pub fn longer_than(&mut self, max_chars: usize, place: impl AsRef<str>, text: Option<&str>) {
        if text.is_some_and(|text| text.chars().count() > max_chars) {
            self.refuse(place, "too-long", format!("at most {max_chars} characters"));
        }
    }

    /// Refuses any payer but the account itself.
    pub fn other_payers(&mut self, shipment: &Shipment, words: &str) {
        for (index, payment) in shipment.payments.iter().enumerate() {
            if payment.payer != "sender" || payment.account_number.is_some() {
                self.refuse(format!("/payments/{index}"), "not-offered", words);
            }
        }
    }

    /// Refuses customs members beside content type, items and who pays.
    pub fn customs_papers(&mut self, customs: &Customs, words: &str) {
        for (member, value) in [
            ("invoice_number", &customs.invoice_number),
            ("invoice_date", &customs.invoice_date),
            ("signer", &customs.signer),
            ("license_number", &customs.license_number),
            ("certificate_number", &customs.certificate_number),
            ("eel_pfc", &customs.eel_pfc),
            ("aes", &customs.aes),
        ] {
            self.unless_absent(format!("/customs/{member}"), value.as_ref(), words);
        }
        if customs.paperless {
            self.refuse("/customs/paperless", "not-offered", words);
        }
    }

    /// Refuses tax ids of a party but the first of each of these kinds.
    pub fn tax_ids(&mut self, at: &str, party: &Address, with_place: &[&str], words: &str) {
        for (index, tax_id) in party.tax_ids.iter().enumerate() {
            let is_first = party.tax_ids.iter().position(|other| other.kind == tax_id.kind) == Some(index);
            if !is_first || !with_place.contains(&tax_id.kind.as_str()) {
                self.refuse(format!("{at}/tax_ids/{index}"), "not-offered", words);
            }
        }
    }

    /// Nothing, or one failure with all the places.
    ///
    /// # Errors
    ///
    /// `invalid-input`: something was refused.
    pub fn finish(self) -> Result<(), Failure> {
        if self.failure.problems.is_empty() { Ok(()) } else { Err(self.failure) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Payment;

    #[test]
    fn every_place_is_named_and_none_is_no_failure() {
        let mut refusals = Refusals::new("/shipment", "no");
        refusals.longer_than(3, "/sender/city", Some("ÅSÅ"));
        refusals.unless_absent("/return_to", None::<&String>, "no place for it");
        refusals.finish().expect("nothing was refused");

        let mut refusals = Refusals::new("/shipment", "no");
        refusals.longer_than(2, "/sender/city", Some("ÅSÅ"));
        refusals.unless_absent("/customs/signer", Some(&"A"), "no place for it");
        let payments = vec![Payment { payer: "recipient".to_owned(), ..Payment::default() }];
        refusals.other_payers(&Shipment { payments, ..Shipment::default() }, "the account pays");
        let failure = refusals.finish().expect_err("three things were refused");
        let found: Vec<_> = failure.problems.iter().map(|one| (one.pointer.as_str(), one.code.as_str())).collect();
        assert_eq!(
            found,
            [
                ("/shipment/sender/city", "too-long"),
                ("/shipment/customs/signer", "not-offered"),
                ("/shipment/payments/0", "not-offered")
            ]
        );
    }
}
