//! Papers of a shipment.

use serde::{Deserialize, Serialize};

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

/// A paper as a plugin returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
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
