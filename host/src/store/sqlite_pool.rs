//! SQLite's connections: lent, and given back without a word.
//!
//! sqlx's own pool asks a connection whether it lives each time that one is given back, and that is a trip to the
//! connection's thread and back: as much as a statement. A file inside this process does not go away, so here a
//! connection is asked once a second at most.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::Result;

/// How long a connection is taken to live without being asked: its thread ends only by a defect.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// Connections to one file. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SqlitePool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: SqliteConnectOptions,
    size: u32,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Idle>>,
    acquire_timeout: Duration,
}

#[derive(Debug)]
struct Idle {
    connection: SqliteConnection,
    asked_at: Instant,
}

/// A connection on loan; given back when it is dropped. What was begun and not ended on it is rolled back first.
#[derive(Debug)]
pub struct Lease {
    /// Always there, until the drop.
    idle: Option<Idle>,
    place: Option<OwnedSemaphorePermit>,
    is_in_transaction: bool,
    pool: SqlitePool,
}

impl SqlitePool {
    /// Makes a pool of at most `size` connections, and opens the first: a file that cannot be used is found out now.
    pub(super) async fn open(options: SqliteConnectOptions, size: u32, acquire_timeout: Duration) -> Result<Self> {
        let places = Arc::new(Semaphore::new(size as usize));
        let pool = Self(Arc::new(Shared { options, size, places, idle: Mutex::default(), acquire_timeout }));
        drop(pool.acquire().await?);
        Ok(pool)
    }

    /// Lends a connection, as soon as one is free.
    ///
    /// # Errors
    ///
    /// `Unavailable` if none is in time, or the pool is closed.
    pub(super) async fn acquire(&self) -> Result<Lease> {
        let place = tokio::time::timeout(self.0.acquire_timeout, Arc::clone(&self.0.places).acquire_owned());
        let place = place.await.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = match self.take_idle() {
            Some(idle) => alive(idle).await,
            None => None,
        };
        let idle = match idle {
            Some(idle) => idle,
            None => {
                Idle { connection: SqliteConnection::connect_with(&self.0.options).await?, asked_at: Instant::now() }
            }
        };
        Ok(Lease { idle: Some(idle), place: Some(place), is_in_transaction: false, pool: self.clone() })
    }

    /// Lends a connection on which a transaction that may write has begun.
    pub(super) async fn begin_immediate(&self) -> Result<Lease> {
        let mut lease = self.acquire().await?;
        // Before it is sent: whoever stops waiting half-way leaves a transaction that may have begun.
        lease.is_in_transaction = true;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *lease).await?;
        Ok(lease)
    }

    /// Closes all connections, after those on loan have come back or had their time; no more are lent.
    pub(super) async fn close(&self) {
        let all = tokio::time::timeout(self.0.acquire_timeout, self.0.places.acquire_many(self.0.size)).await;
        if all.is_err() {
            tracing::warn!("a database connection is still in use and is not closed in order");
        }
        self.0.places.close();
        while let Some(idle) = self.take_idle() {
            if let Err(error) = idle.connection.close().await {
                tracing::warn!(%error, "a database connection did not close in order");
            }
        }
    }

    fn take_idle(&self) -> Option<Idle> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn give_back(&self, idle: Idle) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
    }
}

/// Asks a connection that was not asked for a while; one that does not answer is thrown away.
async fn alive(mut idle: Idle) -> Option<Idle> {
    if idle.asked_at.elapsed() < TRUSTED_FOR {
        return Some(idle);
    }
    match idle.connection.ping().await {
        Ok(()) => Some(Idle { asked_at: Instant::now(), ..idle }),
        Err(error) => {
            tracing::error!(%error, "a database connection broke off and is replaced");
            None
        }
    }
}

impl Lease {
    /// Makes everything that was written last.
    pub(super) async fn commit(mut self) -> Result<()> {
        sqlx::query("COMMIT").execute(&mut *self).await?;
        self.is_in_transaction = false;
        Ok(())
    }

    /// Takes everything back at once; dropping does the same a moment later.
    pub(super) async fn rollback(mut self) -> Result<()> {
        sqlx::query("ROLLBACK").execute(&mut *self).await?;
        self.is_in_transaction = false;
        Ok(())
    }
}

impl Deref for Lease {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.idle.as_ref().expect("a lease has its connection").connection
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.idle.as_mut().expect("a lease has its connection").connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(mut idle), place, pool) = (self.idle.take(), self.place.take(), self.pool.clone()) else { return };
        if !self.is_in_transaction {
            pool.give_back(idle);
            return;
        }
        // Without a runtime the process ends, and SQLite takes back what was not committed.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            // Held until the connection is clean: the next one must not wait for SQLite's lock.
            let _place = place;
            // A statement that was given up is over before this one, and so is a transaction that SQLite ended by itself.
            match sqlx::query("ROLLBACK").execute(&mut idle.connection).await {
                Ok(_) => pool.give_back(idle),
                Err(error) => tracing::debug!(%error, "a connection without a transaction to take back is closed"),
            }
        });
    }
}
