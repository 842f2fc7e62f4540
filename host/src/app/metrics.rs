//! Every metric of the process, in one struct that parts are given. Names follow OpenTelemetry where it has one, and
//! Prometheus's rules (base units, `_total`) where the metric is our own. A merchant is never a label.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Bucket bounds in seconds that OpenTelemetry recommends for `http.server.request.duration`.
const BOUNDS_S: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Bucket bounds in seconds for what may wait for hours: jobs.
const WAIT_BOUNDS_S: [f64; 11] = [0.01, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0, 43200.0];

/// Labels of a request to this host.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    http_request_method: String,
    http_route: String,
    http_response_status_code: u16,
}

/// Labels of a request to a courier.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CourierLabels {
    plugin: String,
    operation: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PluginLabel {
    plugin: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    kind: &'static str,
    outcome: &'static str,
}

/// What the process counts and measures.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Histogram>,
    courier_requests: Family<CourierLabels, Histogram>,
    courier_rate_limited: Family<PluginLabel, Counter>,
    credential_refreshes: Family<OutcomeLabel, Counter>,
    jobs: Family<StateLabel, Gauge>,
    job_waits: Histogram,
    job_runs: Family<JobLabels, Histogram>,
    call_records_dropped: Counter,
    recorded_calls: Family<OutcomeLabel, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Makes the metrics, all at zero.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::new_with_constructor(|| Histogram::new(BOUNDS_S)),
            courier_requests: Family::new_with_constructor(|| Histogram::new(BOUNDS_S)),
            courier_rate_limited: Family::default(),
            credential_refreshes: Family::default(),
            jobs: Family::default(),
            job_waits: Histogram::new(WAIT_BOUNDS_S),
            job_runs: Family::new_with_constructor(|| Histogram::new(BOUNDS_S)),
            call_records_dropped: Counter::default(),
            recorded_calls: Family::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        self.registry.register_with_unit(
            "http_server_request_duration",
            "Duration of requests to this host",
            Unit::Seconds,
            self.requests.clone(),
        );
        let own = self.registry.sub_registry_with_prefix("crossdock");
        let help = "Duration of requests to couriers";
        own.register_with_unit("courier_request", help, Unit::Seconds, self.courier_requests.clone());
        let help = "Requests that waited for or were refused by a courier's rate limit";
        own.register("courier_rate_limited", help, self.courier_rate_limited.clone());
        let help = "Access tokens fetched or renewed";
        own.register("credential_refresh", help, self.credential_refreshes.clone());
        own.register("jobs", "Jobs by state", self.jobs.clone());
        let help = "Time from when a job was due to its start";
        own.register_with_unit("job_wait", help, Unit::Seconds, self.job_waits.clone());
        own.register_with_unit("job_run", "Duration of job runs", Unit::Seconds, self.job_runs.clone());
        let help = "Log rows of courier calls lost because their queue was full";
        own.register("courier_call_records_dropped", help, self.call_records_dropped.clone());
        let help = "Plugin calls that were recorded for replay, by what came of it";
        own.register("recorded_calls", help, self.recorded_calls.clone());
    }

    /// Counts an answered request. `route` is the template, never the path.
    pub fn request(&self, method: &str, route: &str, status: u16, duration: Duration) {
        let labels = RequestLabels {
            http_request_method: method.to_owned(),
            http_route: route.to_owned(),
            http_response_status_code: status,
        };
        self.requests.get_or_create(&labels).observe(duration.as_secs_f64());
    }

    /// Counts a request to a courier.
    pub fn courier_request(&self, plugin: &str, operation: &'static str, outcome: &'static str, duration: Duration) {
        let labels = CourierLabels { plugin: plugin.to_owned(), operation, outcome };
        self.courier_requests.get_or_create(&labels).observe(duration.as_secs_f64());
    }

    /// Counts a request that met a courier's limit.
    pub fn courier_rate_limited(&self, plugin: &str) {
        self.courier_rate_limited.get_or_create(&PluginLabel { plugin: plugin.to_owned() }).inc();
    }

    /// Counts a token that was fetched (`ok`) or not (`rejected`, `failed`).
    pub fn credential_refresh(&self, outcome: &'static str) {
        self.credential_refreshes.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Sets how many jobs are in a state.
    pub fn jobs(&self, state: &'static str, count: i64) {
        self.jobs.get_or_create(&StateLabel { state }).set(count);
    }

    /// Counts a job that started so long after it was due.
    pub fn job_wait(&self, wait: Duration) {
        self.job_waits.observe(wait.as_secs_f64());
    }

    /// Counts a job that ran.
    pub fn job_run(&self, kind: &'static str, outcome: &'static str, duration: Duration) {
        self.job_runs.get_or_create(&JobLabels { kind, outcome }).observe(duration.as_secs_f64());
    }

    /// Counts lost log rows of courier calls.
    pub fn call_records_dropped(&self, count: u64) {
        self.call_records_dropped.inc_by(count);
    }

    /// Counts a recording that was kept (`kept`) or not (`dropped`, `too_large`, `not_redacted`, `failed`).
    pub fn recorded_call(&self, outcome: &'static str) {
        self.recorded_calls.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Writes everything in OpenMetrics text.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string does not fail");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_conventions() {
        let metrics = Metrics::new();
        metrics.request("GET", "/v1/shipments/{id}", 200, Duration::from_millis(7));
        metrics.courier_request("acme", "track", "ok", Duration::from_millis(30));
        metrics.courier_rate_limited("acme");
        metrics.credential_refresh("ok");
        metrics.jobs("available", 3);
        metrics.job_wait(Duration::from_secs(1));
        metrics.job_run("settle", "completed", Duration::from_secs(1));
        metrics.call_records_dropped(2);
        metrics.recorded_call("kept");
        let text = metrics.to_text();
        for line in [
            "http_server_request_duration_seconds_bucket{le=\"0.01\",http_request_method=\"GET\",\
             http_route=\"/v1/shipments/{id}\",http_response_status_code=\"200\"} 1",
            "crossdock_courier_request_seconds_count{plugin=\"acme\",operation=\"track\",outcome=\"ok\"} 1",
            "crossdock_courier_rate_limited_total{plugin=\"acme\"} 1",
            "crossdock_credential_refresh_total{outcome=\"ok\"} 1",
            "crossdock_jobs{state=\"available\"} 3",
            "crossdock_job_wait_seconds_count 1",
            "crossdock_job_run_seconds_count{kind=\"settle\",outcome=\"completed\"} 1",
            "crossdock_courier_call_records_dropped_total 2",
            "crossdock_recorded_calls_total{outcome=\"kept\"} 1",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
