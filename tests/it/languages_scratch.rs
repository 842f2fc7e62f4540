use std::sync::Arc;
use std::time::Instant;
use crossdock::plugin::{CompiledCache, Engine, EngineConfig, load_file};
use crate::lab::{Scripted, call, patient};

#[tokio::test]
async fn scratch() {
    let pooled = std::env::var("SCRATCH_POOLED").is_ok();
    let engine = Engine::start(EngineConfig { limits: patient(), without_pool: !pooled, ..EngineConfig::default() }).unwrap();
    for file in std::env::var("SCRATCH").unwrap().split(',') {
        let started = Instant::now();
        let plugin = match load_file(&engine, file.as_ref(), &Arc::new(CompiledCache::disabled())).await {
            Ok(plugin) => plugin,
            Err(error) => { println!("== {file}: {error}"); continue }
        };
        println!("== {file} loaded in {:?}", started.elapsed());
        println!("{:?}", plugin.check(call(Scripted::path())).await);
        for number in std::env::var("NUMBERS").unwrap_or("A,BOOM".into()).split(',') {
            for _ in 0..3 {
                let started = Instant::now();
                let answer = plugin.track(call(Scripted::path()), &[number.to_owned()]).await;
                println!("{:?} {answer:?}", started.elapsed());
            }
        }
    }
}
