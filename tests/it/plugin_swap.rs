//! Calls at the same time: places are limited, and a plugin that is replaced under load drops none.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use crossdock::model::exchange::{CourierRequest, CourierResponse};
use crossdock::model::failure::Failure;
use crossdock::plugin::{CallError, Engine, EngineConfig, Limits, Registry, Wire};
use crossdock_contract::description::HmacAlgorithm;
use tokio::sync::Semaphore;

use crate::lab::{self, call, guest, ok, patient};

/// A wire whose answers wait until they are let through.
struct Gate {
    asked: Semaphore,
    open: Semaphore,
}

#[async_trait]
impl Wire for Gate {
    async fn send(&self, _: CourierRequest) -> Result<CourierResponse, Failure> {
        self.asked.add_permits(1);
        self.open.acquire().await.unwrap().forget();
        Ok(ok("{\"text\": \"at last\"}"))
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

fn gate() -> Arc<Gate> {
    Arc::new(Gate { asked: Semaphore::new(0), open: Semaphore::new(0) })
}

#[tokio::test]
async fn a_slow_courier_takes_no_more_than_its_places() {
    let limits = Limits { calls_per_plugin: 1, queue_wait: Duration::from_millis(30), ..patient() };
    let plugin = guest("everything", limits).await;
    let gate = gate();
    let numbers = ["SEND".to_owned()];
    let slow = tokio::spawn({
        let (plugin, call, numbers) = (Arc::clone(&plugin), call(gate.clone()), numbers.clone());
        async move { plugin.track(call, &numbers).await }
    });
    gate.asked.acquire().await.unwrap().forget();
    let busy = plugin.track(call(gate.clone()), &numbers).await.unwrap_err();
    assert!(matches!(busy, CallError::Busy { .. }), "{busy}");
    gate.open.add_permits(2);
    assert_eq!(slow.await.unwrap().unwrap()[0].as_ref().unwrap().courier_text.as_deref(), Some("at last"));
    assert!(plugin.track(call(gate), &numbers).await.is_ok(), "the place is free again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_swap_under_load_drops_no_call() {
    const TASKS: usize = 8;
    const SWAPS: usize = 20;
    let engine = Engine::start(EngineConfig { limits: patient(), ..EngineConfig::default() }).unwrap();
    let (first, second) = (lab::guest_in(&engine, "everything").await, lab::guest_in(&engine, "everything").await);
    let registry = Arc::new(Registry::new([Arc::clone(&first)]));
    let gate = gate();
    gate.open.add_permits(Semaphore::MAX_PERMITS / 2);
    let (is_over, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (registry, gate, is_over, calls) = (registry.clone(), gate.clone(), is_over.clone(), calls.clone());
            tokio::spawn(async move {
                let courier = "everything".parse().unwrap();
                while !is_over.load(Ordering::SeqCst) {
                    let plugin = registry.get(&courier).expect("some plugin is always in charge");
                    let results = plugin.track(call(gate.clone()), &["SEND".to_owned()]).await.unwrap();
                    assert_eq!(results[0].as_ref().unwrap().number, "SEND");
                    calls.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for swap in 0..SWAPS {
        let before = calls.load(Ordering::SeqCst);
        let next = if swap % 2 == 0 { &second } else { &first };
        assert!(registry.replace(Arc::clone(next)).is_some());
        while calls.load(Ordering::SeqCst) < before + TASKS {
            tokio::task::yield_now().await;
        }
    }
    is_over.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
    assert!(calls.load(Ordering::SeqCst) >= SWAPS * TASKS);
}
