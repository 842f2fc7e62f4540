//! `/v1/addresses/validate`.

use serde_json::json;

use super::Walk;

pub async fn walk(walk: &mut Walk) {
    let address = json!({"lines": ["200 N Spring St"], "city": "Los Angeles", "region": "CA", "postal_code": "90012", "country": "US"});
    let request = json!({"credential_id": walk.account.credential, "address": address});
    let verdict = walk.desk.client.post("/v1/addresses/validate", &request).await;
    walk.expect("validate_address", 200, verdict);
}
