//! Jobs on SQLite, with a clock that is moved.

use std::sync::Arc;

use crate::app::start::Started;
use crate::app::testing::{HandClock, start_at};
use crate::model::clock::OsRandom;
use crate::model::id::{JobId, MerchantId, ShipmentId};
use crate::service::shipments::{SETTLE_KIND, SettleArgs};
use crate::store::credentials;
use crate::store::jobs::{self, JobState, NewJob};
use crate::store::shipments::{self, ShipmentState};
use crate::store::tests::samples::{at, credential, merchant, saved_shipment};

use super::{prune, run_due};

async fn host() -> (tempfile::TempDir, Arc<HandClock>, Started) {
    let folder = tempfile::tempdir().unwrap();
    let clock = HandClock::at(at(0));
    let started = start_at(folder.path(), clock.clone()).await.unwrap();
    (folder, clock, started)
}

/// A booking whose answer was lost, at an account that was removed meanwhile: there is nobody to ask.
async fn lost_booking(started: &Started) -> (MerchantId, ShipmentId, JobId) {
    let db = &started.app.db;
    let merchant = merchant(db).await;
    let mut credential = credential("main");
    credential.disabled_at = Some(at(1));
    let mut tx = db.begin(&merchant).await.unwrap();
    credentials::insert(&mut tx, &merchant, &credential).await.unwrap();
    tx.commit().await.unwrap();
    let shipment = saved_shipment(db, &merchant, &credential.id).await;
    let args = SettleArgs { merchant: merchant.clone(), shipment: shipment.clone() };
    let job = NewJob {
        id: JobId::new(at(0), &OsRandom),
        merchant_id: Some(merchant.clone()),
        kind: SETTLE_KIND.to_owned(),
        args: serde_json::to_value(args).unwrap(),
        priority: 10,
        max_attempts: 10,
        run_at: at(30),
        unique_key: Some(shipment.to_string()),
    };
    let mut tx = db.begin(&merchant).await.unwrap();
    assert!(jobs::enqueue(&mut tx, &job, at(0)).await.unwrap());
    tx.commit().await.unwrap();
    (merchant, shipment, job.id)
}

#[tokio::test]
async fn a_due_settling_runs_once() {
    let (_folder, clock, started) = host().await;
    let (merchant, shipment, job) = lost_booking(&started).await;
    clock.set(at(29));
    assert_eq!(run_due(&started.app).await.unwrap(), 0);
    clock.set(at(31));
    assert_eq!(run_due(&started.app).await.unwrap(), 1);
    assert_eq!(run_due(&started.app).await.unwrap(), 0);
    let mut tx = started.app.db.begin_read(&merchant).await.unwrap();
    let job = jobs::get(&mut tx, &merchant, &job).await.unwrap().unwrap();
    assert_eq!((job.state, job.attempt), (JobState::Completed, 1));
    let shipment = shipments::get(&mut tx, &merchant, &shipment).await.unwrap().unwrap();
    assert_eq!(shipment.state, ShipmentState::Unknown);
    drop(tx);
    let text = started.app.metrics.to_text();
    assert!(text.contains("crossdock_job_run_seconds_count{kind=\"settle_booking\",outcome=\"completed\"} 1"));
    started.stop().await;
}

#[tokio::test]
async fn old_rows_are_deleted_once_a_day() {
    let (_folder, clock, started) = host().await;
    let (merchant, _, job) = lost_booking(&started).await;
    clock.set(at(31));
    run_due(&started.app).await.unwrap();
    let day = 24 * 3_600;
    clock.set(at(6 * day));
    prune::ensure(&started.app).await.unwrap();
    prune::ensure(&started.app).await.unwrap();
    assert_eq!(run_due(&started.app).await.unwrap(), 1);
    let is_there = async || {
        let mut tx = started.app.db.begin_read(&merchant).await.unwrap();
        jobs::get(&mut tx, &merchant, &job).await.unwrap().is_some()
    };
    assert!(is_there().await, "it ended less than a week ago");
    clock.set(at(8 * day));
    assert_eq!(run_due(&started.app).await.unwrap(), 1);
    assert!(!is_there().await);
    started.stop().await;
}
