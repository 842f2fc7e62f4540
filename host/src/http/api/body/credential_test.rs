//! How a test of an account ended.

use serde::Serialize;
use utoipa::ToSchema;

use crate::service::credentials::TestOutcome;

/// How a test of an account ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CredentialTest)]
pub struct CredentialTestBody {
    /// Whether the account works.
    pub ok: bool,
    /// Why not: `account` (the courier rejects it), `network` (the courier could not be reached), `courier` (it answered
    /// wrongly, or tests nothing), `limit` (too many requests), `plugin`.
    pub cause: Option<&'static str>,
    /// Words for a person, if it does not work.
    pub detail: Option<String>,
    /// Which account it is, if the courier said so.
    pub account: Option<TestedAccountBody>,
}

/// The account as the courier knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TestedAccount)]
pub struct TestedAccountBody {
    /// The courier's number for it.
    pub id: Option<String>,
    /// Its name at the courier.
    pub label: Option<String>,
}

impl From<TestOutcome> for CredentialTestBody {
    fn from(outcome: TestOutcome) -> Self {
        let cause = outcome.cause().map(|cause| cause.as_str());
        let detail = outcome.detail();
        let account = match outcome {
            TestOutcome::Works(account) => Some(account),
            TestOutcome::Failed(_) | TestOutcome::Broke(_) => None,
        };
        Self {
            ok: cause.is_none(),
            cause,
            detail,
            account: account.map(|account| TestedAccountBody { id: account.id, label: account.label }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::{Failure, FailureKind};

    #[test]
    fn a_rejected_account_is_the_cause() {
        let failure = Failure::new(FailureKind::Auth, "401", "wrong password");
        let body = CredentialTestBody::from(TestOutcome::Failed(Box::new(failure)));
        assert_eq!(
            serde_json::to_value(body).unwrap(),
            serde_json::json!({"ok": false, "cause": "account", "detail": "wrong password", "account": null})
        );
    }
}
