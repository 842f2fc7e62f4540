//! Documents by link: fetched by the host itself, so that neither the address nor the paper passes through a guest.

use crossdock_contract::description::{Endpoint, Placement, is_below};
use http::{HeaderMap, Method, header};
use url::Url;
use zeroize::Zeroizing;

use super::client::{Incoming, Outgoing};
use super::endpoint::base_url;
use super::placement::{Draft, apply};
use super::record::Sent;
use super::request::{is_routed, leads_to_token};
use super::send::{MAX_ANSWER_BYTES, failure_of};
use super::session::Session;
use super::token_fetch::TokenMap;
use crate::model::failure::{Failure, FailureKind};

/// Most requests for one document: the link itself and two redirects.
const MAX_HOPS: usize = 3;
/// Longest link, in bytes: presigned ones are some 2 kB.
const MAX_LINK_BYTES: usize = 8 * 1024;

impl Session {
    /// Fetches a document: GET, https unless the operator listed the address, the exact bytes of the URL, at most three hops, each to a
    /// granted document host or a declared endpoint; credentials on the first hop only and only towards a declared endpoint.
    ///
    /// # Errors
    ///
    /// `unexpected-answer` for a link that breaks these rules and for an answer that is no document; else as `send`.
    pub async fn fetch_link(&self, link: &str) -> Result<Vec<u8>, Failure> {
        let mut url = parse_exact(link).ok_or_else(|| refused("the link is not a plain https address"))?;
        for hop in 0..MAX_HOPS {
            let answer = self.fetch_hop(&url, hop == 0).await?;
            if let Some(next) = redirect(&url, &answer)? {
                url = next;
                continue;
            }
            return match answer.status {
                200..300 if !answer.body.is_empty() => Ok(answer.body),
                200..300 => Err(refused("the link leads to an empty document")),
                status => Err(no_document(status)),
            };
        }
        Err(refused("the link redirects more than twice"))
    }

    async fn fetch_hop(&self, url: &Url, is_first: bool) -> Result<Incoming, Failure> {
        let declared = self.endpoint_of(url);
        if declared.is_none() && !self.is_document_host(url) {
            return Err(refused("the link leads to a host that is not granted"));
        }
        if url.scheme() != "https" && !self.outbound.clients.is_listed(url) && !self.is_endpoints_origin(url) {
            return Err(refused("the link is not https"));
        }
        if let Some((_, base)) = &declared {
            let path = url.path().strip_prefix(base.path().trim_end_matches('/')).unwrap_or(url.path());
            if leads_to_token(&self.spec.description, &self.spec.account, base, path) {
                return Err(refused("tokens are no documents"));
            }
        }
        let endpoint = declared.as_ref().map_or("document-host", |(endpoint, _)| endpoint.name.as_str());
        let _leave = match &declared {
            Some((endpoint, base)) => {
                let path = url.path().strip_prefix(base.path().trim_end_matches('/')).unwrap_or(url.path());
                let digest = |key: &str| self.field_digest(key);
                let ask = self.ask(&endpoint.name, "GET", path, &digest);
                Some(self.outbound.limits.acquire(&ask, self.spec.deadline).await?)
            }
            None => None,
        };
        let mut target = url.clone();
        let mut headers = HeaderMap::new();
        if let Some((endpoint, base)) = declared.as_ref().filter(|_| is_first) {
            headers = self.authenticate(endpoint, base, &mut target).await?;
        }
        let outgoing = Outgoing {
            method: Method::GET,
            url: target,
            headers,
            body: None,
            timeout: self.time_left(self.spec.deadline)?,
            max_answer_bytes: MAX_ANSWER_BYTES,
        };
        // The path is not recorded: with links it is often the key to the document.
        let sent = Sent::request(self, "GET", endpoint, "/{link}", &outgoing.headers, None);
        let outcome = self.outbound.clients.exchange(&self.spec.courier, outgoing).await;
        let outcome = outcome.map_err(|error| failure_of(error, false));
        // Bodies of documents are no log's business.
        let bare = outcome.as_ref().ok().map(|answer| Incoming {
            status: answer.status,
            headers: HeaderMap::new(),
            body: Vec::new(),
            wire_bytes: answer.wire_bytes,
        });
        sent.finish(self, bare.as_ref(), outcome.as_ref().err());
        outcome
    }

