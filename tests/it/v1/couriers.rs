//! `/v1/couriers`.

use super::{COURIER, Walk};

pub async fn walk(walk: &mut Walk) {
    let list = walk.desk.client.get("/v1/couriers").await;
    walk.expect_shape("list_couriers", 200, list);
    let courier = walk.desk.client.get(&format!("/v1/couriers/{COURIER}")).await;
    let body = walk.expect_described("get_courier", 200, courier);
    assert_eq!(body["id"], COURIER);
}
