//! Ordering faults.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::refuse;
use crate::COURIERS;
use crate::common::answer;
use crate::common::faults::Fault;
use crate::common::world::World;

/// What `PUT /_control/settings` takes; `README.md` says what each does.
pub const SETTING_NAMES: [&str; 5] = [
    "bring.tracking_error_status",
    "bring.booking_error_status",
    "bring.authentication_status",
    "ups.not_found",
    "ups.single_objects",
];

pub async fn add(State(world): State<World>, body: Bytes) -> Response {
    let fault: Fault = match serde_json::from_slice(&body) {
        Ok(fault) => fault,
        Err(error) => return refuse(&error.to_string()),
    };
    if !COURIERS.iter().any(|courier| courier.id == fault.courier) {
        return refuse(&format!("unknown courier {}", fault.courier));
    }
    if !world.faults.add(fault) {
        return refuse("too many faults wait already");
    }
    list(State(world)).await
}

pub async fn list(State(world): State<World>) -> Response {
    answer::json(200, &json!({"faults": world.faults.list()}))
}

pub async fn clear(State(world): State<World>) -> Response {
    world.faults.clear();
    answer::json(200, &json!({"faults": []}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;

    async fn order(bench: &Bench, fault: serde_json::Value) {
        assert_eq!(bench.post("/_control/faults", &fault).await.status, 200);
    }

    #[tokio::test]
    async fn a_fault_happens_as_often_as_ordered() {
        let bench = Bench::new();
        order(&bench, json!({"courier": "postnord", "kind": "rate_limit", "retry_after_s": 7, "times": 1})).await;
        let path = "/postnord/rest/shipment/v7/trackandtrace/id/00373500010000000016/public";
        let limited = bench.get(path).await;
        assert_eq!((limited.status, limited.headers["retry-after"].to_str().unwrap()), (429, "7"));
        assert_eq!(bench.get(path).await.status, 403);
        let requests = bench.get("/_control/requests?courier=postnord").await;
        assert_eq!(requests.at("/requests/0/fault"), "RateLimit");
        assert_eq!(requests.at("/requests/1/status"), 403);
    }

    #[tokio::test]
    async fn an_echo_repeats_what_was_sent() {
        let bench = Bench::new().header("x-mybring-api-key", "told-to-nobody");
        order(&bench, json!({"courier": "bring", "operation": "track", "kind": "echo"})).await;
        let echoed = bench.get("/bring/tracking/api/v2/tracking.json?q=1").await;
        assert!(echoed.text().contains("told-to-nobody"));
        bench.send("DELETE", "/_control/faults", axum::body::Body::empty()).await;
        order(&bench, json!({"courier": "bring", "kind": "echo_gzip"})).await;
        let packed = bench.get("/bring/tracking/api/v2/tracking.json?q=1").await;
        assert_eq!(packed.headers["content-encoding"], "gzip");
        assert_eq!(packed.bytes[..2], [0x1f, 0x8b]);
    }

    #[tokio::test]
    async fn unknown_couriers_and_kinds_are_refused() {
        let bench = Bench::new();
        for wrong in [json!({"courier": "nobody", "kind": "cut"}), json!({"courier": "ups", "kind": "odd"})] {
            assert_eq!(bench.post("/_control/faults", &wrong).await.status, 400);
        }
    }
}
