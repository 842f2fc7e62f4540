//! Which versions are served, what breaks one, and what does not.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crossdock_contract::version::is_same_line;
use crossdock_contract::{Contract, IMPORTS, NEWEST, VERSION};

use super::growth::breaks;
use crate::plugin::admission::admit_to;
use crate::plugin::contracts::{BuiltAgainst, all};
use crate::plugin::testing::Guest;
use crate::plugin::{CompiledCache, Engine, EngineConfig, LoadFault, load_bytes};

/// A change of the newest contract, and what is said where it breaks what was built before.
struct Change {
    from: &'static str,
    to: &'static str,
    /// What the comparison of the texts says; empty where it is growth.
    says: &'static str,
    /// What the gate says of a component that was built before.
    gate: &'static str,
}

const TRACK: &str = "  track: func(call: borrow<context>";

const CHANGES: [Change; 9] = [
    Change { from: "courier@0.1.0", to: "courier@0.1.7", says: "", gate: "" },
    Change {
        from: "    locale: func() -> string;",
        to: "    locale: func() -> string;\n    merchant-locale: func() -> string;",
        says: "",
        gate: "",
    },
    Change {
        from: "  send: func(request: request)",
        to: "  record proxy { name: string }\n  send-by: func(proxy: proxy, request: request) -> result<response, failure>;\n  \
             send: func(request: request)",
        says: "",
        gate: "",
    },
    Change {
        from: "/// Shops and lockers.",
        to: "interface returns { use context.{context}; open: func(call: borrow<context>) -> string; }\n",
        says: "",
        gate: "",
    },
    Change {
        from: "    related-numbers: list<string>,",
        to: "    related-numbers: list<string>,\n    signature: option<string>,",
        says: "`record tracking {` of types was changed",
        gate: "`tracking`: expected 18 fields, found 19",
    },
    Change {
        from: TRACK,
        to: "  forget: func(numbers: list<string>);\n  track: func(call: borrow<context>",
        says: "tracking is exported and got `forget: func(numbers: list<string>);`",
        gate: "forget",
    },
    Change {
        from: "    returned-to-sender,\n",
        to: "    returned-to-sender,\n    lost,\n",
        says: "`enum status {` of types was changed",
        gate: "enum",
    },
    Change {
        from: "numbers: list<string>) -> list<result<tracking",
        to: "numbers: list<string>, language: string) -> list<result<tracking",
        says: "tracking has no `track: func(call: borrow<context>, numbers: list<string>)",
        gate: "track",
    },
    Change {
        from: TRACK,
        to: "  ask: func(call: borrow<context>",
        says: "tracking has no `track: func",
        gate: "track",
    },
];

/// The newest contract after a change.
fn changed(change: &Change) -> Vec<(String, String)> {
    let files: Vec<_> =
        NEWEST.wit.iter().map(|(name, text)| ((*name).to_owned(), text.replace(change.from, change.to))).collect();
    assert!(files.iter().zip(NEWEST.wit).any(|((_, new), (_, old))| new != old), "{} is not there", change.from);
    files
}

/// The files for as long as the test runs.
fn contract(files: &[(String, String)], version: &'static str) -> Contract {
    let wit: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (&*name.clone().leak(), &*text.clone().leak())).collect();
    Contract { version, wit: wit.leak(), ..NEWEST }
}

#[test]
fn every_version_is_what_its_files_say() {
    let mut lines = BTreeMap::new();
    for served in all() {
        let contract = served.contract();
        assert_eq!(contract.contradictions(), Vec::<String>::new(), "{}", contract.version);
        let line = crossdock_contract::version::line(contract.version);
        assert_eq!(lines.insert(line, contract.version), None, "two versions serve {line}");
    }
}

#[test]
fn growth_and_breaks_are_told_apart_by_the_texts_and_by_the_gate() {
    let old: Vec<_> = NEWEST.wit.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let component = Guest::default().build();
    for change in &CHANGES {
        let files = changed(change);
        let found = breaks(&old, &files, IMPORTS);
        let version = if change.to.contains("0.1.7") { "0.1.7" } else { VERSION };
        let verdict = admit_to(&component, VERSION, &contract(&files, version)).map_err(|fault| fault.to_string());
        if change.says.is_empty() {
            assert_eq!(found, Vec::<String>::new(), "{}", change.to);
            assert_eq!(verdict, Ok(()), "{}", change.to);
            continue;
        }
        assert!(found.iter().any(|what| what.contains(change.says)), "{}: {found:?}", change.to);
        let reason = verdict.expect_err("what breaks is refused");
        assert!(reason.contains("of contract 0.1.0: "), "{reason}");
        assert!(reason.contains(change.gate), "{}: {reason}", change.to);
    }
}

/// What was built against a released form of the newest version is served by today's.
#[test]
fn the_newest_version_only_grew_since_it_was_released() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit/frozen");
    let new: Vec<_> = NEWEST.wit.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let version = entry.file_name().to_string_lossy().into_owned();
        if !is_same_line(&version, VERSION) {
            continue;
        }
        let read =
            |(name, _): &(&str, &str)| (name.to_string(), std::fs::read_to_string(entry.path().join(name)).unwrap());
        let old: Vec<_> = NEWEST.wit.iter().map(read).collect();
        assert_eq!(breaks(&old, &new, IMPORTS), Vec::<String>::new(), "since {version}");
    }
}

#[tokio::test]
async fn a_version_that_is_not_served_is_named_before_anything_is_compiled() {
    let engine = Engine::start(EngineConfig { without_pool: true, ..EngineConfig::default() }).unwrap();
    let served = "this host serves 0.0.1, 0.0.2, 0.1.0";
    for (to, advice) in [
        ("courier@0.2.0", "it is too new: update the host"),
        ("courier@1.0.0", "it is too new: update the host"),
        ("courier@0.0.0", "it is too old: build the plugin again with a newer SDK"),
        ("courier@0.0.9", "build the plugin against one of these"),
        ("courier@0.1.0-rc.1", "build the plugin against one of these"),
    ] {
        // It is not even sound: what is behind the names is never looked at.
        let component = Guest { contract: Some(("courier@0.1.0", to)), track: Some(&[0xff]), ..Guest::default() };
        let fault =
            load_bytes(&engine, component.build(), &Arc::new(CompiledCache::disabled())).await.unwrap_err().fault;
        let LoadFault::ContractVersion { found, .. } = &fault else { panic!("{to}: {fault}") };
        assert_eq!(Some(found.as_str()), to.strip_prefix("courier@"));
        let words = fault.to_string();
        assert!(words.contains(served) && words.contains(advice), "{words}");
    }
}

#[test]
fn names_of_two_versions_are_told() {
    let component = Guest::default().build();
    let mut mixed = component.clone();
    for place in 0..component.len() {
        if component[place..].starts_with(b"courier/context@0.1.0") {
            mixed[place + 18] = b'3';
        }
    }
    let Err(fault) = BuiltAgainst::read(&mixed) else { panic!("two versions were taken for one") };
    assert!(
        matches!(&fault, LoadFault::MixedContracts { one, other } if one == "0.1.0" && other == "0.3.0"),
        "{fault}"
    );
}
