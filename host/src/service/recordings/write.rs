//! Recordings on their way into the database and back: redacted, packed, sealed.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::call::RecordedCall;
use super::mask::mask;
use super::{KEPT_PER_OPERATION, NewRecording};
use crate::app::App;
use crate::model::courier::CourierId;
use crate::service::error::{Error, Result};
use crate::service::keyring::{SEAL_TRIES, begin_under, rotated_too_often};
use crate::store::recorded_calls::{self, RecordedRow};
use crate::vault::{self, RecordPlace, Sealed, VaultError};

/// What sealed recordings are called in their associated data.
const PURPOSE: &str = "recorded-call";

/// The field of the row.
const FIELD: &str = "call";

/// Bytes that a recording may unpack to: what a tape holds, written as JSON with its escapes.
const MAX_UNPACKED_BYTES: u64 = 8 << 20;

/// A recording that was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The version that made the call.
    pub plugin_version: String,
    /// When.
    pub recorded_at: Timestamp,
    /// The call, redacted.
    pub call: RecordedCall,
}

/// Writes recordings until `stop`, and then what still waits.
pub async fn write_all(app: App, mut queue: mpsc::Receiver<NewRecording>, stop: CancellationToken) {
    loop {
        let recording = tokio::select! {
            biased;
            recording = queue.recv() => recording,
            () = stop.cancelled(), if !queue.is_closed() => {
                queue.close();
                continue;
            }
        };
        let Some(recording) = recording else { return };
        let courier = recording.courier.clone();
        let outcome = match write(&app, recording).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::warn!(%courier, %error, "a call could not be recorded");
                "failed"
            }
        };
        app.metrics.recorded_call(outcome);
    }
}

async fn write(app: &App, recording: NewRecording) -> Result<&'static str> {
    let NewRecording { id, merchant, courier, plugin_version, call } = recording;
    let operation = call.question.operation();
    let mut key = Zeroizing::new([0; 32]);
    app.random.fill(&mut *key);
    let Some(masked) = mask(call, *key) else { return Ok("not_redacted") };
    let Some(packed) = pack(&masked) else { return Ok("failed") };
    for _ in 0..SEAL_TRIES {
        let keys = app.keyring.of(app, &merchant).await?;
        let place = RecordPlace { purpose: PURPOSE, merchant: &merchant, record: id.as_str(), field: FIELD };
        let sealed = vault::seal(app.root_keys.get().current_kid(), keys.active(), &place, &packed, &*app.random);
        let sealed = match sealed {
            Err(VaultError::TooLarge { .. }) => return Ok("too_large"),
            sealed => sealed?,
        };
        let key_version = i64::from(keys.active().version());
        let Some(mut tx) = begin_under(app, &merchant, key_version).await? else { continue };
        let row = RecordedRow {
            id,
            merchant_id: merchant.clone(),
            courier: courier.clone(),
            operation: operation.to_owned(),
            plugin_version,
            sealed,
            key_version,
            recorded_at: app.clock.now(),
        };
        recorded_calls::insert(&mut tx, &merchant, &row).await?;
        tx.commit().await?;
        let mut tx = app.db.begin_maintenance().await?;
        recorded_calls::keep_newest(&mut tx, &courier, operation, KEPT_PER_OPERATION).await?;
        tx.commit().await?;
        return Ok("kept");
    }
    Err(rotated_too_often())
}

/// Opens a courier's recordings, the newest first. What cannot be opened is left out.
///
/// # Errors
///
/// `Store` if the database fails.
pub async fn read(app: &App, courier: &CourierId) -> Result<Vec<Opened>> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let rows = recorded_calls::list(&mut tx, courier, KEPT_PER_OPERATION).await?;
    drop(tx);
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        match open(app, &row).await {
            Ok(Some(call)) => {
                opened.push(Opened { plugin_version: row.plugin_version, recorded_at: row.recorded_at, call });
            }
            Ok(None) => tracing::warn!(%courier, call.id = %row.id, "a recorded call is not readable any more"),
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => tracing::warn!(%courier, call.id = %row.id, %error, "a recorded call cannot be opened"),
        }
    }
    Ok(opened)
}

/// Deletes a courier's recordings; returns how many.
///
/// # Errors
///
/// `Store` if the database fails.
pub async fn forget(app: &App, courier: &CourierId) -> Result<u64> {
    let mut tx = app.db.begin_maintenance().await?;
    let deleted = recorded_calls::delete_of_courier(&mut tx, courier).await?;
    tx.commit().await?;
    Ok(deleted)
}

/// Deletes all recordings.
///
/// # Errors
///
/// `Store` if the database fails.
pub async fn forget_all(app: &App) -> Result<u64> {
    let mut tx = app.db.begin_maintenance().await?;
    let deleted = recorded_calls::delete_all(&mut tx).await?;
    tx.commit().await?;
    Ok(deleted)
}

async fn open(app: &App, row: &RecordedRow) -> Result<Option<RecordedCall>> {
    let version = row.sealed.parse::<Sealed>()?.key_version();
    let keys = app.keyring.with_version(app, &row.merchant_id, version).await?;
    let key =
        keys.version(version).ok_or(VaultError::KeyVersion { needed: version, given: keys.active().version() })?;
    let place = RecordPlace { purpose: PURPOSE, merchant: &row.merchant_id, record: row.id.as_str(), field: FIELD };
    Ok(unpack(&vault::open(key, &place, &row.sealed)?))
}

fn pack(call: &RecordedCall) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&serde_json::to_vec(call).ok()?).ok()?;
    encoder.finish().ok()
}

fn unpack(packed: &[u8]) -> Option<RecordedCall> {
    let mut json = Vec::new();
    DeflateDecoder::new(packed).take(MAX_UNPACKED_BYTES).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}
