//! `crossdock plugin call`: one call by hand, over the network, with everything shown that the plugin sees.

mod account;
mod shown;

use std::io::{self, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use crossdock_cases::{CallFile, Environment as RecordedEnvironment};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;

use self::shown::{Exchange, Shown};
use super::{during, load};
use crate::app::Config;
use crate::cli::output;
use crate::conformance;
use crate::model::clock::{Clock, OsRandom, SystemClock};
use crate::model::id::CallId;
use crate::outbound::{CourierCallRecord, HostValues, MemoryTokens, Outbound, OutboundConfig, SessionSpec};
use crate::plugin::{OPERATIONS, Plugin, Wire};
use crate::service::connection::BOOK_DEADLINE;

/// Requests that are told: more than a call may make, with the host's own for tokens.
const MAX_RECORDS: usize = 200;

/// What to call, with which account.
#[derive(clap::Args)]
pub struct CallArgs {
    /// The file of a component
    file: PathBuf,
    /// The operation, such as tracking.track or shipments.find-by-reference
    operation: String,
    /// Its arguments by name, as JSON: {"numbers": ["A1"]}
    #[arg(default_value = "{}")]
    args: String,
    /// Send an endpoint's requests to another base URL; one on loopback may be plain http
    #[arg(long = "base-url", value_name = "NAME=URL")]
    base_urls: Vec<String>,
    /// A plain field of the account
    #[arg(long = "field", value_name = "KEY=VALUE")]
    fields: Vec<String>,
    /// A secret field of the account. Without a value it is taken from the environment, `CROSSDOCK_SECRET_<KEY>`, where
    /// no shell history and no process list shows it
    #[arg(long = "secret", value_name = "KEY[=VALUE]")]
    secrets: Vec<String>,
    /// Read further secrets from standard input, one KEY=VALUE a line
    #[arg(long)]
    secrets_from_stdin: bool,
    /// The account kind [default: the description's first]
    #[arg(long, value_name = "ID")]
    account_kind: Option<String>,
    /// Call the courier's test system
    #[arg(long)]
    test: bool,
    /// The language that the courier is asked for, such as sv-SE
    #[arg(long, default_value = "en")]
    locale: String,
    /// Keep the call as a fixture in this new folder. Look through it: a courier's answer may name people
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What a call did.
#[derive(Serialize)]
struct Called {
    /// What the plugin asked and heard; credentials are put in and cut out by the host.
    exchanges: Vec<Exchange>,
    /// Every request that left, the host's own for tokens too.
    requests: Vec<Sent>,
    /// What the plugin returned.
    result: Value,
    /// What the host would refuse in it.
    refused: Option<String>,
}

/// A request that left.
#[derive(Serialize)]
struct Sent {
    method: &'static str,
    endpoint: String,
    path: String,
    status: Option<u16>,
    outcome: &'static str,
    duration_ms: u64,
}

/// Makes the call.
///
/// # Errors
///
/// If what was given is not what the plugin takes, it gave no answer, or it returned a failure.
pub async fn run(args: CallArgs, config: &Config) -> anyhow::Result<()> {
    let plugin = load(&args.file).await?;
    let called = call(&plugin, &args, config).await?;
    output::print(args.json, &called, |out| write_called(out, &called))?;
    anyhow::ensure!(called.refused.is_none(), "the host would not take this result");
    anyhow::ensure!(called.result.get("err").is_none(), "the plugin returned a failure");
    Ok(())
}

async fn call(plugin: &Arc<Plugin>, args: &CallArgs, config: &Config) -> anyhow::Result<Called> {
    let known = OPERATIONS.into_iter().find(|known| *known == args.operation);
    let operation = known
        .with_context(|| format!("there is no operation {}; there are: {}", args.operation, OPERATIONS.join(", ")))?;
    let arguments = serde_json::from_str(&args.args).context("the arguments are not JSON")?;
    let mut file = CallFile::new(operation, arguments);
    let secrets = account::fill(&mut file, plugin.description(), args)?;
    let account = conformance::account_of(&file);
    let now = SystemClock.now();
    let call_id = CallId::new(now, &OsRandom);
    file.now = now;
    file.call_id = call_id.as_str().trim_start_matches(CallId::PREFIX).to_owned();
    file.time_left_ms = u64::try_from(BOOK_DEADLINE.as_millis()).unwrap_or(u64::MAX);
    let (records, mut sent) = mpsc::channel(MAX_RECORDS);
    let outbound = Outbound::new(
        outbound_config(config, &file),
        Arc::new(SystemClock),
        Arc::new(OsRandom),
        records,
        Arc::new(MemoryTokens::default()),
    );
    let shown = Shown::new(outbound.session(SessionSpec {
        merchant: None,
        courier: plugin.id().clone(),
        plugin_version: plugin.version().to_owned(),
        credential: None,
        description: Arc::clone(plugin.description()),
        account,
        secrets: Arc::new(secrets),
        host_values: HostValues::default(),
        operation,
        call_id: call_id.to_string(),
        is_manual: true,
        deadline: Instant::now() + BOOK_DEADLINE,
    }));
    file.endpoint_urls = shown.endpoint_urls();
    let call = conformance::call_of(&file, Arc::clone(&shown) as Arc<dyn Wire>);
    let invoked = during(operation, plugin.invoke(call, operation, &file.arguments())).await?;
    let exchanges = shown.exchanges();
    let case = shown::case(&file, &exchanges);
    let refused = conformance::refused_by_host(plugin, &case, &invoked.args).await;
    if let Some(folder) = &args.save {
        shown::save(folder, &file, &exchanges, &invoked.outcome)?;
    }
    let requests = std::iter::from_fn(|| sent.try_recv().ok()).map(Sent::from).collect();
    Ok(Called { exchanges, requests, result: invoked.outcome, refused })
}

/// The operator's rules, and loopback where the person names it: who calls by hand knows what listens there.
fn outbound_config(config: &Config, file: &CallFile) -> OutboundConfig {
    let mut allow_private_networks = config.allow_private_networks.clone();
    for url in file.endpoint_urls.values().filter_map(|url| url.parse::<url::Url>().ok()) {
        let ip = match url.host() {
            Some(url::Host::Ipv4(ip)) => IpAddr::from(ip),
            Some(url::Host::Ipv6(ip)) => IpAddr::from(ip),
            _ => continue,
        };
        if ip.is_loopback() {
            allow_private_networks.push(ip.into());
        }
    }
    OutboundConfig { allow_private_networks, ..OutboundConfig::default() }
}

impl From<CourierCallRecord> for Sent {
    fn from(record: CourierCallRecord) -> Self {
        let CourierCallRecord { method, endpoint, path, status, outcome, duration_ms, .. } = record;
        Self { method, endpoint, path, status, outcome, duration_ms }
    }
}

fn write_called(out: &mut dyn Write, called: &Called) -> io::Result<()> {
    for (place, exchange) in called.exchanges.iter().enumerate() {
        writeln!(out, "request {}: {:#}", place + 1, exchange.request)?;
        match (&exchange.response, &exchange.failure) {
            (Some(response), _) => writeln!(out, "answer {}: {:#}", place + 1, response)?,
            (None, failure) => writeln!(out, "no answer {}: {:#}", place + 1, failure.clone().unwrap_or_default())?,
        }
    }
    for Sent { method, endpoint, path, status, outcome, duration_ms } in &called.requests {
        let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        writeln!(out, "sent to {endpoint}: {method} {path}: {status} ({outcome}, {duration_ms} ms)")?;
    }
    writeln!(out, "result: {:#}", called.result)?;
    match &called.refused {
        Some(reason) => writeln!(out, "the host would refuse this result: {reason}"),
        None => Ok(()),
    }
}

/// Says which system a flag means.
fn environment(is_test: bool) -> RecordedEnvironment {
    if is_test { RecordedEnvironment::Test } else { RecordedEnvironment::Production }
}
