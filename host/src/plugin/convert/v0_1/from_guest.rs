//! Results: what each capability returns.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::check::{Check, Flawed, has_shape};
pub use super::from_parts::failure;
use super::from_parts::{
    address, document, message, moment, money, part_failure, position, price, service_point, window,
};
use crate::model::address::{Validation, Verdict};
use crate::model::booking::{BookedParcel, Booking, Cancellation, Manifest};
use crate::model::credential::CheckedAccount;
use crate::model::document::Document;
use crate::model::pickup::Pickup;
use crate::model::rate::{Quotes, Rate};
use crate::model::service_point::ServicePoint;
use crate::model::subscription::Subscription;
use crate::model::tracking::{Status, Tracking, TrackingEvent};
use crate::model::webhook::{ReceivedWebhook, WebhookAction, WebhookReply, WebhookUpdate};
use crate::plugin::bindings::addresses::exports::crossdock::courier::addresses as address_words;
use crate::plugin::bindings::auth::exports::crossdock::courier::auth as auth_words;
use crate::plugin::bindings::manifests::exports::crossdock::courier::manifests as manifest_words;
use crate::plugin::bindings::pickups::exports::crossdock::courier::pickups as pickup_words;
use crate::plugin::bindings::rates::exports::crossdock::courier::rates as rate_words;
use crate::plugin::bindings::shipments::exports::crossdock::courier::shipments as shipment_words;
use crate::plugin::bindings::subscriptions::exports::crossdock::courier::subscriptions as subscription_words;
use crate::plugin::bindings::types;
use crate::plugin::bindings::webhooks::exports::crossdock::courier::webhooks as webhook_words;

/// Longest answer to a courier's push, bytes: couriers want a word, or a small XML text.
const MAX_REPLY_BYTES: usize = 64 << 10;

/// Longest content type, bytes.
const MAX_CONTENT_TYPE_BYTES: usize = 128;

/// Most service points of one answer, as the contract says.
const MAX_SERVICE_POINTS: usize = 50;

/// Turns an account.
pub fn account(check: Check<'_>, account: auth_words::Account) -> Result<CheckedAccount, Flawed> {
    Ok(CheckedAccount {
        id: check.maybe("id", account.id)?,
        label: check.maybe("label", account.label)?,
        extensions: check.extensions(account.extensions)?,
    })
}

/// Turns what a courier says of one number.
pub fn tracking(check: Check<'_>, tracking: types::Tracking) -> Result<Tracking, Flawed> {
    Ok(Tracking {
        number: check.word("number", tracking.number)?,
        status: status(tracking.status),
        incident_reason: check.maybe("incident_reason", tracking.incident_reason)?,
        courier_code: check.maybe("courier_code", tracking.courier_code)?,
        courier_text: check.maybe("courier_text", tracking.courier_text)?,
        status_at: check.part("status_at", tracking.status_at, moment)?,
        estimated_delivery: check.part("estimated_delivery", tracking.estimated_delivery, window)?,
        service: check.maybe("service", tracking.service)?,
        weight_grams: tracking.weight_grams,
        signed_by: check.maybe("signed_by", tracking.signed_by)?,
        proof_of_delivery: check.list("proof_of_delivery", tracking.proof_of_delivery, document)?,
        service_point: check.part("service_point", tracking.service_point, service_point)?,
        pickup_deadline: check.part("pickup_deadline", tracking.pickup_deadline, moment)?,
        pieces: tracking.pieces,
        related_numbers: check.texts("related_numbers", tracking.related_numbers)?,
        events: check.list("events", tracking.events, tracking_event)?,
        messages: check.list("messages", tracking.messages, message)?,
        extensions: check.extensions(tracking.extensions)?,
    })
}

fn tracking_event(check: Check<'_>, event: types::TrackingEvent) -> Result<TrackingEvent, Flawed> {
    Ok(TrackingEvent {
        occurred_at: check.part("occurred_at", event.occurred_at, moment)?,
        status: status(event.status),
        incident_reason: check.maybe("incident_reason", event.incident_reason)?,
        courier_code: check.maybe("courier_code", event.courier_code)?,
        courier_text: check.maybe("courier_text", event.courier_text)?,
        city: check.maybe("city", event.city)?,
        postal_code: check.maybe("postal_code", event.postal_code)?,
        region: check.maybe("region", event.region)?,
        country: check.country("country", event.country)?,
        place: check.maybe("place", event.place)?,
        position: check.part("position", event.position, position)?,
        parcel: check.maybe("parcel", event.parcel)?,
        courier_key: check.word("courier_key", event.courier_key)?,
        informational: event.informational,
    })
}