    /// Puts header and query credentials on the first hop, where the plugin could have asked for that path itself.
    async fn authenticate(&self, endpoint: &Endpoint, base: &Url, target: &mut Url) -> Result<HeaderMap, Failure> {
        let description = &self.spec.description;
        let scheme = endpoint.schemes.get(&self.spec.account.kind);
        let scheme = scheme.and_then(|id| description.schemes.iter().find(|scheme| &scheme.id == id));
        let path = target.path().strip_prefix(base.path().trim_end_matches('/')).unwrap_or("");
        let Some(scheme) = scheme.filter(|_| is_routed(endpoint, "GET", path)) else {
            return Ok(HeaderMap::new());
        };
        let is_usable = |placement: &&Placement| match *placement {
            Placement::Header { .. } | Placement::Basic { .. } => true,
            // A link that brings its own value keeps it.
            Placement::Query { name, .. } => target.query_pairs().all(|(taken, _)| taken != name.as_str()),
            _ => false,
        };
        let placements: Vec<&Placement> = scheme.placements_for("GET", path).filter(is_usable).collect();
        let tokens = self.tokens_for(&placements, &TokenMap::new(), self.spec.deadline).await?;
        let mut draft = Draft { path: Zeroizing::default(), query: Vec::new(), headers: HeaderMap::new(), body: None };
        let written = apply(&mut draft, &placements, &self.values(&tokens))?;
        self.learn_texts(&written);
        for (name, value) in &draft.query {
            target.query_pairs_mut().append_pair(name, value);
        }
        Ok(draft.headers)
    }

    /// Returns the declared endpoint whose base URL the address continues.
    fn endpoint_of(&self, url: &Url) -> Option<(&Endpoint, Url)> {
        let description = &self.spec.description;
        description.endpoints.iter().find_map(|endpoint| {
            let base = base_url(description, &self.spec.account, endpoint)?;
            let is_same = base.origin() == url.origin() && is_below(url.path(), base.path().trim_end_matches('/'));
            is_same.then_some((endpoint, base))
        })
    }

    fn is_document_host(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let description = &self.spec.description;
        let is_granted = description.document_hosts.iter().any(|granted| match granted.strip_prefix("*.") {
            Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            None => granted.eq_ignore_ascii_case(host),
        });
        is_granted || self.is_endpoints_origin(url)
    }

    fn is_endpoints_origin(&self, url: &Url) -> bool {
        let description = &self.spec.description;
        description.endpoints.iter().any(|endpoint| {
            base_url(description, &self.spec.account, endpoint).is_some_and(|base| base.origin() == url.origin())
        })
    }
}

/// Reads an address whose path and query parsing leaves as they are, byte for byte.
fn parse_exact(link: &str) -> Option<Url> {
    let is_plain =
        link.len() <= MAX_LINK_BYTES && link.bytes().all(|byte| byte.is_ascii_graphic()) && !link.contains('#');
    let url = Url::parse(link).ok().filter(|_| is_plain)?;
    let after_scheme = link.split_once("://")?.1;
    let tail = after_scheme.find(['/', '?']).map_or("", |start| &after_scheme[start..]);
    let parsed = url[url::Position::BeforePath..].to_owned();
    let is_same =
        parsed == tail || (tail.is_empty() && parsed == "/") || (tail.starts_with('?') && parsed == format!("/{tail}"));
    let is_fine = matches!(url.scheme(), "https" | "http") && url.username().is_empty() && url.password().is_none();
    (is_same && is_fine).then_some(url)
}

fn redirect(url: &Url, answer: &Incoming) -> Result<Option<Url>, Failure> {
    let is_redirect = matches!(answer.status, 301 | 302 | 303 | 307 | 308);
    if !is_redirect {
        return Ok(None);
    }
    let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let location = location.ok_or_else(|| refused("the link redirects nowhere"))?;
    let next = match parse_exact(location) {
        Some(next) => Some(next),
        None if location.contains("://") || location.starts_with("//") => None,
        None => url.join(location).ok(),
    };
    let next = next.filter(|next| url.scheme() != "https" || next.scheme() == "https");
    next.map(Some).ok_or_else(|| refused("the link redirects to an address that is not plain https"))
}

fn refused(message: &str) -> Failure {
    Failure::new(FailureKind::UnexpectedAnswer, "document-link", message)
}

fn no_document(status: u16) -> Failure {
    let kind = match status {
        401 | 403 => FailureKind::Auth,
        404 | 410 => FailureKind::NotFound,
        429 => FailureKind::RateLimited,
        500.. => FailureKind::Unavailable,
        _ => FailureKind::UnexpectedAnswer,
    };
    let mut failure = Failure::new(kind, "document-link", "the courier did not give the document");
    failure.courier_status = Some(status);
    failure
}
