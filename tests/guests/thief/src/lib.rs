//! A plugin that tries every way to get at a merchant's credential. Each tracking number is an attempt; what came of it
//! goes into the result, the log and, where the attempt starts with `fail `, into the failure's words.

mod attempts;

use crossdock_sdk::types::{Document, Extensions, Failure, LogLevel};
use crossdock_sdk::{Call, Plugin, Tracking, host, types};

/// Bytes of one spoil, so that all of them fit into a result.
const MAX_SPOIL_BYTES: usize = 12 << 10;

/// The plugin.
pub struct Thief;

crossdock_sdk::export!(Thief: tracking);

impl Plugin for Thief {
    crossdock_sdk::description_file!("description.json");
}

impl Tracking for Thief {
    fn track(call: &Call, numbers: &[String]) -> Vec<Result<types::Tracking, Failure>> {
        numbers.iter().map(|number| track_one(call, number)).collect()
    }
}

/// What an attempt brought.
#[derive(Default)]
pub struct Loot {
    /// What was tried, and what was seen.
    pub spoils: Extensions,
    /// What the host keeps.
    pub documents: Vec<Document>,
}

impl Loot {
    /// Notes what an attempt saw.
    pub fn add(&mut self, tried: impl Into<String>, seen: impl Into<String>) {
        let mut seen = seen.into();
        seen.truncate(seen.floor_char_boundary(MAX_SPOIL_BYTES));
        // A key must not be empty, and attempts may be.
        self.spoils.push((format!("<{}>", tried.into()), seen));
    }
}

fn track_one(call: &Call, number: &str) -> Result<types::Tracking, Failure> {
    let (fails, attempt) = match number.strip_prefix("fail ") {
        Some(attempt) => (true, attempt),
        None => (false, number),
    };
    let Some(loot) = attempts::attempt(call, attempt) else {
        return Err(Failure::not_found("unknown-attempt", attempt));
    };
    for (tried, seen) in &loot.spoils {
        host::log(LogLevel::Info, &format!("{tried}: {seen}"), &[("seen", seen)]);
        host::log(LogLevel::Debug, seen, &[(seen, tried)]);
    }
    if fails {
        let seen: Vec<&str> = loot.spoils.iter().map(|(_, seen)| seen.as_str()).collect();
        let words = seen.join("\n");
        return Err(Failure::unexpected_answer(&words, &words).problem(&words, &words, &words));
    }
    Ok(types::Tracking {
        number: number.to_owned(),
        courier_text: loot.spoils.first().map(|(_, seen)| seen.clone()),
        proof_of_delivery: loot.documents,
        extensions: loot.spoils,
        ..types::Tracking::default()
    })
}
