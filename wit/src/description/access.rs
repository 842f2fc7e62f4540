//! Where a plugin's requests may go and how they are authenticated.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A base URL of the courier and what may be asked of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Endpoint {
    /// `[a-z][a-z0-9-]{0,31}`, unique in the description.
    pub name: String,
    /// Base URL of the courier's production system: https, no query, no trailing slash.
    pub production: String,
    /// Base URL of its test system, where the account kind's `test` is `host`.
    #[serde(default)]
    pub test: Option<String>,
    /// What may be asked. Anything else is refused.
    pub routes: Vec<Route>,
    /// Account kind → the scheme that authenticates its requests. A kind that is not named sends none.
    #[serde(default)]
    pub schemes: BTreeMap<String, String>,
}

/// Methods and a path prefix of an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Route {
    /// Upper-case: `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`.
    pub methods: Vec<String>,
    /// Starts with `/`. A path matches that is equal, or continues after a `/`; a prefix that ends in `/` matches all
    /// below it.
    pub path_prefix: String,
}

impl Route {
    /// Says whether a request with this method and path takes the route: segment by segment, as written.
    pub fn covers(&self, method: &str, path: &str) -> bool {
        self.methods.iter().any(|declared| declared == method) && is_below(path, &self.path_prefix)
    }
}

/// Says whether a path equals a prefix or continues it after a `/`.
pub fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || prefix.ends_with('/') || prefix.is_empty() || rest.starts_with('/'))
}

/// How requests prove who sends them: what the host puts where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scheme {
    /// `[a-z][a-z0-9-]{0,31}`, unique in the description.
    pub id: String,
    /// Every one is applied, in requests of its routes.
    pub placements: Vec<SchemePlacement>,
}

impl Scheme {
    /// What is placed in a request with this method and path.
    pub fn placements_for<'a>(&'a self, method: &'a str, path: &'a str) -> impl Iterator<Item = &'a Placement> {
        let applies = move |placement: &&SchemePlacement| {
            placement.routes.is_empty() || placement.routes.iter().any(|route| route.covers(method, path))
        };
        self.placements.iter().filter(applies).map(|placement| &placement.placement)
    }
}

/// A placement, and the requests in which it is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SchemePlacement {
    /// Value and place.
    #[serde(flatten)]
    pub placement: Placement,
    /// The requests in which it is made, where it is not made in all of the scheme's: a callback address belongs into the
    /// body that subscribes, and into no other. Each lies within a route of an endpoint with this scheme.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
}

impl SchemePlacement {
    /// Makes it in these requests only.
    #[must_use]
    pub fn only_in(placement: Placement, routes: Vec<Route>) -> Self {
        Self { placement, routes }
    }
}

impl From<Placement> for SchemePlacement {
    fn from(placement: Placement) -> Self {
        Self { placement, routes: Vec::new() }
    }
}

/// A value and the place that it is written to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "place", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Placement {
    /// A request header, after a prefix such as `Bearer `.
    Header {
        /// The header's name.
        name: String,
        /// Text before the value.
        #[serde(default)]
        prefix: String,
        /// What is written.
        value: Value,
    },
    /// A query parameter.
    Query {
        /// The parameter's name.
        name: String,
        /// What is written.
        value: Value,
    },
    /// HTTP Basic authentication.
    Basic {
        /// The user's name.
        user: Value,
        /// The password.
        password: Value,
    },
    /// A field of an `application/x-www-form-urlencoded` body.
    Form {
        /// The field's name.
        name: String,
        /// What is written.
        value: Value,
    },
    /// A string in a JSON body. Missing parents are created as objects.
    Json {
        /// JSON Pointer to where it goes.
        pointer: String,
        /// What is written.
        value: Value,
    },
    /// A text that stands for the value in the body, replaced wherever it occurs.
    Template {
        /// At least 8 characters, such as `{{password}}`.
        placeholder: String,
        /// How the value is written into the body's language.
        escape: Escape,
        /// What is written.
        value: Value,
    },
    /// A whole segment of the path, which the plugin writes as `{name}`.
    PathSegment {
        /// The segment's name without braces.
        name: String,
        /// What is written, percent-encoded.
        value: Value,
    },
}

/// The language of a body with placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Escape {
    /// `&amp;` and so on.
    Xml,
    /// Inside a JSON string.
    Json,
}

/// Where a placed value comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// A field of the credential. A placement whose optional field is not set is left out.
    Field(String),
    /// A token of `tokens`.
    Token(String),
    /// Something of the host's own.
    Host(HostValue),
    /// Text that is the same for everybody, and no secret.
    Constant(String),
}

/// What the host offers as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum HostValue {
    /// A random secret per credential with which its webhook is authenticated.
    WebhookSecret,
    /// The public address of the credential's webhook.
    CallbackUrl,
    /// The secret that the courier handed over (`WebhookAuthentication.handshake`), for the confirming call.
    HandshakeSecret,
}

/// A token and how the host gets one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TokenExchange {
    /// `[a-z][a-z0-9-]{0,31}`, unique in the description.
    pub id: String,
    /// The endpoint's name. Its routes need not name the path: the plugin must not be able to call it.
    pub endpoint: String,
    /// Path below the endpoint's base URL.
    pub path: String,
    /// How the request is written.
    pub grant: Grant,
    /// The body's format.
    #[serde(default)]
    pub body: TokenBody,
    /// Where client and user credentials go.
    pub placements: Vec<Placement>,
    /// JSON Pointer to the token in the answer.
    pub token_pointer: String,
    /// How long it is good.
    pub lifetime: Lifetime,
    /// Renew it when less than this remains, in seconds, at most half of its lifetime. Without it: 15 minutes, or a fifth of
    /// the lifetime if that is shorter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renew_before_s: Option<u32>,
}

/// OAuth 2.0 grants without a person in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// `grant_type=client_credentials`.
    ClientCredentials,
    /// `grant_type=password`.
    Password,
}

/// How a token request's body is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TokenBody {
    /// `application/x-www-form-urlencoded`, as OAuth 2.0 says.
    #[default]
    Form,
    /// A JSON object.
    Json,
}

/// How long a token is good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Lifetime {
    /// JSON Pointer to seconds, as a number or as text.
    Pointer(String),
    /// Seconds, where the answer does not say.
    FixedS(u64),
}
