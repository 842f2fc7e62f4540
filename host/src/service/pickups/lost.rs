//! Pickups whose process died between intent and outcome: nobody knows what became of them, and nobody must wait for ever.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::{JobId, MerchantId, PickupId};
use crate::service::connection::BOOK_DEADLINE;
use crate::service::error::Result;
use crate::store::Tx;
use crate::store::jobs::{self, NewJob};
use crate::store::pickups::{self, PickupOutcome, PickupState};

/// The kind of the job that notes a lost answer.
pub const LOST_PICKUP_KIND: &str = "note_lost_pickup";

/// How long after the call's deadline its process is taken for dead.
const GRACE: Duration = Duration::from_secs(15);
/// As for bookings: somebody waits for a driver.
const PRIORITY: i64 = 10;
/// It goes well at once unless the database is away.
const MAX_ATTEMPTS: i64 = 1_000;

/// Whose pickup may be lost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LostPickupArgs {
    /// The merchant.
    pub merchant: MerchantId,
    /// The pickup.
    pub pickup: PickupId,
}

/// Enqueues the look in the intent's transaction.
pub(super) async fn schedule(app: &App, tx: &mut Tx, merchant: &MerchantId, id: &PickupId) -> Result<()> {
    let now = app.clock.now();
    let wait = SignedDuration::try_from(BOOK_DEADLINE + GRACE).unwrap_or(SignedDuration::ZERO);
    let args = LostPickupArgs { merchant: merchant.clone(), pickup: id.clone() };
    let job = NewJob {
        id: JobId::new(now, &*app.random),
        merchant_id: Some(merchant.clone()),
        kind: LOST_PICKUP_KIND.to_owned(),
        args: serde_json::to_value(args).unwrap_or_default(),
        priority: PRIORITY,
        max_attempts: MAX_ATTEMPTS,
        run_at: now.saturating_add(wait).unwrap_or(now),
        unique_key: Some(id.to_string()),
    };
    jobs::enqueue(tx, &job, now).await?;
    Ok(())
}

/// Takes the look back, in the transaction that writes the outcome.
pub(super) async fn unschedule(app: &App, tx: &mut Tx, merchant: &MerchantId, id: &PickupId) -> Result<()> {
    jobs::cancel_unique(tx, merchant, LOST_PICKUP_KIND, id.as_str(), app.clock.now()).await?;
    Ok(())
}

/// Makes an intent without an outcome `unknown`. No courier can be asked for a pickup by our reference, so a person must look.
///
/// # Errors
///
/// Of the database: the look is made again.
pub async fn note_lost(app: &App, args: &LostPickupArgs) -> Result<()> {
    let mut tx = app.db.begin(&args.merchant).await?;
    let found = pickups::get(&mut tx, &args.merchant, &args.pickup).await?;
    let Some(row) = found.filter(|row| row.state == PickupState::Intent) else { return Ok(()) };
    let words = "the host stopped before the courier's answer was kept; ask the courier whether it will come";
    let mut failure = Failure::new(FailureKind::Unavailable, "answer_lost", words);
    failure.request_sent = true;
    let outcome = PickupOutcome { state: PickupState::Unknown, pickup: None, failure: Some(&failure) };
    pickups::update(&mut tx, &args.merchant, &row.id, row.version, &outcome, app.clock.now()).await?;
    tx.commit().await?;
    tracing::warn!(merchant.id = %args.merchant, pickup.id = %row.id, "what became of a pickup is not known");
    Ok(())
}
