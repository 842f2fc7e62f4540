//! The gate, the cache and the calls, with guests of a few instructions.

use std::sync::Arc;
use std::time::Duration;

use crossdock_contract::{Contract, NEWEST};

use super::testing::{EMPTY_LIST, GROW, Guest, LOOP, UNREACHABLE, call};
use super::{
    CallError, CompiledCache, Engine, EngineConfig, LoadError, LoadFault, Plugin, Registry, load_bytes, load_folder,
};

fn engine() -> Arc<Engine> {
    Engine::start(EngineConfig { without_pool: true, ..EngineConfig::default() }).unwrap()
}

async fn load(guest: Guest) -> Result<Arc<Plugin>, LoadError> {
    load_bytes(&engine(), guest.build(), &Arc::new(CompiledCache::disabled())).await
}

async fn fault(guest: Guest) -> LoadFault {
    load(guest).await.expect_err("the gate refuses it").fault
}

async fn track(body: &'static [u8]) -> Result<usize, CallError> {
    let plugin = load(Guest { track: Some(body), ..Guest::default() }).await.unwrap();
    let numbers = ["1".to_owned()];
    plugin.track(call(Duration::from_secs(20)), &numbers).await.map(|results| results.len())
}

#[tokio::test]
async fn a_sound_guest_is_loaded_and_describes_itself() {
    let plugin = load(Guest::default()).await.unwrap();
    assert_eq!((plugin.id().as_str(), plugin.version()), ("acme", "1.2.3"));
    assert!(
        plugin.offers("main", "tracking") && !plugin.offers("main", "rates") && !plugin.offers("other", "tracking")
    );
    let results = plugin.track(call(Duration::from_secs(20)), &[]).await.unwrap();
    assert!(results.is_empty());
}

#[tokio::test]
async fn the_gate_refuses_what_is_no_plugin() {
    let cache = Arc::new(CompiledCache::disabled());
    let engine = engine();
    let garbage = load_bytes(&engine, b"not wasm at all".to_vec(), &cache).await.unwrap_err();
    assert!(matches!(garbage.fault, LoadFault::NotAComponent(_)), "{garbage}");
    let native = engine.wasmtime().precompile_component(&Guest::default().build()).unwrap();
    let native = load_bytes(&engine, native, &cache).await.unwrap_err();
    assert!(matches!(native.fault, LoadFault::NativeCode), "{native}");
    let large = vec![0; engine.limits().component_bytes as usize + 1];
    let large = load_bytes(&engine, large, &cache).await.unwrap_err();
    assert!(matches!(large.fault, LoadFault::TooLarge { .. }), "{large}");
}

#[tokio::test]
async fn the_gate_holds_components_against_the_contract() {
    let newer = fault(Guest { contract: Some(("courier@0.1.0", "courier@0.2.0")), ..Guest::default() }).await;
    assert!(matches!(newer, LoadFault::ContractVersion { .. }), "{newer}");
    let wrong = ("numbers: list<string>) -> list", "numbers: list<u32>) -> list");
    let wrong = fault(Guest { contract: Some(wrong), ..Guest::default() }).await;
    assert!(matches!(wrong, LoadFault::Mismatch { ref world, .. } if world == "tracking-plugin"), "{wrong}");
    let files = ("package wasi:filesystem@0.2.0; interface open { all: func(); }", "wasi:filesystem/open@0.2.0", "all");
    let files = fault(Guest { import: Some(files), ..Guest::default() }).await;
    assert!(matches!(files, LoadFault::ForeignImport(ref name) if name.contains("wasi:filesystem")), "{files}");
}

#[tokio::test]
async fn describe_must_return_a_sound_description_in_time() {
    let endless = fault(Guest { describe: LOOP, ..Guest::default() }).await;
    assert!(endless.to_string().contains("CPU time"), "{endless}");
    let crash = fault(Guest { describe: UNREACHABLE, ..Guest::default() }).await;
    assert!(matches!(crash, LoadFault::Describe(_)), "{crash}");
    let syntax = fault(Guest { description: "{\"schema\": \"one\"}".to_owned(), ..Guest::default() }).await;
    assert!(matches!(syntax, LoadFault::DescriptionSyntax { ref path, .. } if path == "schema"), "{syntax}");
    let unsound = super::testing::description().replace("[\"tracking\"]", "[\"rates\"]");
    let error = load(Guest { description: unsound, ..Guest::default() }).await.unwrap_err();
    assert!(error.to_string().starts_with("plugin acme 1.2.3 was not loaded"), "{error}");
    assert!(error.to_string().contains("does not export rates"), "{error}");
}

