//! What a plugin may use. Every limit is a constant with its unit and reason; [`Limits`] lets the operator change it.

use std::time::Duration;

/// Calls in flight over all plugins. Each reserves 4 GiB of addresses, so 256 take 1 TiB of the 128 that there are.
pub const MAX_CALLS_IN_FLIGHT: u32 = 256;

/// Calls in flight of one plugin: a slow courier must not take every place.
pub const MAX_CALLS_PER_PLUGIN: u32 = 64;

/// Longest wait for a place. Past it, waiting longer would only lengthen the queue.
pub const MAX_QUEUE_WAIT: Duration = Duration::from_secs(2);

/// Time between two epochs: the longest that a guest keeps a thread before it yields.
pub const EPOCH_TICK: Duration = Duration::from_millis(1);

/// CPU time of one call. A rich answer takes 40 µs, Python's start 1.5 ms: only a loop gets here.
pub const CPU_BUDGET: Duration = Duration::from_millis(100);

/// CPU time after which a call takes turns with the plugin's others: more than an ordinary call of any tool chain takes.
pub const UNSHARED_CPU: Duration = Duration::from_millis(2);

/// CPU time of `describe`, which only returns a text that it holds.
pub const DESCRIBE_CPU_BUDGET: Duration = Duration::from_millis(50);

/// Wall-clock time of `describe`.
pub const DESCRIBE_DEADLINE: Duration = Duration::from_secs(2);

/// Kept back of a call's time when it waits for the courier, so that the guest can still say what it knows.
pub const ANSWER_RESERVE: Duration = Duration::from_millis(50);

/// Linear memory of one instance, bytes. Rust guests take 256 KiB, Python 13 MiB at rest, and a 5 MiB label fits often.
pub const MAX_MEMORY_BYTES: usize = 64 << 20;

/// Linear memory that is given back on a thread of its own, bytes: 4 MiB take half a millisecond, which is what others may wait.
pub const LARGE_MEMORY_BYTES: usize = 4 << 20;

/// Linear memories of one instance: QuickJS components have up to three.
pub const MAX_MEMORIES: usize = 4;

/// Tables of one instance: languages that were measured have two to eight.
pub const MAX_TABLES: usize = 16;

/// Elements of one table: Python's has 7,690.
pub const MAX_TABLE_ELEMENTS: usize = 20_000;

/// Core instances in one component: Python with stubbed WASI has 108.
pub const MAX_CORE_INSTANCES: u32 = 200;

/// Core instances in the pool per call in flight; Rust has 5, QuickJS 50.
pub const CORE_INSTANCES_PER_CALL: u32 = 40;

/// Tables in the pool per call in flight.
pub const TABLES_PER_CALL: u32 = 8;

/// Bytes of a core instance's own data in the pool. wasmtime's default is 1 MiB, which Python needs.
pub const MAX_CORE_INSTANCE_BYTES: usize = 1 << 20;

/// Linear memory that a slot keeps between calls, bytes: a Rust guest's whole memory, so that no page is given back.
pub const MEMORY_KEEP_RESIDENT_BYTES: usize = 256 << 10;

/// Tables that a slot keeps between calls, bytes.
pub const TABLE_KEEP_RESIDENT_BYTES: usize = 16 << 10;

/// Fiber stack that a slot keeps between calls, bytes.
pub const STACK_KEEP_RESIDENT_BYTES: usize = 64 << 10;

/// Idle slots that keep their pages: bounds resident memory to about 64 × 336 KiB after a burst.
pub const MAX_UNUSED_WARM_SLOTS: u32 = 64;

/// Slots whose pages are given back together. More than one would let the memories of calls that grew to their limit wait for
/// calls to come: 15 slots of 64 MiB.
pub const DECOMMIT_BATCH: usize = 1;

/// Stack of a guest, bytes; wasmtime's default. A megabyte and a half stays for host functions, whose overflow aborts.
pub const MAX_WASM_STACK_BYTES: usize = 512 << 10;

/// Fiber stack of a call, bytes.
pub const ASYNC_STACK_BYTES: usize = 2 << 20;

/// Bytes that one call into the host, or one result, may copy out of a guest. A document is at most 5 MiB.
pub const HOSTCALL_FUEL: usize = 8 << 20;

/// Resource handles of one instance. The contract lends one; WASI's streams are few.
pub const MAX_HANDLES: usize = 1_000;

/// Random bytes of one WASI call; the default of 64 MiB would let a guest spend host memory.
pub const MAX_WASI_RANDOM_BYTES: u64 = 64 << 10;

/// Standard output of one call, bytes, for guests with WASI.
pub const MAX_WASI_OUTPUT_BYTES: usize = 64 << 10;

/// Requests of one call. A quote over the widest courier takes 12.
pub const MAX_REQUESTS_PER_CALL: u32 = 64;

/// Requests of one `send-all`, as the contract says.
pub const MAX_REQUESTS_AT_ONCE: usize = 20;

/// Bytes that one call's requests may send: customs papers are the largest, a few MiB.
pub const MAX_BYTES_OUT: usize = 16 << 20;

