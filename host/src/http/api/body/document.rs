//! Papers of a shipment: what they are and where their bytes can be had.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::document::DocumentAbout;
use crate::model::id::DocumentId;

/// A paper. Its bytes are never inline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentBody {
    /// Its id.
    #[schema(value_type = String)]
    pub id: DocumentId,
    /// `label`, `return-label`, `commercial-invoice`, `customs-declaration`, `cod-form`, `packing-list`,
    /// `proof-of-delivery`, `manifest`, `receipt`, `qr-code` or `other`.
    pub category: String,
    /// `pdf`, `zpl`, `png`, `gif`, `epl2`, `html` or `text`.
    pub format: String,
    /// Such as `A6`.
    pub page_size: Option<String>,
    /// Dots per inch.
    pub dpi: Option<u32>,
    /// The one parcel that it belongs to; null when it is for all.
    pub tracking_number: Option<String>,
    /// How long it is.
    pub size_bytes: u64,
    /// Path of its bytes on this host.
    pub url: String,
}

impl DocumentBody {
    /// Makes the body of a stored paper.
    pub fn new(id: DocumentId, about: DocumentAbout, size_bytes: u64, url: String) -> Self {
        let DocumentAbout { category, format, page_size, dpi, tracking_number } = about;
        Self { id, category, format, page_size, dpi, tracking_number, size_bytes, url }
    }
}

/// Returns the media type of a document's format.
pub fn media_type(format: &str) -> &'static str {
    match format {
        "pdf" => "application/pdf",
        "zpl" => "application/zpl",
        "png" => "image/png",
        "gif" => "image/gif",
        // Never served as a page of this host: a courier's HTML must not run here.
        "html" | "text" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
