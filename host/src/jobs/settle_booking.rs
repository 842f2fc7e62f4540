//! Asks a courier what became of a booking whose answer was lost.

use crate::app::App;
use crate::service::Error;
use crate::service::shipments::{SettleArgs, settle};
use crate::store::jobs::Job;

use super::{Fault, Next};

/// Looks once; the use case says when to look again.
pub(super) async fn run(app: &App, job: &Job) -> Result<Next, Fault> {
    let args: SettleArgs =
        serde_json::from_value(job.args.0.clone()).map_err(|error| Fault::Final(error.to_string()))?;
    match settle(app, &args).await {
        Ok(Some(again)) => Ok(Next::At(again)),
        Ok(None) => Ok(Next::Done),
        Err(Error::NotFound(what)) => Err(Fault::Final(format!("the {what} is gone"))),
        Err(error) => Err(Fault::Passing(error.to_string())),
    }
}