fn status(status: types::Status) -> Status {
    match status {
        types::Status::Unknown => Status::Unknown,
        types::Status::PreTransit => Status::PreTransit,
        types::Status::Accepted => Status::Accepted,
        types::Status::InTransit => Status::InTransit,
        types::Status::OutForDelivery => Status::OutForDelivery,
        types::Status::AvailableForPickup => Status::AvailableForPickup,
        types::Status::Delivered => Status::Delivered,
        types::Status::DeliveryAttemptFailed => Status::DeliveryAttemptFailed,
        types::Status::Exception => Status::Exception,
        types::Status::ReturnedToSender => Status::ReturnedToSender,
        types::Status::Cancelled => Status::Cancelled,
    }
}

/// Turns an answer to a quote.
pub fn quotes(check: Check<'_>, quotes: rate_words::Quotes) -> Result<Quotes, Flawed> {
    Ok(Quotes {
        rates: check.list("rates", quotes.rates, rate)?,
        messages: check.list("messages", quotes.messages, message)?,
    })
}

fn rate(check: Check<'_>, rate: rate_words::Rate) -> Result<Rate, Flawed> {
    Ok(Rate {
        service: check.word("service", rate.service)?,
        name: check.text("name", rate.name)?,
        price: check.part("price", rate.price, price)?,
        transit_days: rate.transit_days,
        delivery: check.part("delivery", rate.delivery, window)?,
        cut_off: check.part("cut_off", rate.cut_off, moment)?,
        delivery_kind: check.word("delivery_kind", rate.delivery_kind)?,
        service_points: check.list("service_points", rate.service_points, service_point)?,
        token: check.maybe("token", rate.token)?,
        token_expires: check.part("token_expires", rate.token_expires, moment)?,
        messages: check.list("messages", rate.messages, message)?,
        extensions: check.extensions(rate.extensions)?,
    })
}

/// Turns a booking.
pub fn booking(check: Check<'_>, booking: types::Booking) -> Result<Booking, Flawed> {
    Ok(Booking {
        courier_shipment_id: check.word("courier_shipment_id", booking.courier_shipment_id)?,
        parcels: booked_parcels(check, "parcels", booking.parcels)?,
        return_parcels: booked_parcels(check, "return_parcels", booking.return_parcels)?,
        documents: documents(check, booking.documents)?,
        price: check.part("price", booking.price, price)?,
        estimated_delivery: check.part("estimated_delivery", booking.estimated_delivery, window)?,
        tracking_link: check.maybe("tracking_link", booking.tracking_link)?,
        messages: check.list("messages", booking.messages, message)?,
        failures: check.list("failures", booking.failures, part_failure)?,
        extensions: check.extensions(booking.extensions)?,
    })
}

/// Turns parcels, each of which stands once.
fn booked_parcels(
    check: Check<'_>,
    member: &str,
    parcels: Vec<types::BookedParcel>,
) -> Result<Vec<BookedParcel>, Flawed> {
    let parcels = check.list(member, parcels, booked_parcel)?;
    let mut seen = BTreeSet::new();
    match parcels.iter().all(|parcel| seen.insert(parcel.index)) {
        true => Ok(parcels),
        false => Err(Flawed::new("names a parcel twice").within(member)),
    }
}

fn booked_parcel(check: Check<'_>, parcel: types::BookedParcel) -> Result<BookedParcel, Flawed> {
    Ok(BookedParcel {
        index: parcel.index,
        tracking_number: check.maybe("tracking_number", parcel.tracking_number)?,
        barcodes: check.texts("barcodes", parcel.barcodes)?,
        extensions: check.extensions(parcel.extensions)?,
    })
}

/// Turns documents.
pub fn documents(check: Check<'_>, documents: Vec<types::Document>) -> Result<Vec<Document>, Flawed> {
    check.list("documents", documents, document)
}

/// Turns what became of a cancellation.
pub fn cancellation(check: Check<'_>, taken: shipment_words::Cancellation) -> Result<Cancellation, Flawed> {
    Ok(Cancellation { is_final: taken.final_, messages: check.list("messages", taken.messages, message)? })
}

