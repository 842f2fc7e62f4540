//! A tracking call whose courier is a recording in memory: UPS's plugin, one parcel, ten events.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crossdock::model::credential::{AccountView, Environment};
use crossdock::model::exchange::{CourierRequest, CourierResponse};
use crossdock::model::failure::Failure;
use crossdock::plugin::engine::EngineConfig;
use crossdock::plugin::{Call, CompiledCache, Engine, Limits, Plugin, Wire, load_file};
use crossdock_contract::description::HmacAlgorithm;

use crate::plugins_dir;

/// Our own data in UPS's form: one parcel, ten events.
pub const ANSWER: &[u8] = include_bytes!("../../benches/ups-tracking.json");

/// The parcel.
pub const NUMBER: &str = "1ZK7R42F0300000015";

/// Longer than all calls of a reused instance together take.
const DEADLINE: Duration = Duration::from_secs(600);

/// Loads UPS's plugin into an engine of its own.
///
/// # Panics
///
/// When the plugin is not built, or the machine has no address space for the pool that was asked for.
pub async fn load(config: EngineConfig) -> Arc<Plugin> {
    // A budget ends no call that a busy machine keeps waiting; what a call costs stays the same.
    let limits = Limits { cpu_budget: DEADLINE, ..Limits::default() };
    let is_pooled = !config.without_pool;
    let engine = Engine::start(EngineConfig { limits, ..config }).expect("the engine starts");
    assert_eq!(engine.is_pooled(), is_pooled, "this machine has no address space for the pool");
    let cache = Arc::new(CompiledCache::disabled());
    let file: PathBuf = plugins_dir().join("ups.wasm");
    load_file(&engine, &file, &cache).await.expect("the UPS plugin loads")
}

/// Makes one call's surroundings.
pub fn call() -> Call {
    Call {
        account: AccountView {
            kind: "main".to_owned(),
            environment: Environment::Production,
            fields: BTreeMap::from([("account_number".to_owned(), "K7R42F".to_owned())]),
            endpoints: BTreeMap::new(),
        },
        locale: "en".to_owned(),
        now: jiff::Timestamp::UNIX_EPOCH,
        call_id: "01JD4ZXCALL00000000000TEST".to_owned(),
        deadline: DEADLINE,
        wire: Arc::new(Recorded),
        merchant: None,
        endpoint_urls: BTreeMap::new(),
    }
}

/// Answers from memory.
struct Recorded;

#[async_trait]
impl Wire for Recorded {
    async fn send(&self, _: CourierRequest) -> Result<CourierResponse, Failure> {
        Ok(CourierResponse {
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: ANSWER.to_vec(),
        })
    }

    fn verify(&self, _: HmacAlgorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        false
    }

    fn scrub(&self, text: &str) -> String {
        text.to_owned()
    }

    fn take_kept(&self, _: u32) -> Option<Vec<u8>> {
        None
    }
}
