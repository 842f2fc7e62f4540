//! Each behaviour through the engine as it serves: pooled, with the limits that hosts have.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossdock::plugin::{CallError, Engine, EngineConfig, LimitOverrides, Limits, Plugin};

use super::{BEHAVIOURS, End, ORDINARY, Tracked, number};
use crate::lab::{self, Scripted, call};

/// CPU time of a call: the usual one would make a busy machine's test fail for ordinary calls.
const CPU_BUDGET: Duration = Duration::from_millis(300);

/// The guest that misbehaves, and one that does not.
struct Pair {
    hostile: Arc<Plugin>,
    patient: Arc<Plugin>,
    other: Arc<Plugin>,
}

impl Pair {
    async fn load() -> Self {
        let limits = Limits { cpu_budget: CPU_BUDGET, ..Limits::default() };
        let engine = Engine::start(EngineConfig { limits, ..EngineConfig::default() }).unwrap();
        let hostile = lab::guest_in(&engine, "hostile").await;
        let patient = hostile.limited(&LimitOverrides { cpu: Some(Duration::from_secs(30)), ..Default::default() });
        Self { hostile, patient, other: lab::guest_in(&engine, "everything").await }
    }

    async fn misbehave(&self, behaviour: &str, end: End, wire: Arc<Scripted>) -> Tracked {
        let plugin = if end.is_answer() { &self.patient } else { &self.hostile };
        plugin.track(call(wire), &[number(behaviour)]).await
    }

    /// The next call of the same plugin, and another plugin's.
    async fn expect_unharmed(&self, after: &str) {
        let next = self.hostile.track(call(Scripted::path()), &[ORDINARY.to_owned()]).await;
        let next = next.unwrap_or_else(|error| panic!("the call after {after}: {error}")).remove(0);
        assert_eq!(next.unwrap().courier_text.as_deref(), Some("/parcels/ORDINARY1"), "after {after}");
        let other = self.other.track(call(Scripted::path()), &["NUMBER-1".to_owned()]).await;
        let other = other.unwrap_or_else(|error| panic!("another plugin's call after {after}: {error}")).remove(0);
        assert_eq!(other.unwrap().number, "NUMBER-1", "after {after}");
    }
}

#[tokio::test]
async fn each_behaviour_ends_its_own_call_alone() {
    let pair = Pair::load().await;
    for (behaviour, end) in BEHAVIOURS {
        let wire = Scripted::path();
        let tracked = pair.misbehave(behaviour, *end, Arc::clone(&wire)).await;
        end.expect(behaviour, &tracked);
        let requests = wire.requests.lock().unwrap().len();
        assert!(requests <= 64, "{behaviour} made {requests} requests");
        if let Err(error) = tracked {
            assert!(error.to_string().starts_with("plugin hostile 0.1.0 "), "it says whose fault it is: {error}");
            assert!(!error.is_retryable() && error.was_started(), "{error}");
        }
        pair.expect_unharmed(behaviour).await;
    }
}

#[tokio::test]
async fn a_giant_failure_is_cut_to_what_the_contract_allows() {
    let pair = Pair::load().await;
    let tracked = pair.misbehave("giant_failure", End::Failure, Scripted::path()).await;
    let failure = tracked.unwrap().remove(0).unwrap_err();
    assert_eq!((failure.code.len(), failure.message.len(), failure.problems.len()), (128, 4 << 10, 100));
}

#[tokio::test]
async fn control_characters_become_blanks() {
    let pair = Pair::load().await;
    let tracked = pair.misbehave("control_characters", End::Answer, Scripted::path()).await;
    let text = tracked.unwrap().remove(0).unwrap().courier_text.unwrap();
    assert!(text.contains("[2Jgone") && !text.contains(char::is_control), "{text:?}");
}

#[tokio::test]
async fn a_flood_of_lines_is_a_hundred_lines_and_a_warning() {
    for (behaviour, lines) in [("million_log_lines", 100), ("giant_log_line", 1)] {
        let logged = Logged::default();
        let writer = logged.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let pair = Pair::load().await;
        pair.misbehave(behaviour, End::Answer, Scripted::path()).await.unwrap();
        let text = logged.text();
        let own: Vec<&str> = text.lines().filter(|line| line.contains("plugin says")).collect();
        assert_eq!(own.len(), lines, "{behaviour}");
        assert!(own.iter().all(|line| line.len() < 5 << 10 && !line.contains('\u{1b}')), "{behaviour}");
        let warnings = text.lines().filter(|line| line.contains("plugin wrote too many log lines")).count();
        assert_eq!(warnings, usize::from(lines == 100), "{behaviour}");
    }
}

#[tokio::test]
async fn a_deadline_ends_what_the_cpu_budget_does_not() {
    let pair = Pair::load().await;
    let mut short = call(Scripted::path());
    short.deadline = Duration::from_millis(30);
    let late = pair.patient.track(short, &[number("endless_clock")]).await.unwrap_err();
    assert!(matches!(late, CallError::DeadlineExceeded { deadline_ms: 30, .. }) && late.is_retryable(), "{late}");
    pair.expect_unharmed("a deadline").await;
}

/// Collects log lines.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
