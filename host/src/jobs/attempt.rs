//! One run of one job: under a lease that is renewed, to an end that is written down.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::store::Result;
use crate::store::jobs::{self, Job};

use super::{Fault, LEASE, Next, known_kind, lease_end, perform};

/// Longest run of a job: pruning a large table takes longest.
const RUN_LIMIT: Duration = Duration::from_secs(900);
/// Longest wait before the next try (seconds): a day.
const BACK_OFF_MAX_S: u64 = 86_400;
/// At most a tenth is added to a wait, so that what failed together does not come back together.
const JITTER_DIVISOR: u64 = 10;

/// How a run ended.
enum Ended {
    Well(Next),
    Badly(Fault),
    /// Somebody else has the job.
    LeaseLost,
}

/// Runs a job that was claimed and writes down how it ended.
pub(super) async fn run(app: &App, job: Job) {
    let wait = app.clock.now().duration_since(job.run_at);
    app.metrics.job_wait(Duration::try_from(wait).unwrap_or_default());
    let started = Instant::now();
    let ended = run_under_lease(app, &job).await;
    let outcome = match write_down(app, &job, &ended).await {
        Ok(true) => outcome(&job, &ended),
        Ok(false) => "lease_lost",
        Err(error) => {
            // The lease ends, and the job is rescued.
            tracing::error!(%error, job.id = %job.id, "how a job ended could not be written down");
            "unwritten"
        }
    };
    let duration = started.elapsed();
    app.metrics.job_run(known_kind(&job.kind), outcome, duration);
    let error = match &ended {
        Ended::Badly(Fault::Passing(error) | Fault::Final(error)) => Some(error.as_str()),
        _ => None,
    };
    let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(job.id = %job.id, job.kind = job.kind, attempt = job.attempt, outcome, error, duration_ms, "job run");
}

async fn run_under_lease(app: &App, job: &Job) -> Ended {
    let work = tokio::time::timeout(RUN_LIMIT, perform(app, job));
    let mut work = pin!(AssertUnwindSafe(work).catch_unwind());
    let mut renewals = tokio::time::interval(LEASE / 3);
    renewals.tick().await;
    loop {
        tokio::select! {
            ended = &mut work => return match ended {
                Ok(Ok(Ok(next))) => Ended::Well(next),
                Ok(Ok(Err(fault))) => Ended::Badly(fault),
                Ok(Err(_)) => Ended::Badly(Fault::Passing(format!("it took longer than {} s", RUN_LIMIT.as_secs()))),
                Err(_) => Ended::Badly(Fault::Passing("its code panicked".to_owned())),
            },
            _ = renewals.tick() => match renew(app, job).await {
                Ok(true) => {}
                Ok(false) => return Ended::LeaseLost,
                // Two more chances before the lease ends; whoever has lost it cannot write an end.
                Err(error) => tracing::warn!(%error, job.id = %job.id, "a job's lease could not be renewed"),
            },
        }
    }
}

async fn renew(app: &App, job: &Job) -> Result<bool> {
    let mut tx = app.db.begin_maintenance().await?;
    let has_it = jobs::renew(&mut tx, job, lease_end(app.clock.now())).await?;
    tx.commit().await?;
    Ok(has_it)
}

/// Returns whether the job was still ours.
async fn write_down(app: &App, job: &Job, ended: &Ended) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.db.begin_maintenance().await?;
    let was_ours = match ended {
        Ended::LeaseLost => return Ok(false),
        Ended::Well(Next::Done) => jobs::complete(&mut tx, job, now).await?,
        Ended::Well(Next::At(time)) => jobs::run_again(&mut tx, job, *time).await?,
        Ended::Badly(Fault::Final(error)) => jobs::discard(&mut tx, job, error, now).await?,
        Ended::Badly(Fault::Passing(error)) if is_last(job) => jobs::discard(&mut tx, job, error, now).await?,
        Ended::Badly(Fault::Passing(error)) => jobs::fail(&mut tx, job, error, next_try(app, job.attempt, now)).await?,
    };
    tx.commit().await?;
    Ok(was_ours)
}

fn outcome(job: &Job, ended: &Ended) -> &'static str {
    match ended {
        Ended::LeaseLost => "lease_lost",
        Ended::Well(Next::Done) => "completed",
        Ended::Well(Next::At(_)) => "scheduled",
        Ended::Badly(Fault::Passing(_)) if !is_last(job) => "retryable",
        Ended::Badly(_) => "discarded",
    }
}

fn is_last(job: &Job) -> bool {
    job.attempt >= job.max_attempts
}

fn next_try(app: &App, attempt: i64, now: Timestamp) -> Timestamp {
    let mut bytes = [0; 8];
    app.random.fill(&mut bytes);
    let seconds = back_off_s(attempt, u64::from_le_bytes(bytes));
    let wait = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// The fourth power of the attempts so far, and a little more; never more than a day.
fn back_off_s(attempt: i64, random: u64) -> u64 {
    let base = attempt.max(1).unsigned_abs().saturating_pow(4).min(BACK_OFF_MAX_S);
    let jitter = random % (base / JITTER_DIVISOR + 2);
    (base + jitter).min(BACK_OFF_MAX_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_day() {
        assert_eq!(back_off_s(1, 0), 1);
        assert_eq!(back_off_s(3, 0), 81);
        assert!((81..=90).contains(&back_off_s(3, u64::MAX)));
        assert_eq!(back_off_s(18, u64::MAX), BACK_OFF_MAX_S);
        assert_eq!(back_off_s(i64::MAX, 7), BACK_OFF_MAX_S);
    }
}
