//! What a plugin says about itself: the types of the document that `describe` returns.
//!
//! Unknown plain members are ignored, so that a newer plugin loads on an older host. What decides where a secret goes is
//! closed: an unknown placement, value, grant or webhook authentication is refused. `description.schema.json` is
//! generated from these types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

/// How requests prove who sends them: what the host puts where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scheme {
    /// `[a-z][a-z0-9-]{0,31}`, unique in the description.
    pub id: String,
    /// Every one is applied.
    pub placements: Vec<Placement>,
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

/// How the courier's pushes prove where they come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WebhookAuthentication {
    /// Ways that are accepted; one of them must hold.
    pub any_of: Vec<WebhookProof>,
    /// A secret that the courier hands over before it pushes.
    #[serde(default)]
    pub handshake: Option<Handshake>,
}

/// One way in which a push proves where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "proof", rename_all = "kebab-case", deny_unknown_fields)]
pub enum WebhookProof {
    /// A keyed digest in a header.
    Hmac {
        /// The digest.
        algorithm: HmacAlgorithm,
        /// The header's name.
        header: String,
        /// Text before the signature in the header, such as `sha256=`.
        #[serde(default)]
        prefix: String,
        /// How the signature is written.
        encoding: SignatureEncoding,
        /// What is signed, in order.
        signed: Vec<SignedPart>,
        /// The key.
        key: WebhookKey,
    },
    /// HTTP Basic authentication.
    Basic {
        /// The user's name.
        user: WebhookKey,
        /// The password.
        password: WebhookKey,
    },
    /// `Authorization: Bearer`.
    Bearer {
        /// The token.
        key: WebhookKey,
    },
    /// A secret in a header of its own.
    Header {
        /// The header's name.
        name: String,
        /// The secret.
        key: WebhookKey,
    },
    /// A secret in the query.
    Query {
        /// The parameter's name.
        name: String,
        /// The secret.
        key: WebhookKey,
    },
    /// The plugin verifies it with `crypto`.
    Plugin {},
    /// The unguessable address is all there is.
    PathOnly {},
}

/// The digests that couriers sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum HmacAlgorithm {
    /// HMAC-SHA-1.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SignatureEncoding {
    /// Hexadecimal in either case.
    Hex,
    /// Standard base64.
    Base64,
    /// Either of them.
    Either,
}

/// A part of what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SignedPart {
    /// The body, byte for byte.
    Body,
    /// The value of a header.
    Header(String),
    /// Fixed text such as `.`.
    Text(String),
    /// The address that was called.
    Url,
    /// The method.
    Method,
}

/// What a push is checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WebhookKey {
    /// The host's own secret for this credential.
    WebhookSecret,
    /// A field of the credential.
    Field(String),
    /// The secret of the handshake.
    HandshakeSecret,
}

/// How a courier hands over a secret before it pushes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Handshake {
    /// JSON Pointer to the secret in the courier's call. The host lifts it out before the plugin sees the call.
    pub pointer: Option<String>,
    /// The header that holds it, where it is not in the body.
    pub header: Option<String>,
}

/// What a courier's numbers look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NumberPattern {
    /// What the courier calls numbers of this kind.
    pub name: String,
    /// A regular expression that the whole number matches, in upper case and without blanks.
    pub pattern: String,
    /// How its check digit is computed.
    #[serde(default)]
    pub check: CheckDigit,
    /// A made-up number that matches, check digit included.
    pub example: String,
}

/// Check digit algorithms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CheckDigit {
    /// None.
    #[default]
    None,
    /// GS1 mod 10 over the digits (SSCC, GSIN), leading `00` left out.
    Gs1,
    /// UPU S10: weights 8 6 4 2 3 5 9 7 over the 8 digits, mod 11.
    S10,
    /// UPS `1Z`.
    Ups1z,
    /// The last digit is the number before it modulo 7.
    Mod7,
    /// FedEx 12 digits: weights 3 1 7, mod 11.
    Fedex12,
    /// FedEx 15 digits: mod 10, weights 3 1.
    Fedex15,
}

/// A service that can be booked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Service {
    /// The courier's code.
    pub code: String,
    /// The courier's name for it.
    pub name: String,
    /// `home`, `business`, `service-point`, `locker`, `mailbox`, `freight` or `other`.
    pub delivery_kind: String,
    /// Countries it is sent from; empty: all of the description's.
    #[serde(default)]
    pub from: Vec<String>,
    /// Countries it goes to; empty: not said.
    #[serde(default)]
    pub to: Vec<String>,
    /// Whether it is for returns.
    #[serde(default)]
    pub is_return: bool,
    /// Heaviest parcel.
    #[serde(default)]
    pub max_weight_grams: Option<u32>,
}

/// An option of a quote or a booking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShippingOption {
    /// One of the codes of docs/PLUGINS.md, or `courier:<code>` for what only this courier has.
    pub code: String,
    /// Its name for a person.
    pub label: String,
    /// What a value looks like.
    pub kind: OptionKind,
    /// The unit of a number, such as `g` or `days`.
    #[serde(default)]
    pub unit: Option<String>,
    /// The services that it goes with; empty: all.
    #[serde(default)]
    pub services: Vec<String>,
}

/// What an option's value looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OptionKind {
    /// `true` or `false`.
    Flag,
    /// Text of at most so many characters.
    Text(u32),
    /// A whole number.
    Integer,
    /// `{"amount": "12.30", "currency": "SEK"}`.
    Money,
    /// One of these.
    Choice(Vec<String>),
    /// `YYYY-MM-DD`.
    Date,
    /// `{"earliest": RFC 3339, "latest": RFC 3339}`.
    Window,
}

/// A format of labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LabelFormat {
    /// `pdf`, `zpl`, `png`, `gif` or `epl2`.
    pub format: String,
    /// Page sizes that can be asked for, the default first; empty: the courier decides.
    #[serde(default)]
    pub sizes: Vec<String>,
    /// Only for these services; empty: all.
    #[serde(default)]
    pub services: Vec<String>,
}
