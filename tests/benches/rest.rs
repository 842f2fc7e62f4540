//! Tracking over REST through the host, beside a bare axum handler that asks the same sandbox and writes the same rows.
//!
//! Host, bare handlers, sandbox and load share this machine's cores: the figures compare, they are no capacity.

use std::path::Path;
use std::time::Duration;

use crossdock::app::runtime;
use crossdock_tests::bench::load::{Outcome, Target, Until, run};
use crossdock_tests::bench::process::Server;
use crossdock_tests::bench::setup::Stage;
use crossdock_tests::bench::{Figure, bare, is_selected, millis};

/// The argument with which this program is the bare handler.
const AS_BARE: &str = "--bare-handler=";
/// One round of load; three rounds a figure.
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_secs(1);
const IN_FLIGHT: [usize; 3] = [1, 8, 32];
/// What the host should reach of the bare handler's throughput at the same durability.
const REACH_PERCENT: f64 = 70.0;
const DURABILITY: &str = "SQLite, WAL, synchronous=FULL: one transaction of tracking and events a request";

fn main() -> anyhow::Result<()> {
    // The bare handler has the host's threads, too.
    runtime()?.block_on(start())
}

async fn start() -> anyhow::Result<()> {
    if let Some(setup) = std::env::args().find_map(|argument| Some(argument.strip_prefix(AS_BARE)?.to_owned())) {
        return bare::serve(serde_json::from_str(&setup)?).await;
    }
    if is_selected("rest") {
        compare().await?;
    }
    Ok(())
}

async fn compare() -> anyhow::Result<()> {
    let mut stage = Stage::set(&[]).await;
    // Ended in order, so that the database is one file without a log beside it.
    stage.host.stop().await;
    let folder = tempfile::tempdir()?;
    let with_rows = bare(&stage, folder.path(), true).await?;
    let without_rows = bare(&stage, folder.path(), false).await?;
    stage.host.restart().await;
    let targets = [stage.target(), bare_target(&stage, &with_rows), bare_target(&stage, &without_rows)];
    for in_flight in IN_FLIGHT {
        let [host, with_rows, without_rows] = measure(&targets, in_flight).await;
        report(in_flight, &host, &with_rows, &without_rows);
    }
    Ok(())
}

/// A bare handler on a copy of the host's database.
async fn bare(stage: &Stage, folder: &Path, log_rows: bool) -> anyhow::Result<Server> {
    let database = folder.join(format!("bare-{log_rows}.db"));
    std::fs::copy(stage.host.data_dir().join("crossdock.db"), &database)?;
    let field = |name: &str| stage.fields[name].as_str().unwrap_or_default().to_owned();
    let setup = bare::Setup {
        database: database.display().to_string(),
        merchant: stage.client.merchant_id().parse()?,
        credential: stage.credential.parse()?,
        sandbox: stage.sandbox.base_url.clone(),
        client: (field("client_id"), field("client_secret")),
        log_rows,
    };
    Ok(Server::again([format!("{AS_BARE}{}", serde_json::to_string(&setup)?)]).await)
}

fn bare_target(stage: &Stage, server: &Server) -> Target {
    let path = |number: &String| format!("/tracking/{number}");
    Target { base_url: server.base_url.clone(), key: None, paths: stage.numbers.iter().map(path).collect() }
}

/// Each target in turn, several times over, so that a busy moment of the machine meets all of them; the median round counts.
async fn measure(targets: &[Target; 3], in_flight: usize) -> [Outcome; 3] {
    let mut rounds: [Vec<Outcome>; 3] = Default::default();
    for target in targets {
        run(target, in_flight, Until::Elapsed(WARM_UP)).await;
    }
    for _ in 0..ROUNDS {
        for (target, rounds) in targets.iter().zip(&mut rounds) {
            let outcome = run(target, in_flight, Until::Elapsed(ROUND)).await;
            assert_eq!(outcome.refused.0, 0, "{}: {:?}", target.base_url, outcome.refused.1);
            rounds.push(outcome);
        }
    }
    rounds.map(|mut rounds| {
        rounds.sort_unstable_by(|one, other| one.per_second.total_cmp(&other.per_second));
        rounds.swap_remove(ROUNDS / 2)
    })
}

fn report(in_flight: usize, host: &Outcome, with_rows: &Outcome, without_rows: &Outcome) {
    let group = format!("Tracking over REST, {in_flight} in flight");
    let note = |outcome: &Outcome, words: &str| {
        format!("p50 {:.2} ms, p99 {:.2} ms; {words}", millis(outcome.p50), millis(outcome.p99))
    };
    let all = [
        ("host", host, "fresh sandbox a call, with log rows"),
        ("bare handler with log rows", with_rows, "native parser, rows in batches as the host's"),
        ("bare handler without log rows", without_rows, "native parser"),
    ];
    for (figure, outcome, words) in all {
        Figure::new(&group, figure, outcome.per_second, "/s").note(note(outcome, words)).print();
    }
    let share = |bare: &Outcome| host.per_second / bare.per_second * 100.0;
    Figure::new(&group, "host over bare, both with log rows", share(with_rows), "%")
        .at_least(REACH_PERCENT)
        .note(DURABILITY)
        .print();
    Figure::new(&group, "host over bare without log rows", share(without_rows), "%").print();
}
