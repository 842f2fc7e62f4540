//! Having parcels collected: written down first, asked for once, answered the same when asked again.

mod lost;

pub use lost::{LOST_PICKUP_KIND, LostPickupArgs, note_lost};

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::failure::Failure;
use crate::model::id::{CredentialId, MerchantId, PickupId, ShipmentId};
use crate::model::pickup::{Pickup, PickupRequest};
use crate::model::question::Question;
use crate::store::columns::Json;
use crate::store::credentials::Credential;
use crate::store::page::{Listed, Page};
use crate::store::pickups::{self, PickupFilter, PickupOutcome, PickupRow, PickupState};
use crate::store::shipments;

use super::audit;
use super::connection::{BOOK_DEADLINE, Connection, open};
use super::detached;
use super::error::{Error, Result};
use super::idempotency::{self, Answer, Answered, Key, NextKey, Render};
use super::recordings;
use super::selection::select_one;

/// What a merchant wants collected.
#[derive(Debug, Clone)]
pub struct NewPickup {
    /// With this account.
    pub credential: Option<CredentialId>,
    /// Or with the account at this courier.
    pub courier: Option<CourierId>,
    /// The bookings that are to be collected.
    pub shipments: Vec<ShipmentId>,
    /// Where, when and how much; ids and reference are filled in here.
    pub request: PickupRequest,
}

/// How `http` writes the answer.
#[derive(Clone, Copy)]
pub struct RenderPickup {
    /// Of a pickup that the courier confirmed, or whose outcome is unknown.
    pub pickup: fn(&PickupRow) -> Answer,
    /// What a replay needs; its `error` also writes refusals.
    pub common: Render,
}

/// Schedules a pickup, or returns what was answered when it was asked for before.
///
/// # Errors
///
/// Before anything is written down: `Invalid`, `Unsupported`, `KeyReused`, `StillRunning`.
pub async fn schedule(
    app: &App,
    merchant: &Merchant,
    new: NewPickup,
    key: Key,
    render: RenderPickup,
) -> Result<Answered> {
    if let Some(answer) = idempotency::replay(app, merchant.id(), &key, render.common).await? {
        return Ok(answer);
    }
    let stored = select_one(app, merchant, new.credential.as_ref(), new.courier.as_ref(), None).await?;
    let connection = Connection::open(app, merchant.id(), &stored).await?.speaking(merchant.locale());
    connection.require("pickups", "schedule")?;
    let Some(row) = write_intent(app, merchant, &connection, &stored, new, &key).await? else {
        return idempotency::replay(app, merchant.id(), &key, render.common).await?.ok_or(Error::StillRunning);
    };
    let (app, merchant) = (app.clone(), merchant.id().clone());
    detached::finish(async move { call(&app, &merchant, &connection, row, &key, render).await }).await
}

