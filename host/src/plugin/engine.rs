//! The one wasmtime engine of a process, with the settings that ENGINE.md measured, and the thread that ticks it.

use std::sync::Arc;

use tokio::sync::Semaphore;
use wasmtime::component::Linker;
use wasmtime::{
    Config, Enabled, EngineWeak, InstanceAllocationStrategy, MemoryCreator, OptLevel, PoolingAllocationConfig,
    Strategy, WasmBacktraceDetails,
};

use super::call::CallObserver;
use super::error::{LoadError, LoadFault};
use super::limits::{self, Limits};
use super::linking;
use super::sandbox::Sandbox;

/// How the engine is started.
#[derive(Clone, Default)]
pub struct EngineConfig {
    /// What plugins may use.
    pub limits: Limits,
    /// Makes every linear memory itself, so that a test can see all of it. Turns pooling off. Default: none.
    pub memory_creator: Option<Arc<dyn MemoryCreator>>,
    /// Makes instances one by one instead of keeping a pool. Default: `false`.
    pub without_pool: bool,
    /// Copies a component's data into each memory instead of mapping them copy-on-write: for measuring only. Default: `false`.
    pub without_image: bool,
    /// Hears of every call, for metrics. Default: none.
    pub observer: Option<Arc<dyn CallObserver>>,
}

/// The engine: one per process, because types of two engines must never meet.
pub struct Engine {
    wasmtime: wasmtime::Engine,
    linker: Linker<Sandbox>,
    limits: Limits,
    calls: Arc<Semaphore>,
    compilations: Arc<Semaphore>,
    observer: Option<Arc<dyn CallObserver>>,
    is_pooled: bool,
}

impl Engine {
    /// Starts the engine and the thread that ticks its epochs. The thread ends when the engine is dropped.
    ///
    /// # Errors
    ///
    /// [`LoadFault::Engine`] if wasmtime refuses the settings or no thread can be started.
    pub fn start(config: EngineConfig) -> Result<Arc<Self>, Box<LoadError>> {
        let fault = |reason: String| Box::new(LoadFault::Engine(reason).at(None, None));
        let (wasmtime, is_pooled) = start_wasmtime(&config).map_err(|error| fault(format!("{error:#}")))?;
        let linker = linking::linker(&wasmtime).map_err(|error| fault(format!("{error:#}")))?;
        start_ticking(wasmtime.weak()).map_err(|error| fault(error.to_string()))?;
        let calls = Arc::new(Semaphore::new(config.limits.calls_in_flight as usize));
        // One compilation at a time: each already uses every core.
        let compilations = Arc::new(Semaphore::new(1));
        let EngineConfig { limits, observer, .. } = config;
        Ok(Arc::new(Self { wasmtime, linker, limits, calls, compilations, observer, is_pooled }))
    }

    /// Returns what plugins may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether instances come from a pool; `false` after the fall-back, or when asked so.
    pub fn is_pooled(&self) -> bool {
        self.is_pooled
    }

    pub(super) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    pub(super) fn linker(&self) -> &Linker<Sandbox> {
        &self.linker
    }

    pub(super) fn calls(&self) -> &Arc<Semaphore> {
        &self.calls
    }

    pub(super) fn compilations(&self) -> &Arc<Semaphore> {
        &self.compilations
    }

    pub(super) fn observer(&self) -> Option<&dyn CallObserver> {
        self.observer.as_deref()
    }
}

/// Starts wasmtime with a pool where the machine has the addresses for it, and without one where it has not.
fn start_wasmtime(config: &EngineConfig) -> wasmtime::Result<(wasmtime::Engine, bool)> {
    if config.without_pool || config.memory_creator.is_some() {
        return Ok((wasmtime::Engine::new(&settings(config, false))?, false));
    }
    match wasmtime::Engine::new(&settings(config, true)) {
        Ok(engine) => Ok((engine, true)),
        Err(error) => {
            tracing::warn!(
                error = %format_args!("{error:#}"),
                "no address space for a pool of instances: making them one by one, which is slower"
            );
            Ok((wasmtime::Engine::new(&settings(config, false))?, false))
        }
    }
}

fn settings(engine: &EngineConfig, pooled: bool) -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .epoch_interruption(true)
        .consume_fuel(false)
        .concurrency_support(false)
        .wasm_component_model(true)
        .shared_memory(false)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .max_wasm_stack(limits::MAX_WASM_STACK_BYTES)
        .async_stack_size(limits::ASYNC_STACK_BYTES)
        // No call finds what another left on its stack.
        .async_stack_zeroing(true);
    if pooled {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(&engine.limits)));
    } else {
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    }
    if engine.without_image {
        config.memory_init_cow(false);
    }
    if let Some(creator) = &engine.memory_creator {
        config.with_host_memory(Arc::clone(creator));
        // Such a memory is an ordinary allocation, with checked bounds instead of guard pages around it.
        config.memory_reservation(0).memory_guard_size(0);
        // A copy-on-write image would be mapped behind the creator's back.
        config.memory_init_cow(false);
    }
    config
}

fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let calls = limits.calls_in_flight;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(limits::CORE_INSTANCES_PER_CALL))
        .total_memories(calls)
        .total_tables(calls.saturating_mul(limits::TABLES_PER_CALL))
        .total_stacks(calls)
        .max_core_instances_per_component(limits::MAX_CORE_INSTANCES)
        .max_memories_per_component(limits::MAX_MEMORIES as u32)
        .max_tables_per_component(limits::MAX_TABLES as u32)
        .max_core_instance_size(limits::MAX_CORE_INSTANCE_BYTES)
        .max_component_instance_size(limits::MAX_CORE_INSTANCE_BYTES)
        .max_memory_size(limits.memory_bytes)
        .table_elements(limits::MAX_TABLE_ELEMENTS)
        .linear_memory_keep_resident(limits::MEMORY_KEEP_RESIDENT_BYTES)
        .table_keep_resident(limits::TABLE_KEEP_RESIDENT_BYTES)
        .async_stack_keep_resident(limits::STACK_KEEP_RESIDENT_BYTES)
        .max_unused_warm_slots(limits::MAX_UNUSED_WARM_SLOTS)
        .decommit_batch_size(limits::DECOMMIT_BATCH)
        // Leaks pages that were swapped out on 48 (wasmtime#14357).
        .pagemap_scan(Enabled::No);
    pool
}

fn start_ticking(engine: EngineWeak) -> std::io::Result<()> {
    std::thread::Builder::new().name("plugin-epochs".to_owned()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(limits::EPOCH_TICK);
        }
    })?;
    Ok(())
}
