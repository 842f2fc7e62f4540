//! Small things that couriers remember by id: tokens, subscriptions, pickups, settings.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::Value;

use super::world::lock;

/// Most entries on one shelf; the oldest ids go first, so that a long run cannot fill the memory.
pub const MAX_ENTRIES: usize = 20_000;

/// Named shelves of JSON values.
#[derive(Default)]
pub struct Shelves(Mutex<BTreeMap<String, BTreeMap<String, Value>>>);

impl Shelves {
    /// Puts a value under an id, replacing what stood there.
    pub fn put(&self, shelf: &str, id: &str, value: Value) {
        let mut shelves = lock(&self.0);
        let entries = shelves.entry(shelf.to_owned()).or_default();
        if entries.len() >= MAX_ENTRIES {
            entries.pop_first();
        }
        entries.insert(id.to_owned(), value);
    }

    /// Reads a value.
    pub fn get(&self, shelf: &str, id: &str) -> Option<Value> {
        lock(&self.0).get(shelf)?.get(id).cloned()
    }

    /// Takes a value away.
    pub fn take(&self, shelf: &str, id: &str) -> Option<Value> {
        lock(&self.0).get_mut(shelf)?.remove(id)
    }

    /// All values of a shelf, by id.
    pub fn list(&self, shelf: &str) -> Vec<Value> {
        lock(&self.0).get(shelf).map(|entries| entries.values().cloned().collect()).unwrap_or_default()
    }

    /// Empties one shelf and says how many entries it had.
    pub fn clear_shelf(&self, shelf: &str) -> usize {
        lock(&self.0).remove(shelf).map_or(0, |entries| entries.len())
    }

    /// Empties every shelf.
    pub fn clear(&self) {
        lock(&self.0).clear();
    }
}
