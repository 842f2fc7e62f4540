//! What tells the keeper of plugins to look: changes in the plugins folder, and SIGHUP.

use std::path::Path;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::service::plugins::keeper::{HINTS, Hint, keep};

/// The task that keeps plugins, and what gives it hints.
pub(super) struct Keeper {
    task: JoinHandle<()>,
    stop: CancellationToken,
    /// Watches for as long as it lives.
    _watcher: Option<RecommendedWatcher>,
}

impl Keeper {
    pub(super) fn start(app: &App) -> Self {
        let (sender, hints) = mpsc::channel(HINTS);
        let watcher = watch(&app.config.plugins_dir, sender.clone());
        listen_for_sighup(sender);
        let stop = CancellationToken::new();
        let task = tokio::spawn(keep(app.clone(), hints, stop.clone()));
        let watcher = watcher.inspect_err(|error| {
            let folder = app.config.plugins_dir.display();
            tracing::warn!(%error, %folder, "the plugins folder is not watched: send SIGHUP after changes");
        });
        Self { task, stop, _watcher: watcher.ok() }
    }

    /// Ends it; a change that is under way is finished first.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the keeper of plugins broke off");
        }
    }
}

fn watch(folder: &Path, hints: mpsc::Sender<Hint>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // After an error, such as too many changes to tell, everything may have changed.
        let hint = event.map_or(Some(Hint::Finished), |event| hint_of(&event.kind));
        if let Some(hint) = hint {
            // A full queue has hints enough.
            let _ = hints.try_send(hint);
        }
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// What a change of a file says; `None`: nothing changed.
fn hint_of(kind: &EventKind) -> Option<Hint> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) | EventKind::Remove(_) => Some(Hint::Finished),
        EventKind::Modify(ModifyKind::Name(_)) => Some(Hint::Finished),
        EventKind::Access(_) => None,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Any | EventKind::Other => Some(Hint::Unfinished),
    }
}

#[cfg(unix)]
fn listen_for_sighup(hints: mpsc::Sender<Hint>) {
    use tokio::signal::unix::{SignalKind, signal};

    let mut signals = match signal(SignalKind::hangup()) {
        Ok(signals) => signals,
        Err(error) => return tracing::warn!(%error, "SIGHUP is not listened for"),
    };
    tokio::spawn(async move {
        while signals.recv().await.is_some() {
            tracing::info!("looking at the plugins folder after SIGHUP");
            if hints.send(Hint::Asked).await.is_err() {
                return;
            }
        }
    });
}

#[cfg(not(unix))]
fn listen_for_sighup(_: mpsc::Sender<Hint>) {}
