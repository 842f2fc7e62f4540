//! The worker of a process: claims what is due, as much as it has places for.

use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::store::Result;
use crate::store::jobs::{self, JobState};

use super::{CLAIM_BATCH, attempt, claim, new_owner, prune};

/// Jobs that run at the same time: most of them wait for a courier, and requests need the database too.
const CONCURRENCY: usize = 16;
/// How often is looked for due jobs while there are none; when a job ends it is looked at once.
const POLL: Duration = Duration::from_secs(1);
/// How often lost jobs are rescued and the queue is measured.
const HOUSEKEEPING: Duration = Duration::from_secs(15);
/// How long running jobs may go on once the process stops; asking a courier takes a few seconds.
const GRACE: Duration = Duration::from_secs(5);

/// Every state, so that a gauge goes back to zero.
const STATES: [JobState; 7] = [
    JobState::Available,
    JobState::Scheduled,
    JobState::Running,
    JobState::Retryable,
    JobState::Completed,
    JobState::Cancelled,
    JobState::Discarded,
];

/// A worker that runs.
pub struct Worker {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Worker {
    /// Starts to run what is due.
    pub fn start(app: App) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(work(app, stop.clone()));
        Self { stop, task }
    }

    /// Claims nothing more, waits a moment for what runs, and gives the rest back.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker broke off");
        }
    }
}

async fn work(app: App, stop: CancellationToken) {
    let owner = new_owner(&app);
    if let Err(error) = prune::ensure(&app).await {
        tracing::error!(%error, "old rows will not be deleted until the next start");
    }
    let mut running = JoinSet::new();
    let mut poll = ticks(POLL);
    let mut housekeeping = ticks(HOUSEKEEPING);
    let mut dropped_before = 0;
    while !stop.is_cancelled() {
        fill(&app, &owner, &mut running).await;
        tokio::select! {
            () = stop.cancelled() => {}
            Some(_) = running.join_next(), if !running.is_empty() => {}
            _ = poll.tick() => {}
            _ = housekeeping.tick() => keep_house(&app, &mut dropped_before).await,
        }
    }
    drain(&app, &owner, running).await;
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn fill(app: &App, owner: &str, running: &mut JoinSet<()>) {
    let places = CONCURRENCY.saturating_sub(running.len());
    let limit = u32::try_from(places).unwrap_or(CLAIM_BATCH).min(CLAIM_BATCH);
    if limit == 0 {
        return;
    }
    let claimed = claim(app, owner, limit).await.unwrap_or_else(|error| {
        tracing::error!(%error, "no job can be claimed");
        Vec::new()
    });
    for job in claimed {
        let app = app.clone();
        running.spawn(async move { attempt::run(&app, job).await });
    }
}

async fn keep_house(app: &App, dropped_before: &mut u64) {
    let dropped = app.outbound.dropped_records();
    app.metrics.call_records_dropped(dropped.saturating_sub(*dropped_before));
    *dropped_before = dropped;
    if let Err(error) = rescue_and_measure(app).await {
        tracing::error!(%error, "the queue of jobs cannot be looked after");
    }
}

async fn rescue_and_measure(app: &App) -> Result<()> {
    let mut tx = app.db.begin_maintenance().await?;
    let rescued = jobs::rescue_expired(&mut tx, app.clock.now()).await?;
    tx.commit().await?;
    if rescued > 0 {
        tracing::warn!(jobs = rescued, "jobs of a lost worker run again");
    }
    let mut tx = app.db.begin_maintenance_read().await?;
    let counts = jobs::counts(&mut tx).await?;
    for state in STATES {
        let count = counts.iter().find(|count| count.state == state);
        app.metrics.jobs(state.as_str(), count.map_or(0, |count| count.jobs));
    }
    Ok(())
}

async fn drain(app: &App, owner: &str, mut running: JoinSet<()>) {
    let ended = tokio::time::timeout(GRACE, async { while running.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        running.shutdown().await;
    }
    let given_back = async {
        let mut tx = app.db.begin_maintenance().await?;
        let jobs = jobs::give_back(&mut tx, owner, app.clock.now()).await?;
        tx.commit().await?;
        Result::Ok(jobs)
    };
    match given_back.await {
        Ok(0) => {}
        Ok(jobs) => tracing::info!(jobs, "jobs given back"),
        Err(error) => tracing::error!(%error, "jobs could not be given back; they run again when their lease ends"),
    }
}
