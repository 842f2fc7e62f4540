//! Where the build put things, and free ports.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;

/// Returns the path of one of our programs, such as `crossdock`.
///
/// Cargo tells a test only the programs of its own package; ours stand beside the folder that the test itself is in.
///
/// # Panics
///
/// When it was not built.
pub fn program(name: &str) -> PathBuf {
    let path = profile_dir().join(name);
    assert!(path.exists(), "{} is missing: run `cargo build --workspace --bins` first", path.display());
    path
}

/// Returns the folder of the plugins' components: `CROSSDOCK_TEST_PLUGINS_DIR`, or where `cargo xtask plugins` puts them.
///
/// # Panics
///
/// When there is none.
pub fn plugins_dir() -> PathBuf {
    let beside = || profile_dir().parent().expect("a profile is in the target folder").join("plugins");
    let dir = variable("CROSSDOCK_TEST_PLUGINS_DIR").map_or_else(beside, PathBuf::from);
    assert!(dir.is_dir(), "{} is missing: run `cargo xtask plugins` first", dir.display());
    dir
}

/// Returns an address of the loopback interface whose port is free now.
///
/// # Panics
///
/// When there is no free port.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a listener has an address")
}

/// Reads what `cargo xtask test` says to the tests; an empty value is none.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// `target/debug`, seen from `target/debug/deps/<test>`.
fn profile_dir() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let deps = test.parent().expect("a test is in a folder");
    deps.parent().expect("tests are in `deps`").to_owned()
}
