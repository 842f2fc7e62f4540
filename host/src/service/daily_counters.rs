//! Couriers' limits of an hour and longer, counted in the database so that they survive a restart.

use std::sync::OnceLock;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::app::App;
use crate::outbound::DailyCounters;
use crate::store::limit_counters;

use super::error::Result;

/// Counts in the database. It is made before the `App` that it works with.
#[derive(Default)]
pub struct StoredCounters {
    app: OnceLock<App>,
}

impl StoredCounters {
    /// Says what it works with; once.
    pub fn attach(&self, app: App) {
        // A second `attach` would be a second start: the first one stays.
        let _ = self.app.set(app);
    }
}

#[async_trait]
impl DailyCounters for StoredCounters {
    async fn load(&self, key: &str, window_start_s: i64) -> u64 {
        let Some(app) = self.app.get() else { return 0 };
        read(app, key, window_start_s).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a courier's daily count cannot be read; it starts at nothing");
            0
        })
    }

    async fn add(&self, key: &str, window_start_s: i64, requests: u64) {
        let Some(app) = self.app.get() else { return };
        if let Err(error) = write(app, key, window_start_s, requests).await {
            tracing::warn!(%error, "a courier's daily count cannot be kept");
        }
    }
}

async fn read(app: &App, key: &str, window_start_s: i64) -> Result<u64> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let used = limit_counters::used(&mut tx, key, at(window_start_s)).await?;
    Ok(u64::try_from(used).unwrap_or(0))
}

async fn write(app: &App, key: &str, window_start_s: i64, requests: u64) -> Result<()> {
    let mut tx = app.db.begin_maintenance().await?;
    limit_counters::add(&mut tx, key, at(window_start_s), i64::try_from(requests).unwrap_or(i64::MAX)).await?;
    Ok(tx.commit().await?)
}

fn at(window_start_s: i64) -> Timestamp {
    Timestamp::from_second(window_start_s).unwrap_or(Timestamp::UNIX_EPOCH)
}
