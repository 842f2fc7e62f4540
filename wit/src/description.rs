//! What a plugin says about itself: the types of the document that `describe` returns.
//!
//! Unknown plain members are ignored, so that a newer plugin loads on an older host. What decides where a secret goes is
//! closed: an unknown placement, value, grant or webhook authentication is refused. `description.schema.json` is
//! generated from these types.

mod access;
mod offers;
mod webhook;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use access::*;
pub use offers::*;
pub use webhook::*;

/// A courier plugin's description. Everything that it asks for, the operator grants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Description {
    /// Version of this document's schema: 1.
    pub schema: u32,
    /// The courier's id: `[a-z][a-z0-9-]{1,31}`. It stands in addresses and in ids of the API.
    pub id: String,
    /// The courier's name as people write it.
    pub display_name: String,
    /// The plugin's own version (SemVer).
    pub version: String,
    /// The contract's version that it was built against, such as `0.1.0`.
    pub contract: String,
    /// The courier's page for developers.
    #[serde(default)]
    pub homepage: Option<String>,
    /// Countries from which it carries parcels, ISO 3166-1 alpha-2. Empty: not said.
    #[serde(default)]
    pub countries: Vec<String>,
    /// The kinds of accounts; a credential names one. At least one.
    pub accounts: Vec<AccountKind>,
    /// The only addresses that the plugin's requests can go to.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// How requests are authenticated; endpoints name them.
    #[serde(default)]
    pub schemes: Vec<Scheme>,
    /// Tokens that the host fetches, keeps and renews; schemes name them.
    #[serde(default)]
    pub tokens: Vec<TokenExchange>,
    /// Hosts from which documents by link may be fetched, beside the endpoints' own: `labels.example.com`, or
    /// `*.example.com` for its subdomains.
    #[serde(default)]
    pub document_hosts: Vec<String>,
    /// The courier's limits, which the host keeps.
    #[serde(default)]
    pub limits: Vec<RateLimit>,
    /// How much one call may hold.
    #[serde(default)]
    pub batch: BatchSizes,
    /// How the courier's pushes are authenticated; `None` where it does not push.
    #[serde(default)]
    pub webhook: Option<WebhookAuthentication>,
    /// The consumer's tracking page, with `{number}` in it.
    #[serde(default)]
    pub tracking_link: Option<String>,
    /// What its numbers look like, most specific first.
    #[serde(default)]
    pub number_patterns: Vec<NumberPattern>,
    /// The services that can be booked.
    #[serde(default)]
    pub services: Vec<Service>,
    /// The service that a booking without one gets; `None`: a booking must name one.
    #[serde(default)]
    pub default_service: Option<String>,
    /// The options that quotes and bookings take. Any other is refused before the plugin is called.
    #[serde(default)]
    pub options: Vec<ShippingOption>,
    /// The formats of labels, the preferred one first.
    #[serde(default)]
    pub label_formats: Vec<LabelFormat>,
    /// Whether `create` can check without booking.
    #[serde(default)]
    pub dry_run: bool,
    /// What is documented in docs/PLUGINS.md and has no member of its own yet.
    #[serde(default)]
    pub extensions: BTreeMap<String, serde_json::Value>,
}

/// A kind of account at the courier: a product, an API generation or a key pair of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountKind {
    /// `[a-z][a-z0-9-]{0,31}`, unique in the description.
    pub id: String,
    /// Its name as the courier's customers know it.
    pub label: String,
    /// What the merchant has to give.
    pub fields: Vec<CredentialField>,
    /// The capabilities that it gives, by interface name. Anything else is `unsupported` without a call.
    pub capabilities: Vec<String>,
    /// Operations of those capabilities that the courier does not have, such as `shipments.cancel`, with the reason.
    #[serde(default)]
    pub lacks: BTreeMap<String, String>,
    /// How the courier is tried without spending money.
    pub test: TestEnvironment,
}

/// How a courier's account kind is tried without spending money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TestEnvironment {
    /// A system of its own: the endpoints' `test` base URLs.
    Host,
    /// The production system with a flag that the plugin sets when the call's environment is `test`.
    Flag,
    /// There is none: a test credential is refused.
    None,
}

/// One thing that a merchant gives to connect an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CredentialField {
    /// `[a-z][a-z0-9_]{0,63}`, unique in its account kind.
    pub key: String,
    /// What the courier calls it.
    pub label: String,
    /// Whether it is a secret.
    pub kind: FieldKind,
    /// Whether an account does not work without it.
    pub required: bool,
    /// A regular expression that the whole value matches (no look-around, no back-references).
    #[serde(default)]
    pub pattern: Option<String>,
    /// Where the merchant finds it.
    #[serde(default)]
    pub help: Option<String>,
    /// A made-up value of the right shape.
    #[serde(default)]
    pub example: Option<String>,
}

/// Whether a field may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// The plugin and the API can read it.
    Text,
    /// Sealed; only the host's wire ever sees it.
    Secret,
}

/// A limit that the courier sets, which the host keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RateLimit {
    /// The endpoint's name.
    pub endpoint: String,
    /// Upper-case methods; empty: all.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Only paths below; empty: all.
    #[serde(default)]
    pub path_prefix: String,
    /// Requests per window; `None`: only `concurrent` counts.
    #[serde(default)]
    pub count: Option<u32>,
    /// The window in seconds; a day is 86400 and survives a restart.
    #[serde(default)]
    pub window_s: Option<u32>,
    /// Requests at the same time.
    #[serde(default)]
    pub concurrent: Option<u32>,
    /// What shares the limit.
    pub per: LimitScope,
}

/// What shares a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LimitScope {
    /// Each credential for itself.
    Credential,
    /// All credentials with the same value of this field, such as an application key.
    Field(String),
    /// Everybody on this host.
    Host,
}

/// How much one call may hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct BatchSizes {
    /// Numbers per `track`; 1 if not said.
    pub track: Option<u32>,
    /// Parcels per booking; 1 if not said.
    pub parcels: Option<u32>,
    /// Numbers per `subscribe`; 1 if not said.
    pub subscribe: Option<u32>,
}
