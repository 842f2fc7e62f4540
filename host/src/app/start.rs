//! Starting: from a configuration to an `App` that works, and back to nothing without losing anything.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::jobs::Worker;
use crate::model::clock::{Clock, OsRandom, Random, SystemClock};
use crate::outbound::{CourierCallRecord, Outbound, OutboundConfig, OutboundParts, SystemLookup};
use crate::plugin::{CompiledCache, Engine, EngineConfig, LoadError, Registry};
use crate::service::daily_counters::StoredCounters;
use crate::service::keyring::KeyRing;
use crate::service::plugins::folder::Look;
use crate::service::plugins::{self, Loader};
use crate::service::recordings::{self, Recorder};
use crate::service::tokens::SealedTokens;
use crate::service::{self, courier_calls};
use crate::store::{self, DatabaseUrl, Db};
use crate::vault::{self, LiveRootKeys, RootKeyError, RootKeys, SubKeyPurpose, VaultError};

use super::hints::Keeper;
use super::{App, Config, Metrics, Parts, vault_check};

/// Folder of compiled plugins, in the data folder.
const COMPILED_FOLDER: &str = "compiled";

/// A host that could not start. Every message says what mends it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made or read.
    #[error("data folder {}: {source}; set CROSSDOCK_DATA_DIR to a folder that can be written", path.display())]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No root key, or the wrong one.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// The pepper does not open.
    #[error("the pepper of API keys cannot be opened: {0}")]
    Vault(#[from] VaultError),
    /// The row that was just written is not there.
    #[error("the database lost the root key's check: start again")]
    NoVaultCheck,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// PostgreSQL's schema is older than this version, and serving under the owner's login is refused.
    #[error("the database lacks {}: run `crossdock migrate` under the login that owns its tables", .0.join(", "))]
    PendingMigrations(Vec<&'static str>),
    /// The plugins' engine.
    #[error(transparent)]
    Engine(#[from] Box<LoadError>),
    /// Which plugins serve could not be read or written.
    #[error("plugins could not be taken in: {0}")]
    Plugins(#[source] service::Error),
    /// The folder of compiled plugins.
    #[error("compiled plugins cannot be kept in {}: {source}", path.display())]
    CompiledCache {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An address that cannot be listened on.
    #[error("cannot listen on {address}: {source}; set {variable} to another address")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Where it is configured.
        variable: &'static str,
        /// Why.
        source: io::Error,
    },
}

/// Where time and randomness come from.
#[derive(Clone)]
pub struct Clocks {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

impl Clocks {
    /// Takes the machine's.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), random: Arc::new(OsRandom) }
    }
}

/// What is done with plugins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Plugins {
    /// Nothing: a command that asks no courier.
    #[default]
    None,
    /// They can be loaded and changed, but none serves here.
    Load,
    /// They serve.
    Serve,
}

/// What is started beside the use cases.
#[derive(Debug, Clone, Default)]
pub struct Extent {
    /// Where this host listens itself: nothing is ever sent there.
    pub own_listeners: Vec<SocketAddr>,
    /// What is done with plugins.
    pub plugins: Plugins,
    /// Whether jobs are run; tests run them with [`crate::jobs::run_due`].
    pub has_worker: bool,
}

/// An `App` and what runs beside it.
pub struct Started {
    /// What use cases take.
    pub app: App,
    worker: Option<Worker>,
    keeper: Option<Keeper>,
    calls: JoinHandle<()>,
    recordings: JoinHandle<()>,
    stop_calls: CancellationToken,
}

/// Starts a host that serves, with the machine's clock.
///
/// # Errors
///
/// See [`StartError`].
pub async fn start(config: Config, own_listeners: Vec<SocketAddr>) -> Result<Started, StartError> {
    let extent = Extent { own_listeners, plugins: Plugins::Serve, has_worker: true };
    start_with(config, Clocks::system(), extent).await
}

/// Starts as much of a host as is asked for, with a clock of one's own.
///
/// # Errors
///
/// See [`StartError`].
pub async fn start_with(config: Config, clocks: Clocks, extent: Extent) -> Result<Started, StartError> {
    make_data_dir(&config.data_dir)?;
    let loaded = vault::load_root_keys(&config.root_key_settings(), &*clocks.random)?;
    if extent.has_worker {
        for warning in config.warnings().iter().chain(&loaded.warnings) {
            tracing::warn!("{warning}");
        }
        tracing::info!(mode = config.mode.as_str(), root_key = %loaded.keys.current_kid(), "root key loaded from {}", loaded.origin);
    }
    let root_keys = loaded.keys;
    let db = open_database(&config).await?;
    let pepper = vault_check::open(&db, &root_keys, &*clocks.clock, &*clocks.random).await?;
    let loader = match extent.plugins {
        Plugins::None => Loader::default(),
        Plugins::Load | Plugins::Serve => {
            let (engine, cache) = start_engine(&config, &root_keys)?;
            Loader::new(engine, cache)
        }
    };

    let (calls_in, calls_out) = mpsc::channel(courier_calls::QUEUE_LENGTH);
    let (tokens, counters) = (Arc::new(SealedTokens::default()), Arc::new(StoredCounters::default()));
    let parts = OutboundParts {
        counters: counters.clone(),
        lookup: Arc::new(SystemLookup),
        fingerprints: pepper.fingerprint_key(),
    };
    let (recordings_in, recordings_out) = mpsc::channel(recordings::QUEUE_LENGTH);
    let metrics = Arc::new(Metrics::new());
    let records_calls = config.record_calls && extent.plugins == Plugins::Serve;
    let recorder = Recorder::new(records_calls, recordings_in, Arc::clone(&metrics));
    let outbound = make_outbound(&config, &clocks, &extent, calls_in, &tokens, parts);
    let app = App::new(Parts {
        cursor_key: pepper.cursor_key(),
        config,
        db,
        clock: clocks.clock,
        random: clocks.random,
        root_keys: LiveRootKeys::new(root_keys),
        pepper,
        keyring: KeyRing::default(),
        registry: Registry::default(),
        loader,
        recorder,
        outbound,
        metrics,
    });
    tokens.attach(app.clone());
    counters.attach(app.clone());
    let serves_plugins = extent.plugins == Plugins::Serve;
    if serves_plugins {
        if !app.config.record_calls {
            recordings::forget_all(&app).await.map_err(StartError::Plugins)?;
        }
        plugins::folder::scan(&app, Look::First).await.map_err(StartError::Plugins)?;
    }
    let keeper = match extent.has_worker && serves_plugins {
        true => Some(Keeper::start(&app)),
        false => None,
    };
    let stop_calls = CancellationToken::new();
    let calls = tokio::spawn(courier_calls::write_all(app.clone(), calls_out, stop_calls.clone()));
    let recordings = tokio::spawn(recordings::write_all(app.clone(), recordings_out, stop_calls.clone()));
    let worker = extent.has_worker.then(|| Worker::start(app.clone()));
    Ok(Started { app, worker, keeper, calls, recordings, stop_calls })
}

impl Started {
    /// Ends in order: jobs are ended or given back, the log of courier calls is written out, the database is closed.
    /// Listeners have ended before.
    pub async fn stop(self) {
        if let Some(keeper) = self.keeper {
            keeper.stop().await;
        }
        if let Some(worker) = self.worker {
            worker.stop().await;
        }
        self.stop_calls.cancel();
        if let Err(error) = self.calls.await {
            tracing::error!(%error, "the log of courier calls broke off");
        }
        if let Err(error) = self.recordings.await {
            tracing::error!(%error, "the recording of calls broke off");
        }
        self.app.db.close().await;
    }
}

/// Connects to the configured database.
///
/// # Errors
///
/// If the URL is none, or the database cannot be reached.
pub async fn connect(config: &Config) -> Result<Db, StartError> {
    Ok(Db::connect(&DatabaseUrl::from_secret(&config.database_url)?).await?)
}

/// Makes the data folder, for nobody else.
///
/// # Errors
///
/// If it cannot be made.
pub fn make_data_dir(path: &Path) -> Result<(), StartError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| StartError::DataDir { path: path.to_owned(), source })
}

