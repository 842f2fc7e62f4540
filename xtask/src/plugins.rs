//! `cargo xtask plugins`: every plugin and test guest as a component.
//!
//! Plugins are core modules for `wasm32-unknown-unknown`, which not every machine's Rust can build. Three ways are tried in
//! order: rustup's target where it is installed, rustup fetching it, and Debian's own Rust, which builds the target's
//! library from source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use wit_component::{ComponentEncoder, DecodedWasm};

use crate::root;

const TARGET: &str = "wasm32-unknown-unknown";
const CONTRACT: &str = "crossdock:courier/";
const PROFILE: &str = "plugin";
/// A small stack and enough memory from the start, so that an ordinary call never grows memory: growing costs more than the call.
const RUSTFLAGS: &str = "-Clink-arg=-zstack-size=65536 -Clink-arg=--initial-memory=262144";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const DEBIAN_PACKAGES: &str = "rustc-web cargo-web rust-web-src lld";
/// What a cargo that rustup started hands down, and what must not reach another compiler.
const RUSTUP_VARIABLES: &[&str] =
    &["RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "CARGO", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "LD_LIBRARY_PATH"];

/// What `cargo xtask plugins` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where the components go; `<target dir>/plugins` if not said. Test guests and examples go to `guests/` and `examples/` below it.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Only these packages.
    #[arg(long = "package", short = 'p')]
    packages: Vec<String>,
}

/// A crate that becomes a component.
#[derive(Debug, Clone)]
struct Guest {
    package: String,
    /// Its file name without extension: the courier's id.
    id: String,
    /// The folder of components that it goes to, below that of the plugins.
    folder: &'static str,
}

/// Which crates become components.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// Plugins, test guests and examples.
    All,
    /// Plugins: what a host needs.
    Plugins,
    /// These packages.
    Named(&'a [String]),
}

/// How wasm can be built on this machine.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Rustup,
    Debian,
}

/// Builds what the command line names and prints the sizes.
///
/// # Errors
///
/// As [`build`].
pub fn run(arguments: &Arguments, usual_out: &Path) -> Result<()> {
    let wanted = match arguments.packages.as_slice() {
        [] => Wanted::All,
        packages => Wanted::Named(packages),
    };
    build(arguments.out.as_deref().unwrap_or(usual_out), wanted)
}

/// Builds components into a folder and prints their sizes.
///
/// # Errors
///
/// There is no way to build wasm here, a plugin does not compile, or is no component of the contract.
pub fn build(out: &Path, wanted: Wanted<'_>) -> Result<()> {
    let metadata = metadata()?;
    let guests = guests(&metadata, wanted)?;
    let way = way()?;
    // A directory of its own: two compilers must not share one, and all plugins share the target's library.
    let wasm_dir = target_dir(&metadata)?.join(match way {
        Way::Rustup => "wasm",
        Way::Debian => "wasm-debian",
    });
    compile(way, &guests, &wasm_dir)?;
    for guest in guests {
        let module = wasm_dir.join(TARGET).join(PROFILE).join(format!("{}.wasm", guest.package.replace('-', "_")));
        let to = out.join(guest.folder).join(format!("{}.wasm", guest.id));
        let (bytes, changed) =
            componentize(&module, &to).with_context(|| format!("{} is no component of the contract", guest.package))?;
        say(&format!("{:<24} {bytes:>9} bytes{}", guest.id, if changed { "" } else { "  (unchanged)" }));
    }
    Ok(())
}

fn metadata() -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed");
    }
    serde_json::from_slice(&output.stdout).context("cannot read cargo metadata")
}

/// Where couriers' plugins stand.
const PLUGINS: &str = "plugins";

/// Where crates that become components stand, what their names start with, and where the components go.
const GUESTS: [(&str, &str, &str); 3] =
    [(PLUGINS, "", ""), ("tests/guests", "guest-", "guests"), ("sdk/examples", "example-", "examples")];

/// The crates that become components.
fn guests(metadata: &Value, wanted: Wanted<'_>) -> Result<Vec<Guest>> {
    let (root, mut guests) = (root(), BTreeMap::new());
    for package in metadata["packages"].as_array().context("cargo metadata without packages")? {
        let name = package["name"].as_str().unwrap_or_default();
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let Some(folder) = manifest.parent().and_then(|folder| folder.strip_prefix(&root).ok()) else {
            continue;
        };
        let Some((stands, prefix, goes)) = GUESTS.iter().find(|(stands, ..)| folder.starts_with(stands)) else {
            continue;
        };
        let is_wanted = match wanted {
            Wanted::All => true,
            Wanted::Plugins => *stands == PLUGINS,
            Wanted::Named(packages) => packages.iter().any(|package| package == name),
        };
        if is_wanted {
            let id = name.strip_prefix(prefix).unwrap_or(name).to_owned();
            guests.insert(name.to_owned(), Guest { package: name.to_owned(), id, folder: goes });
        }
    }
    if guests.is_empty() {
        bail!("no such plugin");
    }
    Ok(guests.into_values().collect())
}

