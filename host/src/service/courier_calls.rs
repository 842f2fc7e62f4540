//! The log of requests to couriers: written in batches behind a bounded queue, so that no call waits for it.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::outbound::CourierCallRecord;
use crate::store::columns::Json;
use crate::store::courier_calls::{self, CourierCall};
use crate::store::credentials;

use super::error::Result;

/// Records that wait to be written: at 1,000 requests a second, some eight seconds' worth.
pub const QUEUE_LENGTH: usize = 8_192;
/// Records of one transaction: one sync of the disk for all of them.
const BATCH: usize = 512;
/// How long a first record waits for others to share its transaction.
const GATHER: Duration = Duration::from_millis(50);

/// Writes records until `stop`, and then what still waits.
///
/// The queue's other end is held by the `App` that this writes with, so that it does not end by itself.
pub async fn write_all(app: App, mut queue: mpsc::Receiver<CourierCallRecord>, stop: CancellationToken) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let received = tokio::select! {
            biased;
            received = queue.recv_many(&mut batch, BATCH) => received,
            () = stop.cancelled(), if !queue.is_closed() => {
                queue.close();
                continue;
            }
        };
        if received == 0 {
            return;
        }
        gather(&mut queue, &mut batch).await;
        observe(&app, &batch);
        if let Err(error) = write(&app, &batch).await {
            tracing::error!(%error, dropped = batch.len(), "courier calls could not be logged");
            app.metrics.call_records_dropped(u64::try_from(batch.len()).unwrap_or(0));
        }
        batch.clear();
    }
}

async fn gather(queue: &mut mpsc::Receiver<CourierCallRecord>, batch: &mut Vec<CourierCallRecord>) {
    let until = tokio::time::Instant::now() + GATHER;
    while batch.len() < BATCH {
        match tokio::time::timeout_at(until, queue.recv()).await {
            Ok(Some(record)) => batch.push(record),
            Ok(None) | Err(_) => return,
        }
    }
}

fn observe(app: &App, batch: &[CourierCallRecord]) {
    for record in batch {
        let duration = Duration::from_millis(record.duration_ms);
        app.metrics.courier_request(record.courier.as_str(), record.operation, record.outcome, duration);
    }
}

async fn write(app: &App, batch: &[CourierCallRecord]) -> Result<()> {
    let rows: Vec<CourierCall> = batch.iter().map(row).collect();
    let mut tx = app.db.begin_maintenance().await?;
    courier_calls::insert_batch(&mut tx, &rows).await?;
    let mut touched: Vec<_> =
        batch.iter().filter_map(|record| Some((record.merchant.as_ref()?, record.credential.as_ref()?))).collect();
    touched.sort_unstable();
    touched.dedup();
    for (merchant, credential) in touched {
        credentials::touch(&mut tx, merchant, credential, app.clock.now()).await?;
    }
    Ok(tx.commit().await?)
}

fn row(record: &CourierCallRecord) -> CourierCall {
    CourierCall {
        id: record.id.clone(),
        merchant_id: record.merchant.clone(),
        courier: record.courier.clone(),
        plugin_version: record.plugin_version.clone(),
        credential_id: record.credential.clone(),
        operation: record.operation.to_owned(),
        call_id: record.call_id.clone(),
        method: record.method.to_owned(),
        endpoint: record.endpoint.clone(),
        path: record.path.clone(),
        status: record.status.map(i64::from),
        outcome: record.outcome.to_owned(),
        duration_ms: signed(record.duration_ms),
        request_bytes: signed(record.request_bytes),
        response_bytes: signed(record.response_bytes),
        request_headers: Json(record.request_headers.clone()),
        response_headers: Json(record.response_headers.clone()),
        request_body: record.request_body.clone(),
        response_body: record.response_body.clone(),
        error: record.error.clone(),
        started_at: record.started_at,
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
