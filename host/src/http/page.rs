//! Keyset pages: `?limit=1..100&cursor=…`, answered as `{data, next_cursor, has_more}` and `Link: <…>; rel="next"`.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{HeaderValue, LINK};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::{Digest, Sha256};
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

use super::params::invalid_parameters;
use super::problem::{FieldError, Problem, code};
use super::serde_words::twice;

/// Rows of a page unless the caller says otherwise.
pub const DEFAULT_LIMIT: u32 = 20;

/// Most rows of a page.
pub const MAX_LIMIT: u32 = 100;

/// The query parameters of a page; all others of a list are its filters.
pub(crate) const PAGE_PARAMETERS: [&str; 2] = ["limit", "cursor"];

/// Longest cursor that is looked at, in characters; ours stay below 300.
const MAX_CURSOR_CHARS: usize = 1024;

/// Length of the authentication code in a cursor: half of SHA-256 is plenty against guessing.
const MAC_BYTES: usize = 16;

/// Domain of the filters' hash, so that it equals no other hash of ours.
const FILTER_DOMAIN: &[u8] = b"crossdock cursor filters v1\0";

/// The key under which cursors are authenticated. All nodes of one installation share it.
#[derive(Clone)]
pub struct CursorKey(Arc<[u8; 32]>);

impl CursorKey {
    /// Takes a key that only this installation knows.
    pub fn new(key: [u8; 32]) -> Self {
        Self(Arc::new(key))
    }

    fn mac(&self, payload: &[u8]) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.as_ref()).expect("any length is a key");
        mac.update(payload);
        mac
    }
}

/// Which page the caller wants. An extractor that goes beside `Filters<Filter>`; the state gives the [`CursorKey`].
pub struct Page {
    limit: u32,
    after: Option<Vec<String>>,
    filters: Vec<(String, String)>,
    path: String,
    key: CursorKey,
}

/// The query parameters of [`Page`], for the documentation: `params(PageParams)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes what `Page` reads")]
pub struct PageParams {
    /// Rows of a page; 20 if not said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Give it as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
    /// The same as a link, for the header.
    #[serde(skip)]
    link: Option<String>,
}

impl<T> List<T> {
    /// Makes a list that is short enough to be one page.
    pub fn whole(data: Vec<T>) -> Self {
        Self { data, next_cursor: None, has_more: false, link: None }
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        let link = self.link.as_ref().and_then(|link| HeaderValue::from_str(link).ok());
        let mut response = axum::Json(self).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}

impl Page {
    /// Returns how many rows to read: one more than the page holds tells whether there is a next one.
    pub fn rows_to_read(&self) -> u32 {
        self.limit + 1
    }

    /// Returns the keyset values of the last row that the caller has seen, as [`Page::list`] was given them.
    pub fn after(&self) -> Option<&[String]> {
        self.after.as_deref()
    }

    /// Makes the answer of the rows that were read. `keyset` gives the values that the rows are ordered by.
    pub fn list<R, T>(&self, mut rows: Vec<R>, keyset: impl Fn(&R) -> Vec<String>, body: impl Fn(R) -> T) -> List<T> {
        let has_more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        let next_cursor = if has_more { rows.last().map(|row| self.cursor(&keyset(row))) } else { None };
        let link = next_cursor.as_deref().map(|cursor| self.link(cursor));
        List { data: rows.into_iter().map(body).collect(), next_cursor, has_more, link }
    }

