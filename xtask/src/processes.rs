//! Programs that a build runs, and the signal that ends them all.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// How often a running program and the signal are looked at.
const POLL: Duration = Duration::from_millis(20);

/// How long a server may take to end once asked, before it is killed.
const STOP_DEADLINE: Duration = Duration::from_secs(10);

static STOPPED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Turns Ctrl-C and SIGTERM into a wish that the loops here honour, so that servers are stopped by `Drop`.
pub fn catch_signals() -> anyhow::Result<()> {
    let stopped = Arc::clone(STOPPED.get_or_init(Arc::default));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stopped)).context("cannot catch signals")?;
    }
    Ok(())
}

/// Whether somebody asked for the end.
pub fn is_stopped() -> bool {
    STOPPED.get().is_some_and(|stopped| stopped.load(Ordering::Relaxed))
}

/// Runs a program to its end with its output shown.
///
/// # Errors
///
/// When it cannot be started, fails, or somebody asked for the end.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = line(command);
    let status = status(command)?;
    anyhow::ensure!(status.success(), "`{line}` failed ({status})");
    Ok(())
}

/// Runs a program to its end with its output shown, and returns how it ended.
///
/// # Errors
///
/// When it cannot be started or somebody asked for the end.
pub fn status(command: &mut Command) -> anyhow::Result<ExitStatus> {
    let line = line(command);
    let mut child = command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start `{line}`"))?;
    loop {
        if let Some(status) = child.try_wait()? {
            anyhow::ensure!(!is_stopped(), "stopped during `{line}`");
            return Ok(status);
        }
        if is_stopped() {
            stop(&mut child, "INT");
            anyhow::bail!("stopped during `{line}`");
        }
        std::thread::sleep(POLL);
    }
}

/// Runs a program to its end and returns what it printed, or its error output as the error.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let line = line(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{line}`"))?;
    let words = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "`{line}` failed: {}", words.trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program can be started and succeeds; its output is thrown away.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// A server that ends with the value.
pub struct Server {
    name: &'static str,
    signal: &'static str,
    child: Child,
}

impl Server {
    /// Starts a server whose output goes to a file; `signal` is how it is asked to end (`TERM`, `INT`).
    ///
    /// It gets a process group of its own, so that Ctrl-C reaches only us and the order of stopping is ours.
    pub fn start(name: &'static str, signal: &'static str, command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let line = line(command);
        let log = std::fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        let child = command.spawn().with_context(|| format!("cannot start {name}: `{line}`"))?;
        Ok(Self { name, signal, child })
    }

    /// Waits until `is_ready` says so.
    ///
    /// # Errors
    ///
    /// When the server ends before, takes longer than `deadline`, or somebody asked for the end.
    pub fn wait_until_ready(&mut self, deadline: Duration, is_ready: impl Fn() -> bool) -> anyhow::Result<()> {
        let started = Instant::now();
        while !is_ready() {
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!("{} ended before it was ready ({status})", self.name);
            }
            anyhow::ensure!(!is_stopped(), "stopped while {} was starting", self.name);
            anyhow::ensure!(started.elapsed() < deadline, "{} was not ready within {deadline:?}", self.name);
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// Waits until somebody asks for the end.
    ///
    /// # Errors
    ///
    /// When the server ends by itself.
    pub fn wait_for_stop(&mut self) -> anyhow::Result<()> {
        while !is_stopped() {
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!("{} ended by itself ({status})", self.name);
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop(&mut self.child, self.signal);
    }
}

/// Returns an address of the loopback interface whose port is free now.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?)
}

/// Asks a program to end, and kills it if it does not.
fn stop(child: &mut Child, signal: &str) {
    // The shell's own `kill` is on every machine and needs no unsafe code.
    let _ = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", signal, &child.id().to_string()]).status();
    let started = Instant::now();
    while started.elapsed() < STOP_DEADLINE {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(POLL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// A command as a person would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
