//! Each interface of the contract, called through the host with a guest that fills in every field; once more as a guest of an
//! older version in which nothing was otherwise.

use std::sync::Arc;
use std::time::Duration;

use crossdock::model::address::Verdict;
use crossdock::model::document::DocumentContent;
use crossdock::model::exchange::Method;
use crossdock::model::failure::{Failure, FailureKind, Level};
use crossdock::model::tracking::{Status, Tracking};
use crossdock::plugin::{CallError, Engine, EngineConfig, Limits, Plugin};
use insta::assert_debug_snapshot;

use crate::lab::{self, Scripted, call, everything_in_two_versions, guest, ok, patient};

async fn everything() -> Arc<Plugin> {
    guest("everything", patient()).await
}

fn sweden() -> crossdock::model::shipment::ShipmentRequest {
    lab::shipment("SE", ("21120", "11423"), "EXPRESS")
}

/// The value under a key.
fn of<'a>(extensions: &'a [(String, String)], key: &str) -> &'a str {
    let found = extensions.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {key} in {extensions:?}"))
}

async fn track(plugin: &Arc<Plugin>, wire: Arc<Scripted>, number: &str) -> Result<Tracking, Failure> {
    let mut results = plugin.track(call(wire), &[number.to_owned()]).await.unwrap();
    results.pop().unwrap()
}

#[tokio::test]
async fn a_call_tells_its_facts_and_no_secret() {
    for plugin in everything_in_two_versions().await {
        let account = plugin.check(call(Scripted::path())).await.unwrap().unwrap();
        assert_eq!((account.id.as_deref(), account.label.as_deref()), (Some("12345"), Some("Everything & Co")));
        for (key, value) in [
            ("secret", "None"),
            ("account-kind", "main"),
            ("test", "true"),
            ("locale", "sv-SE"),
            ("now", "1748772000000"),
            ("time-left", "true"),
            ("call-id", lab::CALL_ID),
            ("endpoint-url", "Some(\"https://test.everything.example/v1\")"),
            ("unknown-endpoint", "None"),
        ] {
            assert_eq!(of(&account.extensions, key), value, "{key}");
        }
    }
}

#[tokio::test]
async fn tracking_fills_every_field_and_each_status() {
    for plugin in everything_in_two_versions().await {
        let numbers = ["NUMBER-1".to_owned(), "MISSING".to_owned()];
        let results = plugin.track(call(Scripted::path()), &numbers).await.unwrap();
        let tracking = results[0].as_ref().unwrap();
        let statuses: Vec<Status> = tracking.events.iter().map(|event| event.status).collect();
        assert_eq!(statuses, Status::ALL);
        assert_debug_snapshot!("tracking", Tracking { events: vec![tracking.events[1].clone()], ..tracking.clone() });
        assert_debug_snapshot!("failure", results[1].as_ref().unwrap_err());
    }
}

#[tokio::test]
async fn quotes_and_bookings_take_all_and_give_all() {
    for plugin in everything_in_two_versions().await {
        let quotes = plugin.quote(call(Scripted::path()), &sweden()).await.unwrap().unwrap();
        let heard = of(&quotes.rates[0].extensions, "echo");
        for part in ["Kari Nordmann", "21120", "weight-grams: 1500", "length-mm: Some(300)", "EXPRESS", "2027-02-03"] {
            assert!(heard.contains(part), "{part} did not arrive: {heard}");
        }
        let mut rate = quotes.rates[0].clone();
        rate.extensions.clear();
        assert_debug_snapshot!("rate", (rate, quotes.messages));
        // The sample's parcel has index 1, so two are ordered.
        let mut order = lab::order(sweden());
        order.shipment.parcels.push(order.shipment.parcels[0].clone());
        let mut booking = plugin.create(call(Scripted::path()), &order).await.unwrap().unwrap();
        let heard = of(&booking.extensions, "echo");
        assert!(heard.contains("parcel-numbers: [4711]") && heard.contains("label-format: \"pdf\""), "{heard}");
        booking.extensions.clear();
        assert_debug_snapshot!("booking", booking);
        let unordered = plugin.create(call(Scripted::path()), &lab::order(sweden())).await.unwrap_err();
        assert!(matches!(unordered, CallError::BadResult { .. }), "a parcel that was not ordered: {unordered}");
        let found = plugin.find_by_reference(call(Scripted::path()), "REFERENCE").await.unwrap().unwrap();
        assert_eq!(found.courier_shipment_id, "SHIPMENT-REFERENCE");
        let label = plugin.label(call(Scripted::path()), &lab::booked("S"), "zpl").await.unwrap().unwrap();
        assert_eq!((label.len(), label[0].about.format.as_str()), (2, "zpl"));
        assert_eq!(label[0].content, DocumentContent::Bytes(b"%PDF-1.4 everything".to_vec()));
        assert!(matches!(&label[1].content, DocumentContent::Link(url) if url.starts_with("https://documents.")));
        let cancelled = plugin.cancel_shipment(call(Scripted::path()), &lab::booked("S")).await.unwrap().unwrap();
        let levels: Vec<Level> = cancelled.messages.iter().map(|message| message.level).collect();
        assert!(cancelled.is_final && levels == [Level::Error, Level::Warning, Level::Note]);
        let late = plugin.cancel_shipment(call(Scripted::path()), &lab::booked("TOO-LATE")).await.unwrap().unwrap_err();
        assert_eq!((late.kind, late.code.as_str(), late.request_sent), (FailureKind::NotFound, "E-404", true));
    }
}

