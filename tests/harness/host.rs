//! A host as a process of its own: it can be killed, and started again on the same data.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::client::Client;
use crate::database::Database;
use crate::programs::{free_address, program};
use crate::wait::{SOON, until};

/// How long a host may take to be ready: a component of Python compiles ten seconds, longer on a busy machine.
const START: Duration = Duration::from_secs(90);

/// All that a merchant's key can do.
pub const ALL_SCOPES: &str = "shipments:read,shipments:write,labels:buy,webhooks:manage,credentials:write";

/// A running `crossdock serve`, killed with the value.
pub struct Host {
    /// `http://127.0.0.1:<port>`.
    pub base_url: String,
    database: Database,
    plugins_dir: PathBuf,
    environment: Vec<(String, String)>,
    folder: Arc<TempDir>,
    log: &'static str,
    child: Child,
}

/// What a command of `crossdock` did.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Its exit code; nothing if it was killed.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it said on the side.
    pub err: String,
}

impl Host {
    /// Migrates the database, starts a host on a fresh data folder, and returns when it is ready.
    ///
    /// Couriers may be on loopback. `environment` is added, and goes before what is set here.
    ///
    /// # Panics
    ///
    /// When it does not come up; its log is in the message.
    pub async fn start(database: Database, plugins_dir: &Path, environment: &[(&str, &str)]) -> Self {
        let folder = TempDir::with_prefix("crossdock-test-").expect("a temporary folder");
        let mut host = Self {
            base_url: String::new(),
            database,
            plugins_dir: plugins_dir.to_owned(),
            environment: owned(environment),
            folder: Arc::new(folder),
            log: "log",
            // Replaced at once; a host without a process would make every use of it doubtful.
            child: Command::new("true").kill_on_drop(true).spawn().expect("`true` runs"),
        };
        let url = match &host.database {
            Database::Sqlite => None,
            Database::Postgres { owner_url, .. } => Some(owner_url.clone()),
        };
        host.run(&["migrate"], url.as_deref()).await;
        host.database.prepare().await;
        host.serve().await;
        host
    }

    /// Starts another host on the same database and data folder, as a second node has them.
    ///
    /// # Panics
    ///
    /// When it does not come up.
    pub async fn beside(&self) -> Self {
        let mut host = Self {
            base_url: String::new(),
            database: self.database.clone(),
            plugins_dir: self.plugins_dir.clone(),
            environment: self.environment.clone(),
            folder: Arc::clone(&self.folder),
            log: "log-beside",
            child: Command::new("true").kill_on_drop(true).spawn().expect("`true` runs"),
        };
        host.serve().await;
        host
    }

    /// Starts the host again on the same data, after [`Host::kill_9`] or [`Host::stop`].
    ///
    /// # Panics
    ///
    /// When it does not come up.
    pub async fn restart(&mut self) {
        self.kill_9().await;
        self.serve().await;
    }

    /// Starts the host again on the same data with another environment, as after a planted crash.
    ///
    /// # Panics
    ///
    /// When it does not come up.
    pub async fn restart_with(&mut self, environment: &[(&str, &str)]) {
        self.environment = owned(environment);
        self.restart().await;
    }

    /// Kills the host as `kill -9` does, and waits until it is gone.
    pub async fn kill_9(&mut self) {
        // It may be gone already: what counts is that it is.
        let _ = self.child.kill().await;
    }

    /// Asks the host to end and waits until it has drained.
    ///
    /// # Panics
    ///
    /// When it takes too long or fails.
    pub async fn stop(&mut self) {
        self.ask_to_end().await;
        self.drained().await;
    }

    /// Sends SIGTERM, and does not wait.
    ///
    /// # Panics
    ///
    /// When the host does not run.
    pub async fn ask_to_end(&self) {
        let id = self.child.id().expect("the host runs").to_string();
        let asked = Command::new("sh").args(["-c", "kill -s TERM \"$0\"", &id]).status().await;
        assert!(asked.is_ok_and(|status| status.success()), "the host could not be asked to end");
    }

    /// Waits until the host, which was asked to end, has drained.
    ///
    /// # Panics
    ///
    /// When it takes too long or fails.
    pub async fn drained(&mut self) {
        let ended = timeout(SOON, self.child.wait()).await.expect("the host ends soon").expect("the host ends");
        assert!(ended.success(), "the host ended with {ended}\n{}", self.log());
    }

