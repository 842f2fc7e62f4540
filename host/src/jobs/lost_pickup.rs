//! Notes that nobody knows what became of a pickup.

use crate::app::App;
use crate::service::pickups::{LostPickupArgs, note_lost};
use crate::store::jobs::Job;

use super::{Fault, Next};

/// Looks once.
pub(super) async fn run(app: &App, job: &Job) -> Result<Next, Fault> {
    let args: LostPickupArgs =
        serde_json::from_value(job.args.0.clone()).map_err(|error| Fault::Final(error.to_string()))?;
    match note_lost(app, &args).await {
        Ok(()) => Ok(Next::Done),
        Err(error) => Err(Fault::Passing(error.to_string())),
    }
}
