//! Turns to compute. Guests yield at every tick, but a plugin whose every call computes for ever would still stand in the
//! queue with all of its calls, and everybody else would wait a tick for each of them. So guests of one plugin that
//! compute for longer than an ordinary call go one after the other, on half of the cores at most. One that has its turn keeps
//! it until it waits for the courier or ends: those that wait hold the little memory that they took before.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One plugin's turns.
#[derive(Debug, Clone)]
pub struct Turns(Arc<Semaphore>);

impl Turns {
    /// Makes the turns of one plugin: half of the machine's cores, so that the other half stays for everybody else.
    pub fn new() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new((cores / 2).max(1))))
    }
}

/// One call's turn, while it has one.
#[derive(Debug, Default)]
pub struct Turn {
    turns: Option<Turns>,
    held: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Turn {
    /// Makes the turn of a call of a plugin; a sandbox without one, such as `describe`'s, never waits.
    pub fn of(turns: &Turns) -> Self {
        Self { turns: Some(turns.clone()), held: Arc::default() }
    }

    /// Gives the turn back, if the call has it.
    pub fn give_back(&self) {
        drop(self.held.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Lets everybody else run, and waits for a turn if the call has none: behind all calls that wait already.
    pub fn next(&self) -> impl Future<Output = ()> + Send + use<> {
        let is_held = self.held.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        let (turns, held) = (self.turns.clone().filter(|_| !is_held), Arc::clone(&self.held));
        async move {
            tokio::task::yield_now().await;
            let Some(Turns(turns)) = turns else { return };
            // The semaphore is never closed.
            let permit = turns.acquire_owned().await.ok();
            *held.lock().unwrap_or_else(PoisonError::into_inner) = permit;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn calls_of_one_plugin_go_one_after_the_other() {
        let turns = Turns(Arc::new(Semaphore::new(1)));
        let (first, second) = (Turn::of(&turns), Turn::of(&turns));
        first.next().await;
        first.next().await;
        let mut waiting = Box::pin(second.next());
        tokio::task::yield_now().await;
        assert!((&mut waiting).now_or_never().is_none() && (&mut waiting).now_or_never().is_none());
        first.give_back();
        waiting.await;
        let mut again = Box::pin(first.next());
        assert!((&mut again).now_or_never().is_none() && (&mut again).now_or_never().is_none());
        drop(second);
        again.await;
        Turn::default().next().await;
    }
}
