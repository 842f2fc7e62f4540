//! What came of a replay, in the API.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::replay::{ReplayChange, ReplayDifference, ReplayRemark};
use crate::store::plugin_versions::{ReplayVerdict, VersionRow};

/// What came of running a version and the one in charge on the same recorded calls. Values in it are those of redacted recordings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginReplay)]
pub struct ReplayBody {
    /// `passed`; or it does otherwise: `warned` (it serves all the same), `asked` (it waits), `refused`, `accepted` (by an operator).
    verdict: &'static str,
    /// The version that it was compared with.
    against_version: String,
    /// Its component's SHA-256 in hexadecimal.
    against_digest: String,
    /// Recorded calls that both were run on.
    replayed: u32,
    /// Those on which both did the same.
    same: u32,
    /// Those on which this version does otherwise.
    different: u32,
    /// Those that the version in charge itself did not reproduce; they are not held against this one.
    not_reproduced: u32,
    /// Recordings that were not run for want of time.
    left_out: u32,
    /// How long it took, in milliseconds.
    took_ms: u64,
    /// What differs, call by call; the first twenty.
    differences: Vec<DifferenceBody>,
    /// Why the version in charge did not reproduce a call; the first twenty.
    remarks: Vec<RemarkBody>,
}

/// A recorded call on which a version does otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginReplayDifference)]
struct DifferenceBody {
    /// Such as `tracking.track`.
    operation: String,
    /// When the call was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// `result`, `request`, or what ended the call: `trap`, `deadline_exceeded`, `limit_exceeded`, `bad_result`, `not_offered`.
    kind: String,
    /// In words.
    detail: String,
    /// Where it differs; the first ten places.
    changes: Vec<ChangeBody>,
    /// How many more places there are.
    more_changes: u32,
}

/// A place where two versions differ.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginReplayChange)]
struct ChangeBody {
    /// JSON Pointer into `{"result": …, "requests": […]}`.
    pointer: String,
    /// What the version in charge has there, shortened; null: nothing.
    old: serde_json::Value,
    /// What this version has there, shortened; null: nothing.
    new: serde_json::Value,
}

/// A recorded call that the version in charge did not reproduce.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginReplayRemark)]
struct RemarkBody {
    /// Such as `tracking.track`.
    operation: String,
    /// When the call was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// In words.
    detail: String,
}

impl ReplayBody {
    /// Shows what came of a version's replay.
    pub fn of(version: &VersionRow) -> Option<Self> {
        let report = version.replay.as_ref()?.0.clone();
        Some(Self {
            verdict: version.verdict.map_or("passed", ReplayVerdict::as_str),
            against_version: report.against_version,
            against_digest: report.against_digest,
            replayed: report.replayed,
            same: report.same,
            different: report.different,
            not_reproduced: report.not_reproduced,
            left_out: report.left_out,
            took_ms: report.took_ms,
            differences: report.differences.into_iter().map(DifferenceBody::from).collect(),
            remarks: report.remarks.into_iter().map(RemarkBody::from).collect(),
        })
    }
}

impl From<ReplayDifference> for DifferenceBody {
    fn from(difference: ReplayDifference) -> Self {
        let ReplayDifference { operation, recorded_at, kind, detail, changes, more_changes } = difference;
        let change = |ReplayChange { pointer, old, new }| ChangeBody { pointer, old, new };
        Self { operation, recorded_at, kind, detail, changes: changes.into_iter().map(change).collect(), more_changes }
    }
}

impl From<ReplayRemark> for RemarkBody {
    fn from(remark: ReplayRemark) -> Self {
        let ReplayRemark { operation, recorded_at, detail } = remark;
        Self { operation, recorded_at, detail }
    }
}
