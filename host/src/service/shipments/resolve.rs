//! Closing an unknown booking by hand, where the courier cannot be asked.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::id::{ParcelId, ShipmentId};
use crate::service::audit;
use crate::service::error::{Error, Result};
use crate::store::columns::Json;
use crate::store::parcels::{self, ParcelRow};
use crate::store::shipments::{self, Resolution};

use super::{ShipmentView, get, settle};

/// What a person found out.
#[derive(Debug, Clone)]
pub enum Resolve {
    /// It exists at the courier.
    BookedAs {
        /// What the courier calls it.
        courier_shipment_id: String,
        /// Its parcels' numbers, in the order of the parcels.
        tracking_numbers: Vec<String>,
    },
    /// It does not exist.
    NotBooked,
}

/// Closes an unknown shipment.
///
/// # Errors
///
/// `Conflict` unless it is unknown.
pub async fn resolve(app: &App, merchant: &Merchant, id: &ShipmentId, found: Resolve) -> Result<ShipmentView> {
    let view = get(app, merchant, id).await?;
    let (resolution, courier_id, numbers) = match found {
        Resolve::BookedAs { courier_shipment_id, tracking_numbers } => {
            (Resolution::BookedAs, Some(courier_shipment_id), tracking_numbers)
        }
        Resolve::NotBooked => (Resolution::NotBooked, None, Vec::new()),
    };
    let now = app.clock.now();
    let mut tx = app.db.begin(merchant.id()).await?;
    let actor = merchant.key_id().to_string();
    if !shipments::resolve(&mut tx, merchant.id(), id, resolution, courier_id.as_deref(), &actor, now).await? {
        let detail = format!("the shipment is {}; only an unknown one can be resolved", view.shipment.state.as_str());
        return Err(Error::Conflict { code: "not_unknown", detail });
    }
    for (position, number) in (0..).zip(numbers) {
        let parcel = ParcelRow {
            id: ParcelId::new(now, &*app.random),
            shipment_id: id.clone(),
            position,
            is_return: false,
            tracking_number: Some(number),
            barcodes: Json(Vec::new()),
            extensions: Json(Vec::new()),
            created_at: now,
        };
        parcels::insert(&mut tx, merchant.id(), &parcel).await?;
    }
    settle::unschedule(app, &mut tx, merchant.id(), id).await?;
    audit::write(app, &mut tx, merchant, "shipment.resolved", id.as_str(), [("resolution", resolution.as_str())])
        .await?;
    tx.commit().await?;
    get(app, merchant, id).await
}