#[tokio::test]
async fn pickups_manifests_places_and_addresses_are_answered() {
    for plugin in everything_in_two_versions().await {
        let place = lab::address("SE", "21120");
        let pickup =
            plugin.schedule_pickup(call(Scripted::path()), &lab::pickup_request(place.clone())).await.unwrap().unwrap();
        assert_eq!(
            (pickup.confirmation_number.as_str(), pickup.charge.unwrap().amount.as_str()),
            ("PICKUP-1", "123.45")
        );
        assert!(of(&pickup.extensions, "echo").contains("at the back") && pickup.window.is_some());
        let extensions = vec![("of".to_owned(), "pickup".to_owned())];
        plugin.cancel_pickup(call(Scripted::path()), "PICKUP-1", extensions).await.unwrap().unwrap();
        assert!(plugin.cancel_pickup(call(Scripted::path()), "PICKUP-1", Vec::new()).await.unwrap().is_err());
        let ids = ["A".to_owned(), "B".to_owned()];
        let manifest = plugin.close_manifest(call(Scripted::path()), "2025-06-01", &ids).await.unwrap().unwrap();
        assert_eq!((manifest.id.as_deref(), of(&manifest.extensions, "closed")), (Some("MANIFEST-2025-06-01"), "A,B"));
        let points =
            plugin.find_service_points(call(Scripted::path()), &lab::search(place.clone())).await.unwrap().unwrap();
        assert_eq!(of(&points[0].extensions, "near"), "address:21120");
        assert_debug_snapshot!("service_point", {
            let mut point = points[0].clone();
            point.extensions.clear();
            point
        });
        let validation = plugin.validate_address(call(Scripted::path()), &place).await.unwrap().unwrap();
        assert_eq!((validation.verdict, &validation.candidates[0]), (Verdict::Corrected, &place));
    }
}

#[tokio::test]
async fn pushes_are_read_and_their_signatures_checked() {
    for plugin in everything_in_two_versions().await {
        for (body, verified) in [("signed", "true"), ("forged", "false")] {
            let received = plugin.receive_webhook(call(Scripted::path()), &lab::push(body)).await.unwrap().unwrap();
            assert_eq!(of(&received.extensions, "verified"), verified);
            assert_eq!(of(&received.extensions, "query"), "[(\"topic\", \"parcel\")]");
            assert_eq!((received.updates[0].key.as_deref(), received.updates.len()), (Some("PUSH-1"), 1));
            let reply = received.reply.unwrap();
            assert_eq!((reply.status, reply.body.as_slice()), (202, body.as_bytes()));
            assert_eq!((received.actions[0].code.as_str(), received.actions[0].numbers.len()), ("refresh", 1));
        }
        let numbers = ["NUMBER-1".to_owned()];
        let subscriptions = plugin.subscribe(call(Scripted::path()), &numbers).await.unwrap().unwrap();
        assert_eq!(
            (subscriptions[0].id.as_str(), subscriptions[0].numbers.as_slice()),
            ("SUBSCRIPTION-1", &numbers[..])
        );
        plugin.unsubscribe(call(Scripted::path()), "SUBSCRIPTION-1").await.unwrap().unwrap();
        assert!(plugin.unsubscribe(call(Scripted::path()), "OTHER").await.unwrap().is_err());
        let listed = plugin.list_subscriptions(call(Scripted::path())).await.unwrap().unwrap();
        assert_eq!(listed[0].failures[0].parcel, Some(0));
    }
}

