//! From a file to a plugin that can be put in charge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use super::admission;
use super::cache::CompiledCache;
use super::contracts::BuiltAgainst;
use super::describe::describe;
use super::engine::Engine;
use super::error::{LoadError, LoadFault};
use super::limits;
use super::plugin::{Admitted, Plugin};
use super::ready::{Ready, exported};

/// How a component's file name ends.
const EXTENSION: &str = "wasm";

/// Loads every component of a folder, in the order of their names. What cannot be loaded is returned beside the rest.
pub async fn load_folder(
    engine: &Arc<Engine>,
    folder: &Path,
    cache: &Arc<CompiledCache>,
) -> (Vec<Arc<Plugin>>, Vec<LoadError>) {
    let files = match component_files(folder) {
        Ok(files) => files,
        Err(error) => return (Vec::new(), vec![*error]),
    };
    let mut plugins = BTreeMap::new();
    let mut errors = Vec::new();
    for file in files {
        match load_file(engine, &file, cache).await {
            Ok(plugin) => match plugins.get(plugin.id()) {
                None => _ = plugins.insert(plugin.id().clone(), (plugin, file)),
                Some((_, other)) => errors.push(duplicate(&plugin, file, other)),
            },
            Err(error) => errors.push(error),
        }
    }
    (plugins.into_values().map(|(plugin, _)| plugin).collect(), errors)
}

/// Loads one component.
///
/// # Errors
///
/// As [`load_bytes`], and if the file cannot be read.
pub async fn load_file(
    engine: &Arc<Engine>,
    file: &Path,
    cache: &Arc<CompiledCache>,
) -> Result<Arc<Plugin>, LoadError> {
    let bytes = read_component(file, engine.limits().component_bytes).await?;
    load_bytes(engine, bytes, cache).await.map_err(|error| LoadError { file: Some(file.to_owned()), ..error })
}

/// Reads a component's file.
///
/// # Errors
///
/// If it cannot be read, or is larger than a component may be.
pub async fn read_component(file: &Path, limit_bytes: u64) -> Result<Vec<u8>, LoadError> {
    let path = file.to_owned();
    match tokio::task::spawn_blocking(move || read_once(&path, limit_bytes)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(fault)) => Err(fault.at(Some(file.to_owned()), None)),
        Err(_) => Err(LoadFault::CompileBrokeOff.at(Some(file.to_owned()), None)),
    }
}

/// Takes a component through the gate: size, digest, contract, compiler or cache, `describe`, description.
///
/// # Errors
///
/// Whatever the gate finds, with the plugin's name as far as it is known.
pub async fn load_bytes(
    engine: &Arc<Engine>,
    bytes: Vec<u8>,
    cache: &Arc<CompiledCache>,
) -> Result<Arc<Plugin>, LoadError> {
    let (size_bytes, limit_bytes) = (bytes.len() as u64, engine.limits().component_bytes);
    if size_bytes > limit_bytes {
        return Err(LoadFault::TooLarge { size_bytes, limit_bytes }.at(None, None));
    }
    let digest = hex::encode(Sha256::digest(&bytes));
    let fault_at = |fault: LoadFault| fault.at(None, Some(digest.clone()));
    let (component, built) = compile(engine, bytes, &digest, cache).await.map_err(fault_at)?;
    let capabilities = exported(&component, &built);
    let ready = make_ready(engine, &component, &built, &capabilities).map_err(fault_at)?;
    let description = describe(engine, &ready, &built.version).await.map_err(fault_at)?;
    let named = |fault: LoadFault| LoadError {
        file: None,
        courier: Some(description.id.clone()),
        version: Some(description.version.clone()),
        digest: Some(digest.clone()),
        fault,
    };
    let flaws = admission::missing_capabilities(&description, &capabilities);
    if !flaws.is_empty() {
        return Err(named(LoadFault::Description(flaws)));
    }
    let id = description.id.parse().map_err(|_| named(LoadFault::Describe("its id is no courier's".to_owned())))?;
    let digest = digest.clone();
    let contract = built.version;
    let plugin = Plugin::new(engine, Admitted { id, digest, size_bytes, description, capabilities, contract, ready });
    tracing::info!(
        courier = %plugin.id(), plugin.version = plugin.version(), digest = plugin.digest(), size_bytes,
        contract = plugin.contract(), capabilities = ?plugin.capabilities(), "plugin loaded"
    );
    Ok(Arc::new(plugin))
}

