//! Request bodies as the service takes them.

use std::collections::BTreeMap;

use crate::app::App;
use crate::http::api::body::credential::{CredentialChange, CredentialRequest, FieldValues};
use crate::http::problem::{FieldError, Problem, Result};
use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::id::{InvalidId, StoreId};
use crate::service::connection;
use crate::service::credentials::{self, Entered, NewCredential};
use crate::vault::SecretString;

/// Reads an account to connect. Without a label it gets the courier's name.
pub(super) fn new_credential(app: &App, request: CredentialRequest) -> Result<NewCredential> {
    let courier: CourierId = request.courier.parse().map_err(|_| {
        invalid("/courier", "unknown_courier", "no such courier is installed; GET /v1/couriers lists them")
    })?;
    let store = request.store_id.as_deref().map(store).transpose()?;
    let label = request.label.unwrap_or_else(|| match connection::plugin(app, &courier) {
        Ok(plugin) => plugin.description().display_name.clone(),
        Err(_) => courier.to_string(),
    });
    Ok(NewCredential {
        store,
        label,
        entered: Entered {
            account_kind: request.account_kind,
            environment: request.environment.as_deref().and_then(Environment::parse),
            fields: secrets(request.fields),
            endpoints: request.endpoints,
        },
        is_tested: request.test,
        courier,
    })
}

/// Reads what is to change.
pub(super) fn change(
    request: CredentialChange,
    expected_version: Option<i64>,
) -> Result<credentials::CredentialChange> {
    let store = match request.store_id {
        Some(Some(id)) => Some(Some(store(&id)?)),
        Some(None) => Some(None),
        None => None,
    };
    Ok(credentials::CredentialChange {
        label: request.label,
        store,
        account_kind: request.account_kind,
        environment: request.environment.as_deref().and_then(Environment::parse),
        fields: secrets(request.fields),
        endpoints: request.endpoints,
        expected_version,
        is_tested: request.test.unwrap_or(true),
    })
}

fn secrets(fields: FieldValues) -> BTreeMap<String, SecretString> {
    fields.into_iter().map(|(key, value)| (key, value.into_secret())).collect()
}

fn store(text: &str) -> Result<StoreId> {
    text.parse().map_err(|error: InvalidId| invalid("/store_id", "invalid_value", &error.to_string()))
}

fn invalid(pointer: &str, code: &str, detail: &str) -> Problem {
    Problem::invalid_body(vec![FieldError::new(pointer, code, detail)])
}
