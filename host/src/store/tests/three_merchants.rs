//! Random sequences of three merchants' work, compared with a small model (CONVENTIONS 10, test 4): what one does to another's rows
//! does nothing, and what one reads is its own.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::samples::*;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::{CredentialId, MerchantId, ShipmentId};
use crate::store::credentials::{Credential, CredentialFilter};
use crate::store::idempotency::{self, Begun, IdempotencyPlace};
use crate::store::shipments::{BookedOutcome, Resolution, ShipmentFilter};
use crate::store::testing::{TestDb, databases};
use crate::store::{Error, Page, credentials, shipments};

const MERCHANTS: usize = 3;
/// Sequences on each database, each on merchants of its own, and acts in one: about a second's work.
const SEQUENCES: usize = 12;
const ACTS: usize = 40;
/// Few, so that merchants meet on the same labels and keys.
const LABELS: u8 = 3;
const KEYS: u8 = 4;
/// Short pages, so that lists are read in several.
const PAGE_ROWS: u32 = 3;

/// What a merchant does. An index picks among all merchants' rows.
#[derive(Debug, Clone)]
enum Act {
    Connect(u8),
    Relabel(Index, u8),
    Disconnect(Index),
    Intend(Index),
    Change(Index, Change),
    Begin(u8, u8),
    Read(Index),
}

/// How a shipment changes.
#[derive(Debug, Clone, Copy)]
enum Change {
    Book,
    Fail,
    Lose,
    Cancel,
    Resolve,
}

/// What there should be.
#[derive(Default)]
struct Model {
    /// Every credential that was ever connected, with its owner; the label of those that are there.
    credentials: Vec<(usize, Credential, Option<String>)>,
    /// Every shipment, with its owner, its credential's place, and its state.
    shipments: Vec<(usize, ShipmentId, usize, &'static str)>,
    /// Keys that were used, with the body they came with.
    keys: BTreeMap<(usize, u8), u8>,
}

#[tokio::test]
async fn three_merchants_never_meet() {
    for test_db in databases().await {
        let mut runner = TestRunner::deterministic();
        for _ in 0..SEQUENCES {
            let acts = prop::collection::vec((0..MERCHANTS, acts()), ACTS).new_tree(&mut runner).unwrap().current();
            run(&test_db, acts).await;
        }
    }
}

fn acts() -> impl Strategy<Value = Act> {
    let change = prop_oneof![
        Just(Change::Book),
        Just(Change::Fail),
        Just(Change::Lose),
        Just(Change::Cancel),
        Just(Change::Resolve)
    ];
    prop_oneof![
        3 => (0..LABELS).prop_map(Act::Connect),
        2 => (any::<Index>(), 0..LABELS).prop_map(|(which, label)| Act::Relabel(which, label)),
        1 => any::<Index>().prop_map(Act::Disconnect),
        4 => any::<Index>().prop_map(Act::Intend),
        6 => (any::<Index>(), change).prop_map(|(which, change)| Act::Change(which, change)),
        2 => (0..KEYS, 0..2_u8).prop_map(|(key, body)| Act::Begin(key, body)),
        4 => any::<Index>().prop_map(Act::Read),
    ]
}

async fn run(test_db: &TestDb, acts: Vec<(usize, Act)>) {
    let mut merchants = Vec::new();
    for _ in 0..MERCHANTS {
        merchants.push(merchant(&test_db.db).await);
    }
    let mut model = Model::default();
    for (second, (who, act)) in (1..).zip(&acts) {
        let words = format!("{}: {who} {act:?} of {acts:?}", test_db.system);
        model.act(test_db, &merchants, *who, act, second, &words).await;
    }
    for (who, merchant) in merchants.iter().enumerate() {
        model.compare_lists(test_db, merchant, who).await;
    }
}

impl Model {
    async fn act(
        &mut self,
        test_db: &TestDb,
        merchants: &[MerchantId],
        who: usize,
        act: &Act,
        second: i64,
        words: &str,
    ) {
        let merchant = &merchants[who];
        match act {
            Act::Connect(label) => self.connect(test_db, merchant, who, *label, words).await,
            Act::Relabel(which, label) if !self.credentials.is_empty() => {
                self.relabel(test_db, merchant, who, which.index(self.credentials.len()), *label, words).await;
            }
            Act::Disconnect(which) if !self.credentials.is_empty() => {
                self.disconnect(test_db, merchant, who, which.index(self.credentials.len()), words).await;
            }
            Act::Intend(which) if !self.credentials.is_empty() => {
                self.intend(test_db, merchant, who, which.index(self.credentials.len()), second, words).await;
            }
            Act::Change(which, change) if !self.shipments.is_empty() => {
                self.change(test_db, merchant, who, which.index(self.shipments.len()), *change, words).await;
            }
            Act::Begin(key, body) => self.begin(test_db, merchant, who, *key, *body, words).await,
            Act::Read(which) => self.read(test_db, merchant, who, *which, words).await,
            // There is nothing yet to do it to.
            _ => {}
        }
    }

