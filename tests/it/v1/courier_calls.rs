//! `/v1/courier-calls`.

use crossdock_tests::wait::{SOON, until};

use super::Walk;

pub async fn walk(walk: &mut Walk) {
    let path = format!("/v1/courier-calls?limit=1&outcome=ok&credential_id={}", walk.account.credential);
    let client = walk.desk.client.clone();
    // Rows are written in batches, a little later.
    let list = until("the log of courier calls", SOON, async || {
        let reply = client.get(&path).await;
        reply.json()["data"].as_array().is_some_and(|rows| !rows.is_empty()).then_some(reply)
    });
    let list = list.await;
    walk.expect_shape("list_courier_calls", 200, list);
}
