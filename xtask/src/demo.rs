//! `cargo xtask demo`: the whole of Crossdock on one machine, with imitated couriers.

use std::fs;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;

use crate::api::Api;
use crate::processes::{Server, free_address, output, run as run_program};
use crate::timing::human;
use crate::tools::cargo;
use crate::{bodies, journey, plugins, plugins_dir, target_dir};

/// How long a server may take to answer. With no compiled plugins yet, the host compiles them first.
const START_DEADLINE: Duration = Duration::from_secs(60);

/// What the demo's key may do: all that a merchant can.
const SCOPES: &str = "shipments:read,shipments:write,labels:buy,webhooks:manage,credentials:write";

/// The sandbox and the host, running.
pub struct Demo {
    /// Dropped first: the host stops before its couriers do.
    host: Server,
    _sandbox: Server,
    /// The host's address as a URL.
    pub url: String,
    /// The sandbox's address as a URL.
    pub sandbox_url: String,
    /// The demo merchant's key.
    pub key: String,
    /// What the sandbox accepts: per courier the fields of a credential.
    pub accounts: serde_json::Map<String, Value>,
    _folder: Folder,
}

/// Builds, starts and shows; with `once`, walks the journey and ends, else stays until Ctrl-C.
///
/// # Errors
///
/// When something cannot be built or started, or a step of the journey fails.
pub fn run(root: &Path, once: bool, listen: Option<SocketAddr>) -> anyhow::Result<()> {
    let started = Instant::now();
    build(root)?;
    let mut demo = start(root, listen)?;
    println!("\nready after {}", human(started.elapsed()));
    if once {
        return journey::walk(&demo);
    }
    connect(&demo)?;
    demo.print_what_to_try();
    demo.host.wait_for_stop()?;
    println!("\nstopping");
    Ok(())
}

/// Builds the programs with the feature set of everything else, or wasmtime would be compiled twice.
fn build(root: &Path) -> anyhow::Result<()> {
    println!("building (the first time takes minutes: the WebAssembly engine is compiled)");
    run_program(cargo(root).args(["build", "--workspace", "--bins"]))?;
    println!("building plugins");
    plugins::build(&plugins_dir(root), plugins::Wanted::Plugins)
}

fn start(root: &Path, listen: Option<SocketAddr>) -> anyhow::Result<Demo> {
    let programs = target_dir(root).join("debug");
    let folder = Folder::create(root)?;
    let data = folder.0.join("data");
    fs::create_dir_all(&data)?;

    let sandbox_address = free_address()?;
    let sandbox_url = format!("http://{sandbox_address}");
    let mut command = Command::new(programs.join("crossdock-sandbox"));
    command.args(["serve", "--listen", &sandbox_address.to_string()]);
    let sandbox_log = folder.0.join("sandbox.log");
    let mut sandbox = Server::start("the sandbox", "TERM", &mut command, &sandbox_log)?;
    let sandbox_api = Api::new(&sandbox_url, None);
    let is_up = || sandbox_api.get("/_control/bookings").is_ok_and(|answer| answer.status == 200);
    sandbox.wait_until_ready(START_DEADLINE, is_up).with_context(|| tail(&sandbox_log))?;
    let accounts = output(Command::new(programs.join("crossdock-sandbox")).arg("credentials"))?;
    let accounts: Value = serde_json::from_str(&accounts).context("the sandbox's credentials are not a JSON object")?;
    // The sandbox knows two merchants; the demo is the first.
    let accounts = accounts["first"].as_object().cloned().context("the sandbox knows no first merchant")?;

    let address = listen.map_or_else(free_address, Ok)?;
    let url = format!("http://{address}");
    let crossdock = |arguments: &[&str]| {
        let mut command = Command::new(programs.join("crossdock"));
        command.args(arguments).env("CROSSDOCK_DATA_DIR", &data).stdin(Stdio::null());
        command.env("CROSSDOCK_PLUGINS_DIR", plugins_dir(root));
        command.env("CROSSDOCK_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8");
        command.env("CROSSDOCK_METRICS_LISTEN", "127.0.0.1:0");
        command.env_remove("CROSSDOCK_DATABASE_URL");
        command
    };
    let log = folder.0.join("host.log");
    let mut serve = crossdock(&["serve", "--listen", &address.to_string()]);
    let mut host = Server::start("the host", "TERM", &mut serve, &log)?;
    let host_api = Api::new(&url, None);
    let is_up = || host_api.get("/readyz").is_ok_and(|answer| answer.status == 200);
    host.wait_until_ready(START_DEADLINE, is_up).with_context(|| tail(&log))?;

    let merchant = json_member(&mut crossdock(&["merchant", "create", "--name", "Demo", "--json"]), "id")?;
    let mut create_key = crossdock(&["key", "create", "--merchant", &merchant, "--scopes", SCOPES, "--json"]);
    let key = json_member(&mut create_key, "key")?;
    Ok(Demo { host, _sandbox: sandbox, url, sandbox_url, key, accounts, _folder: folder })
}

/// Saves a credential for each of the sandbox's couriers.
fn connect(demo: &Demo) -> anyhow::Result<()> {
    let api = demo.api();
    for (courier, fields) in &demo.accounts {
        let description = api.get(&format!("/v1/couriers/{courier}"))?.json(&[200])?;
        let body = bodies::credential(&description, fields, &demo.sandbox_url);
        let saved = api.post("/v1/credentials", &body)?.json(&[201])?;
        println!("connected {courier}: {}", saved["id"].as_str().unwrap_or_default());
    }
    Ok(())
}

impl Demo {
    /// Returns a client with the merchant's key.
    pub fn api(&self) -> Api {
        Api::new(&self.url, Some(&self.key))
    }

    fn print_what_to_try(&self) {
        let Self { url, key, .. } = self;
        let courier = self.accounts.keys().next().map_or("COURIER", String::as_str);
        println!(
            "
Crossdock   {url}          (API described at {url}/docs)
Sandbox     {}
API key     {key}

Try:
  curl -H 'Authorization: Bearer {key}' {url}/v1/couriers
  curl -H 'Authorization: Bearer {key}' {url}/v1/couriers/{courier}
  curl -H 'Authorization: Bearer {key}' {url}/v1/credentials
  curl -H 'Authorization: Bearer {key}' {url}/v1/shipments
  curl -H 'Authorization: Bearer {key}' '{url}/v1/courier-calls?courier={courier}'

`cargo xtask demo --once` walks the whole journey. Ctrl-C stops.",
            self.sandbox_url
        );
    }
}

/// The folder of one demo, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn create(root: &Path) -> anyhow::Result<Self> {
        let path = root.join(".crossdock").join(format!("demo-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn json_member(command: &mut Command, member: &str) -> anyhow::Result<String> {
    let printed = output(command)?;
    let value: Value = serde_json::from_str(&printed).with_context(|| format!("not JSON: {printed}"))?;
    value[member].as_str().map(str::to_owned).with_context(|| format!("no {member} in {printed}"))
}

/// The last lines of a server's log.
fn tail(log: &Path) -> String {
    const LINES: usize = 20;
    let lines: Vec<String> = fs::File::open(log)
        .map(|file| std::io::BufReader::new(file).lines().map_while(Result::ok).collect())
        .unwrap_or_default();
    format!("its log ends with:\n{}", lines[lines.len().saturating_sub(LINES)..].join("\n"))
}
