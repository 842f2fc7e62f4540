//! Load on a server of this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::percentile;

/// How a request may take before it counts as lost: longer than the host's own deadline.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Who is asked what.
#[derive(Debug, Clone)]
pub struct Target {
    /// `http://127.0.0.1:<port>`.
    pub base_url: String,
    /// The API key, where one is asked for.
    pub key: Option<String>,
    /// Paths with their queries; asked for in turn.
    pub paths: Vec<String>,
}

/// When load ends.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// After this time.
    Elapsed(Duration),
    /// After so many requests.
    Count(usize),
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// Answers with status 200 in a second.
    pub per_second: f64,
    /// Half of the answers took at most this.
    pub p50: Duration,
    /// All but a hundredth did.
    pub p99: Duration,
    /// Answers with status 200.
    pub answers: usize,
    /// Everything else, with the first one's words.
    pub refused: (usize, Option<String>),
}

/// Keeps `in_flight` requests under way until the end.
///
/// # Panics
///
/// When no client can be made, or nothing was answered.
pub async fn run(target: &Target, in_flight: usize, until: Until) -> Outcome {
    let http = reqwest::Client::builder()
        .no_proxy()
        .timeout(TIMEOUT)
        .pool_max_idle_per_host(in_flight)
        .build()
        .expect("a client");
    let turn = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let workers = (0..in_flight).map(|_| {
        let (target, http, turn) = (target.clone(), http.clone(), Arc::clone(&turn));
        tokio::spawn(async move { work(&target, &http, &turn, started, until).await })
    });
    let mut times = Vec::new();
    let mut refused = (0, None);
    for worker in workers.collect::<Vec<_>>() {
        let (own, (count, words)) = worker.await.expect("a worker ends");
        times.extend(own);
        refused.0 += count;
        refused.1 = refused.1.or(words);
    }
    let elapsed = started.elapsed();
    assert!(!times.is_empty(), "nothing was answered: {:?}", refused.1);
    Outcome {
        per_second: f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX)) / elapsed.as_secs_f64(),
        answers: times.len(),
        p50: percentile(&mut times, 0.5),
        p99: percentile(&mut times, 0.99),
        refused,
    }
}

async fn work(
    target: &Target,
    http: &reqwest::Client,
    turn: &AtomicUsize,
    started: Instant,
    until: Until,
) -> (Vec<Duration>, (usize, Option<String>)) {
    let mut times = Vec::new();
    let mut refused = (0, None);
    loop {
        let number = turn.fetch_add(1, Ordering::Relaxed);
        let is_over = match until {
            Until::Elapsed(time) => started.elapsed() >= time,
            Until::Count(count) => number >= count,
        };
        if is_over {
            return (times, refused);
        }
        let url = format!("{}{}", target.base_url, target.paths[number % target.paths.len()]);
        let mut request = http.get(url);
        if let Some(key) = &target.key {
            request = request.bearer_auth(key);
        }
        let asked = Instant::now();
        match answer(request).await {
            Ok(()) => times.push(asked.elapsed()),
            Err(words) => {
                refused.0 += 1;
                refused.1.get_or_insert(words);
            }
        }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(), String> {
    let response = request.send().await.map_err(|error| format!("{error:?}"))?;
    let status = response.status();
    let body = response.text().await.map_err(|error| format!("{error:?}"))?;
    if status.as_u16() == 200 { Ok(()) } else { Err(format!("{status}: {body}")) }
}
