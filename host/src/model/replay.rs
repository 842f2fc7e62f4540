//! What came of playing recorded calls again with another version of a plugin.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the replay of a courier's recorded calls found. Values in it are those of redacted recordings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayReport {
    /// The version that it was compared with.
    pub against_version: String,
    /// Its component's SHA-256.
    pub against_digest: String,
    /// Recorded calls that both versions were run on.
    pub replayed: u32,
    /// Those on which both did the same.
    pub same: u32,
    /// Those on which the new version did otherwise.
    pub different: u32,
    /// Those on which the old version itself did not do what was recorded, and which are not held against the new one.
    pub not_reproduced: u32,
    /// Recordings that were not run, for want of time.
    pub left_out: u32,
    /// How long it took, ms.
    pub took_ms: u64,
    /// What differs, call by call; the first ones.
    pub differences: Vec<ReplayDifference>,
    /// Why the old version did not reproduce a call; the first ones.
    pub remarks: Vec<ReplayRemark>,
}

/// A recorded call on which the new version did otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayDifference {
    /// Such as `tracking.track`.
    pub operation: String,
    /// When the call was recorded.
    pub recorded_at: Timestamp,
    /// `result`, `request`, or the word of the fault that ended the new version's call, such as `trap`.
    pub kind: String,
    /// In words.
    pub detail: String,
    /// Where result and requests differ; the first places.
    pub changes: Vec<ReplayChange>,
    /// How many more places there are.
    pub more_changes: u32,
}

/// A place where two versions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayChange {
    /// JSON Pointer into `{"result": …, "requests": […]}`.
    pub pointer: String,
    /// What the old version has there; `null`: nothing.
    pub old: Value,
    /// What the new version has there; `null`: nothing.
    pub new: Value,
}

/// A recorded call that the old version did not reproduce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayRemark {
    /// Such as `tracking.track`.
    pub operation: String,
    /// When the call was recorded.
    pub recorded_at: Timestamp,
    /// In words.
    pub detail: String,
}

impl ReplayReport {
    /// Says in a line what was found.
    pub fn summary(&self) -> String {
        let mut text = format!(
            "{} of {} recorded calls differ from version {}",
            self.different, self.replayed, self.against_version
        );
        if self.not_reproduced > 0 {
            text.push_str(&format!(
                "; {} were not reproduced by version {} itself",
                self.not_reproduced, self.against_version
            ));
        }
        if self.left_out > 0 {
            text.push_str(&format!("; {} were left out for want of time", self.left_out));
        }
        text
    }
}
