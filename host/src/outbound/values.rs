//! Where a placed value comes from: fields of the credential, tokens, the host's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crossdock_contract::description::{Description, HostValue, Value};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::model::credential::AccountView;
use crate::model::failure::{Failure, FailureKind};
use crate::vault::Secrets;

/// What the host offers of its own; absent where the credential has none.
#[derive(Default)]
pub struct HostValues {
    /// The random secret with which the credential's webhook is authenticated.
    pub webhook_secret: Option<SecretString>,
    /// The public address of the credential's webhook. It holds an unguessable token.
    pub callback_url: Option<SecretString>,
    /// The secret that the courier handed over.
    pub handshake_secret: Option<SecretString>,
}

/// A value about to be written.
pub struct Found {
    /// Its text.
    pub text: Zeroizing<String>,
    /// Whether the plugin must not see it. A plain field it can read from the context, and a constant is in its own description:
    /// cutting those out of answers would protect nothing and break account numbers.
    pub is_secret: bool,
}

/// All values that a request can be given.
pub struct Values<'a> {
    /// Says which fields an account cannot do without.
    pub description: &'a Description,
    /// The plain fields.
    pub account: &'a AccountView,
    /// The secret fields.
    pub secrets: &'a Secrets,
    /// The host's own.
    pub host: &'a HostValues,
    /// Tokens by their ids, fetched before.
    pub tokens: &'a BTreeMap<String, Arc<SecretString>>,
}

impl Values<'_> {
    /// Looks a value up; `None`: an optional one that is not set, and its placement is left out.
    ///
    /// # Errors
    ///
    /// `auth` where a required field is not set.
    pub fn find(&self, value: &Value) -> Result<Option<Found>, Failure> {
        Ok(match value {
            Value::Field(key) => self.find_field(key)?,
            Value::Token(id) => Some(secret(self.tokens.get(id).ok_or_else(|| incomplete("no token was fetched"))?)),
            Value::Host(HostValue::WebhookSecret) => self.host.webhook_secret.as_ref().map(secret),
            Value::Host(HostValue::CallbackUrl) => self.host.callback_url.as_ref().map(secret),
            Value::Host(HostValue::HandshakeSecret) => self.host.handshake_secret.as_ref().map(secret),
            Value::Constant(text) => Some(Found { text: Zeroizing::new(text.clone()), is_secret: false }),
        })
    }

    fn find_field(&self, key: &str) -> Result<Option<Found>, Failure> {
        if let Some(found) = self.secrets.get(key) {
            return Ok(Some(secret(found)));
        }
        if let Some(text) = self.account.fields.get(key) {
            return Ok(Some(Found { text: Zeroizing::new(text.clone()), is_secret: false }));
        }
        let kind = self.description.accounts.iter().find(|kind| kind.id == self.account.kind);
        let field = kind.and_then(|kind| kind.fields.iter().find(|field| field.key == key));
        match field.is_some_and(|field| field.required) {
            true => Err(incomplete("the credential lacks a required field")),
            false => Ok(None),
        }
    }
}

fn secret(text: &SecretString) -> Found {
    Found { text: Zeroizing::new(text.expose_secret().to_owned()), is_secret: true }
}

/// Makes the failure of a credential that cannot be written as its scheme wants.
pub fn incomplete(message: &str) -> Failure {
    Failure::new(FailureKind::Auth, "credential-incomplete", message)
}
