//! One instance for many calls: for benchmarks only, to measure what a fresh one costs. The host never does so.

use std::sync::Arc;

use super::call::{Call, Outcome, Run, lent, what_failed, within};
use super::convert::v0_1::from_guest;
use super::error::CallError;
use super::plugin::Plugin;
use super::ready::{Ready, Worlds};
use super::wire::Wire;
use crate::model::failure::Failure;
use crate::model::tracking::Tracking;
use crate::plugin::bindings::tracking::TrackingPlugin;

/// An instance that is not thrown away.
#[doc(hidden)]
pub struct ReusableInstance<'a> {
    plugin: &'a Arc<Plugin>,
    run: Run<'a>,
    guest: TrackingPlugin,
    wire: Arc<dyn Wire>,
}

impl Plugin {
    /// Makes an instance that serves many `track` calls with the same surroundings. Its deadline is for all of them.
    #[doc(hidden)]
    pub async fn reusable_instance(self: &Arc<Self>, call: Call) -> Result<ReusableInstance<'_>, CallError> {
        let wire = Arc::clone(&call.wire);
        let Ready::Newest(Worlds { tracking: Some(world), .. }) = self.ready() else {
            return Err(self.not_offered("tracking"));
        };
        let mut run = Run::begin(self, "benchmark", call).await?;
        let (deadline, store) = (run.deadline(), &mut run.store);
        match within(deadline, world.instantiate_async(store)).await {
            Outcome::Returned(guest) => Ok(ReusableInstance { plugin: self, run, guest, wire }),
            outcome => Err(run.end(outcome).err().unwrap_or_else(|| self.trap("no instance"))),
        }
    }
}

impl ReusableInstance<'_> {
    /// As [`Plugin::track`], in this instance.
    pub async fn track(&mut self, numbers: &[String]) -> Result<Vec<Result<Tracking, Failure>>, CallError> {
        let sandbox = self.run.store.data_mut();
        sandbox.restart();
        let (deadline, store) = (self.run.deadline(), &mut self.run.store);
        let interface = self.guest.crossdock_courier_tracking();
        match within(deadline, interface.call_track(store, lent(), numbers)).await {
            Outcome::Returned(answers) => {
                answers.into_iter().map(|answer| self.plugin.read(answer, &self.wire, from_guest::tracking)).collect()
            }
            Outcome::Failed(error) => {
                let what = what_failed(self.run.store.data(), &error);
                let reason = what.map_or_else(|reason| reason, str::to_owned);
                Err(self.plugin.trap(&reason))
            }
            Outcome::Panicked | Outcome::TimedOut => Err(self.plugin.trap("the reused instance failed")),
        }
    }
}
