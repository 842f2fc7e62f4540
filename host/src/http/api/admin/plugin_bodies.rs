//! How plugins look in the API.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::validate::{Findings, Validate};
use crate::plugin::Plugin;
use crate::plugin::tally::OperationCounts;
use crate::service::plugins::Installed;
use crate::service::plugins::view::PluginView;
use crate::store::plugin_refusals::RefusalRow;
use crate::store::plugin_versions::VersionRow;
use crate::store::plugins::{PluginLimits, ReplayPolicy};

use super::replay_body::ReplayBody;

/// Most calls in flight that an operator may give one plugin: the host's own limit over all plugins.
const MAX_CALLS: u32 = 256;
/// Most CPU time of one call, ms: beyond it a plugin is stuck.
const MAX_CPU_MS: u32 = 10_000;
/// Least memory of an instance, bytes: one page of WebAssembly.
const MIN_MEMORY_BYTES: u64 = 64 << 10;
/// Most memory of an instance, bytes: what the pool's slots have.
const MAX_MEMORY_BYTES: u64 = 64 << 20;
/// Most requests of one call.
const MAX_REQUESTS: u32 = 1_000;

/// A courier's plugin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plugin)]
pub struct PluginBody {
    /// The courier's id.
    courier: String,
    /// Where its first version came from, which alone brings new ones: `folder` or `upload`.
    source: &'static str,
    /// Whether it may serve.
    enabled: bool,
    /// The version in charge; null: none.
    in_charge: Option<VersionBody>,
    /// Versions that wait for the operator, the newest first.
    awaiting_approval: Vec<VersionBody>,
    /// The version's digest that this very host serves; it may lag behind `in_charge` for a second.
    serving_digest: Option<String>,
    /// The version of the contract that the version which this very host serves was built against.
    serving_contract: Option<String>,
    /// What it may do.
    grants: BTreeSet<String>,
    /// Limits that differ from the host's.
    limits: PluginLimitsBody,
    /// What is done with a version that does otherwise on recorded calls: `ask`, `warn` or `refuse`; null: as the host is configured.
    replay_policy: Option<&'static str>,
    /// Whether some of its calls are recorded, redacted and sealed, to try new versions on.
    record_calls: bool,
    /// Grows with every change; its `ETag`.
    revision: i64,
    /// Since when there is one.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<&PluginView> for PluginBody {
    fn from(view: &PluginView) -> Self {
        let row = &view.row;
        let body = |version| VersionBody::of(version, row.digest.as_deref());
        Self {
            courier: row.courier.to_string(),
            source: row.source.as_str(),
            enabled: row.is_enabled,
            in_charge: view.in_charge.as_ref().map(body),
            awaiting_approval: view.waiting.iter().map(body).collect(),
            serving_digest: view.serving.as_ref().map(|plugin| plugin.digest().to_owned()),
            serving_contract: view.serving.as_ref().map(|plugin| plugin.contract().to_owned()),
            grants: row.grants.0.clone(),
            limits: (&row.limits.0).into(),
            replay_policy: row.replay_policy.map(ReplayPolicy::as_str),
            record_calls: row.records_calls,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A version of a plugin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginVersion)]
pub struct VersionBody {
    /// The component's SHA-256 in hexadecimal.
    digest: String,
    /// The plugin's own version.
    version: String,
    /// The component's size.
    size_bytes: i64,
    /// Where it came from: `folder` or `upload`.
    source: &'static str,
    /// `in_charge`, `installed`, `awaiting_approval` or `refused`.
    state: &'static str,
    /// Why it does not serve.
    reason: Option<String>,
    /// What it asks for.
    wants: BTreeSet<String>,
    /// What came of playing recorded calls again before it was to be put in charge; null: nothing was replayed.
    replay: Option<ReplayBody>,
    /// When it first came.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl VersionBody {
    /// Shows a version, where this one is in charge.
    pub fn of(version: &VersionRow, in_charge: Option<&str>) -> Self {
        let state = if in_charge == Some(&version.digest) { "in_charge" } else { version.state.as_str() };
        Self {
            digest: version.digest.clone(),
            version: version.version.clone(),
            size_bytes: version.size_bytes,
            source: version.source.as_str(),
            state,
            reason: version.reason.clone(),
            wants: version.wants.0.clone(),
            replay: ReplayBody::of(version),
            created_at: version.created_at,
        }
    }
}

/// What became of an upload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InstalledPlugin)]
pub struct InstalledBody {
    /// The courier's id.
    courier: String,
    /// The version.
    version: VersionBody,
    /// What it asks for and was not granted: it waits until it is.
    missing: Vec<String>,
}

impl From<Installed> for InstalledBody {
    fn from(installed: Installed) -> Self {
        let in_charge = installed.is_in_charge();
        let Installed { version, missing } = installed;
        let in_charge = in_charge.then_some(version.digest.as_str());
        Self { courier: version.courier.to_string(), version: VersionBody::of(&version, in_charge), missing }
    }
}

/// Limits of one plugin that differ from the host's.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = PluginLimits)]
pub struct PluginLimitsBody {
    /// Calls in flight.
    #[schema(minimum = 1, maximum = 256)]
    calls: Option<u32>,
    /// CPU time of one call, ms.
    #[schema(minimum = 1, maximum = 10_000)]
    cpu_ms: Option<u32>,
    /// Linear memory of one instance, bytes.
    #[schema(minimum = 65_536, maximum = 67_108_864)]
    memory_bytes: Option<u64>,
    /// Requests of one call.
    #[schema(minimum = 0, maximum = 1_000)]
    requests: Option<u32>,
}

impl Validate for PluginLimitsBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let mut check = |name: &str, value: Option<u64>, range: std::ops::RangeInclusive<u64>| {
            if value.is_some_and(|value| !range.contains(&value)) {
                let detail = format!("must be between {} and {}", range.start(), range.end());
                findings.add(&format!("{pointer}/{name}"), "out_of_range", &detail);
            }
        };
        check("calls", self.calls.map(u64::from), 1..=u64::from(MAX_CALLS));
        check("cpu_ms", self.cpu_ms.map(u64::from), 1..=u64::from(MAX_CPU_MS));
        check("memory_bytes", self.memory_bytes, MIN_MEMORY_BYTES..=MAX_MEMORY_BYTES);
        check("requests", self.requests.map(u64::from), 0..=u64::from(MAX_REQUESTS));
    }
}

