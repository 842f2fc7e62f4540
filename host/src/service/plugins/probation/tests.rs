//! Who is blamed for a difference.

use serde_json::{Value, json};

use super::*;
use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::question::Question;
use crate::service::recordings::call::{Facts, RecordedCall};

fn opened(said: Value) -> Opened {
    let facts = Facts {
        account_kind: "main".to_owned(),
        environment: Environment::Test,
        fields: Default::default(),
        endpoints: Default::default(),
        endpoint_urls: Default::default(),
        locale: "en".to_owned(),
        now: Timestamp::UNIX_EPOCH,
        call_id: "01J00000000000000000000000".to_owned(),
    };
    let call = RecordedCall { question: Question::Check, facts, exchanges: Vec::new(), verified: Vec::new(), said };
    Opened { plugin_version: "1.0.0".to_owned(), recorded_at: Timestamp::UNIX_EPOCH, call }
}

fn said(value: Value) -> Ran {
    Ran { said: Ok(value), requests: Vec::new(), unknown: Vec::new() }
}

fn broke(error: fn(CourierId, String) -> CallError) -> Ran {
    let error = error("acme".parse().unwrap(), "2.0.0".to_owned());
    Ran { said: Err(error), requests: Vec::new(), unknown: Vec::new() }
}

fn crashed() -> Ran {
    broke(|courier, version| CallError::Trap { courier, version, reason: "unreachable".to_owned() })
}

fn report() -> ReplayReport {
    ReplayReport::against("1.0.0", "digest")
}

/// Same, different, not reproduced, left out.
fn counts(recorded: Value, before: &Ran, after: &Ran) -> [u32; 4] {
    let mut report = report();
    report.add(&opened(recorded), before, after);
    [report.same, report.different, report.not_reproduced, report.left_out]
}

#[test]
fn the_new_version_is_blamed_for_what_it_does_otherwise() {
    let fine = || json!({"ok": {"id": "1"}});
    let failed = |kind: &str| json!({"err": {"kind": kind, "code": "x"}});
    assert_eq!(counts(fine(), &said(fine()), &said(fine())), [1, 0, 0, 0]);
    assert_eq!(counts(fine(), &said(fine()), &said(json!({"ok": {"id": "2"}}))), [0, 1, 0, 0]);
    assert_eq!(counts(fine(), &said(fine()), &said(failed("auth"))), [0, 1, 0, 0]);
    assert_eq!(counts(fine(), &said(fine()), &crashed()), [0, 1, 0, 0]);
    let replaced = json!({"ok": {"id": "9"}});
    assert_eq!(counts(replaced, &said(fine()), &said(fine())), [1, 0, 0, 0], "values of another shape are no doubt");
}

#[test]
fn what_the_old_version_does_not_reproduce_is_nobodys_fault() {
    let fine = || json!({"ok": {"id": "1"}});
    let failed = || json!({"err": {"kind": "unexpected_answer", "code": "x"}});
    assert_eq!(counts(fine(), &said(failed()), &said(fine())), [0, 0, 1, 0]);
    assert_eq!(counts(fine(), &crashed(), &said(fine())), [0, 0, 1, 0]);
    assert_eq!(counts(fine(), &crashed(), &crashed()), [0, 0, 1, 0]);
    assert_eq!(counts(fine(), &said(failed()), &crashed()), [0, 1, 0, 0], "but to break is one");
    let asks = Ran { unknown: vec!["GET main /other".to_owned()], ..said(fine()) };
    assert_eq!(counts(fine(), &asks, &said(json!({"ok": 2}))), [0, 0, 1, 0]);
    let busy = broke(|courier, version| CallError::Busy { courier, version });
    assert_eq!(counts(fine(), &said(fine()), &busy), [0, 0, 0, 1], "no place is nobody's fault");
    let mut told = report();
    (0..50).for_each(|_| told.add(&opened(fine()), &said(fine()), &crashed()));
    assert_eq!((told.different, told.differences.len()), (50, MAX_TOLD));
    assert!(told.summary().starts_with("50 of 50 recorded calls differ from version 1.0.0"), "{}", told.summary());
}