#[tokio::test]
async fn requests_arrive_as_the_guest_made_them() {
    for plugin in everything_in_two_versions().await {
        let wire = Scripted::new(|_| Ok(ok(r#"{"text": "sent"}"#)));
        let tracking = track(&plugin, Arc::clone(&wire), "SEND").await.unwrap();
        assert_eq!(tracking.courier_text.as_deref(), Some("sent"));
        let request = wire.requests.lock().unwrap()[0].clone();
        assert_eq!(
            (request.endpoint.as_str(), request.method, request.path.as_str()),
            ("main", Method::Get, "/parcels/SEND")
        );
        assert_eq!(
            (request.query.as_slice(), request.repeatable),
            (&[("lang".to_owned(), "sv & en".to_owned())][..], true)
        );
        let failing = Scripted::new(|request| match request.path.as_str() {
            "/second" => Err(Failure::new(FailureKind::Unavailable, "no-connection", "gone")),
            path => Ok(ok(path)),
        });
        let all = track(&plugin, failing, "SEND-ALL").await.unwrap();
        let pair = |status: &str, text: &str| (status.to_owned(), text.to_owned());
        assert_eq!(all.extensions, [pair("200", "/first"), pair("no-connection", "gone"), pair("200", "/third")]);
        let broken = track(&plugin, Scripted::new(|_| Ok(ok("{\"text\":"))), "SEND").await.unwrap_err();
        assert_eq!(broken.kind, FailureKind::UnexpectedAnswer);
    }
}

#[tokio::test]
async fn limits_end_what_a_guest_overdoes() {
    let thief = guest("thief", Limits { requests: 3, log_lines: 4, ..patient() }).await;
    let wire = Scripted::path();
    let tracking = track(&thief, Arc::clone(&wire), "paths").await.unwrap();
    let refused = tracking.extensions.iter().filter(|(_, seen)| seen.starts_with("refused too-many-requests")).count();
    assert_eq!((wire.requests.lock().unwrap().len(), refused), (3, tracking.extensions.len() - 3));
    let greedy = Limits { bytes_in: 10, ..patient() };
    let greedy = track(&guest("everything", greedy).await, Scripted::new(|_| Ok(ok("more than ten"))), "SEND").await;
    assert_eq!(greedy.unwrap_err().code, "too-many-bytes");
    let endless = guest("thief", Limits { cpu_budget: Duration::from_millis(50), ..patient() }).await;
    let endless = endless.track(call(Scripted::path()), &["loop".to_owned()]).await.unwrap_err();
    assert!(matches!(endless, CallError::LimitExceeded { limit: "CPU time", .. }), "{endless}");
}

#[tokio::test]
async fn what_went_wrong_in_one_call_leaves_the_next_unharmed() {
    let thief = guest("thief", patient()).await;
    let crash = thief.track(call(Scripted::path()), &["panic".to_owned()]).await.unwrap_err();
    assert!(matches!(crash, CallError::Trap { .. }), "{crash}");
    assert!(track(&thief, Scripted::path(), "fields").await.is_ok());
    let mut short = call(Scripted::path());
    short.deadline = Duration::from_millis(50);
    let late = thief.track(short, &["loop".to_owned()]).await.unwrap_err();
    assert!(matches!(late, CallError::DeadlineExceeded { deadline_ms: 50, .. }), "{late}");
    assert!(track(&thief, Scripted::path(), "fields").await.is_ok());
    let faulty = Scripted::new(|_| panic!("the wire breaks off"));
    let broken = thief.track(call(faulty), &["paths".to_owned()]).await.unwrap_err();
    assert!(matches!(broken, CallError::Trap { .. }), "{broken}");
    assert!(track(&thief, Scripted::path(), "fields").await.is_ok());
}

#[tokio::test]
async fn a_failures_words_are_scrubbed_and_cut_behind_the_secret() {
    let thief = guest("thief", patient()).await;
    let failure = track(&thief, Scripted::path(), "try SECRET-WORD").await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.message.as_str()), ("unknown-attempt", "try ***********"));
    let long = format!("{}SECRET-WORD", "x".repeat((4 << 10) - 5));
    let failure = track(&thief, Scripted::path(), &long).await.unwrap_err();
    assert!(failure.message.ends_with("x*****"), "{}", &failure.message[4_000..]);
}

#[tokio::test]
async fn what_is_not_offered_is_not_called() {
    let (plugin, thief) = (everything().await, guest("thief", patient()).await);
    let mut other = call(Scripted::path());
    other.account.kind = "other".to_owned();
    let refused = [
        thief.check(call(Scripted::path())).await.map(|_| ()).unwrap_err(),
        thief.quote(call(Scripted::path()), &sweden()).await.map(|_| ()).unwrap_err(),
        plugin.track(other, &[]).await.map(|_| ()).unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error, CallError::NotOffered { .. }), "{error}");
    }
}

#[tokio::test]
async fn with_and_without_a_pool_the_answers_are_the_same() {
    let pooled = Engine::start(EngineConfig { limits: patient(), ..EngineConfig::default() }).unwrap();
    let single =
        Engine::start(EngineConfig { limits: patient(), without_pool: true, ..EngineConfig::default() }).unwrap();
    assert!(!single.is_pooled());
    let mut answers = Vec::new();
    for engine in [pooled, single] {
        let plugin = lab::guest_in(&engine, "everything").await;
        answers.push(track(&plugin, Scripted::path(), "NUMBER-1").await.unwrap());
    }
    assert_eq!(answers[0], answers[1]);
}