/// SQLite's file belongs to this host and is taken to this version's schema; PostgreSQL's owner does that.
async fn open_database(config: &Config) -> Result<Db, StartError> {
    let db = connect(config).await?;
    match &db {
        Db::Sqlite { .. } => {
            let applied = db.migrate().await?;
            if !applied.is_empty() {
                tracing::info!(migrations = applied.join(", "), "database migrated");
            }
        }
        Db::Postgres(_) => {
            let pending = db.pending_migrations().await?;
            if !pending.is_empty() {
                return Err(StartError::PendingMigrations(pending));
            }
            db.check_role().await?;
        }
    }
    Ok(db)
}

/// Starts the plugins' engine and its cache; both are the same for serving and for looking at a plugin.
///
/// # Errors
///
/// If the engine refuses, or the cache's folder cannot be made.
pub fn start_engine(config: &Config, keys: &RootKeys) -> Result<(Arc<Engine>, Arc<CompiledCache>), StartError> {
    let engine = Engine::start(EngineConfig::default())?;
    let path = config.data_dir.join(COMPILED_FOLDER);
    let key = keys.sub_key(SubKeyPurpose::CompiledCache);
    let cache =
        CompiledCache::open(&path, key.expose()).map_err(|source| StartError::CompiledCache { path, source })?;
    Ok((engine, Arc::new(cache)))
}

fn make_outbound(
    config: &Config,
    clocks: &Clocks,
    extent: &Extent,
    calls: mpsc::Sender<CourierCallRecord>,
    tokens: &Arc<SealedTokens>,
    parts: OutboundParts,
) -> Arc<Outbound> {
    let settings = OutboundConfig {
        allow_private_networks: config.allow_private_networks.clone(),
        own_listeners: extent.own_listeners.clone(),
        log_bodies: config.log_bodies,
        ..OutboundConfig::default()
    };
    Outbound::with_parts(settings, clocks.clock.clone(), clocks.random.clone(), calls, tokens.clone(), parts)
}
