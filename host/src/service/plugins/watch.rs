//! The first calls after a replacement: a version that does significantly worse than the one before goes back by itself.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::model::courier::CourierId;
use crate::plugin::Plugin;
use crate::plugin::tally::Counts;

use super::change::go_back;
use super::loader::State;
use crate::service::error::Result;

/// Calls after which a version has shown what it does.
const WATCHED_CALLS: u64 = 200;

/// Time after which it has, even if it is hardly asked.
const WATCHED_FOR: SignedDuration = SignedDuration::from_mins(30);

/// Calls without which nothing is said of a version.
const FEWEST_CALLS: u64 = 10;

/// Share of faults that is expected of a version of which too little is known: couriers do answer oddly now and then.
const USUAL_FAULTS: f64 = 0.05;

/// How much worse, as a share of calls, is worth going back for.
const WORSE_BY: f64 = 0.1;

/// Standard deviations beyond chance: one replacement in a thousand would go back without a reason.
const SIGNIFICANT: f64 = 3.1;

/// A version that took over a moment ago.
pub(super) struct Watched {
    before: String,
    before_did: (u64, u64),
    plugin: Arc<Plugin>,
    did: (u64, u64),
    until: Timestamp,
}

#[derive(Debug, PartialEq)]
enum Verdict {
    TooEarly,
    Fine,
    Worse(String),
}

impl Watched {
    /// Starts to watch a version that has just taken over from another.
    pub(super) fn new(app: &App, before: &Plugin, plugin: Arc<Plugin>) -> Self {
        Self {
            before: before.digest().to_owned(),
            before_did: before.tally().counts().calls_and_faults(),
            did: plugin.tally().counts().calls_and_faults(),
            plugin,
            until: app.clock.now().saturating_add(WATCHED_FOR).unwrap_or(Timestamp::MAX),
        }
    }

    fn verdict(&self, counts: &Counts, now: Timestamp) -> Verdict {
        let (calls, faults) = counts.calls_and_faults();
        // A version that served before and came back has a past.
        let did = (calls.saturating_sub(self.did.0), faults.saturating_sub(self.did.1));
        match judge(self.before_did, did) {
            Verdict::TooEarly if now >= self.until => Verdict::Fine,
            verdict => verdict,
        }
    }
}

/// Looks at all versions that took over lately.
///
/// # Errors
///
/// `Store` if going back cannot be written down; the next look tries again.
pub(super) async fn look(app: &App, state: &mut State) -> Result<()> {
    let now = app.clock.now();
    let mut worse: Vec<(CourierId, String, String)> = Vec::new();
    state.watched.retain(|courier, watched| match watched.verdict(&watched.plugin.tally().counts(), now) {
        Verdict::TooEarly => true,
        Verdict::Fine => {
            tracing::info!(%courier, plugin.version = watched.plugin.version(), "plugin does as well as the version before");
            false
        }
        Verdict::Worse(words) => {
            worse.push((courier.clone(), watched.before.clone(), words));
            true
        }
    });
    for (courier, before, words) in worse {
        go_back(app, state, &courier, &before, &words).await?;
        state.watched.remove(&courier);
    }
    Ok(())
}

/// Compares calls and faults of two versions: whether the difference is more than chance.
fn judge((calls_before, faults_before): (u64, u64), (calls, faults): (u64, u64)) -> Verdict {
    if calls < FEWEST_CALLS {
        return Verdict::TooEarly;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are far below 2^52")]
    let share = |part: u64, whole: u64| part as f64 / whole as f64;
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are far below 2^52")]
    let number = |count: u64| count as f64;
    let now = share(faults, calls);
    let (usual, variance) = if calls_before < FEWEST_CALLS {
        (USUAL_FAULTS, USUAL_FAULTS * (1.0 - USUAL_FAULTS) / number(calls))
    } else {
        let all = share(faults + faults_before, calls + calls_before);
        (share(faults_before, calls_before), all * (1.0 - all) * (1.0 / number(calls) + 1.0 / number(calls_before)))
    };
    let is_significant = now - usual >= WORSE_BY && (variance <= 0.0 || (now - usual) / variance.sqrt() >= SIGNIFICANT);
    if is_significant {
        let words = format!(
            "{faults} of its first {calls} calls failed, where {:.1} % were to be expected from the version before",
            usual * 100.0
        );
        return Verdict::Worse(words);
    }
    if calls >= WATCHED_CALLS { Verdict::Fine } else { Verdict::TooEarly }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_more_than_chance_goes_back() {
        let is_worse = |before, now| matches!(judge(before, now), Verdict::Worse(_));
        assert_eq!(judge((1_000, 10), (9, 9)), Verdict::TooEarly, "nine calls say nothing");
        assert!(is_worse((1_000, 10), (10, 10)));
        assert!(is_worse((1_000, 10), (50, 10)));
        assert!(!is_worse((1_000, 10), (50, 3)), "three more failures may be chance");
        assert!(!is_worse((100, 50), (100, 55)), "a courier that is down is not the new version's fault");
        assert!(is_worse((0, 0), (10, 6)), "a version before that nobody asked is taken for a usual one");
        assert!(!is_worse((0, 0), (10, 1)));
        assert_eq!(judge((1_000, 10), (200, 3)), Verdict::Fine);
    }
}