impl From<PluginLimitsBody> for PluginLimits {
    fn from(body: PluginLimitsBody) -> Self {
        let PluginLimitsBody { calls, cpu_ms, memory_bytes, requests } = body;
        Self { calls, cpu_ms, memory_bytes, requests }
    }
}

impl From<&PluginLimits> for PluginLimitsBody {
    fn from(limits: &PluginLimits) -> Self {
        let PluginLimits { calls, cpu_ms, memory_bytes, requests } = *limits;
        Self { calls, cpu_ms, memory_bytes, requests }
    }
}

/// A component that was refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginRefusal)]
pub struct RefusalBody {
    /// Its id.
    id: String,
    /// The courier, as far as the description could be read.
    courier: Option<String>,
    /// The plugin's own version.
    version: Option<String>,
    /// The component's SHA-256 in hexadecimal.
    digest: Option<String>,
    /// The file's name in the plugins folder.
    file: Option<String>,
    /// Where it came from: `folder` or `upload`.
    source: &'static str,
    /// Why.
    reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<&RefusalRow> for RefusalBody {
    fn from(row: &RefusalRow) -> Self {
        Self {
            id: row.id.to_string(),
            courier: row.courier.as_ref().map(ToString::to_string),
            version: row.version.clone(),
            digest: row.digest.clone(),
            file: row.file.clone(),
            source: row.source.as_str(),
            reason: row.reason.clone(),
            at: row.at,
        }
    }
}

/// What a version did on this host since it was loaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginMetrics)]
pub struct MetricsBody {
    /// The courier's id.
    courier: String,
    /// The plugin's own version.
    version: String,
    /// The component's SHA-256 in hexadecimal.
    digest: String,
    /// By operation, such as `tracking.track`.
    operations: BTreeMap<&'static str, OperationBody>,
    /// How often a limit ended a call, by the limit.
    limits_hit: BTreeMap<&'static str, u64>,
    /// Results that broke the contract, and courier's answers that the plugin could not read.
    unreadable: u64,
}

/// The calls of one operation. Times are sums over all calls, in milliseconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginOperationMetrics)]
struct OperationBody {
    /// Calls.
    calls: u64,
    /// Calls by outcome: `ok`, or what went wrong.
    outcomes: BTreeMap<&'static str, u64>,
    /// The plugin's own CPU time.
    guest_ms: f64,
    /// Time in the host, without queue and courier.
    host_ms: f64,
    /// Waiting for the courier.
    courier_ms: f64,
    /// Waiting for a place.
    queued_ms: f64,
    /// Requests to the courier.
    requests: u64,
    /// Linear memory of an instance at the most, bytes.
    memory_high_water_bytes: usize,
}

impl From<&Plugin> for MetricsBody {
    fn from(plugin: &Plugin) -> Self {
        let counts = plugin.tally().counts();
        Self {
            courier: plugin.id().to_string(),
            version: plugin.version().to_owned(),
            digest: plugin.digest().to_owned(),
            operations: counts.operations.iter().map(|(name, operation)| (*name, operation.into())).collect(),
            limits_hit: counts.limits_hit,
            unreadable: counts.unreadable,
        }
    }
}

impl From<&OperationCounts> for OperationBody {
    fn from(counts: &OperationCounts) -> Self {
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        Self {
            calls: counts.calls(),
            outcomes: counts.outcomes.clone(),
            guest_ms: ms(counts.guest),
            host_ms: ms(counts.host),
            courier_ms: ms(counts.courier),
            queued_ms: ms(counts.queued),
            requests: counts.requests,
            memory_high_water_bytes: counts.memory_high_water_bytes,
        }
    }
}
