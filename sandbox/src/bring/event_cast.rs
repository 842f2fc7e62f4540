//! Event Cast: webhook subscriptions by number. The sandbox remembers them and does not call.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::auth;
use crate::common::answer::{self, Answer, Refusal};
use crate::common::json::{entries, text, texts};
use crate::common::world::World;

const SHELF: &str = "bring.webhooks";
const MAX_BATCH: usize = 100;
const MAX_URL_CHARS: usize = 250;
const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
const EVENTS: [&str; 17] = [
    "PRE_NOTIFIED",
    "COLLECTED",
    "HANDED_IN",
    "IN_TRANSIT",
    "TERMINAL",
    "INTERNATIONAL",
    "CUSTOMS",
    "NOTIFICATION_SENT",
    "DELIVERY_ORDERED",
    "DELIVERY_CHANGED",
    "TRANSPORT_TO_RECIPIENT",
    "ATTEMPTED_DELIVERY",
    "READY_FOR_PICKUP",
    "DELIVERED",
    "DELIVERED_SENDER",
    "RETURN",
    "DEVIATION",
];

pub fn router() -> Router<World> {
    Router::new()
        .route("/event-cast/api/v1/webhooks", post(create).get(list))
        .route("/event-cast/api/v1/webhooks/", get(list))
        .route("/event-cast/batch/api/v1/webhooks", post(create_batch))
        .route("/event-cast/api/v1/webhooks/{id}", get(show).delete(remove))
        .route("/event-cast/api/v1/webhooks/{id}/test", post(test))
}

/// Event Cast's error body; its status is text.
pub fn error(status: u16, reason: &str) -> Response {
    answer::json(status, &json!({"uuid": "sbx0Q1", "status": status.to_string(), "reason": reason}))
}

async fn create(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = auth::check(&world, &headers, "subscribe")?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| error(400, "The request cannot be parsed"))?;
    let Some(tracking_id) = text(&request, "/trackingId") else {
        return Ok(error(400, "A tracking id is needed"));
    };
    let created = subscribe(&world, account.api_uid, &request, &tracking_id)?;
    Ok(answer::json(201, &created))
}

async fn create_batch(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = auth::check(&world, &headers, "subscribe")?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| error(400, "The request cannot be parsed"))?;
    let numbers = texts(&request, "/trackingIds");
    if numbers.is_empty() || numbers.len() > MAX_BATCH {
        return Ok(error(400, "Between 1 and 100 tracking ids are needed"));
    }
    let mut created = Vec::new();
    for number in numbers {
        created.push(subscribe(&world, account.api_uid, &request, &number)?);
    }
    Ok(answer::json(201, &Value::Array(created)))
}

fn subscribe(world: &World, owner: &str, request: &Value, tracking_id: &str) -> Result<Value, Refusal> {
    let events = texts(request, "/event_groups");
    if events.is_empty()
        || events.iter().any(|event| !EVENTS.contains(&event.as_str()) && event != "DELIVERY_CANCELLED")
    {
        return Err(error(400, "Unknown or missing event group").into());
    }
    let url = text(request, "/configuration/url").unwrap_or_default();
    if !url.starts_with("http") || url.len() > MAX_URL_CHARS {
        return Err(error(400, "The URL is missing, not valid or too long").into());
    }
    let same = |kept: &Value| kept["trackingId"] == tracking_id && kept["configuration"]["url"] == url;
    if world.shelves.list(SHELF).iter().any(|kept| kept["_owner"] == owner && same(kept)) {
        return Err(error(409, "There is such a webhook already").into());
    }
    // Header values are never given back.
    let keys: Vec<Value> = entries(request, "/configuration/headers")
        .into_iter()
        .filter_map(|header| text(header, "/key").map(|key| json!({"key": key})))
        .collect();
    let now = world.clock.now();
    let id = world.random.uuid().to_string();
    let created = json!({"id": id, "authenticator": world.random.uuid().to_string(),
        "configuration": {"url": url, "content_type": "application/json", "headers": keys},
        "trackingId": tracking_id, "event_groups": events, "expiry": stamp(now + LIFETIME), "created": stamp(now)});
    let mut kept = created.clone();
    kept["_owner"] = owner.into();
    world.shelves.put(SHELF, &id, kept);
    Ok(created)
}

fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

fn owned(world: &World, owner: &str, id: &str) -> Option<Value> {
    world.shelves.get(SHELF, id).filter(|kept| kept["_owner"] == owner).map(shown)
}

fn shown(mut kept: Value) -> Value {
    if let Some(members) = kept.as_object_mut() {
        members.shift_remove("_owner");
    }
    kept
}

async fn list(State(world): State<World>, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Answer {
    const USUAL_LIMIT: usize = 10_000;
    let account = auth::check(&world, &headers, "subscriptions")?;
    let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(USUAL_LIMIT);
    let own = world.shelves.list(SHELF).into_iter().filter(|kept| kept["_owner"] == account.api_uid);
    Ok(answer::json(200, &own.take(limit).map(shown).collect()))
}

async fn show(State(world): State<World>, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let account = auth::check(&world, &headers, "subscriptions")?;
    Ok(owned(&world, account.api_uid, &id).map_or_else(not_found, |kept| answer::json(200, &kept)))
}

async fn remove(
    State(world): State<World>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    let account = auth::check(&world, &headers, "subscriptions")?;
    let Some(kept) = owned(&world, account.api_uid, &id) else {
        return Ok(not_found());
    };
    world.shelves.take(SHELF, &id);
    let with_body = query.get("includeWebhook").is_some_and(|value| value == "true");
    Ok(if with_body { answer::json(200, &kept) } else { StatusCode::NO_CONTENT.into_response() })
}

async fn test(State(world): State<World>, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let account = auth::check(&world, &headers, "subscriptions")?;
    Ok(owned(&world, account.api_uid, &id).map_or_else(not_found, |_| StatusCode::ACCEPTED.into_response()))
}

fn not_found() -> Response {
    error(404, "There is no such webhook")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bring::booking::tests::bench;

    #[tokio::test]
    async fn a_webhook_is_made_listed_and_deleted() {
        let bench = bench();
        let wanted = json!({"trackingId": "370438100000000010", "event_groups": ["DELIVERED"], "configuration":
            {"url": "https://hooks.example.com/b", "headers": [{"key": "x-own", "value": "hidden"}]}});
        let path = "/bring/event-cast/api/v1/webhooks";
        let made = bench.post(path, &wanted).await;
        assert_eq!((made.status, made.at("/expiry")), (201, json!("2027-03-05T12:00:00+0000")));
        assert!(!made.text().contains("hidden") && !made.text().contains("_owner"));
        assert_eq!(bench.post(path, &wanted).await.status, 409);
        assert_eq!(bench.get(path).await.at("/0/id"), made.at("/id"));
        let one = format!("{path}/{}", made.at("/id").as_str().unwrap());
        assert_eq!(bench.send("DELETE", &one, axum::body::Body::empty()).await.status, 204);
        assert_eq!(bench.get(&one).await.status, 404);
        assert_eq!(bench.post(path, &json!({})).await.at("/status"), "400");
    }
}
