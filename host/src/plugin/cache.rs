//! Compiled code of components that came through the gate, kept between starts.
//!
//! Mapping native code runs it, so a file is trusted only under a MAC that the host alone can make: over the file's name
//! (so that two files cannot be swapped) and all of its bytes. What is mapped is the very buffer that was verified;
//! a file that is verified and then mapped by its path could be changed in between. That costs one copy, 0.1 ms for a
//! Rust plugin.

use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crossdock_contract::Contract;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use super::limits;

/// Length of the MAC that a file begins with.
const MAC_BYTES: usize = 32;

/// The version of wasmtime that this is built with: a member of every file's name, so that an update compiles anew.
const WASMTIME: &str = "48.0";

/// Compiled components in a folder of the host's own.
pub struct CompiledCache {
    place: Option<(PathBuf, Hmac<Sha256>)>,
}

/// Why a cached file was not used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("it was cut short or is larger than a component gets")]
    Size,
    #[error("its MAC is not this host's")]
    Mac,
    #[error("the engine does not take it: {0}")]
    Engine(String),
}

impl CompiledCache {
    /// Opens the cache; makes the folder, for nobody else, if it is not there. `key` belongs to this host alone.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made or closed to others.
    pub fn open(folder: &Path, key: &[u8; 32]) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        if std::fs::symlink_metadata(folder)?.is_symlink() {
            return Err(io::Error::other("the cache of compiled plugins is a symbolic link"));
        }
        close_to_others(folder)?;
        let mac = Hmac::new_from_slice(key).map_err(io::Error::other)?;
        Ok(Self { place: Some((folder.to_owned(), mac)) })
    }

    /// Makes a cache that keeps nothing.
    pub fn disabled() -> Self {
        Self { place: None }
    }

    /// Returns a component's compiled code, if it was kept by this host for this engine. A file that is not what the
    /// host wrote is reported and passed over.
    pub(super) fn load(&self, engine: &wasmtime::Engine, digest: &str, contract: &Contract) -> Option<Component> {
        let (folder, mac) = self.place.as_ref()?;
        let name = file_name(engine, digest, contract);
        let path = folder.join(&name);
        if !path.exists() {
            return None;
        }
        match read(engine, &path, &name, mac) {
            Ok(component) => Some(component),
            Err(unusable) => {
                tracing::warn!(file = %path.display(), reason = %unusable, "compiled plugin is not used: compiling again");
                None
            }
        }
    }

    /// Keeps a component's compiled code. Failing to costs only the next start's time, so it is reported and no more.
    pub(super) fn store(&self, engine: &wasmtime::Engine, digest: &str, contract: &Contract, component: &Component) {
        let Some((folder, mac)) = &self.place else { return };
        let name = file_name(engine, digest, contract);
        let written = component
            .serialize()
            .map_err(|error| io::Error::other(format!("{error:#}")))
            .and_then(|code| write(folder, &name, mac, &code));
        if let Err(error) = written {
            tracing::warn!(folder = %folder.display(), %error, "compiled plugin could not be kept");
        }
    }
}

/// Names the file after all that decides whether its code fits: the component, the engine's settings, its version, the
/// machine's kind, and the contract whose gate the component came through.
fn file_name(engine: &wasmtime::Engine, digest: &str, contract: &Contract) -> String {
    let mut hash = Sha256::new();
    let mut settings = Sha256Hasher(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut settings);
    let target = [std::env::consts::ARCH, std::env::consts::OS, std::env::consts::FAMILY].join("-");
    for part in [digest, WASMTIME, &target] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(settings.0.finalize());
    for (name, text) in contract.wit {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update(text);
    }
    format!("{}.cwasm", hex::encode(hash.finalize()))
}

/// A hasher that keeps every bit: two settings never meet by accident, or by intent.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        u64::from_le_bytes(std::array::from_fn(|place| digest[place]))
    }
}

fn read(engine: &wasmtime::Engine, path: &Path, name: &str, mac: &Hmac<Sha256>) -> Result<Component, Unusable> {
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(limits::MAX_COMPILED_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() <= MAC_BYTES || bytes.len() as u64 > limits::MAX_COMPILED_BYTES {
        return Err(Unusable::Size);
    }
    let (tag, code) = bytes.split_at(MAC_BYTES);
    let mac = mac.clone().chain_update(name).chain_update(code);
    mac.verify_slice(tag).map_err(|_| Unusable::Mac)?;
    // SAFETY: the MAC says that this host wrote these bytes under this name, and it only writes what an engine of this
    // version and these settings had serialized. The buffer is ours alone since it was verified.
    let component = unsafe { Component::deserialize(engine, code) };
    component.map_err(|error| Unusable::Engine(format!("{error:#}")))
}

/// Writes beside the place and renames, so that nobody ever reads half a file.
fn write(folder: &Path, name: &str, mac: &Hmac<Sha256>, code: &[u8]) -> io::Result<()> {
    let tag = mac.clone().chain_update(name).chain_update(code).finalize().into_bytes();
    let unfinished = folder.join(format!("{name}.{}.tmp", std::process::id()));
    let mut file = create_private(&unfinished)?;
    file.write_all(&tag)?;
    file.write_all(code)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(name))
}

#[cfg(unix)]
fn close_to_others(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<std::fs::File> {
    std::fs::File::create(path)
}
