//! Calls by name: every operation takes what a description suggests, and says which argument does not fit.

use crossdock::conformance::arguments;
use crossdock::plugin::{InvokeError, OPERATIONS};
use serde_json::{Value, json};

use crate::lab::{Scripted, call, guest, patient};

#[tokio::test]
async fn every_operation_takes_made_up_arguments_and_fills_in_the_rest() {
    let plugin = guest("everything", patient()).await;
    for operation in OPERATIONS {
        let mut args = arguments(plugin.description(), operation);
        if let Some(body) = args.pointer_mut("/request/body").filter(|body| body.is_string()) {
            *body = json!(b"signed".to_vec());
        }
        let invoked = plugin.invoke(call(Scripted::path()), operation, &args).await;
        let invoked = invoked.unwrap_or_else(|error| panic!("{operation}: {error}"));
        let is_outcome = invoked.outcome.get("ok").is_some() || invoked.outcome["err"]["kind"].is_string();
        assert!(is_outcome, "{operation}: {}", invoked.outcome);
        assert_eq!(keys(&invoked.args), keys(&args), "{operation}");
    }
    let args = json!({ "shipment": { "sender": { "city": "Lund" } } });
    let invoked = plugin.invoke(call(Scripted::path()), "rates.quote", &args).await.unwrap();
    let shipment = &invoked.args["shipment"];
    assert_eq!((&shipment["sender"]["city"], &shipment["sender"]["lines"]), (&json!("Lund"), &json!([])));
    assert_eq!((&shipment["is_return"], &shipment["return_to"]), (&json!(false), &Value::Null));
    let words = &invoked.outcome["ok"]["rates"][0]["delivery_kind"];
    assert!(words.is_string(), "{}", invoked.outcome);
}

#[tokio::test]
async fn results_have_the_contracts_names() {
    let plugin = guest("everything", patient()).await;
    let args = json!({ "numbers": ["NUMBER-1", "MISSING"] });
    let outcome = plugin.invoke(call(Scripted::path()), "tracking.track", &args).await.unwrap().outcome;
    let (tracking, failure) = (&outcome["ok"][0]["ok"], &outcome["ok"][1]["err"]);
    assert_eq!(tracking["events"][1]["status"], "pre-transit");
    let content = &tracking["proof_of_delivery"][0]["content"];
    assert!(content["bytes"][0].is_u64(), "{content}");
    assert!(tracking["events"][0]["occurred_at"]["zone_known"].is_boolean(), "{tracking}");
    assert_eq!((&failure["kind"], &failure["request_sent"]), (&json!("not-found"), &json!(true)), "{failure}");
    let args = json!({ "shipment": { "courier_shipment_id": "S" } });
    let cancelled = plugin.invoke(call(Scripted::path()), "shipments.cancel", &args).await.unwrap().outcome;
    assert_eq!((&cancelled["ok"]["final"], &cancelled["ok"]["messages"][0]["level"]), (&json!(true), &json!("error")));
}

#[tokio::test]
async fn what_does_not_fit_is_named_with_its_place() {
    let plugin = guest("everything", patient()).await;
    let flaws = [
        ("tracking.track", json!({ "numbers": "A1" }), "/numbers: must be a list"),
        ("tracking.track", json!({ "numbers": [1] }), "/numbers/0: must be a text"),
        ("tracking.track", json!({ "number": [] }), "there is no argument number; there are: numbers"),
        (
            "rates.quote",
            json!({ "shipment": { "parcels": [{ "weight_grams": -1 }] } }),
            "/shipment/parcels/0/weight_grams: must be",
        ),
        (
            "rates.quote",
            json!({ "shipment": { "recipient": { "zip": "1" } } }),
            "/shipment/recipient/zip: there is no such member",
        ),
        (
            "service-points.find",
            json!({ "search": { "near": "Lund" } }),
            "/search/near: must be an object with one of address, position",
        ),
        (
            "service-points.find",
            json!({ "search": { "near": { "position": 1 } } }),
            "/search/near/position: must be an object",
        ),
        ("webhooks.receive", json!({ "request": { "headers": [["a"]] } }), "/request/headers/0: must have 2 elements"),
        ("tracking.fly", json!({}), "there is no operation tracking.fly"),
    ];
    for (operation, args, words) in flaws {
        let error = plugin.invoke(call(Scripted::path()), operation, &args).await.unwrap_err();
        assert!(error.to_string().contains(words), "{operation} {args}: {error}");
        assert!(!matches!(error, InvokeError::Call(_)), "{error}");
    }
    let mut other = call(Scripted::path());
    other.account.kind = "other".to_owned();
    let error = plugin.invoke(other, "tracking.track", &json!({})).await.unwrap_err();
    assert!(matches!(error, InvokeError::Call(_)), "{error}");
}

/// The names of an object's members, sorted.
fn keys(value: &Value) -> Vec<&String> {
    let mut keys: Vec<&String> = value.as_object().into_iter().flatten().map(|(name, _)| name).collect();
    keys.sort();
    keys
}
