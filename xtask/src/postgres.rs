//! A throw-away PostgreSQL cluster for the tests.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;

use crate::processes::{Server, free_address, output, succeeds};

/// How long a new cluster may take to answer: it does in about a second, on a busy machine in five.
const START_DEADLINE: Duration = Duration::from_secs(60);

/// Connections that the tests may hold at once; each test has pools of its own.
const MAX_CONNECTIONS: u32 = 400;

/// A running cluster; stopped and deleted with the value.
pub struct Cluster {
    /// Stopped before the folder goes.
    server: Option<Server>,
    dir: PathBuf,
    url: String,
}

impl Cluster {
    /// Creates and starts a cluster on a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// When `initdb` fails or the server does not come up; its log is in the message.
    pub fn start(programs: &Path) -> anyhow::Result<Self> {
        let dir = std::env::temp_dir().join(format!("crossdock-postgres-{}", std::process::id()));
        let address = free_address()?;
        let password = random_word()?;
        let url = format!("postgres://postgres:{password}@{address}/postgres");
        let mut cluster = Self { server: None, dir: dir.clone(), url };

        let owner = server_user()?;
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))?;
        let password_file = dir.join("password");
        fs::write(&password_file, &password)?;
        if let Some((uid, gid)) = owner {
            chown(&dir, Some(uid), Some(gid))?;
            chown(&password_file, Some(uid), Some(gid))?;
        }

        let data = dir.join("data");
        let mut initdb = as_user(programs.join("initdb"), owner, &dir);
        initdb.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        output(initdb.arg("--pwfile").arg(&password_file).arg("--pgdata").arg(&data))?;

        let log = dir.join("log");
        let mut postgres = as_user(programs.join("postgres"), owner, &dir);
        postgres.arg("-D").arg(&data).arg("-k").arg(&dir).arg("-p").arg(address.port().to_string());
        // Nothing in it outlives the run, so it need not reach the disk; tests that kill kill the host, not the database.
        for setting in ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=on", "full_page_writes=off"] {
            postgres.args(["-c", setting]);
        }
        postgres.args(["-c", &format!("max_connections={MAX_CONNECTIONS}")]);
        // INT is a fast shutdown: connections are cut, not waited for.
        let mut server = Server::start("PostgreSQL", "INT", &mut postgres, &log)?;
        let port = address.port().to_string();
        let is_ready = || succeeds(Command::new(programs.join("pg_isready")).args(["-h", "127.0.0.1", "-p", &port]));
        let started = server.wait_until_ready(START_DEADLINE, is_ready);
        cluster.server = Some(server);
        started.with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        println!("PostgreSQL listens on {address}");
        Ok(cluster)
    }

    /// Returns the superuser's URL.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.server.take());
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// The user and group for the server when we are root, whom it refuses: `postgres`, or else `nobody`.
fn server_user() -> anyhow::Result<Option<(u32, u32)>> {
    let id =
        |flag: &str, user: &str| -> anyhow::Result<u32> { Ok(output(Command::new("id").args([flag, user]))?.parse()?) };
    if output(Command::new("id").arg("-u"))? != "0" {
        return Ok(None);
    }
    let user = if id("-u", "postgres").is_ok() { "postgres" } else { "nobody" };
    Ok(Some((id("-u", user)?, id("-g", user)?)))
}

fn as_user(program: PathBuf, owner: Option<(u32, u32)>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).env_remove("PGDATA").env("LC_ALL", "C");
    if let Some((uid, gid)) = owner {
        command.uid(uid).gid(gid);
    }
    command
}

/// A password that nobody else on the machine knows, in hex.
fn random_word() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
