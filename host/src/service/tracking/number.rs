//! Tracking of any number, booked here or elsewhere.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::failure::FailureKind;
use crate::service::connection::Connection;
use crate::service::error::{Error, Result};
use crate::service::selection::{Selection, select, singular};
use crate::store::credentials::Credential;

use super::TrackingView;
use super::recognise::{MAX_NUMBER_LENGTH, candidates, is_number, normalize};
use super::refresh::{ask, link};
use super::write::{Tracked, write};

/// Couriers that are asked about a number whose pattern fits several.
const MAX_CANDIDATES: usize = 4;

/// Asks the courier about a number; where none is named, those whose pattern and check digit fit, the likeliest first.
///
/// # Errors
///
/// `Invalid` if no connected courier has such numbers or it cannot be a number at all, `Courier` with what the last candidate answered.
pub async fn track_number(
    app: &App,
    merchant: &Merchant,
    number: &str,
    courier: Option<&CourierId>,
) -> Result<TrackingView> {
    let number = normalize(number);
    if !is_number(&number) {
        let detail = format!(
            "a tracking number has 1 to {MAX_NUMBER_LENGTH} letters, digits and signs, blanks between them at most"
        );
        return Err(Error::invalid("/number", "invalid_number", detail));
    }
    let accounts = accounts(app, merchant, &number, courier).await?;
    let mut last = None;
    for stored in accounts.into_iter().take(MAX_CANDIDATES) {
        match track_with(app, merchant, &stored, &number).await {
            Ok(view) => return Ok(view),
            Err(error) if is_elsewhere(&error) => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or(Error::NotFound("tracking number")))
}

/// The accounts to ask, one per courier.
async fn accounts(
    app: &App,
    merchant: &Merchant,
    number: &str,
    courier: Option<&CourierId>,
) -> Result<Vec<Credential>> {
    if let Some(courier) = courier {
        let selection = Selection { couriers: vec![courier.clone()], ..Selection::default() };
        let found = select(app, merchant, &selection).await.map_err(singular)?;
        return Ok(found.into_iter().take(1).collect());
    }
    let connected = select(app, merchant, &Selection::default()).await?;
    let mut accounts: Vec<Credential> = Vec::new();
    for plugin in candidates(&app.registry, number) {
        accounts.extend(connected.iter().find(|stored| stored.courier == *plugin.id()).cloned());
    }
    if accounts.is_empty() {
        let detail = format!("{number} looks like no number of a connected courier; name the courier");
        return Err(Error::invalid("/courier", "unrecognised_number", detail));
    }
    Ok(accounts)
}

async fn track_with(app: &App, merchant: &Merchant, stored: &Credential, number: &str) -> Result<TrackingView> {
    let connection = Connection::open(app, merchant.id(), stored).await?.speaking(merchant.locale());
    connection.require("tracking", "track")?;
    let mut answers = ask(app, &connection, vec![number.to_owned()]).await;
    let (_, result) = answers.pop().ok_or(Error::NotFound("tracking number"))?;
    let said = result?;
    let tracked = Tracked {
        courier: stored.courier.clone(),
        credential: stored.id.clone(),
        shipment: None,
        is_test: connection.is_test(),
    };
    let (row, events) = write(app, merchant.id(), &tracked, &said).await?;
    let link = link(&connection, number);
    Ok(TrackingView { courier: tracked.courier, link, row, events, stale: None })
}

/// Whether another courier may know it.
fn is_elsewhere(error: &Error) -> bool {
    match error {
        Error::Courier { failure, .. } => {
            matches!(failure.kind, FailureKind::NotFound | FailureKind::InvalidInput)
        }
        Error::Unsupported { .. } => true,
        _ => false,
    }
}
