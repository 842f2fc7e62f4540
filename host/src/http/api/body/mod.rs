//! Request and response bodies that several resources share, and their conversions to and from `model`.
//!
//! Keys are `snake_case`, words (kinds, categories, codes) are the contract's. Requests refuse unknown members, so that
//! a misspelt one is found before it costs money; responses may gain members at any time.

pub mod address;
pub mod booking;
pub mod courier;
pub mod credential;
pub mod credential_test;
pub mod customs;
pub mod document;
pub mod moment;
pub mod money;
pub mod parcel;
pub mod pickup;
pub mod rate;
pub mod service_point;
pub mod shipment;
pub mod tracking;

use std::collections::BTreeMap;

use crate::http::validate::Findings;
use crate::model::Extensions;

/// Most pairs of extensions in one record.
const MAX_EXTENSIONS: usize = 20;

/// Longest key or value of an extension, in characters.
const MAX_EXTENSION_CHARS: usize = 500;

/// Extensions as an object: keys that docs/PLUGINS.md documents, values as text.
pub type ExtensionsBody = BTreeMap<String, String>;

fn check_extensions(pointer: &str, extensions: &ExtensionsBody, findings: &mut Findings) {
    let pointer = format!("{pointer}/extensions");
    findings.count(&pointer, extensions.len(), 0..=MAX_EXTENSIONS);
    for (key, value) in extensions {
        let pointer = format!("{pointer}/{}", crate::http::json::escape(key));
        findings.required_text(&pointer, key, MAX_EXTENSION_CHARS);
        findings.text(&pointer, value, MAX_EXTENSION_CHARS);
    }
}

fn to_extensions(body: ExtensionsBody) -> Extensions {
    body.into_iter().collect()
}

fn from_extensions(extensions: Extensions) -> ExtensionsBody {
    extensions.into_iter().collect()
}
