//! `crossdock plugin new|check|test|call`: what a plugin's author does before any host runs it.

pub mod call;
pub mod check;
pub mod new;
mod progress;
mod sdk;
pub mod test;

use std::path::Path;
use std::sync::Arc;

use progress::during;

use crate::plugin::{CompiledCache, Engine, EngineConfig, Plugin, load_bytes, load_file};

/// An engine without a cache: to look at a plugin, no root key is needed.
fn engine() -> anyhow::Result<(Arc<Engine>, Arc<CompiledCache>)> {
    let config = EngineConfig { without_pool: true, ..EngineConfig::default() };
    Ok((Engine::start(config)?, Arc::new(CompiledCache::disabled())))
}

/// Takes a component through the gate.
async fn load(file: &Path) -> anyhow::Result<Arc<Plugin>> {
    let (engine, cache) = engine()?;
    let what = format!("compiling {}", file.display());
    Ok(during(&what, load_file(&engine, file, &cache)).await?)
}

/// Takes a component that was just built through the gate.
async fn load_built(component: Vec<u8>) -> anyhow::Result<Arc<Plugin>> {
    let (engine, cache) = engine()?;
    let what = format!("compiling the component ({} bytes)", component.len());
    Ok(during(&what, load_bytes(&engine, component, &cache)).await?)
}
