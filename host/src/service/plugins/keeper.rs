//! The task that keeps plugins as they should be: it hears of changed files and signals, and looks at the database every second.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::app::App;

use super::folder::{Look, scan};
use super::{converge, watch};
use crate::service::error::Result;

/// How often other hosts' changes are looked for, and new versions judged.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a file that is being written must be left alone before it is read. One that is renamed into place, or closed, is read at once.
const QUIET: Duration = Duration::from_millis(300);

/// Longest wait for quiet: a file that is written on and on is looked at all the same.
const LONGEST_UNQUIET: Duration = Duration::from_secs(5);

/// Hints that wait. More say no more than these.
pub const HINTS: usize = 16;

/// Why the plugins folder should be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Something in it is being written.
    Unfinished,
    /// Something in it is finished: renamed, closed, removed.
    Finished,
    /// An operator says so.
    Asked,
}

/// Keeps plugins until `stop`.
pub async fn keep(app: App, mut hints: mpsc::Receiver<Hint>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // A hint comes once; what failed after it is tried again at the next tick.
    let mut is_folder_due = false;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            Some(hint) = hints.recv() => {
                settle(&mut hints, hint).await;
                is_folder_due = true;
            }
            _ = ticks.tick() => {}
        }
        let outcome = match is_folder_due {
            true => scan(&app, Look::Again).await,
            false => look(&app).await,
        };
        is_folder_due &= outcome.is_err();
        if let Err(error) = outcome {
            tracing::error!(%error, "plugins could not be looked after; trying again");
        }
    }
}

/// Waits until what is being written is finished, or quiet.
async fn settle(hints: &mut mpsc::Receiver<Hint>, first: Hint) {
    let mut hint = first;
    let give_up = Instant::now() + LONGEST_UNQUIET;
    while hint == Hint::Unfinished {
        let until = (Instant::now() + QUIET).min(give_up);
        match tokio::time::timeout_at(until, hints.recv()).await {
            Ok(Some(next)) => hint = next,
            Ok(None) | Err(_) => return,
        }
    }
}

async fn look(app: &App) -> Result<()> {
    converge(app).await?;
    let mut state = app.loader.turn().await;
    watch::look(app, &mut state).await
}
