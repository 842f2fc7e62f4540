//! `/v1/service-points`, at a courier that has them.

use super::Walk;

/// A courier with service points.
const COURIER: &str = "postnord";

pub async fn walk(walk: &mut Walk) {
    let account = walk.desk.connect(COURIER).await;
    let path = format!("/v1/service-points?credential_id={}&country=SE&postal_code=11122&limit=2", account.credential);
    let found = walk.desk.client.get(&path).await;
    let body = walk.expect_described("list_service_points", 200, found);
    assert_eq!(body["data"].as_array().map(Vec::len), Some(2), "{body}");
}
