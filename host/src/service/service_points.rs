//! Shops and lockers near a place.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::id::CredentialId;
use crate::model::question::Question;
use crate::model::service_point::{ServicePoint, ServicePointSearch};

use super::connection::{ASK_DEADLINE, Connection};
use super::error::{Error, Result};
use super::recordings;
use super::selection::select_one;

/// Asks one courier for the service points near a place, nearest first.
///
/// # Errors
///
/// `Invalid` unless one account is meant, `Unsupported` where the courier has none, `Courier` and `Plugin`.
pub async fn find(
    app: &App,
    merchant: &Merchant,
    courier: Option<&CourierId>,
    credential: Option<&CredentialId>,
    search: &ServicePointSearch,
) -> Result<(CourierId, Vec<ServicePoint>)> {
    let stored = select_one(app, merchant, credential, courier, None).await?;
    let connection = Connection::open(app, merchant.id(), &stored).await?.speaking(merchant.locale());
    connection.require("service-points", "find")?;
    let running = connection.start(app, "find_service_points", ASK_DEADLINE);
    let found = connection.plugin.find_service_points(running.call, search).await;
    let question = || Question::FindServicePoints { search: Box::new(search.clone()) };
    recordings::finish(running.recording, &found, question);
    let mut points = found?.map_err(|failure| Error::courier(connection.courier(), failure))?;
    points.truncate(usize::try_from(search.limit).unwrap_or(usize::MAX));
    Ok((stored.courier, points))
}
