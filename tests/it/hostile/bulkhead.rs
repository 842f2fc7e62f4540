//! One plugin fills all of its places with calls that compute for ever, or take all the memory they may: other plugins' calls
//! go on. How fast is measured by the benchmark `hostile`.

use crossdock_tests::bench::process::memory;
use crossdock_tests::wait::{SOON, until};

use super::number;
use super::stage::Stage;

/// More than one plugin has places.
const CALLS: usize = 80;

/// Calls of the other plugin meanwhile.
const OTHERS: usize = 40;

/// What may stay of an attack: pages that the pool keeps for the next calls (64 slots of 336 KiB), and the allocators' own.
const MOST_KEPT_MB: f64 = 48.0;

/// Keeps all of the hostile plugin's places busy with one behaviour while the other plugin is asked; returns the attackers' answers.
async fn flood(stage: &Stage, behaviour: &str) -> Vec<crossdock_tests::Reply> {
    let attack = futures::future::join_all((0..CALLS).map(|_| {
        let number = number(behaviour);
        async move { stage.track("hostile", &number).await }
    }));
    let ordinary = async {
        for _ in 0..OTHERS {
            stage.track("everything", "NUMBER1").await.expect(200);
        }
    };
    let (replies, ()) = futures::future::join(attack, ordinary).await;
    replies
}

#[tokio::test]
async fn a_plugin_that_fills_its_places_takes_nobody_elses() {
    let stage = Stage::open().await;
    let replies = flood(&stage, "endless_loop").await;
    for reply in replies {
        let problem = reply.problem();
        let said = (problem.status, problem.code.as_str(), problem.retryable);
        assert!(
            matches!(said, (502, "plugin_failed", false) | (503, "plugin_busy", true) | (504, "plugin_timeout", true)),
            "{said:?}"
        );
    }
    stage.expect_unharmed("all places were taken").await;
}

#[tokio::test]
async fn memory_that_a_plugin_took_comes_back() {
    let stage = Stage::open().await;
    let process = stage.host.process_id().unwrap();
    // Once before: the pool keeps some pages from then on.
    flood(&stage, "memory_held").await;
    stage.expect_unharmed("the first flood").await;
    let before = memory(process).anonymous_mb;
    for behaviour in ["memory_held", "memory_growth", "giant_answer"] {
        flood(&stage, behaviour).await;
        stage.expect_unharmed(behaviour).await;
    }
    let peak = memory(process).peak_mb;
    let is_back = async || (memory(process).anonymous_mb < before + MOST_KEPT_MB).then_some(());
    until("the memory comes back", SOON, is_back).await;
    assert!(peak > before + MOST_KEPT_MB, "{before} MB before and {peak} MB at the most: nothing was tried");
}
