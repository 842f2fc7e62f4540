//! How a courier's pushes prove where they come from.

use serde::{Deserialize, Serialize};

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
