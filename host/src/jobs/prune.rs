//! Deletes what was kept long enough, once a day.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::model::id::JobId;
use crate::store::jobs::{self, NewJob};
use crate::store::{Result, Tx, audit, courier_calls, idempotency, limit_counters, recorded_calls, tracking_events};

use super::{Fault, Next};

/// The kind of the job.
pub(super) const KIND: &str = "prune";

/// Requests to couriers: long enough to look into a complaint (days).
const COURIER_CALLS_DAYS: i64 = 30;
/// Tracking events: a parcel's life and the time for a claim (days).
const TRACKING_EVENTS_DAYS: i64 = 90;
/// Recorded calls: beyond it they show a courier that is no more (days). Of each operation the newest are kept anyway, and no others.
const RECORDED_CALLS_DAYS: i64 = 90;
/// Who did what: five years, as auditors ask (days).
const AUDIT_DAYS: i64 = 5 * 366;
/// Jobs that ended (days).
const FINISHED_JOBS_DAYS: i64 = 7;
/// Counted windows of couriers' limits: the longest is a week (days).
const LIMIT_COUNTERS_DAYS: i64 = 8;
/// How often it runs (days).
const EVERY_DAYS: i64 = 1;

/// Rows of one transaction: the writer is held for milliseconds.
const BATCH: u32 = 500;
/// Transactions for one table in one run: a million rows; the rest waits for the next.
const MAX_BATCHES: u32 = 2_000;
/// After everything that somebody waits for.
const PRIORITY: i64 = 100;
/// It runs again every day, so that its attempts are days: more than any host lives.
const MAX_ATTEMPTS: i64 = 1_000_000;

/// What is deleted.
#[derive(Debug, Clone, Copy)]
enum Table {
    CourierCalls,
    RecordedCalls,
    TrackingEvents,
    Audit,
    Idempotency,
    FinishedJobs,
    LimitCounters,
}

impl Table {
    const ALL: [Self; 7] = [
        Self::CourierCalls,
        Self::RecordedCalls,
        Self::TrackingEvents,
        Self::Audit,
        Self::Idempotency,
        Self::FinishedJobs,
        Self::LimitCounters,
    ];

    async fn delete(self, tx: &mut Tx, now: Timestamp) -> Result<u64> {
        match self {
            Self::CourierCalls => courier_calls::delete_before(tx, ago(now, COURIER_CALLS_DAYS), BATCH).await,
            Self::RecordedCalls => recorded_calls::delete_before(tx, ago(now, RECORDED_CALLS_DAYS), BATCH).await,
            Self::TrackingEvents => tracking_events::delete_before(tx, ago(now, TRACKING_EVENTS_DAYS), BATCH).await,
            Self::Audit => audit::delete_before(tx, ago(now, AUDIT_DAYS), BATCH).await,
            Self::Idempotency => idempotency::delete_expired(tx, now, BATCH).await,
            Self::FinishedJobs => jobs::delete_finished(tx, ago(now, FINISHED_JOBS_DAYS), BATCH).await,
            Self::LimitCounters => limit_counters::delete_before(tx, ago(now, LIMIT_COUNTERS_DAYS), BATCH).await,
        }
    }
}

/// Sees to it that the job is there; called by every worker at its start.
pub(super) async fn ensure(app: &App) -> Result<()> {
    let now = app.clock.now();
    let job = NewJob {
        id: JobId::new(now, &*app.random),
        merchant_id: None,
        kind: KIND.to_owned(),
        args: serde_json::json!({}),
        priority: PRIORITY,
        max_attempts: MAX_ATTEMPTS,
        run_at: now,
        unique_key: Some("daily".to_owned()),
    };
    let mut tx = app.db.begin_maintenance().await?;
    jobs::enqueue(&mut tx, &job, now).await?;
    tx.commit().await
}

/// Deletes from every table, a batch at a time.
pub(super) async fn run(app: &App) -> std::result::Result<Next, Fault> {
    for table in Table::ALL {
        let deleted = prune(app, table).await?;
        if deleted > 0 {
            tracing::info!(table = ?table, rows = deleted, "old rows deleted");
        }
    }
    Ok(Next::At(ago(app.clock.now(), -EVERY_DAYS)))
}

async fn prune(app: &App, table: Table) -> Result<u64> {
    let mut deleted = 0;
    for _ in 0..MAX_BATCHES {
        let mut tx = app.db.begin_maintenance().await?;
        let rows = table.delete(&mut tx, app.clock.now()).await?;
        tx.commit().await?;
        deleted += rows;
        if rows < u64::from(BATCH) {
            break;
        }
    }
    Ok(deleted)
}

fn ago(now: Timestamp, days: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::UNIX_EPOCH)
}