    /// Waits until the host is gone by itself, as after a planted crash.
    ///
    /// # Panics
    ///
    /// When it goes on running.
    pub async fn wait_until_gone(&mut self) {
        timeout(SOON, self.child.wait()).await.expect("the host ends soon").expect("the host ends");
    }

    /// Creates a merchant and returns a client with a key that can do everything a merchant's key can, at any pace:
    /// a test walks faster than a merchant, and the faster the machine, the nearer the default limits.
    pub async fn merchant(&self, name: &str) -> Client {
        self.client(name, &["--scopes", ALL_SCOPES, "--unlimited"]).await
    }

    /// Creates a merchant and returns a client with a key made with these flags.
    pub async fn client(&self, name: &str, flags: &[&str]) -> Client {
        let merchant = self.cli(&["merchant", "create", "--name", name, "--json"]).await;
        let merchant = merchant["id"].as_str().expect("`merchant create --json` prints an id").to_owned();
        let key = self.cli(&[&["key", "create", "--merchant", &merchant, "--json"], flags].concat()).await;
        Client::new(&self.base_url, key["key"].as_str()).with_merchant(&merchant)
    }

    /// Returns a client with an operator's key, at any pace: tests ask until something is so.
    pub async fn admin(&self) -> Client {
        let key = self.cli(&["key", "create", "--admin", "--unlimited", "--json"]).await;
        Client::new(&self.base_url, key["key"].as_str())
    }

    /// Returns a client without a key.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base_url, None)
    }

    /// Runs a command of `crossdock` beside the host and returns the JSON object it prints.
    ///
    /// # Panics
    ///
    /// When it fails or prints something else.
    pub async fn cli(&self, arguments: &[&str]) -> Value {
        let printed = self.run(arguments, None).await;
        serde_json::from_slice(&printed)
            .unwrap_or_else(|error| panic!("`crossdock {arguments:?}` printed no JSON: {error}"))
    }

    /// Runs a command beside the host with these variables more, and returns whatever becomes of it.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub async fn ran(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = self.command(None);
        command.args(arguments).envs(environment.iter().copied());
        let output = command.output().await.expect("crossdock runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The host's process, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// The host's data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// All that the host has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(self.log)).unwrap_or_default()
    }

    async fn serve(&mut self) {
        let address = free_address();
        self.base_url = format!("http://{address}");
        let log = File::options().create(true).append(true).open(self.folder.path().join(self.log)).expect("a log");
        let mut command = self.command(None);
        command.args(["serve", "--listen", &address.to_string()]).kill_on_drop(true);
        command.stdout(log.try_clone().expect("a second handle")).stderr(log);
        self.child = command.spawn().expect("the host starts");
        let client = self.anonymous();
        let is_ready = async || {
            let reply = client.try_get("/readyz").await?;
            (reply.status == 200).then_some(())
        };
        tokio::select! {
            () = until("readiness of the host", START, is_ready) => {}
            ended = self.child.wait() => panic!("the host ended before it was ready: {ended:?}\n{}", self.log()),
        }
    }

    async fn run(&self, arguments: &[&str], database_url: Option<&str>) -> Vec<u8> {
        let output = self.command(database_url).args(arguments).output().await.expect("crossdock runs");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`crossdock {arguments:?}` failed: {words}");
        output.stdout
    }

    /// `crossdock` with this host's configuration.
    fn command(&self, database_url: Option<&str>) -> Command {
        let mut command = Command::new(program("crossdock"));
        command.stdin(Stdio::null()).env("CROSSDOCK_DATA_DIR", self.data_dir());
        command.env("CROSSDOCK_PLUGINS_DIR", &self.plugins_dir);
        command.env("CROSSDOCK_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8");
        command.env("CROSSDOCK_METRICS_LISTEN", "127.0.0.1:0");
        let own = match &self.database {
            Database::Postgres { url, .. } => Some(url.as_str()),
            Database::Sqlite => None,
        };
        match database_url.or(own) {
            Some(url) => command.env("CROSSDOCK_DATABASE_URL", url),
            None => command.env_remove("CROSSDOCK_DATABASE_URL"),
        };
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

fn owned(environment: &[(&str, &str)]) -> Vec<(String, String)> {
    environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
