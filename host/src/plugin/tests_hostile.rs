//! What no honest tool chain makes: guests whose instructions were chosen to do harm, and bytes that are hardly components.

use std::sync::Arc;
use std::time::Duration;

use super::testing::{
    DESCRIBE_CHANGING, DESCRIBE_GIANT, DESCRIBE_NO_UTF8, DESCRIBE_OUTSIDE, GROW_TABLE, Guest, LOOP, TRACK_GIANT,
    TRACK_NO_UTF8, call,
};
use super::{CallError, CompiledCache, Engine, EngineConfig, LoadError, LoadFault, Plugin, load_bytes};

async fn load(engine: &Arc<Engine>, guest: Guest) -> Result<Arc<Plugin>, LoadError> {
    load_bytes(engine, guest.build(), &Arc::new(CompiledCache::disabled())).await
}

/// Both ways to make instances: with the pool that serves, and without.
fn engines() -> [Arc<Engine>; 2] {
    [false, true].map(|without_pool| Engine::start(EngineConfig { without_pool, ..EngineConfig::default() }).unwrap())
}

/// Calls `track` with this body; a sound plugin's call must succeed after it.
async fn track(engine: &Arc<Engine>, body: &'static [u8]) -> CallError {
    let numbers = ["1".to_owned()];
    let plugin = load(engine, Guest { track: Some(body), ..Guest::default() }).await.unwrap();
    let error = plugin.track(call(Duration::from_secs(20)), &numbers).await.expect_err("it is no sound result");
    let sound = load(engine, Guest::default()).await.unwrap();
    assert!(sound.track(call(Duration::from_secs(20)), &[]).await.unwrap().is_empty(), "after {error}");
    error
}

#[tokio::test]
async fn a_table_grows_to_its_limit_only() {
    for engine in engines() {
        let greedy = track(&engine, GROW_TABLE).await;
        assert!(matches!(greedy, CallError::LimitExceeded { limit: "tables", .. }), "{greedy}");
        let large = load(&engine, Guest { table_elements: 30_000, ..Guest::default() }).await.unwrap_err();
        let words = large.to_string();
        assert!(words.contains("tables") || words.contains("table"), "{words}");
    }
}

#[tokio::test]
async fn texts_and_lists_that_are_none_end_the_call() {
    for engine in engines() {
        let no_utf8 = track(&engine, TRACK_NO_UTF8).await;
        assert!(matches!(no_utf8, CallError::Trap { .. }) && no_utf8.to_string().contains("utf-8"), "{no_utf8}");
        let giant = track(&engine, TRACK_GIANT).await;
        assert!(matches!(giant, CallError::Trap { .. } | CallError::LimitExceeded { .. }), "{giant}");
    }
}

#[tokio::test]
async fn descriptions_that_are_no_text_are_refused() {
    for engine in engines() {
        for describe in [DESCRIBE_NO_UTF8, DESCRIBE_OUTSIDE, DESCRIBE_GIANT] {
            let error = load(&engine, Guest { describe, ..Guest::default() }).await.unwrap_err();
            assert!(matches!(error.fault, LoadFault::Describe(_)), "{error}");
        }
        load(&engine, Guest::default()).await.unwrap();
    }
}

#[tokio::test]
async fn a_start_that_never_ends_is_ended() {
    for engine in engines() {
        let error = load(&engine, Guest { start: Some(LOOP), ..Guest::default() }).await.unwrap_err();
        assert!(error.to_string().contains("its limit on CPU time"), "{error}");
    }
}

/// Every time it is asked it starts anew and has nothing but itself to look at, so it cannot change its mind.
#[tokio::test]
async fn a_describe_that_would_change_between_calls_cannot() {
    for engine in engines() {
        let guest = || Guest { describe: DESCRIBE_CHANGING, ..Guest::default() };
        let first = load(&engine, guest()).await.unwrap();
        for _ in 0..3 {
            let again = load(&engine, guest()).await.unwrap();
            assert_eq!(again.description(), first.description());
        }
    }
}

#[tokio::test]
async fn damaged_components_are_refused_without_harm() {
    let [engine, _] = engines();
    let cache = Arc::new(CompiledCache::disabled());
    let sound = Guest::default().build();
    let step = sound.len() / 40;
    for cut in (0..sound.len()).step_by(step) {
        assert!(load_bytes(&engine, sound[..cut].to_vec(), &cache).await.is_err(), "cut at {cut}");
    }
    let mut refused = 0;
    for place in (8..sound.len()).step_by(step) {
        let mut damaged = sound.clone();
        damaged[place] ^= 0x55;
        // A changed letter in a name that nobody reads is no damage.
        refused += usize::from(load_bytes(&engine, damaged, &cache).await.is_err());
    }
    assert!(refused > 10, "{refused} damaged components were refused");
    load_bytes(&engine, sound, &cache).await.unwrap();
}
