//! `crossdock plugin call`: one call by hand against the sandbox, with every way to hand over a secret.

use std::path::Path;

use crossdock_sandbox::Sandbox;
use crossdock_tests::{Couriers, Ran, plugins_dir};
use serde_json::Value;

use super::plugin;

/// An account at a courier of the sandbox, as flags and variables.
struct Account {
    flags: Vec<String>,
    variables: Vec<(String, String)>,
    secrets: Vec<(String, String)>,
}

impl Account {
    async fn of(courier: &str, couriers: &Couriers) -> Self {
        let file = component(courier);
        let inspected = plugin(Path::new("."), &["inspect", &file, "--json"], &[], "").await;
        let description = serde_json::from_str::<Value>(&inspected.out).unwrap()["description"].take();
        let credential = couriers.credential(&description).await;
        let kinds = description["accounts"].as_array().unwrap();
        let kind = kinds.iter().find(|kind| kind["id"] == credential["account_kind"]).unwrap();
        let is_secret = |key: &str| {
            kind["fields"].as_array().unwrap().iter().any(|field| field["key"] == key && field["kind"] == "secret")
        };
        let mut account = Self { flags: Vec::new(), variables: Vec::new(), secrets: Vec::new() };
        for (name, url) in credential["endpoints"].as_object().unwrap() {
            account.flags.push(format!("--base-url={name}={}", url.as_str().unwrap()));
        }
        for (key, value) in credential["fields"].as_object().unwrap() {
            let value = value.as_str().unwrap().to_owned();
            match is_secret(key) {
                true => {
                    account.variables.push((format!("CROSSDOCK_SECRET_{}", key.to_uppercase()), value.clone()));
                    account.secrets.push((key.clone(), value));
                }
                false => account.flags.push(format!("--field={key}={value}")),
            }
        }
        account
    }

    /// Calls with the secrets from the environment.
    async fn call(&self, courier: &str, arguments: &[&str]) -> Ran {
        let file = component(courier);
        let keys: Vec<String> = self.secrets.iter().map(|(key, _)| format!("--secret={key}")).collect();
        let mut all = vec!["call", &file];
        all.extend(arguments);
        all.extend(self.flags.iter().chain(&keys).map(String::as_str));
        let variables: Vec<(&str, &str)> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        plugin(Path::new("."), &all, &variables, "").await
    }

    fn is_silent(&self, ran: &Ran) {
        for (key, value) in &self.secrets {
            assert!(!ran.out.contains(value) && !ran.err.contains(value), "{key} is shown: {ran:?}");
        }
    }
}

fn component(courier: &str) -> String {
    plugins_dir().join(format!("{courier}.wasm")).to_str().unwrap().to_owned()
}

async fn sandbox() -> (Sandbox, Couriers) {
    let sandbox = Sandbox::start("127.0.0.1:0".parse().unwrap(), 1).await.unwrap();
    let couriers = Couriers::at(sandbox.base_url());
    (sandbox, couriers)
}

#[tokio::test]
async fn a_call_shows_what_passes_and_no_secret_and_can_be_kept_as_a_fixture() {
    let (sandbox, couriers) = sandbox().await;
    for courier in ["bring", "postnord", "ups"] {
        let account = Account::of(courier, &couriers).await;
        let number = couriers.known_number(courier).await;
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("by-hand");
        let arguments = format!("{{\"numbers\": [\"{number}\"]}}");
        let save = format!("--save={}", kept.display());
        let ran = account.call(courier, &["tracking.track", &arguments, "--json", &save]).await;
        assert_eq!(ran.code, Some(0), "{courier}: {ran:?}");
        account.is_silent(&ran);
        let called: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(called["result"]["ok"][0]["ok"]["number"], number.as_str(), "{called}");
        assert_eq!((&called["refused"], &called["exchanges"][0]["response"]["status"]), (&Value::Null, &200.into()));
        let exchanges = called["exchanges"].as_array().unwrap().len();
        assert!(called["requests"].as_array().unwrap().len() >= exchanges, "{called}");
        // What was kept holds without a network, in the suite.
        let tested = plugin(
            Path::new("."),
            &["test", &component(courier), "--json", "--fixtures", folder.path().to_str().unwrap()],
            &[],
            "",
        )
        .await;
        let report: Value = serde_json::from_str(&tested.out).unwrap();
        let checks = report["checks"].as_array().unwrap();
        let replayed: Vec<&Value> = checks.iter().filter(|check| check["name"] == "by-hand").collect();
        assert!(replayed.len() == 2 && replayed.iter().all(|check| check["ok"] == true), "{courier}: {replayed:#?}");
        let words = account.call(courier, &["auth.check"]).await;
        assert!(
            words.code == Some(0) && words.out.contains("request 1:") && words.out.contains("result:"),
            "{words:?}"
        );
        account.is_silent(&words);
        // Never over another.
        let again = account.call(courier, &["tracking.track", &arguments, &save]).await;
        assert!(again.code == Some(1) && again.err.contains("exists"), "{again:?}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn secrets_come_from_a_flag_or_standard_input_too_and_mistakes_are_told_before_anything_is_sent() {
    let (sandbox, couriers) = sandbox().await;
    let account = Account::of("ups", &couriers).await;
    let file = component("ups");
    let lines: String = account.secrets.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
    let mut arguments = vec!["call", &file, "auth.check", "--json", "--secrets-from-stdin"];
    arguments.extend(account.flags.iter().map(String::as_str));
    let ran = plugin(Path::new("."), &arguments, &[], &lines).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    account.is_silent(&ran);
    let wrong = [
        (vec!["call", &file, "tracking.fly"], "there is no operation tracking.fly"),
        (vec!["call", &file, "auth.check", "{"], "the arguments are not JSON"),
        (vec!["call", &file, "auth.check"], "pass it with --secret"),
        (vec!["call", &file, "auth.check", "--field=client_secret=hunter22"], "is a secret: pass it with --secret"),
        (vec!["call", &file, "auth.check", "--field=colour=red"], "has no such field"),
        (vec!["call", &file, "auth.check", "--secret=client_id"], "CROSSDOCK_SECRET_CLIENT_ID is not set"),
        (vec!["call", &file, "auth.check", "--base-url=nowhere=https://a.example"], "there is no endpoint nowhere"),
        (vec!["call", &file, "auth.check", "--base-url=api=https://a.example/?x"], "is no base URL"),
    ];
    let before = couriers.requests("ups").await.len();
    for (arguments, words) in wrong {
        let ran = plugin(Path::new("."), &arguments, &[], "").await;
        assert!(ran.code == Some(1) && ran.err.contains(words), "{arguments:?}: {ran:?}");
        assert!(!ran.err.contains("hunter22"), "{ran:?}");
    }
    assert_eq!(couriers.requests("ups").await.len(), before);
    let refused = account.call("ups", &["tracking.track", "{\"number\": \"1\"}"]).await;
    assert!(refused.code == Some(1) && refused.err.contains("there are: numbers"), "{refused:?}");
    sandbox.stop().await;
}
