//! Whether the key works.

use crossdock_sdk::types::{Account, FailureKind};
use crossdock_sdk::{Auth, Call, Failure, Request, Response, send_all};

use crate::places::API;
use crate::{PostNord, faults, places, tracking, transit_times};

/// A well-formed number that nobody has.
const NOBODYS_NUMBER: &str = "00000000000000000000";

impl Auth for PostNord {
    /// Asks PostNord whether it knows the customer number.
    ///
    /// REPORTED (github.com/logingrupa/postnordshippingshopaholic): the answer is plain `VALID` or `INVALID`. A key is
    /// authorised product by product, so a refusal here proves nothing yet: tracking and transit times are asked too.
    fn check(call: &Call) -> Result<Account, Failure> {
        let number = call.field("customer_number");
        let answer = Request::get(API, "/rest/shipment/v1/validate/customernumber")
            .query_opt("customerNumber", number.as_deref())
            .query("countryCode", places::issuer_country(call))
            .send()?;
        let verdict = answer.text().trim().trim_matches('"').to_ascii_uppercase();
        if answer.is_success() && verdict == "INVALID" {
            let message = "PostNord does not know this customer number in the issuer's country";
            return Err(answer.failure_of(FailureKind::Auth, "INVALID", message));
        }
        if !(answer.is_success() && verdict == "VALID") {
            other_products(call, &answer)?;
        }
        Ok(Account { id: number, ..Account::default() })
    }
}

/// Proves the key with other products after one said neither yes nor no.
fn other_products(call: &Call, first: &Response) -> Result<(), Failure> {
    if matches!(first.status(), 429 | 499 | 500..=599) {
        return Err(faults::failure(first, ""));
    }
    let answers = send_all(vec![tracking::by_identifier(call, NOBODYS_NUMBER), transit_times::smallest(call)]);
    let mut failure = None;
    for answer in answers {
        match answer.and_then(|answer| faults::checked(answer, "")) {
            Ok(_) => return Ok(()),
            // The key got as far as the product: PostNord takes it.
            Err(refused) if matches!(refused.kind, FailureKind::InvalidInput | FailureKind::NotFound) => {
                return Ok(());
            }
            Err(refused) => failure = failure.or(Some(refused)),
        }
    }
    Err(failure.unwrap_or_else(|| faults::failure(first, "")))
}
