//! Papers of a shipment.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a document is made of, as a plugin returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentContent {
    /// The bytes themselves.
    Bytes(Vec<u8>),
    /// A value that the host kept, by its number.
    Kept(u32),
    /// An https address that the host fetches.
    Link(String),
}

/// Bytes are never written down: their number and digest tell two documents apart.
impl Serialize for DocumentContent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, value) = match self {
            Self::Bytes(bytes) => {
                ("bytes", format!("{} bytes, sha256 {}", bytes.len(), hex::encode(Sha256::digest(bytes))))
            }
            Self::Kept(number) => ("kept", number.to_string()),
            Self::Link(link) => ("link", link.clone()),
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(kind, &value)?;
        map.end()
    }
}

/// A paper as a plugin returns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// What it is.
    pub about: DocumentAbout,
    /// What it is made of.
    pub content: DocumentContent,
}

/// What a paper is, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentAbout {
    /// `label`, `return-label`, `commercial-invoice` and so on, as the contract lists them.
    pub category: String,
    /// `pdf`, `zpl`, `png`, `gif`, `epl2`, `html` or `text`.
    pub format: String,
    /// Such as `A6`.
    pub page_size: Option<String>,
    /// Dots per inch.
    pub dpi: Option<u32>,
    /// The one parcel that it belongs to.
    pub tracking_number: Option<String>,
}

/// A paper whose bytes are here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedDocument {
    /// What it is.
    pub about: DocumentAbout,
    /// Its bytes.
    pub bytes: Vec<u8>,
}
