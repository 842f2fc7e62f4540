//! What must work before requests are sent here.

use std::sync::Arc;

use crate::http::health::{Check, Health};

use super::App;

/// How long a due job may wait (seconds): beyond it, workers are stuck or too few.
const QUEUE_LAG_LIMIT_S: i64 = 300;

/// Makes the readiness of a host.
pub fn health(app: &App) -> Arc<Health> {
    Arc::new(Health::new(vec![
        Arc::new(Database(app.clone())),
        Arc::new(Migrations(app.clone())),
        Arc::new(RootKey(app.clone())),
        Arc::new(Plugins(app.clone())),
        Arc::new(Queue(app.clone())),
    ]))
}

struct Database(App);
struct Migrations(App);
struct RootKey(App);
struct Plugins(App);
struct Queue(App);

#[async_trait::async_trait]
impl Check for Database {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn run(&self) -> Result<String, String> {
        self.0.db.ping().await.map_err(|error| error.to_string())?;
        Ok("answers".to_owned())
    }
}

#[async_trait::async_trait]
impl Check for Migrations {
    fn name(&self) -> &'static str {
        "migrations"
    }

    async fn run(&self) -> Result<String, String> {
        let pending = self.0.db.pending_migrations().await.map_err(|error| error.to_string())?;
        match pending.is_empty() {
            true => Ok("all applied".to_owned()),
            false => Err(format!("{} are missing: run `crossdock migrate`", pending.join(", "))),
        }
    }
}

#[async_trait::async_trait]
impl Check for RootKey {
    fn name(&self) -> &'static str {
        "root_key"
    }

    async fn run(&self) -> Result<String, String> {
        crate::service::root_keys::prove(&self.0).await.map_err(|error| error.to_string())?;
        Ok(format!("{} is in charge", self.0.root_keys.get().current_kid()))
    }
}

#[async_trait::async_trait]
impl Check for Plugins {
    fn name(&self) -> &'static str {
        "plugins"
    }

    async fn run(&self) -> Result<String, String> {
        let plugins = self.0.registry.list();
        if plugins.is_empty() {
            let folder = self.0.config.plugins_dir.display();
            return Err(format!("none is loaded: put components into {folder} and start again"));
        }
        let names: Vec<String> = plugins.iter().map(|plugin| format!("{} {}", plugin.id(), plugin.version())).collect();
        Ok(names.join(", "))
    }
}

#[async_trait::async_trait]
impl Check for Queue {
    fn name(&self) -> &'static str {
        "queue"
    }

    async fn run(&self) -> Result<String, String> {
        let now = self.0.clock.now();
        let oldest = crate::jobs::oldest_ready(&self.0).await.map_err(|error| error.to_string())?;
        let lag_s = oldest.map_or(0, |oldest| now.duration_since(oldest).as_secs());
        let words = format!("the oldest due job waits for {lag_s} s");
        if lag_s > QUEUE_LAG_LIMIT_S { Err(words) } else { Ok(words) }
    }
}
