//! What is written down before the courier is asked: shipment, idempotency key, parcel numbers, and the job that settles it all.

use crate::app::App;
use crate::model::booking::Order;
use crate::model::caller::Merchant;
use crate::model::credential::AccountUsed;
use crate::model::id::{ShipmentId, new_body};
use crate::service::connection::Connection;
use crate::service::error::Result;
use crate::service::idempotency::{self, Key};
use crate::store::counters;
use crate::store::credentials::Credential;
use crate::store::shipments::{self, NewShipment};

use super::book::BookRequest;
use super::settle;

/// The credential's counter of parcels.
const PARCEL_COUNTER: &str = "parcels";
/// The first number that the counter gives.
const FIRST_PARCEL_NUMBER: i64 = 1;

/// A booking that is written down.
pub struct Intent {
    /// The shipment.
    pub shipment: ShipmentId,
    /// What the plugin is asked for.
    pub order: Order,
}

/// Writes the intent; `None` if another request with the same key did so before.
pub async fn write(
    app: &App,
    merchant: &Merchant,
    connection: &Connection,
    stored: &Credential,
    request: BookRequest,
    label_format: String,
    key: &Key,
) -> Result<Option<Intent>> {
    let now = app.clock.now();
    let id = ShipmentId::new(now, &*app.random);
    let store_id = request.store.clone().or_else(|| stored.store_id.clone());
    let mut tx = app.db.begin(merchant.id()).await?;
    let count = u32::try_from(request.shipment.parcels.len()).unwrap_or(u32::MAX);
    let first =
        counters::allocate(&mut tx, merchant.id(), &stored.id, PARCEL_COUNTER, count, FIRST_PARCEL_NUMBER).await?;
    let numbers = (0..u64::from(count)).map(|offset| first.unsigned_abs() + offset).collect();
    let order = order(app, request, label_format, numbers);
    let shipment = NewShipment {
        id: id.clone(),
        credential_id: stored.id.clone(),
        account: AccountUsed {
            label: stored.label.clone(),
            kind: stored.account_kind.clone(),
            fields: stored.fields.0.clone(),
        },
        courier: stored.courier.clone(),
        store_id,
        is_test: connection.is_test(),
        reference: order.shipment.references.first().map(|reference| reference.value.clone()),
        request: order.clone(),
        plugin_version: connection.plugin.version().to_owned(),
        created_at: now,
    };
    shipments::insert(&mut tx, merchant.id(), &shipment).await?;
    if !idempotency::begin(&mut tx, merchant.id(), key, Some(&id), now).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    settle::schedule(app, &mut tx, merchant.id(), &id).await?;
    tx.commit().await?;
    Ok(Some(Intent { shipment: id, order }))
}

/// Makes the order with a reference of its own.
pub fn order(app: &App, request: BookRequest, label_format: String, parcel_numbers: Vec<u64>) -> Order {
    Order {
        shipment: request.shipment,
        booking_reference: new_body(app.clock.now(), &*app.random),
        parcel_numbers,
        label_format,
        label_size: request.label_size,
        dry_run: request.dry_run,
    }
}
