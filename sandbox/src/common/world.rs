//! Everything that one running sandbox remembers.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::bookings::Bookings;
use super::clock::Clock;
use super::faults::Faults;
use super::journal::Journal;
use super::random::Random;
use super::shelves::Shelves;

/// One sandbox's state, shared by all couriers' handlers.
#[derive(Clone)]
pub struct World(Arc<Memory>);

/// What a [`World`] points to.
pub struct Memory {
    /// The time that all couriers go by.
    pub clock: Clock,
    /// Where numbers and ids come from.
    pub random: Random,
    /// Faults waiting to happen.
    pub faults: Faults,
    /// The last requests, as received.
    pub journal: Journal,
    /// Everything booked.
    pub bookings: Bookings,
    /// Tokens, subscriptions, pickups: whatever a courier keeps apart from bookings.
    pub shelves: Shelves,
    base_url: OnceLock<String>,
}

impl World {
    /// Makes an empty sandbox whose numbers follow from `seed`.
    pub fn new(seed: u64) -> Self {
        let world = Self(Arc::new(Memory {
            clock: Clock::default(),
            random: Random::new(seed),
            faults: Faults::default(),
            journal: Journal::default(),
            bookings: Bookings::default(),
            shelves: Shelves::default(),
            base_url: OnceLock::new(),
        }));
        world.place_scripted_parcels();
        world
    }

    /// Says under which address the couriers' absolute links point back here; the first call counts.
    pub fn set_base_url(&self, url: String) {
        // A second call would change links that were already handed out.
        let _ = self.base_url.set(url);
    }

    /// An absolute URL below the courier's folder.
    pub fn link(&self, courier: &str, path: &str) -> String {
        let base = self.base_url.get().map_or("http://sandbox.test", String::as_str);
        format!("{base}/{courier}{path}")
    }

    /// Forgets everything and starts anew from the same seed.
    pub fn reset(&self) {
        self.clock.reset();
        self.random.reset();
        self.faults.clear();
        self.journal.clear();
        self.bookings.clear();
        self.shelves.clear();
        self.place_scripted_parcels();
    }

    fn place_scripted_parcels(&self) {
        for courier in crate::COURIERS {
            super::timeline::place_scripted(self, courier);
        }
    }
}

impl Deref for World {
    type Target = Memory;

    fn deref(&self) -> &Memory {
        &self.0
    }
}

/// Locks without caring for poison: a panicking handler must not take the whole sandbox with it.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
