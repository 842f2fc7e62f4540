//! What a courier says of a number, written down: the same writer for polling and for pushes.

use crate::app::App;
use crate::model::courier::CourierId;
use crate::model::id::{CredentialId, EventId, MerchantId, ShipmentId, TrackingId};
use crate::model::tracking::{Tracking, TrackingEvent};
use crate::service::error::{Error, Result};
use crate::store::Tx;
use crate::store::columns::Json;
use crate::store::tracking_events;
use crate::store::trackings::{self, News, TrackingDetail, TrackingRow};

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
    /// The shipment, where it was booked here.
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
    let new_events = write_events(app, tx, merchant, &before.id, &said.events).await?;
    let is_changed = new_events > 0 || verdict.status != before.status || detail != before.detail.0;
    if !trackings::update(
        tx,
        merchant,
        &before.id,
        before.version,
        &News { status: verdict.status, detail: &detail, is_changed, now },
    )
    .await?
    {
        return Ok(None);
    }
    let row = trackings::get(tx, merchant, &before.id).await?.ok_or(Error::NotFound("tracking"))?;
    let events = events(tx, merchant, &row.id).await?;
    Ok(Some((row, events)))
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
        shipment_id: tracked.shipment.clone(),
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
    write_events(app, tx, merchant, &row.id, &said.events).await?;
    let events = events(tx, merchant, &row.id).await?;
    Ok(Some((row, events)))
}

fn detail_of(said: &Tracking, verdict: &Verdict) -> TrackingDetail {
    TrackingDetail { status_since: verdict.since, ..TrackingDetail::from(said) }
}

async fn write_events(
    app: &App,
    tx: &mut Tx,
    merchant: &MerchantId,
    tracking: &TrackingId,
    events: &[TrackingEvent],
) -> Result<usize> {
    let now = app.clock.now();
    let mut new = 0;
    for event in events {
        let id = EventId::new(now, &*app.random);
        new += usize::from(tracking_events::insert_new(tx, merchant, tracking, &id, event, now).await?);
    }
    Ok(new)
}

/// Returns a number's events, oldest first; those without a known time keep the order in which they came.
pub async fn events(tx: &mut Tx, merchant: &MerchantId, tracking: &TrackingId) -> Result<Vec<TrackingEvent>> {
    let rows = tracking_events::list(tx, merchant, tracking, MAX_EVENTS).await?;
    let mut events: Vec<TrackingEvent> = rows.into_iter().map(|row| row.event.0).collect();
    let is_timed = |event: &TrackingEvent| event.occurred_at.as_ref().and_then(|moment| moment.instant()).is_some();
    if events.iter().all(is_timed) {
        events.sort_by_key(|event| event.occurred_at.as_ref().and_then(|moment| moment.instant()));
    }
    Ok(events)
}
