//! Calls that act once for an `Idempotency-Key`: how their answers are written, kept and given again.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, HeaderValue, LOCATION, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::etag::ETag;
use super::idempotency_key::IDEMPOTENT_REPLAYED;
use super::problem::{KeptProblem, Result};
use crate::app::App;
use crate::model::id::MerchantId;
use crate::service::Error;
use crate::service::idempotency::{self, Answer, Answered, JSON, Key, PROBLEM_JSON};

/// Runs a call that makes a row of ours and nothing at a courier, once for its key and in a task of its own: whoever hangs up and
/// asks again gets the answer. A call that failed made nothing, and its key is free again. Without a key it just runs.
pub async fn create_once(
    app: &App,
    merchant: &MerchantId,
    key: Option<Key>,
    resource: Option<&str>,
    call: impl Future<Output = Result<Answer>> + Send + 'static,
) -> Result<Response<Body>> {
    let Some(key) = key else {
        return respond(Answered::fresh(call.await?), resource);
    };
    if let Some(answered) = idempotency::claim(app, merchant, &key).await? {
        return respond(answered, resource);
    }
    let (app, merchant) = (app.clone(), merchant.clone());
    let work = tokio::spawn(async move {
        let made = call.await;
        idempotency::release(&app, &merchant, &key, made.as_ref().ok()).await?;
        made
    });
    match work.await {
        Ok(made) => respond(Answered::fresh(made?), resource),
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

/// A body's bytes.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(body).expect("our own bodies are JSON");
    Answer { status: status.as_u16(), content_type: JSON, version: None, body }
}

/// The answer's bytes as they were kept. `Location` leads below `resource`, where one can be read there; `ETag` is the version that
/// it had then.
pub fn respond(answered: Answered, resource: Option<&str>) -> Result<Response<Body>> {
    let Answered { answer: Some(answer), is_replay } = answered else { return Err(Error::StillRunning.into()) };
    let location = resource.and_then(|resource| Some(format!("{resource}{}", id(&answer)?)));
    let etag = answer.version.map(|version| ETag(version).header());
    let kept = (answer.content_type == PROBLEM_JSON).then(|| KeptProblem(answer.body.clone()));
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(kept) = kept {
        if let Some(wait) = kept.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
        }
        response.extensions_mut().insert(kept);
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Some(location) = location.and_then(|location| HeaderValue::from_str(&location).ok()) {
        headers.insert(LOCATION, location);
    }
    if let Some(etag) = etag {
        headers.insert(ETAG, etag);
    }
    if is_replay {
        headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn id(answer: &Answer) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    let is_resource = answer.content_type == JSON;
    is_resource.then(|| serde_json::from_slice::<Named>(&answer.body).ok()).flatten().map(|named| named.id)
}
