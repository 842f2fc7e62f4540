//! Settling: asking the courier what became of a booking whose answer was lost.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::{JobId, MerchantId, ShipmentId};
use crate::model::question::Question;
use crate::service::connection::{ASK_DEADLINE, Connection};
use crate::service::error::{Error, Result};
use crate::service::recordings;
use crate::store::Tx;
use crate::store::credentials;
use crate::store::jobs::{self, NewJob};
use crate::store::shipments::{self, Shipment, ShipmentState};

use super::outcome;

/// The kind of the job that settles a booking.
pub const SETTLE_KIND: &str = "settle_booking";

/// Before pruning and other house-keeping: somebody waits for a parcel.
const PRIORITY: i64 = 10;
/// A settling job ends by itself after the last look; this bounds what a broken database could make of it.
const MAX_ATTEMPTS: i64 = 1_000;
/// A look that could not be made (the courier is down) is made again so much later, without counting as a look.
const AGAIN_LATER: Duration = Duration::from_secs(60);

/// Whose booking is settled.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SettleArgs {
    /// The merchant.
    pub merchant: MerchantId,
    /// The shipment.
    pub shipment: ShipmentId,
}

/// Enqueues the settling in the intent's transaction: from then on a booking cannot be forgotten.
pub async fn schedule(app: &App, tx: &mut Tx, merchant: &MerchantId, id: &ShipmentId) -> Result<()> {
    let now = app.clock.now();
    let args = SettleArgs { merchant: merchant.clone(), shipment: id.clone() };
    let job = NewJob {
        id: JobId::new(now, &*app.random),
        merchant_id: Some(merchant.clone()),
        kind: SETTLE_KIND.to_owned(),
        args: serde_json::to_value(args).unwrap_or_default(),
        priority: PRIORITY,
        max_attempts: MAX_ATTEMPTS,
        run_at: first(app, now),
        unique_key: Some(id.to_string()),
    };
    jobs::enqueue(tx, &job, now).await?;
    Ok(())
}

/// Takes the settling back, in the transaction that writes the outcome.
pub async fn unschedule(app: &App, tx: &mut Tx, merchant: &MerchantId, id: &ShipmentId) -> Result<()> {
    jobs::cancel_unique(tx, merchant, SETTLE_KIND, id.as_str(), app.clock.now()).await?;
    Ok(())
}

/// Returns when the courier is asked first.
pub fn first(app: &App, intent_at: Timestamp) -> Timestamp {
    due(app, intent_at, 0).unwrap_or(intent_at)
}

/// Returns when look number `attempt` is due; `None` after the last.
fn due(app: &App, intent_at: Timestamp, attempt: i64) -> Option<Timestamp> {
    let index = usize::try_from(attempt).ok()?;
    let seconds = app.config.settle_after_s.get(index)?;
    intent_at.saturating_add(SignedDuration::from_secs(i64::from(*seconds))).ok()
}

/// Looks once; returns when to look again, `None` when there is nothing more to do.
///
/// # Errors
///
/// Of database and vault: the look is made again.
pub async fn settle(app: &App, args: &SettleArgs) -> Result<Option<Timestamp>> {
    let (merchant, id) = (&args.merchant, &args.shipment);
    let mut tx = app.db.begin_read(merchant).await?;
    let shipment = shipments::get(&mut tx, merchant, id).await?.ok_or(Error::NotFound("shipment"))?;
    let credential = credentials::get(&mut tx, merchant, &shipment.credential_id).await?;
    drop(tx);
    if shipment.state == ShipmentState::Intent {
        note_lost_answer(app, merchant, &shipment).await?;
    } else if shipment.state != ShipmentState::Unknown {
        return Ok(None);
    }
    let Some(credential) = credential.filter(|credential| credential.disabled_at.is_none()) else {
        return look_was_in_vain(app, merchant, &shipment, Look::Impossible).await;
    };
    let connection = Connection::open(app, merchant, &credential).await?;
    if !connection.offers("shipments", "find-by-reference") {
        return look_was_in_vain(app, merchant, &shipment, Look::Impossible).await;
    }
    let running = connection.start(app, "find_by_reference", ASK_DEADLINE);
    let outcome = connection.plugin.find_by_reference(running.call, &shipment.booking_reference).await;
    let question = || Question::FindByReference { booking_reference: shipment.booking_reference.clone() };
    recordings::finish(running.recording, &outcome, question);
    match outcome {
        Ok(Ok(booking)) => {
            outcome::booked(app, merchant, id, &running.session, booking, None).await?;
            tracing::info!(merchant.id = %merchant, shipment.id = %id, "a booking whose answer was lost exists at the courier");
            Ok(None)
        }
        Ok(Err(failure)) if failure.kind == FailureKind::NotFound => {
            look_was_in_vain(app, merchant, &shipment, Look::NotFound).await
        }
        Ok(Err(failure)) if failure.kind == FailureKind::Unsupported => {
            look_was_in_vain(app, merchant, &shipment, Look::Impossible).await
        }
        Ok(Err(failure)) => {
            tracing::warn!(shipment.id = %id, error = %failure, "the courier could not be asked about a booking");
            Ok(Some(later(app)))
        }
        Err(error) => {
            tracing::warn!(shipment.id = %id, %error, "the courier could not be asked about a booking");
            Ok(Some(later(app)))
        }
    }
}

/// What a look found, where it did not find the booking.
enum Look {
    /// The courier knows no such reference: believed at the last look only, since couriers are slow to file.
    NotFound,
    /// There is nobody to ask: a person must resolve it.
    Impossible,
}

async fn look_was_in_vain(
    app: &App,
    merchant: &MerchantId,
    shipment: &Shipment,
    look: Look,
) -> Result<Option<Timestamp>> {
    let now = app.clock.now();
    let next = due(app, shipment.created_at, shipment.settle_attempt + 1);
    let mut tx = app.db.begin(merchant).await?;
    let again = match (look, next) {
        (Look::Impossible, _) => {
            shipments::record_settle_attempt(&mut tx, merchant, &shipment.id, shipment.settle_attempt, None, now)
                .await?;
            None
        }
        (Look::NotFound, Some(next)) => {
            shipments::record_settle_attempt(&mut tx, merchant, &shipment.id, shipment.settle_attempt, Some(next), now)
                .await?;
            Some(next)
        }
        (Look::NotFound, None) => {
            let words = "the courier's answer was lost, and after a day it knows no such booking";
            let failure = Failure::new(FailureKind::Unavailable, "never_booked", words);
            shipments::record_failed(&mut tx, merchant, &shipment.id, &failure, now).await?;
            None
        }
    };
    tx.commit().await?;
    Ok(again)
}

/// The process died between intent and outcome.
async fn note_lost_answer(app: &App, merchant: &MerchantId, shipment: &Shipment) -> Result<()> {
    let mut failure =
        Failure::new(FailureKind::Unavailable, "answer_lost", "the host stopped before the courier's answer was kept");
    failure.request_sent = true;
    let now = app.clock.now();
    let mut tx = app.db.begin(merchant).await?;
    shipments::record_unknown(&mut tx, merchant, &shipment.id, &failure, Some(now), now).await?;
    tx.commit().await?;
    Ok(())
}

fn later(app: &App) -> Timestamp {
    app.clock.now().saturating_add(AGAIN_LATER).unwrap_or(Timestamp::MAX)
}
