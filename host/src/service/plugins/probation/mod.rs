//! Probation by replay: before a version is put in charge, it and the version in charge are run on the same recorded calls.
//!
//! Both see the same recorded answers, whatever they ask; what differs is what they say and what they ask the courier.

mod diff;
mod run;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::converge::{load_to_compare, overrides};
use crate::app::App;
use crate::model::replay::{ReplayDifference, ReplayRemark, ReplayReport};
use crate::plugin::{CallError, Plugin};
use crate::service::error::Result;
use crate::service::recordings::{self, Opened};
use crate::store::plugin_versions::{self, ReplayVerdict, VersionRow};
use crate::store::plugins::{PluginRow, ReplayPolicy};
use run::{CALL_DEADLINE, Ran, run};

/// Recorded calls that one replay takes: ten operations' worth.
const MAX_REPLAYED: usize = 200;

/// Longest time of a replay: a person waits for an upload, and other plugins wait for their turn.
const MAX_TIME: Duration = Duration::from_secs(10);

/// Differences that are told, and remarks: the rest says nothing new.
const MAX_TOLD: usize = 20;

/// What came of a probation.
#[derive(Debug, Clone)]
pub(super) struct Probation {
    /// The version that was in charge meanwhile.
    pub against: Option<String>,
    /// What is to be done.
    pub verdict: Option<ReplayVerdict>,
    /// What was found.
    pub report: Option<ReplayReport>,
}

impl Probation {
    fn none(against: Option<String>) -> Self {
        Self { against, verdict: None, report: None }
    }

    /// Says why the version does not serve by itself.
    pub(super) fn reason(&self) -> Option<String> {
        let report = self.report.as_ref()?;
        match self.verdict? {
            ReplayVerdict::Asked => {
                Some(format!("{}; look at its replay and accept it, or leave it", report.summary()))
            }
            ReplayVerdict::Refused => Some(format!("{}, and the policy is to refuse", report.summary())),
            ReplayVerdict::Passed | ReplayVerdict::Warned | ReplayVerdict::Accepted => None,
        }
    }
}

/// Tries a version that is about to be put in charge. One that was in charge before, or was accepted, is not tried again.
pub(super) async fn try_out(app: &App, plugin: &Arc<Plugin>, row: Option<&PluginRow>) -> Result<Probation> {
    let Some(row) = row else { return Ok(Probation::none(None)) };
    let against = row.digest.clone();
    let mut tx = app.db.begin_maintenance_read().await?;
    let known = plugin_versions::get(&mut tx, plugin.id(), plugin.digest()).await?;
    drop(tx);
    // A file that was taken away before the next one came leaves the version that it was.
    let compared = against.clone().or_else(|| row.previous_digest.clone());
    if let Some(known) = known.filter(|known| compared.as_deref() == Some(&known.digest) || is_settled(known)) {
        return Ok(Probation { against, verdict: known.verdict, report: known.replay.map(|report| report.0) });
    }
    let Some(before) = load_to_compare(app, row, compared).await? else { return Ok(Probation::none(against)) };
    let recorded = recordings::read(app, plugin.id()).await?;
    if recorded.is_empty() {
        return Ok(Probation::none(against));
    }
    let limits = overrides(&row.limits.0);
    let report = replay(&before.limited(&limits).on_trial(), &plugin.limited(&limits).on_trial(), recorded).await;
    let policy = row.replay_policy.unwrap_or(app.config.replay_policy);
    let verdict = match (report.different, policy) {
        (0, _) => ReplayVerdict::Passed,
        (_, ReplayPolicy::Refuse) => ReplayVerdict::Refused,
        (_, ReplayPolicy::Warn) => ReplayVerdict::Warned,
        (_, ReplayPolicy::Ask) => ReplayVerdict::Asked,
    };
    tell(plugin, &report, verdict);
    Ok(Probation { against, verdict: Some(verdict), report: Some(report) })
}

/// Whether it served before, or an operator took it.
fn is_settled(version: &VersionRow) -> bool {
    version.state == plugin_versions::VersionState::Installed || version.verdict == Some(ReplayVerdict::Accepted)
}

fn tell(plugin: &Plugin, report: &ReplayReport, verdict: ReplayVerdict) {
    let (summary, verdict, took_ms) = (report.summary(), verdict.as_str(), report.took_ms);
    if report.different == 0 {
        tracing::info!(courier = %plugin.id(), plugin.version = plugin.version(), summary, verdict, took_ms, "plugin replayed");
        return;
    }
    tracing::warn!(
        courier = %plugin.id(), plugin.version = plugin.version(), summary, verdict, took_ms,
        "plugin does otherwise on recorded calls"
    );
    for difference in &report.differences {
        let ReplayDifference { operation, kind, detail, .. } = difference;
        tracing::warn!(courier = %plugin.id(), plugin.version = plugin.version(), operation, kind, detail, "replay differs");
    }
}

/// Runs both versions on recorded calls.
async fn replay(before: &Arc<Plugin>, plugin: &Arc<Plugin>, recorded: Vec<Opened>) -> ReplayReport {
    let started = Instant::now();
    let until = started + MAX_TIME;
    let mut report = ReplayReport::against(before.version(), before.digest());
    for (place, opened) in recorded.into_iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        // Never less time than a call may take: what ends for want of it would be blamed on the plugin.
        if place >= MAX_REPLAYED || left < CALL_DEADLINE * 2 {
            report.left_out += 1;
            continue;
        }
        let one = run(before, &opened.call).await;
        let other = run(plugin, &opened.call).await;
        report.add(&opened, &one, &other);
    }
    report.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    report
}

impl ReplayReport {
    fn against(version: &str, digest: &str) -> Self {
        Self {
            against_version: version.to_owned(),
            against_digest: digest.to_owned(),
            replayed: 0,
            same: 0,
            different: 0,
            not_reproduced: 0,
            left_out: 0,
            took_ms: 0,
            differences: Vec::new(),
            remarks: Vec::new(),
        }
    }

    fn add(&mut self, opened: &Opened, before: &Ran, after: &Ran) {
        let is_busy = |ran: &Ran| matches!(ran.said, Err(CallError::Busy { .. }));
        if is_busy(before) || is_busy(after) {
            self.left_out += 1;
            return;
        }
        self.replayed += 1;
        let operation = opened.call.question.operation();
        let doubt = before.differs_from_recorded(&opened.call);
        // A plugin that breaks where the other one answers is at fault, however well the recording fits.
        let found = match (&before.said, &after.said) {
            (Ok(_), Err(error)) => Some(diff::fault(error)),
            _ if doubt.is_some() => None,
            _ => diff::between(before, after),
        };
        match (found, doubt) {
            (Some(found), _) => {
                self.different += 1;
                if self.differences.len() < MAX_TOLD {
                    self.differences.push(found.of(operation, opened.recorded_at));
                }
            }
            (None, Some(detail)) => self.doubt(operation, opened.recorded_at, detail),
            (None, None) => self.same += 1,
        }
    }

    fn doubt(&mut self, operation: &str, recorded_at: Timestamp, detail: String) {
        self.not_reproduced += 1;
        if self.remarks.len() < MAX_TOLD {
            self.remarks.push(ReplayRemark { operation: operation.to_owned(), recorded_at, detail });
        }
    }
}

#[cfg(test)]
mod tests;