/// Lists a folder's components, in the order of their names.
///
/// # Errors
///
/// If the folder cannot be read, or holds more than a host takes.
pub fn component_files(folder: &Path) -> Result<Vec<PathBuf>, Box<LoadError>> {
    list_files(folder).map_err(|fault| Box::new(fault.at(Some(folder.to_owned()), None)))
}

fn list_files(folder: &Path) -> Result<Vec<PathBuf>, LoadFault> {
    let io = |source| LoadFault::Io { what: "the folder cannot be read", source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            files.push(path);
        }
        if files.len() > limits::MAX_PLUGINS {
            return Err(LoadFault::TooMany { limit: limits::MAX_PLUGINS });
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a file once, and no more of it than a component may have: what is hashed, checked and compiled is one buffer.
fn read_once(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, LoadFault> {
    use std::io::Read;
    let io = |source| LoadFault::Io { what: "the file cannot be read", source };
    let file = std::fs::File::open(path).map_err(io)?;
    let mut bytes = Vec::new();
    file.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(io)?;
    match bytes.len() as u64 {
        size_bytes if size_bytes > limit_bytes => Err(LoadFault::TooLarge { size_bytes, limit_bytes }),
        _ => Ok(bytes),
    }
}

/// Takes the component from the cache, or through the gate and the compiler, on a thread of its own and one at a time.
///
/// What is in the cache was put there after the gate: its name holds the digest of the component and of the contract that
/// it was built against, and its MAC says that this host wrote it. So it does not pass the gate again.
async fn compile(
    engine: &Arc<Engine>,
    bytes: Vec<u8>,
    digest: &str,
    cache: &Arc<CompiledCache>,
) -> Result<(Component, BuiltAgainst), LoadFault> {
    let turn = Arc::clone(engine.compilations()).acquire_owned().await.map_err(|_| LoadFault::CompileBrokeOff)?;
    let (wasmtime, cache, digest) = (engine.wasmtime().clone(), Arc::clone(cache), digest.to_owned());
    let work = tokio::task::spawn_blocking(move || {
        // Held to the end of the work, not of the waiting: a second compilation never starts beside a stuck one.
        let _turn = turn;
        if wasmtime::Engine::detect_precompiled(&bytes).is_some() {
            return Err(LoadFault::NativeCode);
        }
        let built = BuiltAgainst::read(&bytes)?;
        if let Some(component) = cache.load(&wasmtime, &digest, built.contract()) {
            return Ok((component, built));
        }
        admission::admit(&bytes, &built)?;
        let component =
            Component::from_binary(&wasmtime, &bytes).map_err(|error| LoadFault::Compile(format!("{error:#}")))?;
        cache.store(&wasmtime, &digest, built.contract(), &component);
        Ok((component, built))
    });
    match tokio::time::timeout(limits::COMPILE_DEADLINE, work).await {
        Ok(Ok(compiled)) => compiled,
        Ok(Err(_)) | Err(_) => Err(LoadFault::CompileBrokeOff),
    }
}

fn make_ready(
    engine: &Engine,
    component: &Component,
    built: &BuiltAgainst,
    capabilities: &BTreeSet<String>,
) -> Result<Ready, LoadFault> {
    let instance = engine.linker().instantiate_pre(component);
    let ready = instance.and_then(|instance| Ready::new(built, &instance, capabilities));
    ready.map_err(|error| LoadFault::Mismatch {
        contract: built.contract().version.to_owned(),
        world: "of its exports".to_owned(),
        reason: format!("{error:#}"),
    })
}

fn duplicate(plugin: &Plugin, file: PathBuf, other: &Path) -> LoadError {
    LoadError {
        file: Some(file),
        courier: Some(plugin.id().to_string()),
        version: Some(plugin.version().to_owned()),
        digest: Some(plugin.digest().to_owned()),
        fault: LoadFault::Duplicate { other: other.display().to_string() },
    }
}
