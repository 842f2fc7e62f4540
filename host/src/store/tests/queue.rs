//! Jobs: claimed once, ended by whoever has them, never lost.

use std::collections::BTreeSet;

use super::samples::{at, job, merchant};
use crate::store::jobs::{self, Job, JobState};
use crate::store::testing::databases;
use crate::store::{Db, Error, Page};

async fn claim(db: &Db, owner: &str, seconds: i64, limit: u32) -> Vec<Job> {
    let mut tx = db.begin_maintenance().await.unwrap();
    let claimed = jobs::claim(&mut tx, owner, at(seconds), at(seconds + 60), limit).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

async fn enqueue(db: &Db, job: &jobs::NewJob, seconds: i64) -> bool {
    let mut tx = db.begin_maintenance().await.unwrap();
    let is_new = jobs::enqueue(&mut tx, job, at(seconds)).await.unwrap();
    tx.commit().await.unwrap();
    is_new
}

#[tokio::test]
async fn each_job_is_claimed_once_by_many_workers() {
    for test_db in databases().await {
        for seconds in 0..60 {
            assert!(enqueue(&test_db.db, &job(None, seconds), 100).await);
        }
        let workers = (0..6).map(|worker| {
            let db = test_db.db.clone();
            tokio::spawn(async move {
                let mut ids = Vec::new();
                loop {
                    let claimed = claim(&db, &format!("worker-{worker}"), 100, 4).await;
                    if claimed.is_empty() {
                        return ids;
                    }
                    ids.extend(claimed.into_iter().map(|job| job.id));
                }
            })
        });
        let claimed: Vec<_> = futures::future::join_all(workers).await.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(claimed.len(), 60, "{}", test_db.system);
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 60);
    }
}

#[tokio::test]
async fn a_stale_worker_cannot_end_a_job() {
    for test_db in databases().await {
        assert!(enqueue(&test_db.db, &job(None, 0), 0).await);
        let stale = claim(&test_db.db, "one", 0, 1).await.remove(0);
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        assert!(jobs::renew(&mut tx, &stale, at(61)).await.unwrap());
        assert_eq!(jobs::rescue_expired(&mut tx, at(60)).await.unwrap(), 0);
        assert_eq!(jobs::rescue_expired(&mut tx, at(61)).await.unwrap(), 1);
        tx.commit().await.unwrap();

        // The same worker has it again: the attempt tells the two apart.
        let fresh = claim(&test_db.db, "one", 61, 1).await.remove(0);
        assert_eq!(fresh.attempt, 2);
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        assert!(!jobs::complete(&mut tx, &stale, at(62)).await.unwrap(), "{}", test_db.system);
        assert!(!jobs::fail(&mut tx, &stale, "late", at(62)).await.unwrap());
        assert!(!jobs::discard(&mut tx, &stale, "late", at(62)).await.unwrap());
        assert!(!jobs::renew(&mut tx, &stale, at(99)).await.unwrap());
        assert!(jobs::complete(&mut tx, &fresh, at(62)).await.unwrap());
        assert!(!jobs::complete(&mut tx, &fresh, at(62)).await.unwrap());
        assert_eq!(jobs::delete_finished(&mut tx, at(63), 10).await.unwrap(), 1);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_failed_job_runs_again_and_its_last_loss_discards_it() {
    for test_db in databases().await {
        assert!(enqueue(&test_db.db, &job(None, 0), 0).await);
        let first = claim(&test_db.db, "one", 0, 1).await.remove(0);
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        assert!(jobs::fail(&mut tx, &first, "courier down", at(10)).await.unwrap());
        tx.commit().await.unwrap();
        assert!(claim(&test_db.db, "one", 9, 1).await.is_empty());
        let second = claim(&test_db.db, "one", 10, 1).await.remove(0);
        assert_eq!((second.attempt, second.last_error.as_deref()), (2, Some("courier down")));
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        assert_eq!(jobs::give_back(&mut tx, "one", at(11)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        for attempt in 2..=3 {
            let seconds = attempt * 100;
            assert_eq!(claim(&test_db.db, "one", seconds, 1).await.remove(0).attempt, attempt);
            let mut tx = test_db.db.begin_maintenance().await.unwrap();
            assert_eq!(jobs::rescue_expired(&mut tx, at(seconds + 60)).await.unwrap(), 1);
            tx.commit().await.unwrap();
        }
        let mut tx = test_db.db.begin_maintenance_read().await.unwrap();
        let counts = jobs::counts(&mut tx).await.unwrap();
        assert_eq!(counts, [jobs::JobCount { state: JobState::Discarded, jobs: 1 }], "{}", test_db.system);
    }
}

#[tokio::test]
async fn urgent_and_old_jobs_come_first_and_the_oldest_is_known() {
    for test_db in databases().await {
        let (late, early) = (job(None, 5), job(None, 2));
        let urgent = jobs::NewJob { priority: 0, ..job(None, 9) };
        let future = job(None, 500);
        for job in [&late, &early, &urgent, &future] {
            assert!(enqueue(&test_db.db, job, 10).await);
        }
        let mut tx = test_db.db.begin_maintenance_read().await.unwrap();
        assert_eq!(jobs::oldest_ready(&mut tx, at(10)).await.unwrap(), Some(at(2)));
        assert_eq!(jobs::oldest_ready(&mut tx, at(1)).await.unwrap(), None);
        drop(tx);
        let ids: Vec<_> = claim(&test_db.db, "one", 10, 10).await.into_iter().map(|job| job.id).collect();
        assert_eq!(ids, [urgent.id, early.id, late.id], "{}", test_db.system);
    }
}

#[tokio::test]
async fn one_unfinished_job_has_a_unique_key() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let unique = |seconds| jobs::NewJob { unique_key: Some("shp_1".to_owned()), ..job(Some(&merchant), seconds) };
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let first = unique(0);
        assert!(jobs::enqueue(&mut tx, &first, at(0)).await.unwrap());
        assert!(!jobs::enqueue(&mut tx, &unique(1), at(0)).await.unwrap(), "{}", test_db.system);
        assert!(jobs::cancel(&mut tx, &merchant, &first.id, at(1)).await.unwrap());
        assert!(jobs::enqueue(&mut tx, &unique(2), at(0)).await.unwrap());
        assert_eq!(jobs::list(&mut tx, &merchant, &Page::first(10)).await.unwrap().rows.len(), 2);
        let large = jobs::NewJob { args: serde_json::json!({"ids": "x".repeat(5000)}), ..job(None, 0) };
        assert!(matches!(jobs::enqueue(&mut tx, &large, at(0)).await, Err(Error::Corrupt(_))));
    }
}