fn target_dir(metadata: &Value) -> Result<PathBuf> {
    metadata["target_directory"].as_str().map(PathBuf::from).context("cargo metadata without a target directory")
}

/// Picks the first way that works, and says which.
fn way() -> Result<Way> {
    if rustup_has_target() {
        say(&format!("building with rustup's {TARGET}"));
        return Ok(Way::Rustup);
    }
    // Where Debian's Rust is there already, asking the network first would only cost time.
    if !debian_is_ready() {
        if rustup_fetches_target() {
            say(&format!("fetched {TARGET} with rustup; building with it"));
            return Ok(Way::Rustup);
        }
        install_debian()?;
    }
    say("building with Debian's Rust and the target's library from source (rustup has no wasm target here)");
    Ok(Way::Debian)
}

fn rustup_has_target() -> bool {
    let output = Command::new("rustup").args(["target", "list", "--installed"]).current_dir(root()).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).lines().any(|line| line.trim() == TARGET))
}

fn rustup_fetches_target() -> bool {
    let status = Command::new("rustup").args(["target", "add", TARGET]).current_dir(root()).status();
    status.is_ok_and(|status| status.success())
}

fn debian_is_ready() -> bool {
    let linker = Command::new("wasm-ld").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_LIBRARY].iter().all(|path| debian_path(path).exists())
        && linker.is_ok_and(|status| status.success())
}

/// The library's place depends on the compiler's own root.
fn debian_path(path: &str) -> PathBuf {
    if path != DEBIAN_LIBRARY {
        return PathBuf::from(path);
    }
    let output = clean(&mut Command::new(DEBIAN_RUSTC)).args(["--print", "sysroot"]).output();
    let sysroot = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml")
}

fn install_debian() -> Result<()> {
    say(&format!("installing {DEBIAN_PACKAGES}"));
    let script = format!("apt-get update && apt-get install -y --no-install-recommends {DEBIAN_PACKAGES}");
    let status = Command::new("sh").args(["-c", &script]).status();
    if status.is_ok_and(|status| status.success()) && debian_is_ready() {
        return Ok(());
    }
    bail!(
        "no way to build wasm here: `rustup target add {TARGET}` failed, and so did \
         `apt-get install --no-install-recommends {DEBIAN_PACKAGES}` (it needs root)"
    );
}

fn compile(way: Way, guests: &[Guest], wasm_dir: &Path) -> Result<()> {
    let mut cargo = match way {
        Way::Rustup => {
            let mut cargo = Command::new("cargo");
            cargo.env_remove("CARGO_ENCODED_RUSTFLAGS");
            cargo
        }
        Way::Debian => {
            let mut cargo = Command::new(DEBIAN_CARGO);
            clean(&mut cargo);
            cargo
                .env("RUSTC", DEBIAN_RUSTC)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld");
            cargo
        }
    };
    cargo.args(["build", "--target", TARGET, "--profile", PROFILE, "--locked", "--target-dir"]).arg(wasm_dir);
    if way == Way::Debian {
        cargo.arg("-Zbuild-std=std,panic_abort");
    }
    for guest in guests {
        cargo.args(["--package", &guest.package]);
    }
    // What a person sets for quick builds of the host would make components larger, and others than everybody else's.
    cargo.env_remove("CARGO_INCREMENTAL");
    let status = cargo.env("RUSTFLAGS", RUSTFLAGS).current_dir(root()).status().context("cannot run cargo")?;
    if !status.success() {
        bail!("the plugins do not compile");
    }
    Ok(())
}

/// Takes rustup's variables and shims out of a command's surroundings.
fn clean(command: &mut Command) -> &mut Command {
    for name in RUSTUP_VARIABLES {
        command.env_remove(name);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path)
        .filter(|folder| !folder.ends_with(".cargo/bin") && !folder.join("rustup").exists())
        .collect::<Vec<_>>();
    // A path that cannot be joined back came from the system as it is.
    command.env("PATH", std::env::join_paths(folders).unwrap_or(path))
}

/// Makes a component of a core module; its size, and whether the file is another than before.
fn componentize(module: &Path, to: &Path) -> Result<(usize, bool)> {
    let module = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let component = ComponentEncoder::default().validate(true).module(&module)?.encode()?;
    check_imports(&component)?;
    if fs::read(to).is_ok_and(|old| old == component) {
        return Ok((component.len(), false));
    }
    let folder = to.parent().context("a file has a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // A host that watches the folder must never see half a file.
    let partial = to.with_extension("wasm.partial");
    fs::write(&partial, &component).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, to).with_context(|| format!("cannot write {}", to.display()))?;
    Ok((component.len(), true))
}

/// Plugins import the contract and nothing else: no WASI, no `env`.
fn check_imports(component: &[u8]) -> Result<()> {
    let DecodedWasm::Component(resolve, world) = wit_component::decode(component)? else {
        bail!("it is a WIT package");
    };
    for key in resolve.worlds[world].imports.keys() {
        let name = resolve.name_world_key(key);
        if !name.starts_with(CONTRACT) {
            bail!("it imports {name}");
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a build tool talks to a person")]
fn say(line: &str) {
    println!("{line}");
}
