//! What one store holds: the call it serves, what the guest has used, and the limits on it.

use std::time::{Duration, Instant};

use wasmtime::component::ResourceTable;
use wasmtime::{ResourceLimiter, Store, StoreContextMut, StoreLimits, StoreLimitsBuilder, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::call::{Call, TrafficLimits};
use super::engine::Engine;
use super::guest_log::GuestLog;
use super::limits::{self, Limits};
use super::linking::{WasiOutput, empty_wasi};
use super::turns::Turn;
use crate::model::courier::CourierId;

/// What the guest holds a handle to. There is one per call and it is [`Sandbox::call`], so the handle carries nothing.
pub struct LentContext;

/// A store's data: everything that host functions may reach.
pub struct Sandbox {
    /// The call; `None` while the plugin describes itself, when no import works.
    pub call: Option<Call>,
    /// When the call must be over.
    pub deadline: Instant,
    /// CPU time.
    pub cpu: CpuMeter,
    /// Its turn among the plugin's calls that compute for long.
    pub turn: Turn,
    /// Memory and tables.
    pub resources: Resources,
    /// What has been sent and received.
    pub traffic: Traffic,
    /// What may be sent and received.
    pub traffic_limits: TrafficLimits,
    /// The lines that the guest wrote.
    pub log: GuestLog,
    /// Made when the first WASI function is called: contract-only guests never pay for it.
    wasi: Option<(WasiCtx, WasiOutput)>,
    table: ResourceTable,
}

/// A guest that computed for longer than it may.
#[derive(Debug, thiserror::Error)]
#[error("CPU budget spent")]
pub struct CpuBudgetSpent;

/// A host function that was called while the plugin describes itself.
#[derive(Debug, thiserror::Error)]
#[error("describe called the host")]
pub struct NoImports;

/// Requests and bytes of one call.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Requests so far.
    pub requests: u32,
    /// Bytes sent so far.
    pub bytes_out: usize,
    /// Bytes received so far.
    pub bytes_in: usize,
    /// Time spent waiting for the courier.
    pub waited: Duration,
}

impl Sandbox {
    /// Makes the store of one call.
    pub fn store(
        engine: &Engine,
        limits: &Limits,
        plugin: Option<(&CourierId, &str)>,
        call: Option<Call>,
        deadline: Instant,
    ) -> Store<Self> {
        let sandbox = Self {
            log: GuestLog::new(plugin, limits.log_lines),
            call,
            deadline,
            cpu: CpuMeter::new(limits.cpu_budget),
            turn: Turn::default(),
            resources: Resources::new(limits.memory_bytes),
            traffic: Traffic::default(),
            traffic_limits: limits.traffic(),
            wasi: None,
            table: ResourceTable::new(),
        };
        let mut store = Store::new(engine.wasmtime(), sandbox);
        store.limiter(|sandbox| &mut sandbox.resources);
        store.set_hostcall_fuel(limits.hostcall_fuel);
        store.set_max_component_handles(limits::MAX_HANDLES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(on_epoch);
        store
    }

    /// Returns the call, or the error that ends a `describe` which asks the host for something.
    pub fn call(&self) -> wasmtime::Result<&Call> {
        self.call.as_ref().ok_or_else(|| wasmtime::Error::from(NoImports))
    }

    /// Forgets what was used: for an instance that benchmarks use again.
    pub fn restart(&mut self) {
        self.cpu = CpuMeter::new(self.cpu.budget);
        self.traffic = Traffic::default();
        self.cpu.start();
    }

    /// Time until the guest must have answered; kept short of the deadline, so that it still can.
    pub fn time_left(&self) -> Duration {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let reserve = limits::ANSWER_RESERVE.min(left / 4);
        left - reserve
    }

    /// Writes what the guest printed through WASI to the log, if anything.
    pub fn flush_output(&mut self) {
        if let (Some((_, output)), Some(call)) = (&self.wasi, &self.call) {
            self.log.printed(call, &output.text());
        }
    }
}

impl WasiView for Sandbox {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let call = self.call.as_ref();
        let (ctx, _) = self.wasi.get_or_insert_with(|| empty_wasi(call));
        WasiCtxView { ctx, table: &mut self.table }
    }
}

