//! Event Cast: pushes by number for 30 days. Bring signs nothing; the header that the host asked for is all there is.

use crossdock_sdk::lenient::{one_or_many, opt_text};
use crossdock_sdk::types::{
    Action, IncomingWebhook, PartFailure, Received, Subscription, Tracking, TrackingEvent, Update,
};
use crossdock_sdk::{Failure, Request, Response, time};
use serde::Deserialize;
use serde_json::json;

use crate::answer::{authenticated, refused};
use crate::describe::{HOOK_HEADER, SUBSCRIBE_PATH};
use crate::status::{STATUSES, event_groups, incident_reason, is_informational};
use crate::tracking::event_key;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Push {
    #[serde(deserialize_with = "opt_text")]
    status: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    shipment: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    package: Option<String>,
    /// UTC, `+0000` without a colon.
    #[serde(deserialize_with = "opt_text")]
    created: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Webhook {
    #[serde(deserialize_with = "opt_text")]
    id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    tracking_id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    expiry: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    #[serde(deserialize_with = "opt_text")]
    reason: Option<String>,
}

/// Reads a push. It says neither words nor place, so the host is asked to track the parcel.
pub fn receive(request: &IncomingWebhook) -> Result<Received, Failure> {
    let unreadable = |reason: String| Failure::invalid_input("unreadable", reason);
    let push: Push = serde_json::from_slice(&request.body).map_err(|error| unreadable(error.to_string()))?;
    let number =
        push.package.or_else(|| push.shipment.clone()).ok_or_else(|| unreadable("no number in it".to_owned()))?;
    let code = push.status.ok_or_else(|| unreadable("no status in it".to_owned()))?;
    let occurred_at = push.created.as_deref().and_then(|text| time::any(text, Some("NO")));
    let key = event_key(occurred_at.as_ref(), &code, &number);
    let event = TrackingEvent {
        status: STATUSES.status(&code),
        incident_reason: incident_reason(&code),
        courier_code: Some(code.clone()),
        parcel: Some(number.clone()),
        courier_key: key.clone(),
        informational: is_informational(&code),
        occurred_at: occurred_at.clone(),
        ..TrackingEvent::default()
    };
    let tracking = Tracking {
        number: number.clone(),
        status: event.status,
        incident_reason: event.incident_reason.clone(),
        courier_code: Some(code),
        // A message that was sent is no verdict on the parcel.
        status_at: occurred_at.filter(|_| !event.informational),
        related_numbers: push.shipment.into_iter().filter(|shipment| *shipment != number).collect(),
        events: vec![event],
        ..Tracking::default()
    };
    Ok(Received {
        updates: vec![Update { key: Some(key), tracking }],
        actions: vec![Action { code: "refresh".to_owned(), numbers: vec![number], ..Action::default() }],
        ..Received::default()
    })
}

/// One batch call for up to 100 numbers. The host puts in the callback's address and the header's value.
pub fn subscribe(numbers: &[String]) -> Result<Vec<Subscription>, Failure> {
    if numbers.is_empty() {
        let words = "Bring's subscriptions to a whole customer number are not documented well enough to ask for one";
        return Err(Failure::unsupported("numbers-only", words));
    }
    let body = json!({
        "trackingIds": numbers,
        "event_groups": event_groups().collect::<Vec<_>>(),
        "configuration": {"content_type": "application/json", "headers": [{"key": HOOK_HEADER}]},
    });
    let answer = checked(Request::post("event-cast", SUBSCRIBE_PATH).json(&body).send()?)?;
    let mut subscriptions = subscriptions(&answer)?;
    let known = |number: &String| subscriptions.iter().any(|one| one.numbers.contains(number));
    let missing: Vec<PartFailure> = (0..)
        .zip(numbers)
        .filter(|(_, number)| !known(number))
        .map(|(index, _)| PartFailure {
            parcel: Some(index),
            failure: Failure::not_found("not-subscribed", "Bring's answer does not name this number"),
        })
        .collect();
    match subscriptions.last_mut() {
        Some(last) => last.failures = missing,
        None => {
            return Err(Failure::unexpected_answer("none", "Bring subscribed to no number").status(answer.status()));
        }
    }
    Ok(subscriptions)
}

pub fn unsubscribe(id: &str) -> Result<(), Failure> {
    checked(Request::delete("event-cast", "/api/v1/webhooks").path_segment(id).send()?).map(drop)
}

pub fn list() -> Result<Vec<Subscription>, Failure> {
    subscriptions(&checked(Request::get("event-cast", "/api/v1/webhooks/").send()?)?)
}

/// `{"uuid", "status", "reason"}` where it refuses; the status is also HTTP's.
fn checked(answer: Response) -> Result<Response, Failure> {
    let answer = authenticated(answer)?;
    if answer.is_success() {
        return Ok(answer);
    }
    match answer.json::<Refusal>().ok().and_then(|refusal| refusal.reason) {
        Some(reason) => Err(answer.failure(format!("http-{}", answer.status()), reason)),
        None => Err(refused(answer)),
    }
}

fn subscriptions(answer: &Response) -> Result<Vec<Subscription>, Failure> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Webhooks(#[serde(deserialize_with = "one_or_many")] Vec<Webhook>);

    let Webhooks(webhooks) = answer.json()?;
    let subscription = |webhook: Webhook| {
        Some(Subscription {
            id: webhook.id?,
            numbers: webhook.tracking_id.into_iter().collect(),
            expires: webhook.expiry.as_deref().and_then(|text| time::with_offset(text)?.at),
            ..Subscription::default()
        })
    };
    Ok(webhooks.into_iter().filter_map(subscription).collect())
}
