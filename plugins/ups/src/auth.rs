//! Whether a credential works.

use crossdock_sdk::types::{Account, FailureKind};
use crossdock_sdk::{Auth, Call, Failure, Request};

use crate::{Ups, error, wire};

impl Auth for Ups {
    /// The token is the proof; tracking asks for nothing but a token. That UPS does not know the number, or refuses it,
    /// is an answer to an account that works.
    fn check(call: &Call) -> Result<Account, Failure> {
        let account = wire::account_number(call);
        let number = format!("1Z{account}0300000046");
        let request = Request::get("api", "/track/v1/details").path_segment(&number).query("locale", "en_US");
        let response = wire::identified(call, request, "").send()?;
        if !response.is_success() {
            let failure = error::failure(&response);
            let is_about_the_number = matches!(failure.kind, FailureKind::NotFound | FailureKind::InvalidInput);
            // Some gateway's page is no answer of UPS's.
            if !is_about_the_number || !error::is_error(&response) {
                return Err(failure);
            }
        }
        Ok(Account { id: Some(account), ..Account::default() })
    }
}
