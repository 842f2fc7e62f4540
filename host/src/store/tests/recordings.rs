//! Recorded calls: of each operation the newest stay.

use super::samples::*;
use crate::store::recorded_calls;
use crate::store::testing::databases;

#[tokio::test]
async fn the_newest_of_each_operation_stay_whosever_they_are() {
    for test_db in databases().await {
        let (a, b) = (merchant(&test_db.db).await, merchant(&test_db.db).await);
        for second in 0..6 {
            let owner = if second % 2 == 0 { &a } else { &b };
            let mut tx = test_db.db.begin(owner).await.unwrap();
            for operation in ["tracking.track", "rates.quote"] {
                recorded_calls::insert(&mut tx, owner, &recorded_call(owner, operation, second)).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        let tx = &mut tx;
        assert_eq!(
            recorded_calls::keep_newest(tx, &courier(), "tracking.track", 4).await.unwrap(),
            2,
            "{}",
            test_db.system
        );
        let listed = recorded_calls::list(tx, &courier(), 3).await.unwrap();
        let seconds = |operation: &str| {
            let those = listed.iter().filter(|row| row.operation == operation);
            those.map(|row| row.recorded_at).collect::<Vec<_>>()
        };
        assert_eq!(seconds("tracking.track"), [at(5), at(4), at(3)]);
        assert_eq!(seconds("rates.quote"), [at(5), at(4), at(3)]);
        assert!(recorded_calls::list(tx, &"other".parse().unwrap(), 3).await.unwrap().is_empty());
        assert_eq!(recorded_calls::delete_before(tx, at(3), 9).await.unwrap(), 4);
        assert_eq!(recorded_calls::forget_sealed_before(tx, &a, 2).await.unwrap(), 2);
        assert_eq!(recorded_calls::delete_of_courier(tx, &"other".parse().unwrap()).await.unwrap(), 0);
        let left = recorded_calls::list(tx, &courier(), 9).await.unwrap();
        assert!(left.iter().all(|row| row.merchant_id == b), "{left:?}");
        assert_eq!(recorded_calls::delete_all(tx).await.unwrap(), u64::try_from(left.len()).unwrap());
    }
}
