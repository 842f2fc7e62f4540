//! What couriers push.

use serde::{Deserialize, Serialize};

use super::Extensions;
use super::tracking::Tracking;

/// A courier's call, cleared of its authentication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingWebhook {
    /// Upper-case.
    pub method: String,
    /// Decoded pairs.
    pub query: Vec<(String, String)>,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: Vec<u8>,
}

/// What a push says of one parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebhookUpdate {
    /// What makes the push recognisable when it comes again.
    pub key: Option<String>,
    /// What it says.
    pub tracking: Tracking,
}

/// What the courier wants to hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebhookReply {
    /// HTTP status.
    pub status: u16,
    /// Its body's type.
    pub content_type: String,
    /// Its body.
    pub body: Vec<u8>,
}

/// Something that the host shall do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebhookAction {
    /// `confirm-subscription`, `refresh` or `resubscribe`.
    pub code: String,
    /// The numbers that it concerns.
    pub numbers: Vec<String>,
    /// Documented in docs/PLUGINS.md.
    pub extensions: Extensions,
}

/// A push that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceivedWebhook {
    /// What it says.
    pub updates: Vec<WebhookUpdate>,
    /// What the courier wants to hear; `None`: 200 without a body.
    pub reply: Option<WebhookReply>,
    /// What the host shall do.
    pub actions: Vec<WebhookAction>,
    /// Documented in docs/PLUGINS.md.
    pub extensions: Extensions,
}
