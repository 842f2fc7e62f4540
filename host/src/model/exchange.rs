//! A plugin's request to its courier and the answer, as they pass between sandbox and wire.

/// HTTP methods that a plugin may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "HTTP's own words")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Returns the method as it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// How a value that the host keeps is written in the courier's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented case by case in wit/host.wit")]
pub enum KeepEncoding {
    Base64,
    Hex,
    Text,
    ByteArray,
    Body,
}

/// A value that the host cuts out of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    /// JSON Pointer with `*` for every element of an array.
    pub pointer: String,
    /// How it is written.
    pub encoding: KeepEncoding,
}

/// A plugin's request. The contract's `http.request` says what each field means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented field by field in wit/host.wit")]
pub struct CourierRequest {
    pub endpoint: String,
    pub method: Method,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    pub keep: Vec<Keep>,
    pub repeatable: bool,
    pub timeout_ms: Option<u64>,
}

/// A courier's answer as a plugin sees it: decoded and scrubbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourierResponse {
    /// HTTP status.
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// Kept values are replaced by `kept:<n>`.
    pub body: Vec<u8>,
}
