//! The HTTP edge: the only place that knows status codes.

#[allow(unused_qualifications, reason = "utoipa's `path` macro qualifies the types that handlers import")]
pub mod api;
pub mod auth;
pub mod country;
pub mod currency;
pub mod docs_page;
pub mod etag;
pub mod health;
pub mod idempotency_key;
pub mod json;
mod json_members;
pub mod key_lookup;
pub mod language;
pub mod metrics;
pub mod observe;
mod once;
pub mod openapi;
pub mod page;
pub mod params;
pub mod problem;
pub mod rate_limit;
mod serde_words;
pub mod server;
mod strict_json;
pub mod validate;
