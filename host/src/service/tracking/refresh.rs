//! Tracking of a shipment that was booked here.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::id::ShipmentId;
use crate::model::question::Question;
use crate::model::tracking::Tracking;
use crate::service::connection::{ASK_DEADLINE, Connection, open};
use crate::service::error::{Error, Result};
use crate::service::recordings;
use crate::service::shipments::{self, ShipmentView};
use crate::store::trackings;

use super::TrackingView;
use super::write::{Tracked, events, write};

/// How old tracking may be before the courier is asked again: parcels do not move faster, and couriers limit us.
const MAX_AGE: SignedDuration = SignedDuration::from_secs(60);

/// Returns the tracking of a shipment's parcels, refreshed from the courier where it is older than a minute.
///
/// # Errors
///
/// `Conflict` unless it is booked. Where the courier fails, what was known stands with the failure beside it.
pub async fn refresh(app: &App, merchant: &Merchant, id: &ShipmentId) -> Result<Vec<TrackingView>> {
    let view = shipments::get(app, merchant, id).await?;
    let numbers: Vec<String> = view.parcels.iter().filter_map(|parcel| parcel.tracking_number.clone()).collect();
    if numbers.is_empty() {
        let detail = format!("the shipment is {} and has no tracking number", view.shipment.state.as_str());
        return Err(Error::Conflict { code: "not_booked", detail });
    }
    let connection = open(app, merchant, &view.shipment.credential_id).await?;
    let (known, due) = known(app, merchant, &view, &connection, numbers).await?;
    if due.is_empty() {
        return Ok(known);
    }
    connection.require("tracking", "track")?;
    let mut all = known;
    for (number, result) in ask(app, &connection, due).await {
        let tracked = Tracked {
            courier: view.shipment.courier.clone(),
            credential: view.shipment.credential_id.clone(),
            shipment: Some(id.clone()),
            is_test: view.shipment.is_test,
        };
        match result {
            Ok(said) => {
                let (row, events) = write(app, merchant.id(), &tracked, &said).await?;
                let link = link(&connection, &row.number);
                all.push(TrackingView { courier: tracked.courier, link, row, events, stale: None });
            }
            Err(error) => all.push(stale(app, merchant, &connection, &tracked, &number, error).await?),
        }
    }
    Ok(all)
}

/// What is young enough, and the numbers that must be asked for.
async fn known(
    app: &App,
    merchant: &Merchant,
    view: &ShipmentView,
    connection: &Connection,
    numbers: Vec<String>,
) -> Result<(Vec<TrackingView>, Vec<String>)> {
    let shipment = &view.shipment;
    let now = app.clock.now();
    let mut known = Vec::new();
    let mut due = Vec::new();
    let mut tx = app.db.begin_read(merchant.id()).await?;
    for number in numbers {
        match trackings::find(&mut tx, merchant.id(), &shipment.courier, &number, shipment.is_test).await? {
            Some(row) if is_young(row.refreshed_at, now) => {
                let events = events(&mut tx, merchant.id(), &row.id).await?;
                let link = link(connection, &number);
                known.push(TrackingView { courier: shipment.courier.clone(), link, row, events, stale: None });
            }
            _ => due.push(number),
        }
    }
    Ok((known, due))
}

fn is_young(refreshed_at: Option<Timestamp>, now: Timestamp) -> bool {
    refreshed_at.is_some_and(|at| now.duration_since(at) < MAX_AGE)
}

/// Asks in batches of the size that the courier takes; one result per number.
pub(super) async fn ask(app: &App, connection: &Connection, numbers: Vec<String>) -> Vec<(String, Result<Tracking>)> {
    let size = usize::try_from(connection.plugin.description().batch.track.unwrap_or(1)).unwrap_or(1).max(1);
    let mut answers = Vec::with_capacity(numbers.len());
    for batch in numbers.chunks(size) {
        let running = connection.start(app, "track", ASK_DEADLINE);
        let outcome = connection.plugin.track(running.call, batch).await;
        recordings::finish(running.recording, &outcome, || Question::Track { numbers: batch.to_vec() });
        match outcome {
            Ok(results) => answers.extend(
                batch.iter().cloned().zip(
                    results
                        .into_iter()
                        .map(|result| result.map_err(|failure| Error::courier(connection.courier(), failure))),
                ),
            ),
            Err(error) => {
                answers.extend(batch.iter().map(|number| (number.clone(), Err(Error::Plugin(error.clone())))))
            }
        }
    }
    answers
}

/// What was known before, with the reason why it is not newer; nothing known before is the reason itself.
async fn stale(
    app: &App,
    merchant: &Merchant,
    connection: &Connection,
    tracked: &Tracked,
    number: &str,
    error: Error,
) -> Result<TrackingView> {
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let Some(row) = trackings::find(&mut tx, merchant.id(), &tracked.courier, number, tracked.is_test).await? else {
        return Err(error);
    };
    let events = events(&mut tx, merchant.id(), &row.id).await?;
    Ok(TrackingView {
        courier: tracked.courier.clone(),
        link: link(connection, number),
        row,
        events,
        stale: Some(error),
    })
}

pub(super) fn link(connection: &Connection, number: &str) -> Option<String> {
    let template = connection.plugin.description().tracking_link.as_deref()?;
    Some(template.replace("{number}", number))
}
