//! The fixture test kit: a plugin is run natively against recorded exchanges.
//!
//! A case is a folder `fixtures/<case>/` of the plugin's crate:
//!
//! - `call.json`: the operation and everything that the host tells ([`case::CallFile`]);
//! - `exchange-1.json`, …: each request that the plugin makes, and the courier's answer ([`case::ExchangeFile`]);
//! - `expected.json`: `{"ok": …}` or `{"err": …}` in the contract's names; absent members are `null` or empty.
//!
//! A test of a plugin is `crossdock_sdk::testing::run_fixtures::<Acme>(env!("CARGO_MANIFEST_DIR"))`. With
//! `UPDATE_FIXTURES=1` it writes what the plugin does into `request` and `expected.json`: read the diff before you
//! commit it.

mod fixed;
mod recorded;

pub use crossdock_cases as case;

pub use self::fixed::answering;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;

use crossdock_cases::{Case, Harm, Player, cases, damaged, differences};
use serde_json::Value;

use self::recorded::Recorded;
use crate::dispatch::{Dispatch, Operation};
use crate::host::native;
use crate::{Call, Plugin, StatusTable};

/// Places of a body that are damaged, at most: more say nothing new and take long.
const MAX_PLACES: usize = 400;

/// Runs every case and compares requests and results.
///
/// # Panics
///
/// A case fails, there is none, or the description does not fit the plugin: with everything that differs.
pub fn run_fixtures<P: Plugin + Dispatch>(manifest_dir: &str) {
    let update = is_update();
    if update {
        write_description::<P>(manifest_dir);
    } else {
        check_description::<P>();
    }
    let mut failures = Vec::new();
    for case in all_cases::<P>(manifest_dir) {
        let (outcome, player) = run::<P>(&case, Player::new(&case));
        if update {
            let outcome = outcome.unwrap_or_else(|reason| panic!("{}: {reason}", case.name));
            case.write(&player.made(), &outcome).unwrap_or_else(|error| panic!("{error}"));
            continue;
        }
        let mut problems = player.problems();
        match outcome {
            Ok(outcome) => problems.extend(differences("expected.json", &case.expected, &outcome)),
            Err(reason) => problems.push(reason),
        }
        if !problems.is_empty() {
            failures.push(format!("case {}:\n  {}", case.name, problems.join("\n  ")));
        }
    }
    assert!(failures.is_empty(), "\n{}\n(UPDATE_FIXTURES=1 writes what the plugin does)", failures.join("\n"));
}

/// Runs every case with damaged answers: members removed, null or of another type, empty and truncated bodies, other
/// statuses. A plugin answers with a failure or makes the best of it; it does not panic, and it does not call a booking
/// failed whose answer it could not read.
///
/// # Panics
///
/// The plugin panicked, answered another number of results than it was asked for, or called a booking failed.
pub fn robustness<P: Plugin + Dispatch>(manifest_dir: &str) {
    for case in all_cases::<P>(manifest_dir) {
        for (place, exchange) in case.exchanges.iter().enumerate() {
            for damage in damaged(&exchange.answer, MAX_PLACES) {
                let player = Player::with_answer(&case, place, damage.answer);
                let result = catch_unwind(AssertUnwindSafe(|| run::<P>(&case, player).0));
                let at = format!("case {}, answer {} with {}", case.name, place + 1, damage.what);
                let outcome = result.unwrap_or_else(|_| panic!("{at}: the plugin panicked"));
                let outcome = outcome.unwrap_or_else(|reason| panic!("{at}: {reason}"));
                check_count(&case, &outcome, &at);
                let is_status = matches!(damage.harm, Harm::Status(_) | Harm::StatusAlone(_));
                if place + 1 == case.exchanges.len() && !is_status {
                    check_booking(&case, &outcome, &at);
                }
            }
        }
    }
}

/// Checks that no code stands in a table twice.
///
/// # Panics
///
/// One does.
pub fn check_status_table(table: &StatusTable) {
    let duplicates = table.duplicates();
    assert!(duplicates.is_empty(), "codes with two statuses: {}", duplicates.join(", "));
}

