//! Work that is done later: claimed under a lease, run, and repeated until it went well. One file for each kind of job.

mod attempt;
mod lost_pickup;
mod prune;
mod settle_booking;
#[cfg(test)]
mod tests;
mod worker;

use std::time::Duration;

use jiff::Timestamp;

use crate::app::App;
use crate::model::id::new_body;
use crate::service::pickups::LOST_PICKUP_KIND;
use crate::service::shipments::SETTLE_KIND;
use crate::store::jobs::{self, Job};
use crate::store::{self, Result};

pub use worker::Worker;

/// For how long a worker has a job; it renews the lease at a third of it.
const LEASE: Duration = Duration::from_secs(60);
/// Jobs of one claim: one transaction for all of them.
const CLAIM_BATCH: u32 = 8;
/// Jobs that [`run_due`] runs at most, so that one which is always due again ends a test and not the night.
const RUN_DUE_MAX: usize = 1_000;

/// How a job went that went well.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// There is nothing more to do.
    Done,
    /// It runs again at this time.
    At(Timestamp),
}

/// How a job went that did not.
#[derive(Debug)]
enum Fault {
    /// It may go better later.
    Passing(String),
    /// It never will.
    Final(String),
}

/// Runs every job that is due by the app's clock, one after the other; returns how many. For tests with a clock of
/// their own, and for nobody else: a worker may run at the same time.
///
/// # Errors
///
/// If no job can be claimed. A job that fails is no error.
pub async fn run_due(app: &App) -> Result<usize> {
    let owner = new_owner(app);
    let mut count = 0;
    while count < RUN_DUE_MAX {
        let claimed = claim(app, &owner, CLAIM_BATCH).await?;
        if claimed.is_empty() {
            break;
        }
        for job in claimed {
            attempt::run(app, job).await;
            count += 1;
        }
    }
    Ok(count)
}

/// Returns since when the oldest due job is waiting.
///
/// # Errors
///
/// If the database cannot be read.
pub async fn oldest_ready(app: &App) -> Result<Option<Timestamp>> {
    let mut tx = app.db.begin_maintenance_read().await?;
    jobs::oldest_ready(&mut tx, app.clock.now()).await
}

/// Does a job's work.
async fn perform(app: &App, job: &Job) -> std::result::Result<Next, Fault> {
    match known_kind(&job.kind) {
        SETTLE_KIND => settle_booking::run(app, job).await,
        LOST_PICKUP_KIND => lost_pickup::run(app, job).await,
        prune::KIND => prune::run(app).await,
        // A newer host may have enqueued it while this one is being replaced.
        _ => Err(Fault::Passing(format!("this version has no jobs of kind {:?}", job.kind))),
    }
}

/// Returns the kind as a label; what is unknown must not make new time series.
fn known_kind(kind: &str) -> &'static str {
    [SETTLE_KIND, LOST_PICKUP_KIND, prune::KIND].into_iter().find(|known| *known == kind).unwrap_or("unknown")
}

fn new_owner(app: &App) -> String {
    format!("worker_{}", new_body(app.clock.now(), &*app.random))
}

async fn claim(app: &App, owner: &str, limit: u32) -> Result<Vec<Job>> {
    let now = app.clock.now();
    let mut tx = app.db.begin_maintenance().await?;
    let claimed = jobs::claim(&mut tx, owner, now, lease_end(now), limit).await?;
    tx.commit().await?;
    Ok(claimed)
}

fn lease_end(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE).unwrap_or(Timestamp::MAX)
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        Self::Passing(error.to_string())
    }
}