/// Bytes that one call's answers may bring into the guest; kept documents do not count.
pub const MAX_BYTES_IN: usize = 32 << 20;

/// Headers or query pairs of one request: couriers take about ten.
pub const MAX_PAIRS: usize = 100;

/// Values that one request may keep; a booking has at most 100 parcels, with a label and a barcode each.
pub const MAX_KEEPS: usize = 200;

/// Log lines of one call, as the contract says.
pub const MAX_LOG_LINES: u32 = 100;

/// Bytes of one log line with its fields, as the contract says.
pub const MAX_LOG_LINE_BYTES: usize = 4 << 10;

/// Bytes of a failure's code, as the contract says.
pub const MAX_CODE_BYTES: usize = 128;

/// Bytes of a failure's or message's words, as the contract says.
pub const MAX_WORDS_BYTES: usize = 4 << 10;

/// Problems of one failure, as the contract says.
pub const MAX_PROBLEMS: usize = 100;

/// Elements of one list in a result. The longest seen is 400 tracking events.
pub const MAX_LIST: usize = 2_000;

/// Pairs of one `extensions`.
pub const MAX_EXTENSIONS: usize = 100;

/// Bytes of one text in a result that is not a document. Courier's words are the longest.
pub const MAX_TEXT_BYTES: usize = 16 << 10;

/// Bytes of one document given as bytes, as the contract says.
pub const MAX_DOCUMENT_BYTES: usize = 5 << 20;

/// Bytes of a component: the largest tool chain (Python) makes 18.4 MB.
pub const MAX_COMPONENT_BYTES: u64 = 32 << 20;

/// Bytes of a description.
pub const MAX_DESCRIPTION_BYTES: usize = 256 << 10;

/// Components in a plugins folder: more is a mistake.
pub const MAX_PLUGINS: usize = 500;

/// Bytes of one compiled component: Python's is 34 MiB.
pub const MAX_COMPILED_BYTES: u64 = 128 << 20;

/// Longest compilation: 18 MB of Python take ten seconds of CPU, and two cores may be busy.
pub const COMPILE_DEADLINE: Duration = Duration::from_secs(120);

/// What a plugin may use. The operator may change each; a plugin can only ask for less.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Calls in flight over all plugins. Default: [`MAX_CALLS_IN_FLIGHT`].
    pub calls_in_flight: u32,
    /// Calls in flight of one plugin. Default: [`MAX_CALLS_PER_PLUGIN`].
    pub calls_per_plugin: u32,
    /// Longest wait for a place. Default: [`MAX_QUEUE_WAIT`].
    pub queue_wait: Duration,
    /// CPU time of one call. Default: [`CPU_BUDGET`].
    pub cpu_budget: Duration,
    /// Linear memory of one instance, bytes. Default: [`MAX_MEMORY_BYTES`].
    pub memory_bytes: usize,
    /// Requests of one call. Default: [`MAX_REQUESTS_PER_CALL`].
    pub requests: u32,
    /// Bytes that one call's requests may send. Default: [`MAX_BYTES_OUT`].
    pub bytes_out: usize,
    /// Bytes that one call's answers may bring. Default: [`MAX_BYTES_IN`].
    pub bytes_in: usize,
    /// Bytes that one call into the host may copy. Default: [`HOSTCALL_FUEL`].
    pub hostcall_fuel: usize,
    /// Log lines of one call. Default: [`MAX_LOG_LINES`].
    pub log_lines: u32,
    /// Bytes of a component. Default: [`MAX_COMPONENT_BYTES`].
    pub component_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            calls_in_flight: MAX_CALLS_IN_FLIGHT,
            calls_per_plugin: MAX_CALLS_PER_PLUGIN,
            queue_wait: MAX_QUEUE_WAIT,
            cpu_budget: CPU_BUDGET,
            memory_bytes: MAX_MEMORY_BYTES,
            requests: MAX_REQUESTS_PER_CALL,
            bytes_out: MAX_BYTES_OUT,
            bytes_in: MAX_BYTES_IN,
            hostcall_fuel: HOSTCALL_FUEL,
            log_lines: MAX_LOG_LINES,
            component_bytes: MAX_COMPONENT_BYTES,
        }
    }
}

/// Limits that the operator changed for one plugin; `None`: the host's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitOverrides {
    /// Calls in flight.
    pub calls: Option<u32>,
    /// CPU time of one call.
    pub cpu: Option<Duration>,
    /// Linear memory of one instance, bytes; never more than the pool's slots have.
    pub memory_bytes: Option<usize>,
    /// Requests of one call.
    pub requests: Option<u32>,
}

impl Limits {
    /// Returns these limits as they are for a plugin whose operator changed some.
    pub fn changed(&self, overrides: &LimitOverrides) -> Self {
        Self {
            calls_per_plugin: overrides.calls.unwrap_or(self.calls_per_plugin).clamp(1, self.calls_in_flight),
            cpu_budget: overrides.cpu.unwrap_or(self.cpu_budget),
            memory_bytes: overrides.memory_bytes.unwrap_or(self.memory_bytes).min(self.memory_bytes),
            requests: overrides.requests.unwrap_or(self.requests),
            ..self.clone()
        }
    }
}