/// Checks that the description fits the plugin: contract version, JSON, and only capabilities that are exported.
///
/// # Panics
///
/// It does not.
pub fn check_description<P: Plugin + Dispatch>() {
    let description = P::describe();
    assert_eq!(description.contract, crate::CONTRACT_VERSION, "description.contract");
    let text = serde_json::to_string(&description).expect("a description is JSON");
    assert_eq!(serde_json::from_str::<crate::Description>(&text).expect("it can be read"), description);
    let given = serde_json::from_str::<crate::Description>(&P::describe_json());
    let hint = "the description's JSON (UPDATE_FIXTURES=1 writes description.json)";
    assert_eq!(given.unwrap_or_else(|error| panic!("{hint}: {error}")), description, "{hint}");
    let mut given = Vec::new();
    for account in &description.accounts {
        for capability in &account.capabilities {
            let name = capability.replace('-', "_");
            assert!(
                P::CAPABILITIES.contains(&name.as_str()),
                "account kind {}: {capability} is not exported",
                account.id
            );
            given.push(name);
        }
    }
    for capability in P::CAPABILITIES {
        assert!(given.iter().any(|name| name == capability), "{capability} is exported, and no account kind gives it");
    }
}

/// Calls one operation of a plugin with a case's facts and answers; for tests of its own making.
///
/// # Panics
///
/// The case cannot be read.
pub fn run_case<P: Plugin + Dispatch>(manifest_dir: &str, name: &str) -> Value {
    let folder = Path::new(manifest_dir).join("fixtures").join(name);
    let case = Case::read(&folder, &P::describe()).unwrap_or_else(|error| panic!("{error}"));
    run::<P>(&case, Player::new(&case)).0.unwrap_or_else(|reason| panic!("{name}: {reason}"))
}

/// Writes the JSON of a plugin that keeps it beside the typed form.
fn write_description<P: Plugin>(manifest_dir: &str) {
    let path = Path::new(manifest_dir).join("description.json");
    let source = std::fs::read_to_string(&path).unwrap_or_default();
    // One that is written by hand is the source itself.
    if !path.exists() || serde_json::from_str::<crate::Description>(&source).is_ok_and(|own| own == P::describe()) {
        return;
    }
    let text = serde_json::to_string(&P::describe()).expect("a description is JSON");
    std::fs::write(&path, text + "\n").unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn all_cases<P: Plugin>(manifest_dir: &str) -> Vec<Case> {
    let folder = Path::new(manifest_dir).join("fixtures");
    let all = cases(&folder, &P::describe()).unwrap_or_else(|error| panic!("{error}"));
    assert!(!all.is_empty(), "there is no case in {}", folder.display());
    all
}

fn run<P: Dispatch>(case: &Case, player: Player) -> (Result<Value, String>, Rc<Player>) {
    let player = Rc::new(player);
    native::set(Some(Rc::new(Recorded(Rc::clone(&player)))));
    let operation = Operation { name: case.call.operation.clone(), args: case.call.arguments() };
    let outcome = P::dispatch(&Call::new(&case.call), &operation).map_err(|error| error.0);
    native::set(None);
    (outcome, player)
}

fn check_count(case: &Case, outcome: &Value, at: &str) {
    let count = |value: Option<&Value>| value.and_then(Value::as_array).map_or(0, Vec::len);
    if case.call.operation == "tracking.track" {
        assert_eq!(count(outcome.get("ok")), count(case.call.args.get("numbers")), "{at}: one result per number");
    }
}

/// The courier said that it booked: an answer that has become unreadable leaves the outcome open, and is no refusal.
fn check_booking(case: &Case, outcome: &Value, at: &str) {
    const OPEN: [&str; 3] = ["unexpected-answer", "unavailable", "timeout"];
    let booked = case.expected.get("ok").filter(|_| case.call.operation == "shipments.create");
    // What is left of half a booking may well be its refused half.
    let was_booked = booked.is_some_and(|booking| booking.get("failures").is_none());
    if let Some(kind) = outcome.pointer("/err/kind").filter(|_| was_booked) {
        assert!(OPEN.iter().any(|open| kind == open), "{at}: {kind} calls a booking failed that may stand");
    }
}

#[expect(clippy::disallowed_methods, reason = "a switch of the person who runs the test")]
fn is_update() -> bool {
    std::env::var("UPDATE_FIXTURES").is_ok_and(|value| value == "1")
}
