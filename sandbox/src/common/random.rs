//! Numbers and ids that follow from one seed, so that a run can be repeated.

use std::sync::Mutex;

use uuid::Uuid;

use super::world::lock;

/// A seeded generator (SplitMix64) beside a counter for serial numbers.
pub struct Random {
    seed: u64,
    state: Mutex<State>,
}

struct State {
    word: u64,
    serial: u64,
}

impl Random {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, state: Mutex::new(State::new(seed)) }
    }

    /// Starts over.
    pub fn reset(&self) {
        *lock(&self.state) = State::new(self.seed);
    }

    /// The next serial number: never the same twice in one run.
    pub fn serial(&self) -> u64 {
        let mut state = lock(&self.state);
        state.serial += 1;
        state.serial
    }

    /// 64 bits that follow from the seed.
    pub fn word(&self) -> u64 {
        lock(&self.state).next()
    }

    /// An id in the form of a UUID.
    pub fn uuid(&self) -> Uuid {
        let mut state = lock(&self.state);
        let (high, low) = (state.next(), state.next());
        uuid::Builder::from_random_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes()).into_uuid()
    }
}

impl State {
    fn new(seed: u64) -> Self {
        let mut state = Self { word: seed, serial: 0 };
        // Runs with different seeds hand out different numbers; seven digits are what UPS has room for.
        state.serial = 1_000_000 + state.next() % 4_000_000;
        state
    }

    fn next(&mut self) -> u64 {
        self.word = self.word.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.word;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (one, two, other) = (Random::new(7), Random::new(7), Random::new(8));
        assert_eq!((one.serial(), one.uuid()), (two.serial(), two.uuid()));
        assert_ne!(one.serial(), other.serial());
    }
}
