//! What is kept of a call: nothing personal, no secret, nothing in plain.

use crossdock_tests::Database;
use serde_json::{Value, json};

use super::{SECRET, Stage};

/// Personal data and secrets that the calls here are full of, in small letters.
const MARKED: [&str; 8] =
    ["markesen", "markgatan", "markstad", "98765", "987 65 43", "marked.person", "9876501", "marked-secret"];

fn address(person: &str) -> Value {
    json!({
        "person": person, "company": "Markesen & Co", "lines": ["Markgatan 12", "c/o Markesen"], "city": "Markstad",
        "postal_code": "98765", "country": "SE", "phone": "+46 70 987 65 43", "email": "marked.person@shop.example",
        "door_code": "7788",
    })
}

impl Stage {
    /// Makes a call of each of several operations.
    async fn use_it(&self) {
        self.track("SEND").await.expect(200);
        let shipment = json!({
            "sender": address("Ola Markesen"), "recipient": address("Kari Markesen"),
            "parcels": [{"weight_grams": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100, "contents": "Books"}],
            "service": "EXPRESS",
        });
        let rates = json!({"couriers": ["everything"], "shipment": shipment});
        self.client.post("/v1/rates", &rates).await.expect(200);
        let checked = json!({"courier": "everything", "address": address("Kari Markesen")});
        self.client.post("/v1/addresses/validate", &checked).await.expect(200);
    }
}

#[tokio::test]
async fn a_recording_has_no_personal_data_and_no_secret_and_is_sealed() {
    for database in Database::both().await {
        let stage = Stage::open(database, "everything", &[]).await;
        stage.use_it().await;
        let recorded = stage.until_recorded(3).await;
        let text = serde_json::to_string(&recorded.iter().map(|one| &one.call).collect::<Vec<_>>()).unwrap();
        for marked in MARKED {
            assert!(!text.to_lowercase().contains(marked), "{marked} is in {text}");
        }
        for kept in
            ["tracking.track", "rates.quote", "addresses.validate", "EXPRESS", "/parcels/SEND", "Books", "postCode"]
        {
            assert!(text.contains(kept), "{kept} is not in {text}");
        }
        let track = recorded.iter().find(|one| one.call.question.operation() == "tracking.track").unwrap();
        assert_eq!((track.plugin_version.as_str(), track.call.exchanges.len()), ("0.1.0", 1));
        let said = track.call.said[0]["ok"]["courier_text"].as_str().unwrap();
        assert!(said.starts_with("left with ") && said.len() == "left with MARKESEN".len(), "{said}");
        for sealed in stage.texts("SELECT sealed FROM recorded_calls").await {
            assert!(sealed.starts_with("v1.") && !sealed.contains("EXPRESS"), "{sealed}");
        }
        let log = stage.host.log();
        assert!(!log.contains(SECRET) && !log.contains("Markesen"), "{log}");
    }
}

#[tokio::test]
async fn recording_is_switched_off_for_a_plugin_and_for_the_host() {
    let mut stage = Stage::open(Database::Sqlite, "everything", &[]).await;
    stage.use_it().await;
    stage.until_recorded(3).await;
    let changed = stage.admin.patch(&stage.path(""), &json!({ "record_calls": false })).await.expect(200).json();
    assert_eq!(changed["record_calls"], false);
    assert!(stage.recorded().await.is_empty(), "what was recorded went with it");
    let found = "/v1/service-points?courier=everything&country=SE&postal_code=98765";
    stage.client.get(found).await.expect(200);
    assert!(stage.recorded().await.is_empty());
    stage.admin.patch(&stage.path(""), &json!({ "record_calls": true })).await.expect(200);
    stage.client.get(found).await.expect(200);
    stage.until_recorded(1).await;

    stage.host.restart_with(&[("CROSSDOCK_RECORD_CALLS", "false")]).await;
    stage.client = stage.client.at(&stage.host.base_url);
    assert!(stage.recorded().await.is_empty(), "a host that records nothing keeps nothing");
    stage.use_it().await;
    stage.host.stop().await;
    assert!(stage.recorded().await.is_empty());
}
