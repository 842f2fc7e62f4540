//! Replacing a plugin while the host serves: how soon a new file serves, and what a hundred replacements do to requests in flight.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossdock_tests::bench::load::{Until, run};
use crossdock_tests::bench::setup::Stage;
use crossdock_tests::bench::{Figure, is_selected, millis, percentile};
use crossdock_tests::{Client, Database, Host, plugins_dir};
use serde_json::Value;
use tempfile::TempDir;

const GROUP_RELOAD: &str = "From a file's rename to the new version serving";
const GROUP_LOAD: &str = "A hundred replacements under load";
/// New versions of each kind; the median counts.
const RELOADS: u8 = 9;
const REPLACEMENTS: usize = 100;
const IN_FLIGHT: usize = 50;
/// How long load runs before the first replacement.
const BEFORE: Duration = Duration::from_secs(5);
/// Time between two looks at which version serves.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// Longest wait for a version to serve.
const SOON: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() {
    if !is_selected("replace") {
        return;
    }
    reloads().await;
    under_load().await;
}

/// The same component with a section of its own at the end, which nothing reads: other bytes, so another version.
fn version(component: &[u8], number: u8) -> Vec<u8> {
    const CUSTOM_SECTION: u8 = 0;
    let name = b"version";
    let length = u8::try_from(1 + name.len() + 1).expect("a short section");
    let name_length = u8::try_from(name.len()).expect("a short name");
    [component, &[CUSTOM_SECTION, length, name_length], name, &[number]].concat()
}

/// Renames a component into place, and waits until it serves.
async fn replace(folder: &Path, name: &str, admin: &Client, component: &[u8]) -> Duration {
    let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(component));
    let partial = folder.join("partial");
    fs::write(&partial, component).expect("a component can be written");
    let started = Instant::now();
    fs::rename(partial, folder.join(format!("{name}.wasm"))).expect("a file can be renamed");
    let mut looks = tokio::time::interval(LOOK_EVERY);
    while serving(admin, name).await != digest {
        assert!(started.elapsed() < SOON, "the new version does not serve");
        looks.tick().await;
    }
    started.elapsed()
}

async fn serving(admin: &Client, courier: &str) -> String {
    let plugin: Value = admin.get(&format!("/v1/admin/plugins/{courier}")).await.expect(200).json();
    plugin["serving_digest"].as_str().unwrap_or_default().to_owned()
}

async fn reloads() {
    for (file, courier) in [("examples/rust.wasm", "examplepost"), ("ups.wasm", "ups")] {
        let component = fs::read(plugins_dir().join(file)).expect("the component is built");
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join(format!("{courier}.wasm")), &component).expect("a component can be written");
        let host = Host::start(Database::Sqlite, folder.path(), &[]).await;
        let admin = admin(&host).await;
        let (mut new, mut known) = (Vec::new(), Vec::new());
        for number in 0..RELOADS {
            new.push(replace(folder.path(), courier, &admin, &version(&component, number)).await);
            known.push(replace(folder.path(), courier, &admin, &component).await);
        }
        let kilobytes = component.len() / 1_000;
        let note = format!("{kilobytes} kB; median of {RELOADS}, asked every ms");
        let figure = |words: &str, times: &mut [Duration], reach: f64| {
            let name = format!("{courier}: {words}");
            let figure = Figure::new(GROUP_RELOAD, &name, millis(percentile(times, 0.5)), "ms");
            figure.note(note.clone()).at_most(reach).print();
        };
        figure("never compiled here", &mut new, 500.0);
        figure("from the cache", &mut known, 50.0);
    }
}

/// A key that asks without end.
async fn admin(host: &Host) -> Client {
    let key = host.cli(&["key", "create", "--admin", "--unlimited", "--json"]).await;
    Client::new(&host.base_url, key["key"].as_str())
}

async fn under_load() {
    let folder = TempDir::new().expect("a folder");
    let component = fs::read(plugins_dir().join("ups.wasm")).expect("the component is built");
    let file: PathBuf = folder.path().join("ups.wasm");
    fs::write(&file, &component).expect("a component can be written");
    let stage = Stage::set_with(folder.path(), &[]).await;
    let admin = admin(&stage.host).await;
    let versions = [version(&component, 1), version(&component, 2)];
    for component in &versions {
        replace(folder.path(), "ups", &admin, component).await;
    }
    let target = stage.target();
    let before = run(&target, IN_FLIGHT, Until::Elapsed(BEFORE)).await;
    let load = tokio::spawn({
        let target = target.clone();
        // Long enough for all replacements; it ends with them.
        async move { run(&target, IN_FLIGHT, Until::Elapsed(BEFORE * 6)).await }
    });
    let started = Instant::now();
    for number in 0..REPLACEMENTS {
        replace(folder.path(), "ups", &admin, &versions[number % 2]).await;
    }
    let took = started.elapsed();
    let during = load.await.expect("the load ends");
    assert_eq!((before.refused.0, during.refused.0), (0, 0), "no request fails: {:?}", during.refused.1);
    let times = during.p99.as_secs_f64() / before.p99.as_secs_f64();
    Figure::new(GROUP_LOAD, "requests that failed", 0.0, "")
        .at_most(0.0)
        .note(format!("{} answered, {REPLACEMENTS} replacements in {:.1} s", during.answers, took.as_secs_f64()))
        .print();
    Figure::new(GROUP_LOAD, "p99 before", millis(before.p99), "ms").note(format!("{IN_FLIGHT} in flight")).print();
    Figure::new(GROUP_LOAD, "p99 during", millis(during.p99), "ms").print();
    Figure::new(GROUP_LOAD, "p99 during over before", times, "times").at_most(3.0).print();
}
