//! `/v1/rates`.

use super::{COURIER, Walk};
use crate::desk::bodies;

pub async fn walk(walk: &mut Walk) {
    let rates = walk.desk.client.post("/v1/rates", &bodies::rates(COURIER, &walk.account.shipment)).await;
    let body = walk.expect_described("create_rates", 200, rates);
    assert!(body["data"].as_array().is_some_and(|rates| !rates.is_empty()), "{body}");
}