    fn has_label(&self, who: usize, label: &str) -> bool {
        self.credentials.iter().any(|(owner, _, known)| *owner == who && known.as_deref() == Some(label))
    }

    async fn connect(&mut self, test_db: &TestDb, merchant: &MerchantId, who: usize, label: u8, words: &str) {
        let row = credential(&label.to_string());
        let mut tx = test_db.db.begin(merchant).await.unwrap();
        let added = credentials::insert(&mut tx, merchant, &row).await;
        if self.has_label(who, &row.label) {
            assert!(matches!(added, Err(Error::Conflict)), "{words}: {added:?}");
            return;
        }
        added.unwrap_or_else(|error| panic!("{words}: {error}"));
        tx.commit().await.unwrap();
        let label = Some(row.label.clone());
        self.credentials.push((who, row, label));
    }

    async fn relabel(&mut self, db: &TestDb, merchant: &MerchantId, who: usize, at: usize, label: u8, words: &str) {
        let (owner, row, known) = &self.credentials[at];
        let label = label.to_string();
        let next = Credential { label: label.clone(), version: row.version + 1, ..row.clone() };
        let is_own = *owner == who && known.is_some();
        let is_taken = is_own && known.as_ref() != Some(&label) && self.has_label(who, &label);
        let mut tx = db.db.begin(merchant).await.unwrap();
        match credentials::update(&mut tx, merchant, &next, row.version).await {
            Ok(changed) => assert_eq!((changed, is_taken), (is_own, false), "{words}"),
            Err(error) => return assert!(is_taken && matches!(error, Error::Conflict), "{words}: {error}"),
        }
        tx.commit().await.unwrap();
        if is_own {
            self.credentials[at] = (who, next, Some(label));
        }
    }

    async fn disconnect(&mut self, db: &TestDb, merchant: &MerchantId, who: usize, at: usize, words: &str) {
        let (owner, row, known) = &self.credentials[at];
        let is_used = self.shipments.iter().any(|(_, _, credential, _)| *credential == at);
        let mut tx = db.db.begin(merchant).await.unwrap();
        let deleted = credentials::delete(&mut tx, merchant, &row.id, row.version).await;
        let is_own = *owner == who && known.is_some();
        if is_own && is_used {
            return assert!(deleted.is_err(), "{words}: a booking lost its account");
        }
        assert_eq!(deleted.unwrap(), is_own, "{words}");
        tx.commit().await.unwrap();
        if is_own {
            self.credentials[at].2 = None;
        }
    }

    async fn intend(&mut self, db: &TestDb, merchant: &MerchantId, who: usize, at: usize, second: i64, words: &str) {
        let (owner, row, known) = &self.credentials[at];
        let row = shipment(&row.id, second);
        let mut tx = db.db.begin(merchant).await.unwrap();
        let added = shipments::insert(&mut tx, merchant, &row).await;
        if *owner != who || known.is_none() {
            return assert!(added.is_err(), "{words}: a booking with an account that is not there");
        }
        added.unwrap_or_else(|error| panic!("{words}: {error}"));
        tx.commit().await.unwrap();
        self.shipments.push((who, row.id, at, "intent"));
    }

