//! Taking a booking back.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::ShipmentId;
use crate::model::question::Question;
use crate::service::audit;
use crate::service::connection::{BOOK_DEADLINE, open};
use crate::service::detached;
use crate::service::error::{Error, Result};
use crate::service::recordings;
use crate::store::shipments::{self, ShipmentState};

use super::{ShipmentView, booked, get};

/// Cancels a shipment at its courier.
///
/// # Errors
///
/// `Unsupported` where the courier has no way to, `Conflict` unless it is booked, `Courier` if the courier refuses. A shipment that
/// was cancelled before is returned as it is.
pub async fn cancel(app: &App, merchant: &Merchant, id: &ShipmentId) -> Result<ShipmentView> {
    let (app, merchant, id) = (app.clone(), merchant.clone(), id.clone());
    detached::finish(async move { cancel_now(&app, &merchant, &id).await }).await
}

async fn cancel_now(app: &App, merchant: &Merchant, id: &ShipmentId) -> Result<ShipmentView> {
    let view = get(app, merchant, id).await?;
    if view.shipment.state == ShipmentState::Cancelled {
        return Ok(view);
    }
    let connection = open(app, merchant, &view.shipment.credential_id).await?;
    connection.require("shipments", "cancel")?;
    let shipment = booked(&view)?;
    let running = connection.start(app, "cancel", BOOK_DEADLINE);
    let cancellation = connection.plugin.cancel_shipment(running.call, &shipment).await;
    recordings::finish(running.recording, &cancellation, || Question::CancelShipment { shipment: shipment.clone() });
    let cancellation = cancellation?.map_err(|failure| Error::courier(connection.courier(), failure))?;
    if !cancellation.is_final {
        let failure = Failure::new(
            FailureKind::Conflict,
            "cancellation_pending",
            "the courier took note and will decide; ask again later",
        );
        return Err(Error::courier(connection.courier(), failure));
    }
    let mut tx = app.db.begin(merchant.id()).await?;
    shipments::record_cancelled(&mut tx, merchant.id(), id, &cancellation.messages, app.clock.now()).await?;
    audit::write(app, &mut tx, merchant, "shipment.cancelled", id.as_str(), []).await?;
    tx.commit().await?;
    get(app, merchant, id).await
}
