//! What a courier says of a number, written down: the same writer for polling and for pushes.

use std::collections::HashSet;

use crate::app::App;
use crate::model::courier::CourierId;
use crate::model::id::{CredentialId, EventId, MerchantId, ShipmentId, TrackingId};
use crate::model::tracking::{Tracking, TrackingEvent};
use crate::service::error::{Error, Result};
use crate::store::Tx;
use crate::store::columns::Json;
use crate::store::trackings::{self, News, TrackingDetail, TrackingRow};
use crate::store::{parcels, tracking_events};

use super::verdict::{Verdict, decide};

/// Events of one number that are kept and shown: no parcel has more.
pub const MAX_EVENTS: u32 = 1_000;

/// How often a row that somebody else changed meanwhile is written again.
const ATTEMPTS: usize = 5;

/// Whose number it is.
#[derive(Debug, Clone)]
pub struct Tracked {
    /// The courier.
    pub courier: CourierId,
    /// The account that it was asked with.
    pub credential: CredentialId,
    /// The shipment, where that is known; else it is looked for once, when the number is first tracked.
    pub shipment: Option<ShipmentId>,
    /// Whether it belongs to the test data.
    pub is_test: bool,
}

/// Writes what the courier says; returns what is known now.
///
/// # Errors
///
/// `Conflict` if others change the row all the time.
pub async fn write(
    app: &App,
    merchant: &MerchantId,
    tracked: &Tracked,
    said: &Tracking,
) -> Result<(TrackingRow, Vec<TrackingEvent>)> {
    for _ in 0..ATTEMPTS {
        let mut tx = app.db.begin(merchant).await?;
        if let Some(written) = attempt(app, &mut tx, merchant, tracked, said).await? {
            tx.commit().await?;
            return Ok(written);
        }
    }
    let detail = format!("the tracking of {} is changed by others all the time; try again", said.number);
    Err(Error::Conflict { code: "changed_meanwhile", detail })
}

async fn attempt(
    app: &App,
    tx: &mut Tx,
    merchant: &MerchantId,
    tracked: &Tracked,
    said: &Tracking,
) -> Result<Option<(TrackingRow, Vec<TrackingEvent>)>> {
    let now = app.clock.now();
    let Some(before) = trackings::find(tx, merchant, &tracked.courier, &said.number, tracked.is_test).await? else {
        return insert(app, tx, merchant, tracked, said).await;
    };
    let verdict = decide(Some(Verdict { status: before.status, since: before.detail.status_since }), said);
    let detail = detail_of(said, &verdict);
    let mut events = stored_events(tx, merchant, &before.id).await?;
    let new_events = write_new(app, tx, merchant, &before.id, &events, &said.events).await?;
    let is_changed = !new_events.is_empty() || verdict.status != before.status || detail != before.detail.0;
    let news = News { status: verdict.status, detail: &detail, is_changed, now };
    if !trackings::update(tx, merchant, &before.id, before.version, &news).await? {
        return Ok(None);
    }
    events.extend(new_events);
    let row = TrackingRow {
        status: verdict.status,
        detail: Json(detail),
        version: before.version + i64::from(is_changed),
        refreshed_at: Some(now),
        updated_at: if is_changed { now } else { before.updated_at },
        ..before
    };
    Ok(Some((row, in_order(events))))
}

async fn insert(
    app: &App,
    tx: &mut Tx,
    merchant: &MerchantId,
    tracked: &Tracked,
    said: &Tracking,
) -> Result<Option<(TrackingRow, Vec<TrackingEvent>)>> {
    let now = app.clock.now();
    let verdict = decide(None, said);
    let row = TrackingRow {
        id: TrackingId::new(now, &*app.random),
        courier: tracked.courier.clone(),
        number: said.number.clone(),
        is_test: tracked.is_test,
        credential_id: tracked.credential.clone(),
        shipment_id: shipment_of(tx, merchant, tracked, &said.number).await?,
        status: verdict.status,
        detail: Json(detail_of(said, &verdict)),
        version: 1,
        refreshed_at: Some(now),
        created_at: now,
        updated_at: now,
    };
    if !trackings::insert_new(tx, merchant, &row).await? {
        return Ok(None);
    }
    let events = write_new(app, tx, merchant, &row.id, &[], &said.events).await?;
    Ok(Some((row, in_order(events))))
}

async fn shipment_of(
    tx: &mut Tx,
    merchant: &MerchantId,
    tracked: &Tracked,
    number: &str,
) -> Result<Option<ShipmentId>> {
    if tracked.shipment.is_some() {
        return Ok(tracked.shipment.clone());
    }
    let parcel = parcels::find_by_number(tx, merchant, &tracked.courier, number, tracked.is_test).await?;
    Ok(parcel.map(|parcel| parcel.shipment_id))
}

fn detail_of(said: &Tracking, verdict: &Verdict) -> TrackingDetail {
    TrackingDetail { status_since: verdict.since, ..TrackingDetail::from(said) }
}

/// Adds the events that are not known yet, and returns them.
async fn write_new(
    app: &App,
    tx: &mut Tx,
    merchant: &MerchantId,
    tracking: &TrackingId,
    known: &[TrackingEvent],
    said: &[TrackingEvent],
) -> Result<Vec<TrackingEvent>> {
    let now = app.clock.now();
    let known: HashSet<&str> = known.iter().map(|event| event.courier_key.as_str()).collect();
    let mut new = Vec::new();
    for event in said.iter().filter(|event| !known.contains(event.courier_key.as_str())) {
        let id = EventId::new(now, &*app.random);
        // Another host may have been faster, and a courier may send one twice.
        if tracking_events::insert_new(tx, merchant, tracking, &id, event, now).await? {
            new.push(event.clone());
        }
    }
    Ok(new)
}

/// Returns a number's events, oldest first; those without a known time keep the order in which they came.
pub async fn events(tx: &mut Tx, merchant: &MerchantId, tracking: &TrackingId) -> Result<Vec<TrackingEvent>> {
    Ok(in_order(stored_events(tx, merchant, tracking).await?))
}

async fn stored_events(tx: &mut Tx, merchant: &MerchantId, tracking: &TrackingId) -> Result<Vec<TrackingEvent>> {
    let rows = tracking_events::list(tx, merchant, tracking, MAX_EVENTS).await?;
    Ok(rows.into_iter().map(|row| row.event.0).collect())
}

fn in_order(mut events: Vec<TrackingEvent>) -> Vec<TrackingEvent> {
    let is_timed = |event: &TrackingEvent| event.occurred_at.as_ref().and_then(|moment| moment.instant()).is_some();
    if events.iter().all(is_timed) {
        events.sort_by_cached_key(|event| event.occurred_at.as_ref().and_then(|moment| moment.instant()));
    }
    events
}
