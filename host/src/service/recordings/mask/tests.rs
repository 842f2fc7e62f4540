//! A call with personal data everywhere.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::call::{Answer, Exchange, Facts, Request};
use super::*;
use crate::model::credential::Environment;

fn call() -> RecordedCall {
    let question = json!({"operation": "rates.quote", "arguments": {"shipment": {
        "sender": {"person": null, "company": "Marked Shop AB", "lines": ["Markgatan 12 B"], "street": null, "street_number": null,
            "entrance": null, "floor": null, "door_code": "7788", "city": "Markstad", "postal_code": "11122", "region": "AB",
            "country": "SE", "phone": "+46 70 123 45 67", "email": "marked.person@shop.example", "residential": null,
            "tax_ids": [{"kind": "vat", "value": "SE556677889901", "country": "SE"}],
            "position": {"latitude_microdegrees": 59_334_591, "longitude_microdegrees": -179_063_240},
            "instructions": null, "extensions": [["phone-type", "mobile"]]},
        "recipient": {"person": "Kari Markesen", "company": null, "lines": [], "street": "Merkegata", "street_number": "7",
            "entrance": null, "floor": null, "door_code": null, "city": "Oslo", "postal_code": "0150", "region": null,
            "country": "NO", "phone": null, "email": null, "residential": true, "tax_ids": [], "position": null,
            "instructions": "ring twice at Markesen", "extensions": []},
        "return_to": null, "parcels": [], "service": "EXPRESS", "options": [{"code": "saturday", "value": "true"}],
        "customs": null, "payments": [], "references": [], "shipping_date": "2026-11-23", "is_return": false, "extensions": []}}});
    let document = "QUJD".repeat(200);
    let answer = json!({"status": "OK", "events": [{"text": "left with MARKESEN, express", "eventName": "DELIVERED"}],
        "recipient": {"name": "Kari Markesen", "postalCode": "0150", "countryCode": "NO"}, "label": document,
        "customerNumber": 987_654, "link": "https://api.example.com/labels/abcdefghijklmnop?t=1"});
    RecordedCall {
        question: serde_json::from_value(question).unwrap(),
        facts: Facts {
            account_kind: "main".to_owned(),
            environment: Environment::Production,
            fields: BTreeMap::from([
                ("customer_number".to_owned(), "987654".to_owned()),
                ("label_type".to_owned(), "pdf".to_owned()),
            ]),
            endpoints: BTreeMap::new(),
            endpoint_urls: BTreeMap::new(),
            locale: "sv".to_owned(),
            now: "2026-11-21T10:00:00Z".parse().unwrap(),
            call_id: "01J00000000000000000000000".to_owned(),
        },
        exchanges: vec![Exchange {
            request: Request {
                endpoint: "main".to_owned(),
                method: "POST".to_owned(),
                path: "/customers/987654/rates".to_owned(),
                query: vec![("zip".to_owned(), "0150".to_owned())],
                headers: vec![("accept".to_owned(), "application/json".to_owned())],
                body: Some(Body::of(
                    b"<rq><to><Name>KARI MARKESEN</Name><City>OSLO</City></to><service>EXPRESS</service></rq>",
                )),
            },
            answer: Some(Answer {
                status: 200,
                headers: Vec::new(),
                body: Some(Body::of(answer.to_string().as_bytes())),
            }),
            failure: None,
        }],
        verified: Vec::new(),
        said: json!({"ok": {"messages": [{"text": "left with Kari, call +46 70 123 45 67 at 11122"}], "service": "EXPRESS", "signed_by": "K. Markesen"}}),
    }
}

#[test]
fn nothing_personal_is_left_and_every_value_has_one_other() {
    let masked = mask(call(), [7; 32]).unwrap();
    let text = serde_json::to_string(&masked).unwrap();
    let lower = text.to_lowercase();
    for word in [
        "marke",
        "kari",
        "merke",
        "markgatan",
        "markstad",
        "marked",
        "oslo",
        "11122",
        "0150\"",
        "7788",
        "123 45",
        "556677889901",
        "59334591",
        "987654",
        "QUJDQUJD",
        "abcdefghijklmnop",
    ] {
        assert!(!lower.contains(&word.to_lowercase()), "{word} is in {text}");
    }
    for word in [
        "EXPRESS",
        "saturday",
        "DELIVERED",
        "2026-11-23",
        "\"pdf\"",
        "phone-type",
        "mobile",
        "/customers/",
        "NO",
        "https://api.",
    ] {
        assert!(text.contains(word), "{word} is not in {text}");
    }
    let Question::Quote { shipment } = &masked.question else { panic!("{text}") };
    let person = shipment.recipient.person.as_ref().unwrap();
    let postal_code = &shipment.recipient.postal_code;
    assert_eq!((person.len(), postal_code.len()), ("Kari Markesen".len(), 4));
    assert!(person.starts_with(char::is_uppercase) && postal_code.bytes().all(|byte| byte.is_ascii_digit()));
    let exchange = &masked.exchanges[0];
    let Some(Body::Text(request)) = &exchange.request.body else { panic!("{text}") };
    assert!(request.contains(&format!("<Name>{}</Name>", person.to_uppercase())), "{person}: {request}");
    assert_eq!(exchange.request.query[0].1, *postal_code);
    assert!(exchange.request.path.contains(&masked.facts.fields["customer_number"]));
    let answer: Value =
        serde_json::from_slice(&exchange.answer.as_ref().unwrap().body.as_ref().unwrap().bytes()).unwrap();
    assert_eq!(answer["recipient"]["name"], **person);
    assert_eq!(answer["customerNumber"].to_string(), masked.facts.fields["customer_number"]);
    let surname = person.split(' ').nth(1).unwrap();
    assert!(answer["events"][0]["text"].as_str().unwrap().contains(&surname.to_uppercase()), "{answer}");
    let position = shipment.sender.position.unwrap();
    assert!(position.latitude_microdegrees.abs() < 90_000_000 && position.longitude_microdegrees.abs() < 180_000_000);
}

#[test]
fn another_key_gives_another_recording_and_the_same_key_the_same() {
    assert_eq!(mask(call(), [1; 32]), mask(call(), [1; 32]));
    assert_ne!(mask(call(), [1; 32]), mask(call(), [2; 32]));
}