    async fn change(&mut self, db: &TestDb, merchant: &MerchantId, who: usize, at: usize, change: Change, words: &str) {
        let (owner, id, _, state) = self.shipments[at].clone();
        let failure = Failure::new(FailureKind::Timeout, "timeout", "no answer");
        let now = super::samples::at(1_000);
        let mut tx = db.db.begin(merchant).await.unwrap();
        let tx_ref = &mut tx;
        let (changed, next, from): (_, _, &[&str]) = match change {
            Change::Book => {
                let outcome = BookedOutcome::default();
                let changed = shipments::record_booked(tx_ref, merchant, &id, &outcome, now).await;
                (changed, "booked", &["intent", "unknown"])
            }
            Change::Fail => {
                let changed = shipments::record_failed(tx_ref, merchant, &id, &failure, now).await;
                (changed, "failed", &["intent", "unknown"])
            }
            Change::Lose => {
                let changed = shipments::record_unknown(tx_ref, merchant, &id, &failure, None, now).await;
                (changed, "unknown", &["intent"])
            }
            Change::Cancel => {
                let changed = shipments::record_cancelled(tx_ref, merchant, &id, &[], now).await;
                (changed, "cancelled", &["booked"])
            }
            Change::Resolve => {
                let resolution = Resolution::NotBooked;
                let changed = shipments::resolve(tx_ref, merchant, &id, resolution, None, "key", now).await;
                (changed, "failed", &["unknown"])
            }
        };
        let expected = owner == who && from.contains(&state);
        assert_eq!(changed.unwrap(), expected, "{words}: from {state}");
        tx.commit().await.unwrap();
        if expected {
            self.shipments[at].3 = next;
        }
    }

    async fn begin(&mut self, db: &TestDb, merchant: &MerchantId, who: usize, key: u8, body: u8, words: &str) {
        let place = IdempotencyPlace { key: key.to_string(), method: "POST".to_owned(), path: "/v1".to_owned() };
        let mut tx = db.db.begin(merchant).await.unwrap();
        let begun = idempotency::begin(&mut tx, merchant, &place, &body.to_string(), at(0), at(9_999)).await.unwrap();
        tx.commit().await.unwrap();
        let before = match begun {
            Begun::New => None,
            Begun::Before(record) => record.fingerprint.parse().ok(),
        };
        assert_eq!(before, self.keys.get(&(who, key)).copied(), "{words}");
        self.keys.entry((who, key)).or_insert(body);
    }

    async fn read(&self, db: &TestDb, merchant: &MerchantId, who: usize, which: Index, words: &str) {
        let mut tx = db.db.begin_read(merchant).await.unwrap();
        if let Some((owner, row, known)) = self.credentials.get(which.index(self.credentials.len().max(1))) {
            let found = credentials::get(&mut tx, merchant, &row.id).await.unwrap();
            let label = known.as_ref().filter(|_| *owner == who);
            assert_eq!(found.map(|found| found.label).as_ref(), label, "{words}");
        }
        if let Some((owner, id, _, state)) = self.shipments.get(which.index(self.shipments.len().max(1))) {
            let found = shipments::get(&mut tx, merchant, id).await.unwrap();
            let state = (*owner == who).then_some(*state);
            assert_eq!(found.map(|found| found.state.as_str()), state, "{words}");
        }
    }

    /// Reads both lists page by page.
    async fn compare_lists(&self, db: &TestDb, merchant: &MerchantId, who: usize) {
        let mut tx = db.db.begin_read(merchant).await.unwrap();
        let mut page = Page::first(PAGE_ROWS);
        let mut found: BTreeMap<CredentialId, String> = BTreeMap::new();
        loop {
            let listed = credentials::list(&mut tx, merchant, &CredentialFilter::default(), &page).await.unwrap();
            page.after = listed.rows.last().map(|row| row.id.to_string());
            found.extend(listed.rows.into_iter().map(|row| (row.id, row.label)));
            if !listed.has_more {
                break;
            }
        }
        let own = self.credentials.iter().filter(|(owner, ..)| *owner == who);
        let expected = own.filter_map(|(_, row, label)| Some((row.id.clone(), label.clone()?))).collect();
        assert_eq!(found, expected, "{}", db.system);
        let mut page = Page::first(PAGE_ROWS);
        let mut found: BTreeMap<ShipmentId, &str> = BTreeMap::new();
        loop {
            let listed = shipments::list(&mut tx, merchant, &ShipmentFilter::default(), &page).await.unwrap();
            page.after = listed.rows.last().map(|row| row.id.to_string());
            found.extend(listed.rows.into_iter().map(|row| (row.id, row.state.as_str())));
            if !listed.has_more {
                break;
            }
        }
        let own = self.shipments.iter().filter(|(owner, ..)| *owner == who);
        assert_eq!(found, own.map(|(_, id, _, state)| (id.clone(), *state)).collect(), "{}", db.system);
    }
}
