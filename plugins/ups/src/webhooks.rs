//! Track Alert: one activity a push. The host has checked the bearer token before.

use crossdock_sdk::types::{IncomingWebhook, Received, Tracking, Update};
use crossdock_sdk::{Call, Failure, FromJson, Webhooks, read_json, time};

use crate::tracking_wire::{Activity, Location, Place, Status};
use crate::{Ups, tracking, tracking_time};

#[derive(Debug, FromJson)]
#[json(rename_all = "camelCase")]
struct Push {
    #[json(required)]
    tracking_number: String,
    #[json(required)]
    activity_status: Status,
    #[json(flatten)]
    when: When,
    activity_location: Option<Place>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
struct When {
    local_activity_date: String,
    local_activity_time: String,
    gmt_activity_date: String,
    gmt_activity_time: String,
    gmt_offset: String,
    scheduled_delivery_date: String,
    actual_delivery_date: String,
    actual_delivery_time: String,
    delivery_start_time: String,
    delivery_end_time: String,
    received_by: Option<String>,
    alternate_tracking_number: Option<String>,
}

impl Webhooks for Ups {
    fn receive(_: &Call, request: &IncomingWebhook) -> Result<Received, Failure> {
        // One push is one object; a list of them is read too.
        let pushes: Vec<Push> = read_json(&request.body)
            .map_err(|error| Failure::invalid_input("unreadable", format!("not a Track Alert push: {error}")))?;
        if pushes.is_empty() {
            return Err(Failure::invalid_input("unreadable", "not a Track Alert push: it is empty"));
        }
        Ok(Received { updates: pushes.into_iter().map(update).collect(), ..Received::default() })
    }
}

fn update(push: Push) -> Update {
    let when = push.when;
    let activity = Activity {
        date: when.local_activity_date,
        time: when.local_activity_time,
        gmt_date: when.gmt_activity_date,
        gmt_time: when.gmt_activity_time,
        gmt_offset: when.gmt_offset,
        location: push.activity_location.map(|address| Location { address: Some(address) }),
        status: push.activity_status,
    };
    let event = tracking::event(&push.tracking_number, &activity);
    let country = event.country.clone();
    let is_delivered = !when.actual_delivery_date.is_empty();
    let delivered = time::compact(&when.actual_delivery_date, &when.actual_delivery_time, country.as_deref());
    // The event of that time knows the zone.
    let delivered = match &event.occurred_at {
        Some(at) if delivered.as_ref().is_some_and(|stated| stated.local == at.local) => Some(at.clone()),
        _ => delivered,
    };
    let estimate = tracking_time::window(
        &when.scheduled_delivery_date,
        &when.delivery_start_time,
        &when.delivery_end_time,
        country.as_deref(),
    );
    Update {
        key: Some(event.courier_key.clone()),
        tracking: Tracking {
            number: push.tracking_number,
            status: event.status,
            incident_reason: event.incident_reason.clone(),
            courier_code: event.courier_code.clone(),
            courier_text: event.courier_text.clone(),
            status_at: delivered.filter(|_| is_delivered),
            estimated_delivery: estimate.filter(|_| !is_delivered),
            signed_by: when.received_by,
            related_numbers: when.alternate_tracking_number.into_iter().collect(),
            events: vec![event],
            ..Tracking::default()
        },
    }
}