#[tokio::test]
async fn calls_that_break_off_say_why() {
    let courier_and_version = |error: CallError| {
        assert!(error.to_string().starts_with("plugin acme 1.2.3 "), "{error}");
        error
    };
    let crash = courier_and_version(track(UNREACHABLE).await.unwrap_err());
    assert!(matches!(crash, CallError::Trap { .. }), "{crash}");
    let endless = courier_and_version(track(LOOP).await.unwrap_err());
    assert!(matches!(endless, CallError::LimitExceeded { limit: "CPU time", .. }), "{endless}");
    let greedy = courier_and_version(track(GROW).await.unwrap_err());
    assert!(matches!(greedy, CallError::LimitExceeded { limit: "memory", .. }), "{greedy}");
    let short = courier_and_version(track(EMPTY_LIST).await.unwrap_err());
    assert!(matches!(short, CallError::BadResult { .. }), "{short}");
}

#[tokio::test]
async fn a_deadline_ends_a_call_and_a_dropped_call_leaves_its_place() {
    let plugin = load(Guest { track: Some(LOOP), ..Guest::default() }).await.unwrap();
    let late = plugin.track(call(Duration::from_millis(20)), &[]).await.unwrap_err();
    assert!(matches!(late, CallError::DeadlineExceeded { deadline_ms: 20, .. }), "{late}");
    let places = plugin.places().available_permits();
    let dropped =
        tokio::time::timeout(Duration::from_millis(5), plugin.track(call(Duration::from_secs(20)), &[])).await;
    assert!(dropped.is_err());
    assert_eq!(plugin.places().available_permits(), places);
}

#[tokio::test]
async fn what_is_not_offered_is_not_called() {
    let plugin = load(Guest::default()).await.unwrap();
    let error = plugin.check(call(Duration::from_secs(1))).await.unwrap_err();
    assert!(matches!(error, CallError::NotOffered { capability: "auth", .. }), "{error}");
    let mut other = call(Duration::from_secs(1));
    other.account.kind = "other".to_owned();
    assert!(matches!(plugin.track(other, &[]).await, Err(CallError::NotOffered { .. })));
}

#[tokio::test]
async fn the_cache_is_used_only_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("compiled");
    let engine = engine();
    let component = Guest::default().build();
    let cache = Arc::new(CompiledCache::open(&place, &[7; 32]).unwrap());
    let plugin = load_bytes(&engine, component.clone(), &cache).await.unwrap();
    let file = std::fs::read_dir(&place).unwrap().next().unwrap().unwrap().path();
    assert!(cache.load(engine.wasmtime(), plugin.digest(), &NEWEST).is_some());
    let other_host = CompiledCache::open(&place, &[8; 32]).unwrap();
    assert!(other_host.load(engine.wasmtime(), plugin.digest(), &NEWEST).is_none(), "another key");
    let other = Contract { wit: &[("types.wit", "package crossdock:courier@0.1.0;")], ..NEWEST };
    assert!(cache.load(engine.wasmtime(), plugin.digest(), &other).is_none(), "the gate held it against another text");
    let sound = std::fs::read(&file).unwrap();
    let mut tampered = sound.clone();
    *tampered.last_mut().unwrap() ^= 1;
    for bytes in [&tampered[..], &sound[..sound.len() / 2], &sound[..10], &[]] {
        std::fs::write(&file, bytes).unwrap();
        assert!(cache.load(engine.wasmtime(), plugin.digest(), &NEWEST).is_none());
    }
    load_bytes(&engine, component, &cache).await.unwrap();
    assert_eq!(std::fs::read(&file).unwrap().len(), sound.len(), "it was compiled and written again");
}

#[tokio::test]
async fn a_folder_is_loaded_but_for_what_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("a.wasm", Guest::default().build()), ("b.wasm", b"broken".to_vec()), ("c.wasm", Guest::default().build())]
    {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let (plugins, errors) = load_folder(&engine(), folder.path(), &Arc::new(CompiledCache::disabled())).await;
    assert_eq!(plugins.len(), 1);
    assert!(errors[0].to_string().contains("b.wasm") && matches!(errors[1].fault, LoadFault::Duplicate { .. }));
    let registry = Registry::new(plugins);
    let courier = "acme".parse().unwrap();
    let plugin = registry.get(&courier).unwrap();
    assert!(registry.replace(plugin).is_some() && registry.remove(&courier).is_some() && registry.list().is_empty());
}

#[test]
fn calls_can_be_awaited_on_any_thread() {
    fn is_send<T: Send>(_: T) {}
    fn ask(plugin: &Arc<Plugin>) {
        is_send(plugin.track(call(Duration::ZERO), &[]));
        is_send(plugin.check(call(Duration::ZERO)));
    }
    _ = ask;
}