    fn cursor(&self, keyset: &[String]) -> String {
        let mut bytes = filter_hash(&self.path, &self.filters).to_vec();
        bytes.extend(serde_json::to_vec(keyset).expect("texts are JSON"));
        let mac = self.key.mac(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac[..MAC_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn link(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.filters).append_pair("limit", &self.limit.to_string()).append_pair("cursor", cursor);
        format!("<{}?{}>; rel=\"next\"", self.path, query.finish())
    }

    fn read(parts: &Parts, key: CursorKey) -> Result<Self, Problem> {
        let (mut limit, mut cursor, mut filters) = (None, None, Vec::new());
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes()) {
            match &*name {
                "limit" | "cursor" if (if name == "limit" { &limit } else { &cursor }).is_some() => {
                    return Err(invalid_parameters(vec![twice(&format!("/{name}"))]));
                }
                "limit" => limit = Some(value.into_owned()),
                "cursor" => cursor = Some(value.into_owned()),
                _ => filters.push((name.into_owned(), value.into_owned())),
            }
        }
        filters.sort_unstable();
        let limit = limit.as_deref().map_or(Ok(DEFAULT_LIMIT), parse_limit)?;
        let path = parts.uri.path().to_owned();
        let mut page = Self { limit, after: None, filters, path, key };
        if let Some(cursor) = cursor {
            let invalid = || Problem::new(code::INVALID_CURSOR);
            page.after = Some(page.open(&cursor).ok_or_else(invalid)?);
        }
        Ok(page)
    }

    fn open(&self, cursor: &str) -> Option<Vec<String>> {
        if cursor.len() > MAX_CURSOR_CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (payload, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        self.key.mac(payload).verify_truncated_left(mac).ok()?;
        let keyset = payload.strip_prefix(filter_hash(&self.path, &self.filters).as_slice())?;
        serde_json::from_slice(keyset).ok()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page
where
    CursorKey: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Self::read(parts, CursorKey::from_ref(state))
    }
}

fn parse_limit(text: &str) -> Result<u32, Problem> {
    match text.parse() {
        Ok(limit @ 1..=MAX_LIMIT) => Ok(limit),
        _ => Err(invalid_parameters(vec![FieldError::new(
            "/limit",
            "out_of_range",
            format!("must be 1 to {MAX_LIMIT}"),
        )])),
    }
}

/// Names the list that a cursor belongs to: its path and its filters.
fn filter_hash(path: &str, filters: &[(String, String)]) -> [u8; 8] {
    let mut hash = Sha256::new();
    hash.update(FILTER_DOMAIN);
    for text in std::iter::once(path).chain(filters.iter().flat_map(|(name, value)| [name.as_str(), value])) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize()[..8].try_into().expect("a digest is longer than 8 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn page(uri: &str, key: u8) -> Result<Page, Problem> {
        let (parts, ()) = Request::builder().uri(uri).body(()).unwrap().into_parts();
        Page::read(&parts, CursorKey::new([key; 32]))
    }

    fn list(page: &Page, rows: &[u32]) -> List<u32> {
        page.list(rows.to_vec(), |row| vec![row.to_string(), "shp_x".to_owned()], |row| row)
    }

    #[test]
    fn the_next_page_starts_where_this_one_ended() {
        let first = page("/v1/shipments?status=a%20b&limit=2", 1).unwrap();
        assert_eq!((first.rows_to_read(), first.after()), (3, None));
        let list = list(&first, &[10, 11, 12]);
        assert_eq!((list.data.as_slice(), list.has_more), ([10, 11].as_slice(), true));
        let cursor = list.next_cursor.clone().unwrap();
        let link = list.link.clone().unwrap();
        assert_eq!(link, format!("</v1/shipments?status=a+b&limit=2&cursor={cursor}>; rel=\"next\""));
        let next = page(&format!("/v1/shipments?cursor={cursor}&status=a+b"), 1).unwrap();
        assert_eq!(next.after().unwrap(), ["11", "shp_x"]);
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let list = list(&page("/v1/x?limit=2", 1).unwrap(), &[1, 2]);
        assert_eq!((list.next_cursor, list.has_more, list.link), (None, false, None));
    }

    #[test]
    fn a_cursor_works_for_its_own_list_only() {
        let cursor = list(&page("/v1/x?limit=1&a=1", 1).unwrap(), &[1, 2]).next_cursor.unwrap();
        assert!(page(&format!("/v1/x?a=1&cursor={cursor}"), 1).is_ok());
        let mut forged = cursor.clone();
        forged.replace_range(12..13, if &cursor[12..13] == "A" { "B" } else { "A" });
        for (uri, key) in [
            (format!("/v1/x?a=2&cursor={cursor}"), 1),
            (format!("/v1/y?a=1&cursor={cursor}"), 1),
            (format!("/v1/x?a=1&cursor={cursor}"), 2),
            (format!("/v1/x?a=1&cursor={forged}"), 1),
            ("/v1/x?cursor=".to_owned(), 1),
            ("/v1/x?cursor=%00".to_owned(), 1),
        ] {
            assert_eq!(page(&uri, key).err().unwrap().code(), "invalid_cursor", "{uri}");
        }
    }

    #[test]
    fn limits_are_1_to_100() {
        for limit in ["0", "101", "-1", "x", "", "1&limit=2"] {
            assert_eq!(page(&format!("/v1/x?limit={limit}"), 1).err().unwrap().status(), 400, "{limit}");
        }
    }
}