/// Turns a pickup.
pub fn pickup(check: Check<'_>, pickup: pickup_words::Pickup) -> Result<Pickup, Flawed> {
    Ok(Pickup {
        confirmation_number: check.word("confirmation_number", pickup.confirmation_number)?,
        window: check.part("window", pickup.window, window)?,
        charge: check.part("charge", pickup.charge, money)?,
        messages: check.list("messages", pickup.messages, message)?,
        extensions: check.extensions(pickup.extensions)?,
    })
}

/// Turns a manifest.
pub fn manifest(check: Check<'_>, manifest: manifest_words::Manifest) -> Result<Manifest, Flawed> {
    Ok(Manifest {
        id: check.maybe("id", manifest.id)?,
        documents: documents(check, manifest.documents)?,
        messages: check.list("messages", manifest.messages, message)?,
        extensions: check.extensions(manifest.extensions)?,
    })
}

/// Turns service points.
pub fn service_points(check: Check<'_>, points: Vec<types::ServicePoint>) -> Result<Vec<ServicePoint>, Flawed> {
    if points.len() > MAX_SERVICE_POINTS {
        return Err(Flawed::new("has more than 50 service points"));
    }
    check.list("service_points", points, service_point)
}

/// Turns a verdict on an address.
pub fn validation(check: Check<'_>, validation: address_words::Validation) -> Result<Validation, Flawed> {
    Ok(Validation {
        verdict: match validation.verdict {
            address_words::Verdict::Valid => Verdict::Valid,
            address_words::Verdict::Corrected => Verdict::Corrected,
            address_words::Verdict::Ambiguous => Verdict::Ambiguous,
            address_words::Verdict::Invalid => Verdict::Invalid,
        },
        candidates: check.list("candidates", validation.candidates, address)?,
        messages: check.list("messages", validation.messages, message)?,
    })
}

/// Turns a push that was read.
pub fn received(check: Check<'_>, received: webhook_words::Received) -> Result<ReceivedWebhook, Flawed> {
    Ok(ReceivedWebhook {
        updates: check.list("updates", received.updates, |check, update| {
            Ok(WebhookUpdate {
                key: check.maybe("key", update.key)?,
                tracking: tracking(check, update.tracking).map_err(|flawed| flawed.within("tracking"))?,
            })
        })?,
        reply: check.part("reply", received.reply, reply)?,
        actions: check.list("actions", received.actions, |check, action| {
            Ok(WebhookAction {
                code: check.word("code", action.code)?,
                numbers: check.texts("numbers", action.numbers)?,
                extensions: check.extensions(action.extensions)?,
            })
        })?,
        extensions: check.extensions(received.extensions)?,
    })
}

/// Turns an answer to a courier's push. Its type becomes a header of ours, so it must be one line of plain text.
fn reply(_: Check<'_>, reply: webhook_words::Reply) -> Result<WebhookReply, Flawed> {
    if !(200..=599).contains(&reply.status) {
        return Err(Flawed::new("is no status of an answer").within("status"));
    }
    let is_plain = reply.content_type.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !is_plain || reply.content_type.len() > MAX_CONTENT_TYPE_BYTES {
        return Err(Flawed::new("is no content type").within("content_type"));
    }
    if reply.body.len() > MAX_REPLY_BYTES {
        return Err(Flawed::new("is larger than 64 KiB").within("body"));
    }
    Ok(WebhookReply { status: reply.status, content_type: reply.content_type, body: reply.body })
}

/// Turns subscriptions.
pub fn subscriptions(
    check: Check<'_>,
    list: Vec<subscription_words::Subscription>,
) -> Result<Vec<Subscription>, Flawed> {
    check.list("subscriptions", list, |check, subscription| {
        let expires = subscription.expires;
        if expires.as_deref().is_some_and(|time| !is_time(time)) {
            return Err(Flawed::new("is no RFC 3339 time").within("expires"));
        }
        Ok(Subscription {
            id: check.word("id", subscription.id)?,
            numbers: check.texts("numbers", subscription.numbers)?,
            expires,
            failures: check.list("failures", subscription.failures, part_failure)?,
            extensions: check.extensions(subscription.extensions)?,
        })
    })
}

fn is_time(text: &str) -> bool {
    let day_and_time = text.get(..19).unwrap_or_default();
    has_shape(day_and_time, "0000-00-00T00:00:00") && text.len() <= 64 && text.parse::<Timestamp>().is_ok()
}
