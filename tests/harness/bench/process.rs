//! Processes beside the benchmark: the sandbox couriers, and what a process holds in memory.

use std::ffi::OsStr;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::programs::program;

/// A server that prints its URL first; killed with the value.
#[derive(Debug)]
pub struct Server {
    /// `http://127.0.0.1:<port>`.
    pub base_url: String,
    _child: Child,
}

impl Server {
    /// Starts the sandbox couriers as a process of their own, so that their work is not the benchmark's.
    pub async fn sandbox() -> Self {
        let mut command = Command::new(program("crossdock-sandbox"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("RUST_LOG", "error");
        Self::start(command).await
    }

    /// Starts this very program again with other arguments.
    ///
    /// # Panics
    ///
    /// When it does not print a URL.
    pub async fn again<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let program = std::env::current_exe().expect("a program knows where it is");
        let mut command = Command::new(program);
        command.args(arguments);
        Self::start(command).await
    }

    async fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the server starts");
        let stdout = child.stdout.take().expect("it has an output");
        let line = BufReader::new(stdout).lines().next_line().await;
        let base_url = line.ok().flatten().expect("the server prints its URL");
        Self { base_url, _child: child }
    }
}

/// What a process holds in memory, in MB (10⁶ bytes).
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Now (`VmRSS`).
    pub resident_mb: f64,
    /// At most so far (`VmHWM`).
    pub peak_mb: f64,
    /// Without files: what no other process shares (`RssAnon`).
    pub anonymous_mb: f64,
}

/// Reads what a process holds.
///
/// # Panics
///
/// When there is no such process, or this is no Linux.
pub fn memory(process_id: u32) -> Memory {
    let path = format!("/proc/{process_id}/status");
    let status = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.trim_start_matches(':').split_whitespace().next());
        let kibibytes: f64 = number.and_then(|number| number.parse().ok()).unwrap_or(f64::NAN);
        kibibytes * 1024.0 / 1e6
    };
    Memory { resident_mb: megabytes("VmRSS"), peak_mb: megabytes("VmHWM"), anonymous_mb: megabytes("RssAnon") }
}
