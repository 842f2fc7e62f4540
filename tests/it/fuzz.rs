//! The fuzz targets, run on seeded damage of what is sound: the same inputs every time, so many that it takes a second.
//! `cargo xtask fuzz` goes on from there.

use crossdock::{outbound, plugin};
use crossdock_tests::plugins_dir;

/// Inputs of each target. The gate reads a whole component each time, so it gets fewer.
const INPUTS: usize = 2_000;
const COMPONENTS: usize = 60;

/// What damage is made with: SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// Changes, cuts, repeats or inserts something, a few times.
    fn damage(&mut self, sound: &[u8], pieces: &[&str]) -> Vec<u8> {
        let mut bytes = sound.to_vec();
        for _ in 0..=self.below(3) {
            let place = self.below(bytes.len());
            let end = (place + self.below(16)).min(bytes.len());
            match self.below(5) {
                0 => bytes.truncate(place),
                1 => _ = bytes.splice(place..end, self.bytes(16)),
                2 => _ = bytes.splice(place..place, pieces[self.below(pieces.len())].bytes()),
                3 => _ = bytes.splice(place..end, pieces[self.below(pieces.len())].bytes()),
                _ if bytes.is_empty() => {}
                _ => bytes[place] ^= 1 << self.below(8),
            }
        }
        bytes
    }
}

#[test]
fn uploads() {
    let mut dice = Dice(1);
    let sound = std::fs::read(plugins_dir().join("guests/hostile.wasm")).unwrap();
    assert!(plugin::fuzz::component(&sound));
    let refused = (0..COMPONENTS).filter(|_| !plugin::fuzz::component(&dice.damage(&sound, &["\0asm", "crossdock"])));
    assert!(refused.count() > COMPONENTS / 4, "damage is noticed");
    (0..INPUTS).for_each(|_| assert!(!plugin::fuzz::component(&dice.bytes(200))));
}

#[test]
fn descriptions() {
    let mut dice = Dice(2);
    let sound = include_bytes!("../guests/everything/src/description.json");
    assert!(plugin::fuzz::description(sound));
    let pieces = ["null", "\"", "{", "[[[[[[[[", "1e999", "https://127.0.0.1/", "../", "\\u0000", "-", "\u{202e}"];
    let taken = (0..INPUTS).filter(|_| plugin::fuzz::description(&dice.damage(sound, &pieces))).count();
    assert!(taken > 0 && taken < INPUTS, "{taken} of {INPUTS} were taken");
    // As deep as a text of that size can be: no parser may run out of stack.
    assert!(!plugin::fuzz::description(&vec![b'['; 200 << 10]));
}

#[test]
fn results() {
    let mut dice = Dice(3);
    let taken = (0..INPUTS).filter(|_| plugin::fuzz::result(&dice.bytes(400))).count();
    assert!(taken > 0 && taken < INPUTS, "{taken} of {INPUTS} were taken");
}

#[test]
fn scrubbing() {
    let mut dice = Dice(4);
    let sound = "s3cr3t/ke&y<\"1 long\n{\"a\": \"s3cr3t\\/ke&y<\\\"1 long\", \"b\": [1, \"x\"]}";
    let pieces = ["s3cr3t", "%2F", "\\u0073", "&amp;", "*", "\"", "=", "\u{e9}", "czNjcjN0"];
    (0..INPUTS).for_each(|_| outbound::fuzz::scrub(&dice.damage(sound.as_bytes(), &pieces)));
}

#[test]
fn paths() {
    let mut dice = Dice(5);
    let pieces = [
        "..", "/", "//", "%2e", "%2f", "%5c", "\\", "@", ":", "?", "#", "%00", "https://", ";", "{key}", " ", "%", ".",
    ];
    let taken = (0..INPUTS).filter(|_| outbound::fuzz::path(&dice.damage(b"/v1/parcels/1ZK7R42F", &pieces))).count();
    assert!(taken > 0 && taken < INPUTS, "{taken} of {INPUTS} were taken");
}

#[test]
fn kept_values() {
    let mut dice = Dice(6);
    let sound = br#"{"a": "cGRm", "list": [{"b": "x"}, {"b": 1}], "c": null}"#;
    let pieces = ["\"", "{", "[", "\\", "\\u00", "\"a\":", "*", "kept:0", "\u{feff}"];
    (0..INPUTS).for_each(|_| outbound::fuzz::cut(&dice.damage(sound, &pieces)));
}