async fn write_intent(
    app: &App,
    merchant: &Merchant,
    connection: &Connection,
    stored: &Credential,
    new: NewPickup,
    key: &Key,
) -> Result<Option<PickupRow>> {
    let now = app.clock.now();
    let id = PickupId::new(now, &*app.random);
    let mut request = new.request;
    request.reference = id.as_str().trim_start_matches(PickupId::PREFIX).to_owned();
    let mut tx = app.db.begin(merchant.id()).await?;
    for (index, shipment) in new.shipments.iter().enumerate() {
        let found = shipments::get(&mut tx, merchant.id(), shipment).await?;
        let courier_id =
            found.filter(|found| found.credential_id == stored.id).and_then(|found| found.courier_shipment_id);
        let unknown = || {
            Error::invalid(
                format!("/shipment_ids/{index}"),
                "unknown_shipment",
                "no such shipment is booked with this account",
            )
        };
        request.courier_shipment_ids.push(courier_id.ok_or_else(unknown)?);
    }
    let row = PickupRow {
        id,
        credential_id: stored.id.clone(),
        courier: stored.courier.clone(),
        is_test: connection.is_test(),
        state: PickupState::Intent,
        request: Json(request),
        pickup: None,
        failure: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    pickups::insert(&mut tx, merchant.id(), &row).await?;
    if !idempotency::begin(&mut tx, merchant.id(), key, None, now).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    lost::schedule(app, &mut tx, merchant.id(), &row.id).await?;
    tx.commit().await?;
    Ok(Some(row))
}

async fn call(
    app: &App,
    merchant: &MerchantId,
    connection: &Connection,
    row: PickupRow,
    key: &Key,
    render: RenderPickup,
) -> Result<Answered> {
    let running = connection.start(app, "schedule_pickup", BOOK_DEADLINE);
    let session = running.session;
    let scheduled = connection.plugin.schedule_pickup(running.call, &row.request).await;
    let question = || Question::SchedulePickup { request: Box::new(row.request.0.clone()) };
    recordings::finish(running.recording, &scheduled, question);
    let outcome = match scheduled {
        Ok(Ok(pickup)) => Ok(pickup),
        // A plugin may be wrong about what it sent.
        Ok(Err(failure)) => Err(Failure { request_sent: failure.request_sent || session.any_sent(), ..failure }),
        Err(error) => Err(error.to_failure(session.any_sent())),
    };
    match outcome {
        Ok(pickup) => finish(app, merchant, row, PickupState::Scheduled, Some(pickup), None, key, render).await,
        Err(failure) if failure.request_sent && failure.kind.leaves_outcome_open() => {
            finish(app, merchant, row, PickupState::Unknown, None, Some(failure), key, render).await
        }
        Err(failure) => finish(app, merchant, row, PickupState::Failed, None, Some(failure), key, render).await,
    }
}

#[expect(clippy::too_many_arguments, reason = "one transaction writes all of it")]
async fn finish(
    app: &App,
    merchant: &MerchantId,
    mut row: PickupRow,
    state: PickupState,
    pickup: Option<Pickup>,
    failure: Option<Failure>,
    key: &Key,
    render: RenderPickup,
) -> Result<Answered> {
    let now = app.clock.now();
    let outcome = PickupOutcome { state, pickup: pickup.as_ref(), failure: failure.as_ref() };
    let mut tx = app.db.begin(merchant).await?;
    // Somebody may have noted that the answer is lost; here it is.
    row.version = pickups::get(&mut tx, merchant, &row.id).await?.map_or(row.version, |current| current.version);
    pickups::update(&mut tx, merchant, &row.id, row.version, &outcome, now).await?;
    lost::unschedule(app, &mut tx, merchant, &row.id).await?;
    row.state = state;
    row.version += 1;
    row.updated_at = now;
    row.pickup = pickup.map(Json);
    let answer = match failure {
        Some(failure) if state == PickupState::Failed => {
            let next = NextKey::after(&failure);
            let answer = (render.common.error)(Error::courier(&row.courier, failure), next);
            idempotency::fail(&mut tx, merchant, key, &answer, next).await?;
            answer
        }
        failure => {
            row.failure = failure.map(Json);
            let answer = (render.pickup)(&row);
            idempotency::finish(&mut tx, merchant, key, &answer).await?;
            answer
        }
    };
    tx.commit().await?;
    Ok(Answered::fresh(answer))
}

/// Finds a merchant's pickup.
///
/// # Errors
///
/// `NotFound` if there is none, or a test key asks for one that is real.
pub async fn get(app: &App, merchant: &Merchant, id: &PickupId) -> Result<PickupRow> {
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let found = pickups::get(&mut tx, merchant.id(), id).await?;
    found.filter(|row| !merchant.is_test() || row.is_test).ok_or(Error::NotFound("pickup"))
}

/// Lists a merchant's pickups, newest first.
pub async fn list(app: &App, merchant: &Merchant, mut filter: PickupFilter, page: &Page) -> Result<Listed<PickupRow>> {
    if merchant.is_test() {
        filter.is_test = Some(true);
    }
    let mut tx = app.db.begin_read(merchant.id()).await?;
    Ok(pickups::list(&mut tx, merchant.id(), &filter, page).await?)
}

/// Takes a pickup back. One that was cancelled before is returned as it is.
///
/// # Errors
///
/// `Unsupported` where the courier has no way to, `Conflict` unless it is scheduled, or with the code `changed_meanwhile` if it is not the
/// version that the caller saw, `Courier` if the courier refuses.
pub async fn cancel(app: &App, merchant: &Merchant, id: &PickupId, expected: Option<i64>) -> Result<PickupRow> {
    let (app, merchant, id) = (app.clone(), merchant.clone(), id.clone());
    detached::finish(async move { cancel_now(&app, &merchant, &id, expected).await }).await
}

async fn cancel_now(app: &App, merchant: &Merchant, id: &PickupId, expected: Option<i64>) -> Result<PickupRow> {
    let row = get(app, merchant, id).await?;
    if expected.is_some_and(|expected| expected != row.version) {
        let detail = "the pickup was changed by somebody else; read it again".to_owned();
        return Err(Error::Conflict { code: "changed_meanwhile", detail });
    }
    if row.state == PickupState::Cancelled {
        return Ok(row);
    }
    let connection = open(app, merchant, &row.credential_id).await?;
    connection.require("pickups", "cancel")?;
    let Some(pickup) = row.pickup.as_ref().filter(|_| row.state == PickupState::Scheduled) else {
        let detail = format!("the pickup is {}; only a scheduled one can be cancelled", row.state.as_str());
        return Err(Error::Conflict { code: "not_scheduled", detail });
    };
    let running = connection.start(app, "cancel_pickup", BOOK_DEADLINE);
    let cancelled =
        connection.plugin.cancel_pickup(running.call, &pickup.confirmation_number, pickup.extensions.clone()).await;
    recordings::finish(running.recording, &cancelled, || Question::CancelPickup {
        confirmation_number: pickup.confirmation_number.clone(),
        extensions: pickup.extensions.clone(),
    });
    cancelled?.map_err(|failure| Error::courier(connection.courier(), failure))?;
    let outcome = PickupOutcome { state: PickupState::Cancelled, pickup: None, failure: None };
    let mut tx = app.db.begin(merchant.id()).await?;
    pickups::update(&mut tx, merchant.id(), id, row.version, &outcome, app.clock.now()).await?;
    audit::write(app, &mut tx, merchant, "pickup.cancelled", id.as_str(), []).await?;
    tx.commit().await?;
    get(app, merchant, id).await
}
