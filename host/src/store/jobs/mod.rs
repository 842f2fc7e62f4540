//! Work to do: enqueued in the transaction that makes it necessary, claimed under a lease.

mod work;

use jiff::Timestamp;

pub use work::*;

use super::columns::{Json, MaybeMicros, Micros, words};
use super::{Listed, Page, Result, Tx};
use crate::model::id::{JobId, MerchantId};

words! {
    /// How far a job is; the words are River's.
    JobState {
        /// May run now.
        Available = "available",
        /// May run later.
        Scheduled = "scheduled",
        /// A worker has it.
        Running = "running",
        /// It failed and may run again later.
        Retryable = "retryable",
        /// It is done.
        Completed = "completed",
        /// Somebody took it back.
        Cancelled = "cancelled",
        /// It failed for good.
        Discarded = "discarded",
    }
}

/// Arguments of a job: ids only, at most 4 KiB as JSON.
pub const MAX_ARGS_BYTES: usize = 4096;

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// For whom; `None`: for the platform.
    pub merchant_id: Option<MerchantId>,
    /// What is to be done.
    pub kind: String,
    /// With what: an object of ids.
    pub args: Json<serde_json::Value>,
    /// How far it is.
    pub state: JobState,
    /// Smaller runs first.
    pub priority: i64,
    /// How often it was begun.
    pub attempt: i64,
    /// How often it may be.
    pub max_attempts: i64,
    /// Not before this time.
    #[sqlx(rename = "run_us", try_from = "Micros")]
    pub run_at: Timestamp,
    /// Which worker has it.
    pub lease_owner: Option<String>,
    /// Until when.
    #[sqlx(rename = "lease_until_us", try_from = "MaybeMicros")]
    pub lease_until: Option<Timestamp>,
    /// Why it last failed.
    pub last_error: Option<String>,
    /// At most one unfinished job of a kind has it.
    pub unique_key: Option<String>,
    /// When it was enqueued.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
    /// When it ended.
    #[sqlx(rename = "finished_us", try_from = "MaybeMicros")]
    pub finished_at: Option<Timestamp>,
}

/// A job to enqueue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Job")]
pub struct NewJob {
    pub id: JobId,
    pub merchant_id: Option<MerchantId>,
    pub kind: String,
    pub args: serde_json::Value,
    pub priority: i64,
    pub max_attempts: i64,
    pub run_at: Timestamp,
    pub unique_key: Option<String>,
}

macro_rules! job_columns {
    () => {
        "id, merchant_id, kind, args, state, priority, attempt, max_attempts, run_us, lease_owner, lease_until_us,
         last_error, unique_key, created_us, finished_us"
    };
}
use job_columns;

/// Enqueues a job unless an unfinished one of its kind has its unique key; `true` if it is new.
///
/// # Errors
///
/// `Corrupt` if the arguments are larger than [`MAX_ARGS_BYTES`].
pub async fn enqueue(tx: &mut Tx, job: &NewJob, now: Timestamp) -> Result<bool> {
    let size = job.args.to_string().len();
    if size > MAX_ARGS_BYTES {
        let words = format!("arguments of a {} job have {size} bytes, more than {MAX_ARGS_BYTES}", job.kind);
        return Err(super::Error::Corrupt(words));
    }
    let state = if job.run_at > now { JobState::Scheduled } else { JobState::Available };
    let rows = on_tx!(tx, |conn| {
        sqlx::query(
            "INSERT INTO jobs (id, merchant_id, kind, args, state, priority, attempt, max_attempts, run_us, unique_key,
                           created_us)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10)
         ON CONFLICT DO NOTHING",
        )
        .bind(&job.id)
        .bind(&job.merchant_id)
        .bind(&job.kind)
        .bind(Json(&job.args))
        .bind(state)
        .bind(job.priority)
        .bind(job.max_attempts)
        .bind(Micros(job.run_at))
        .bind(&job.unique_key)
        .bind(Micros(now))
        .execute(conn)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Finds a merchant's job.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, id: &JobId) -> Result<Option<Job>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(concat!(
        "SELECT ",
        job_columns!(),
        " FROM jobs
         WHERE merchant_id = $1 AND id = $2"
    ))
    .bind(merchant)
    .bind(id)
    .fetch_optional(conn)
    .await)?)
}

/// Lists a merchant's jobs, newest first.
pub async fn list(tx: &mut Tx, merchant: &MerchantId, page: &Page) -> Result<Listed<Job>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(concat!(
        "SELECT ",
        job_columns!(),
        " FROM jobs
         WHERE merchant_id = $1 AND ($2 IS NULL OR id < $2)
         ORDER BY id DESC
         LIMIT $3"
    ))
    .bind(merchant)
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}

/// Takes back a merchant's job that does not run; `false` if there is none.
pub async fn cancel(tx: &mut Tx, merchant: &MerchantId, id: &JobId, now: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE jobs
         SET state = 'cancelled', finished_us = $3
         WHERE merchant_id = $1 AND id = $2 AND state IN ('available', 'scheduled', 'retryable')"
    )
    .bind(merchant)
    .bind(id)
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Takes back the unfinished job of a kind with a unique key, unless it runs; `false` if there is none.
pub async fn cancel_unique(
    tx: &mut Tx,
    merchant: &MerchantId,
    kind: &str,
    unique_key: &str,
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| {
        sqlx::query(
            "UPDATE jobs
         SET state = 'cancelled', finished_us = $4
         WHERE merchant_id = $1 AND kind = $2 AND unique_key = $3 AND state IN ('available', 'scheduled', 'retryable')",
        )
        .bind(merchant)
        .bind(kind)
        .bind(unique_key)
        .bind(Micros(now))
        .execute(conn)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}
