//! A plugin that tries every way to get at a credential gets nothing.

use std::io;
use std::sync::{Arc, Mutex};

use crossdock::model::document::DocumentContent;
use crossdock::model::failure::Failure;
use crossdock::model::tracking::Tracking;

use super::echo::{Echo, SPELLINGS, TOKEN};
use super::needles::{Needles, forms};
use super::{Account, CALLBACK_URL, Lab, WEBHOOK_SECRET, account};
use crate::lab;

/// Each with what the place that it is written to escapes.
const SECRETS: &[(&str, &str)] = &[
    ("header_key", "MARKED-header/k+y&\"q=1"),
    ("query_key", "MARKED query&k=y+/\u{e9}"),
    ("password", "MARKED-pass:w0rd/+"),
    ("client_secret", "MARKED-client-secret-0001"),
    ("json_key", "MARKED-json\"\\/k<&>'"),
    ("form_key", "MARKED form key/+%"),
    ("template_key", "MARKED<template>&'k\""),
    ("path_key", "MARKED/path key?#"),
];

/// Every endpoint, and the secret that it must have received for the test to mean anything.
const ENDPOINTS: &[(&str, &str)] = &[
    ("header", SECRETS[0].1),
    ("query", SECRETS[1].1),
    ("basic", SECRETS[2].1),
    ("token", TOKEN),
    ("json", SECRETS[4].1),
    ("form", SECRETS[5].1),
    ("template", SECRETS[6].1),
    ("path", SECRETS[7].1),
];

fn thiefs_account(echo: &Echo) -> Account {
    let endpoint = |(name, _): &(&str, &str)| ((*name).to_owned(), format!("http://{}/{name}", echo.address));
    account("main", &[("user", "alice")], SECRETS, ENDPOINTS.iter().map(endpoint).collect())
}

fn all_secrets() -> Needles {
    let mut needles = Needles::default();
    for secret in SECRETS.iter().map(|(_, secret)| *secret).chain([TOKEN, WEBHOOK_SECRET, CALLBACK_URL]) {
        needles.add(secret);
        // A half would be a leak as well.
        needles.add(&secret[..secret.len() / 2]);
    }
    needles.add("MARKED");
    needles
}

/// Makes attempts in one call and returns all that came out of it, kept documents included.
async fn attempt(lab: &Lab, echo: &Echo, attempts: &[String]) -> (Vec<Result<Tracking, Failure>>, String) {
    let thief = lab::guest_in(&lab.engine, "thief").await;
    let call = lab.call(&thief, &thiefs_account(echo), "tracking.track");
    let wire = Arc::clone(&call.wire);
    let results = thief.track(call, attempts).await.unwrap();
    let mut seen = format!("{results:?}");
    for tracking in results.iter().flatten() {
        for document in &tracking.proof_of_delivery {
            if let DocumentContent::Kept(number) = document.content {
                let kept = wire.take_kept(number).unwrap_or_default();
                assert_eq!(wire.take_kept(number), None, "a kept value is handed out once");
                seen.push_str(&String::from_utf8_lossy(&kept));
            }
        }
        for (tried, text) in &tracking.extensions {
            // Without the escapes of `Debug`.
            seen.push_str(tried);
            seen.push_str(text);
        }
    }
    (results, seen)
}

fn expect_no_secret(what: &str, text: &str) {
    if let Some(found) = all_secrets().find(text.as_bytes()) {
        let place = text.find("MARKED").map_or("", |at| &text[text.floor_char_boundary(at.saturating_sub(80))..]);
        panic!("{what}: {found} near {}", &place[..place.floor_char_boundary(200)]);
    }
}

#[tokio::test]
async fn whatever_the_host_owns_is_refused() {
    let (lab, echo) = (Lab::new(), Echo::start().await);
    for name in ["fields", "endpoints", "paths", "headers", "queries", "tokens", "verify"] {
        let (results, seen) = attempt(&lab, &echo, &[name.to_owned()]).await;
        let tracking = results[0].as_ref().unwrap();
        assert!(!tracking.extensions.is_empty(), "{name} tried nothing");
        for (tried, what) in &tracking.extensions {
            assert!(what.starts_with("refused"), "{name} {tried}: {what}");
        }
        expect_no_secret(name, &seen);
    }
    assert!(!echo.has_received("MARKED"), "nothing was sent at all");
    lab.expect_nothing_found();
}

#[tokio::test]
async fn an_echo_tells_a_thief_nothing() {
    let logged = Logged::default();
    let writer = logged.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (mut lab, echo) = (Lab::new(), Echo::start().await);
    lab.watch.look_for(TOKEN);
    let mut answered = 0;
    for (endpoint, secret) in ENDPOINTS {
        let echoes: Vec<String> = SPELLINGS.iter().map(|spelling| format!("echo {endpoint} {spelling}")).collect();
        let fails: Vec<String> = echoes.iter().map(|attempt| format!("fail {attempt}")).collect();
        let keeps = [format!("keep {endpoint} plain"), format!("keep {endpoint} base64")];
        for attempts in [echoes, fails] {
            let (results, seen) = attempt(&lab, &echo, &attempts).await;
            answered +=
                results.iter().flatten().filter(|tracking| tracking.extensions[0].1.starts_with("answered")).count();
            expect_no_secret(endpoint, &seen);
        }
        for keep in keeps {
            let (results, seen) = attempt(&lab, &echo, &[keep]).await;
            assert!(!results[0].as_ref().unwrap().proof_of_delivery.is_empty(), "{endpoint} kept nothing");
            expect_no_secret(endpoint, &seen);
        }
        assert!(echo.has_received(secret), "{endpoint} did not receive {secret}");
    }
    // All but what cannot be decoded.
    assert!(answered >= ENDPOINTS.len() * (SPELLINGS.len() - 3), "{answered} answers");
    lab.expect_nothing_found();
    let lines = logged.text();
    assert!(lines.contains("plugin says"), "the thief's lines were captured");
    expect_no_secret("log", &lines);
    let mut records = 0;
    while let Ok(record) = lab.records.try_recv() {
        records += 1;
        let bodies = [&record.request_body, &record.response_body].map(|body| body.clone().unwrap_or_default());
        expect_no_secret("record", &format!("{record:?} {}", String::from_utf8_lossy(&bodies.concat())));
    }
    assert!(records > ENDPOINTS.len() * SPELLINGS.len(), "{records} records");
}

/// The scanner is worth something: what a guest does have in its memory is found in every form.
#[tokio::test]
async fn a_planted_marker_is_found() {
    let lab = Lab::new();
    let echo = Echo::start().await;
    let marker = "PLANTED marker/+\"1 in a guest";
    lab.watch.look_for(marker);
    lab.expect_nothing_found_yet();
    for (form, bytes) in forms(marker) {
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        attempt(&lab, &echo, &[format!("verify {text}")]).await;
        assert!(!lab.watch.take_found().is_empty(), "{form} was not found");
    }
    attempt(&lab, &echo, &["fields".to_owned()]).await;
    assert_eq!(lab.watch.take_found(), Vec::<String>::new(), "a fresh call has nothing of the last one");
}

impl Lab {
    fn expect_nothing_found_yet(&self) {
        assert_eq!(self.watch.take_found(), Vec::<String>::new());
    }
}

/// Collects log lines.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
