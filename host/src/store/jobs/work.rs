//! The worker's side: claim, renew, end. All of it in maintenance, across merchants.

use jiff::Timestamp;

use super::super::columns::{MaybeMicros, Micros};
use super::super::{Result, Tx};
use super::{Job, job_columns};

/// How many jobs are in a state.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct JobCount {
    /// Which state.
    pub state: super::JobState,
    /// How many.
    pub jobs: i64,
}

macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE jobs
             SET state = 'running', attempt = attempt + 1, lease_owner = $1, lease_until_us = $2
             WHERE id IN (
                 SELECT id
                 FROM jobs
                 WHERE state IN ('available', 'scheduled', 'retryable') AND run_us <= $3
                 ORDER BY priority, run_us, id
                 LIMIT $4",
            $lock,
            ")
             RETURNING ",
            job_columns!()
        )
    };
}

/// SQLite has one writer: whoever claims is alone.
const CLAIM_ON_SQLITE: &str = claim!("");
/// PostgreSQL's workers pass over what another is claiming.
const CLAIM_ON_POSTGRES: &str = claim!(" FOR UPDATE SKIP LOCKED");

/// Claims at most `limit` jobs that may run, until the lease ends; the most urgent first.
pub async fn claim(tx: &mut Tx, owner: &str, now: Timestamp, lease_until: Timestamp, limit: u32) -> Result<Vec<Job>> {
    let text = tx.text(CLAIM_ON_SQLITE, CLAIM_ON_POSTGRES);
    let mut jobs: Vec<Job> = on_tx!(tx, |conn| sqlx::query_as(text)
        .bind(owner)
        .bind(Micros(lease_until))
        .bind(Micros(now))
        .bind(i64::from(limit))
        .fetch_all(conn)
        .await)?;
    jobs.sort_by(|one, other| (one.priority, one.run_at, &one.id).cmp(&(other.priority, other.run_at, &other.id)));
    Ok(jobs)
}

/// Lengthens the lease of a job that one still has; `false`: it was lost, stop.
pub async fn renew(tx: &mut Tx, job: &Job, lease_until: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE jobs
         SET lease_until_us = $4
         WHERE id = $1 AND lease_owner = $2 AND attempt = $3 AND state = 'running'"
    )
    .bind(&job.id)
    .bind(&job.lease_owner)
    .bind(job.attempt)
    .bind(Micros(lease_until))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Ends a job well; `false`: the lease was lost, and somebody else ends it.
pub async fn complete(tx: &mut Tx, job: &Job, now: Timestamp) -> Result<bool> {
    end(tx, job, super::JobState::Completed, None, now).await
}

/// Ends a job that failed for good; `false`: the lease was lost.
pub async fn discard(tx: &mut Tx, job: &Job, error: &str, now: Timestamp) -> Result<bool> {
    end(tx, job, super::JobState::Discarded, Some(error), now).await
}

/// Lets a job that failed run again later; `false`: the lease was lost. The caller discards after the last attempt.
pub async fn fail(tx: &mut Tx, job: &Job, error: &str, run_at: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE jobs
         SET state = 'retryable', last_error = $4, run_us = $5, lease_owner = NULL, lease_until_us = NULL
         WHERE id = $1 AND lease_owner = $2 AND attempt = $3 AND state = 'running'"
    )
    .bind(&job.id)
    .bind(&job.lease_owner)
    .bind(job.attempt)
    .bind(error)
    .bind(Micros(run_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Lets a job that went well run once more, at a time of its own; `false`: the lease was lost.
pub async fn run_again(tx: &mut Tx, job: &Job, run_at: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE jobs
         SET state = 'scheduled', run_us = $4, lease_owner = NULL, lease_until_us = NULL
         WHERE id = $1 AND lease_owner = $2 AND attempt = $3 AND state = 'running'"
    )
    .bind(&job.id)
    .bind(&job.lease_owner)
    .bind(job.attempt)
    .bind(Micros(run_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Gives jobs back whose lease ended: to run again, or discarded after the last attempt. Returns how many.
pub async fn rescue_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "UPDATE jobs
         SET state = CASE WHEN attempt >= max_attempts THEN 'discarded' ELSE 'retryable' END,
             finished_us = CASE WHEN attempt >= max_attempts THEN $1 ELSE NULL END,
             last_error = 'the worker was lost', run_us = $1, lease_owner = NULL, lease_until_us = NULL
         WHERE state = 'running' AND lease_until_us <= $1"
    )
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Gives back what a worker has, as when it stops: to run again at once, the attempt not counted.
pub async fn give_back(tx: &mut Tx, owner: &str, now: Timestamp) -> Result<u64> {
    Ok(on_tx!(tx, |conn| {
        sqlx::query(
            "UPDATE jobs
         SET state = 'available', attempt = attempt - 1, run_us = $2, lease_owner = NULL, lease_until_us = NULL
         WHERE state = 'running' AND lease_owner = $1",
        )
        .bind(owner)
        .bind(Micros(now))
        .execute(conn)
        .await
        .map(|done| done.rows_affected())
    })?)
}

/// Counts jobs by state.
pub async fn counts(tx: &mut Tx) -> Result<Vec<JobCount>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT state, COUNT(id) AS jobs
         FROM jobs
         GROUP BY state
         ORDER BY state"
    )
    .fetch_all(conn)
    .await)?)
}

/// Returns since when the oldest job that may run is waiting.
pub async fn oldest_ready(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>> {
    let oldest: MaybeMicros = on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT MIN(run_us)
         FROM jobs
         WHERE state IN ('available', 'scheduled', 'retryable') AND run_us <= $1"
    )
    .bind(Micros(now))
    .fetch_one(conn)
    .await)?;
    Ok(oldest.0)
}

/// Deletes at most `limit` jobs that ended before a time; returns how many.
pub async fn delete_finished(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM jobs
         WHERE id IN (SELECT id FROM jobs WHERE finished_us < $1 LIMIT $2)"
    )
    .bind(Micros(before))
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}

async fn end(tx: &mut Tx, job: &Job, state: super::JobState, error: Option<&str>, now: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE jobs
         SET state = $4, last_error = COALESCE($5, last_error), finished_us = $6, lease_owner = NULL,
             lease_until_us = NULL
         WHERE id = $1 AND lease_owner = $2 AND attempt = $3 AND state = 'running'"
    )
    .bind(&job.id)
    .bind(&job.lease_owner)
    .bind(job.attempt)
    .bind(state)
    .bind(error)
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