/// Lets other tasks run at every tick, and ends a guest whose budget is spent. One that computes for long goes on when it
/// is its turn.
fn on_epoch(mut store: StoreContextMut<'_, Sandbox>) -> wasmtime::Result<UpdateDeadline> {
    let sandbox = store.data_mut();
    sandbox.cpu.tick();
    if sandbox.cpu.is_spent() {
        return Err(CpuBudgetSpent.into());
    }
    if sandbox.cpu.used() < limits::UNSHARED_CPU {
        return Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())));
    }
    Ok(UpdateDeadline::YieldCustom(1, Box::pin(sandbox.turn.next())))
}

/// The longest that counts between two looks at the clock. A guest that computes is looked at every tick; if more time
/// has passed, the machine was busy with others, and that is not the guest's doing.
const MAX_STRETCH: Duration = limits::EPOCH_TICK.saturating_mul(2);

/// Counts the time that a guest computes: between two ticks, host calls left out.
#[derive(Debug)]
pub struct CpuMeter {
    budget: Duration,
    used: Duration,
    running_since: Option<Instant>,
}

impl CpuMeter {
    fn new(budget: Duration) -> Self {
        Self { budget, used: Duration::ZERO, running_since: None }
    }

    /// The guest begins or goes on to compute.
    pub fn start(&mut self) {
        self.running_since = Some(Instant::now());
    }

    /// The guest waits for the host, or is done.
    pub fn stop(&mut self) {
        if let Some(since) = self.running_since.take() {
            self.used += since.elapsed().min(MAX_STRETCH);
        }
    }

    /// A tick: after it the guest yields, and how long others take is not its time. So the time since the last tick,
    /// where it was not stopped in between, is taken to be one tick.
    fn tick(&mut self) {
        match self.running_since.take() {
            Some(since) => self.used += since.elapsed().min(MAX_STRETCH),
            None => self.used += limits::EPOCH_TICK,
        }
    }

    /// Whether the budget is spent.
    pub fn is_spent(&self) -> bool {
        self.used >= self.budget
    }

    /// Returns the time used, to within a tick.
    pub fn used(&self) -> Duration {
        self.used
    }
}

/// Limits on memory and tables, and how much was taken.
pub struct Resources {
    limits: StoreLimits,
    /// Bytes of linear memory that the largest memory grew to.
    pub memory_high_water_bytes: usize,
    /// What more was asked for than there is: the guest usually crashes next, and this is why.
    pub refused: Option<&'static str>,
}

impl Resources {
    fn new(memory_bytes: usize) -> Self {
        let limits = StoreLimitsBuilder::new()
            .memory_size(memory_bytes)
            .memories(limits::MAX_MEMORIES)
            .tables(limits::MAX_TABLES)
            .table_elements(limits::MAX_TABLE_ELEMENTS)
            .instances(limits::MAX_CORE_INSTANCES as usize)
            .build();
        Self { limits, memory_high_water_bytes: 0, refused: None }
    }
}

impl ResourceLimiter for Resources {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let granted = self.limits.memory_growing(current, desired, maximum)?;
        if granted {
            self.memory_high_water_bytes = self.memory_high_water_bytes.max(desired);
        } else {
            self.refused = Some("memory");
        }
        Ok(granted)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let granted = self.limits.table_growing(current, desired, maximum)?;
        if !granted {
            self.refused = Some("tables");
        }
        Ok(granted)
    }

    fn instances(&self) -> usize {
        self.limits.instances()
    }

    fn tables(&self) -> usize {
        self.limits.tables()
    }

    fn memories(&self) -> usize {
        self.limits.memories()
    }
}
