//! The one linker: the imports of every version of the contract that is served, and as much of WASI as some tool chains cannot do without, with nothing
//! behind it.

use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest, Sha256};
use wasmtime::component::{HasSelf, Linker};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::clocks::{HostMonotonicClock, HostWallClock};
use wasmtime_wasi::p2::bindings as wasi;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::random::WasiRandom;
use wasmtime_wasi::{WasiCtx, WasiView};

use super::bindings::base::Base;
use super::call::Call;
use super::frozen::FROZEN;
use super::limits;
use super::sandbox::Sandbox;

/// The interfaces of WASI that a component may import, by package and name; what is behind them is empty.
pub const WASI_ALLOWED: &[(&str, &[&str])] = &[
    ("io", &["error", "poll", "streams"]),
    ("clocks", &["wall-clock", "monotonic-clock"]),
    ("random", &["random", "insecure", "insecure-seed"]),
    (
        "cli",
        &[
            "environment",
            "exit",
            "stdin",
            "stdout",
            "stderr",
            "terminal-input",
            "terminal-output",
            "terminal-stdin",
            "terminal-stdout",
            "terminal-stderr",
        ],
    ),
];

/// Builds the linker once per engine.
pub fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<Sandbox>> {
    let mut linker = Linker::new(engine);
    Base::add_to_linker::<_, HasSelf<Sandbox>>(&mut linker, |sandbox| sandbox)?;
    for version in FROZEN {
        version.link(&mut linker)?;
    }
    add_wasi(&mut linker)?;
    Ok(linker)
}

/// Links what [`WASI_ALLOWED`] lists and nothing else, so that the gate is not the only thing that keeps files and
/// sockets out.
fn add_wasi(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    type S = Sandbox;
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(linker)?;
    wasi::random::insecure::add_to_linker::<S, WasiRandom>(linker, |sandbox| sandbox.ctx().ctx.random())?;
    wasi::random::insecure_seed::add_to_linker::<S, WasiRandom>(linker, |sandbox| sandbox.ctx().ctx.random())?;
    wasi::cli::exit::add_to_linker::<S, WasiCli>(linker, S::cli)?;
    wasi::cli::environment::add_to_linker::<S, WasiCli>(linker, S::cli)?;
    wasi::cli::terminal_input::add_to_linker::<S, WasiCli>(linker, S::cli)?;
    wasi::cli::terminal_output::add_to_linker::<S, WasiCli>(linker, S::cli)?;
    wasi::cli::terminal_stdin::add_to_linker::<S, WasiCli>(linker, S::cli)?;
    wasi::cli::terminal_stdout::add_to_linker::<S, WasiCli>(linker, S::cli)?;
    wasi::cli::terminal_stderr::add_to_linker::<S, WasiCli>(linker, S::cli)
}

/// What a guest printed.
pub struct WasiOutput(MemoryOutputPipe);

impl WasiOutput {
    /// Returns it as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.contents()).into_owned()
    }
}

/// Makes a WASI context that knows nothing but the call: its time, and randomness that its id decides.
pub fn empty_wasi(call: Option<&Call>) -> (WasiCtx, WasiOutput) {
    let output = MemoryOutputPipe::new(limits::MAX_WASI_OUTPUT_BYTES);
    let seed = call.map_or("describe", |call| call.call_id.as_str());
    let now_ms = call.map_or(0, |call| u64::try_from(call.now.as_millisecond()).unwrap_or(0));
    let mut wasi = WasiCtx::builder();
    wasi.stdout(output.clone())
        .stderr(output.clone())
        .secure_random(seeded("secure", seed))
        .insecure_random(seeded("insecure", seed))
        .insecure_random_seed(u128::from(u64::from_le_bytes(first_eight(seed))))
        .max_random_size(limits::MAX_WASI_RANDOM_BYTES)
        .wall_clock(CallClock(Duration::from_millis(now_ms)))
        .monotonic_clock(CallClock(Duration::ZERO))
        .allow_tcp(false)
        .allow_udp(false)
        .allow_blocking_current_thread(false);
    (wasi.build(), WasiOutput(output))
}

fn seeded(purpose: &str, call_id: &str) -> StdRng {
    StdRng::from_seed(Sha256::new().chain_update(purpose).chain_update([0]).chain_update(call_id).finalize().into())
}

fn first_eight(call_id: &str) -> [u8; 8] {
    let digest = Sha256::digest(call_id);
    std::array::from_fn(|place| digest[place])
}

/// A clock that stands still: a call has one time, the same on every replay.
struct CallClock(Duration);

impl HostWallClock for CallClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        self.0
    }
}

impl HostMonotonicClock for CallClock {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        0
    }
}
