//! Shipments: booked once, found again, cancelled, labelled.

mod book;
mod cancel;
mod intent;
mod label;
mod outcome;
mod resolve;
mod settle;

pub use book::{BookRequest, book};
pub use cancel::cancel;
pub use label::{Label, WantedLabel, label};
pub use resolve::{Resolve, resolve};
pub use settle::{SETTLE_KIND, SettleArgs, settle};

use std::collections::BTreeMap;

use crate::app::App;
use crate::model::booking::Booked;
use crate::model::caller::Merchant;
use crate::model::id::{DocumentId, MerchantId, ShipmentId};
use crate::store::documents::{self, DocumentRow};
use crate::store::page::Page;
use crate::store::parcels::{self, ParcelRow};
use crate::store::shipments::{self, Shipment, ShipmentFilter};

use super::error::{Error, Result};

/// A shipment with its parcels and papers.
#[derive(Debug, Clone)]
pub struct ShipmentView {
    /// The shipment.
    pub shipment: Shipment,
    /// Its parcels, those of the way back too.
    pub parcels: Vec<ParcelRow>,
    /// Its papers, without their bytes.
    pub documents: Vec<DocumentRow>,
}

/// Finds a merchant's shipment.
///
/// # Errors
///
/// `NotFound` if there is none, or a test key asks for one that is real.
pub async fn get(app: &App, merchant: &Merchant, id: &ShipmentId) -> Result<ShipmentView> {
    let view = load(app, merchant.id(), id).await?;
    let is_visible = !merchant.is_test() || view.shipment.is_test;
    is_visible.then_some(view).ok_or(Error::NotFound("shipment"))
}

/// Lists a merchant's shipments, newest first.
pub async fn list(
    app: &App,
    merchant: &Merchant,
    mut filter: ShipmentFilter,
    page: &Page,
) -> Result<Vec<ShipmentView>> {
    if merchant.is_test() {
        filter.is_test = Some(true);
    }
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let listed = shipments::list(&mut tx, merchant.id(), &filter, page).await?;
    // Three queries a page, however many rows it has.
    let ids: Vec<&ShipmentId> = listed.rows.iter().map(|shipment| &shipment.id).collect();
    let parcels = by_shipment(parcels::list_of(&mut tx, merchant.id(), &ids).await?, |row| &row.shipment_id);
    let documents = by_shipment(documents::list_of(&mut tx, merchant.id(), &ids).await?, |row| &row.shipment_id);
    drop(tx);
    Ok(listed.rows.into_iter().map(|shipment| join(shipment, &parcels, &documents)).collect())
}

fn by_shipment<T>(rows: Vec<T>, shipment: impl Fn(&T) -> &ShipmentId) -> BTreeMap<ShipmentId, Vec<T>> {
    let mut groups: BTreeMap<ShipmentId, Vec<T>> = BTreeMap::new();
    for row in rows {
        groups.entry(shipment(&row).clone()).or_default().push(row);
    }
    groups
}

fn join(
    shipment: Shipment,
    parcels: &BTreeMap<ShipmentId, Vec<ParcelRow>>,
    documents: &BTreeMap<ShipmentId, Vec<DocumentRow>>,
) -> ShipmentView {
    let parcels = parcels.get(&shipment.id).cloned().unwrap_or_default();
    let documents = documents.get(&shipment.id).cloned().unwrap_or_default();
    ShipmentView { shipment, parcels, documents }
}

/// Returns a paper with its bytes.
///
/// # Errors
///
/// `NotFound` if the shipment has no such paper.
pub async fn document(
    app: &App,
    merchant: &Merchant,
    shipment: &ShipmentId,
    id: &DocumentId,
) -> Result<(DocumentRow, Vec<u8>)> {
    get(app, merchant, shipment).await?;
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let row = documents::get(&mut tx, merchant.id(), id).await?.filter(|row| row.shipment_id == *shipment);
    let row = row.ok_or(Error::NotFound("document"))?;
    let bytes = documents::content(&mut tx, merchant.id(), id).await?.ok_or(Error::NotFound("document"))?;
    Ok((row, bytes))
}

pub(super) async fn load(app: &App, merchant: &MerchantId, id: &ShipmentId) -> Result<ShipmentView> {
    let mut tx = app.db.begin_read(merchant).await?;
    let shipment = shipments::get(&mut tx, merchant, id).await?.ok_or(Error::NotFound("shipment"))?;
    let parcels = parcels::list(&mut tx, merchant, id).await?;
    let documents = documents::list(&mut tx, merchant, id).await?;
    Ok(ShipmentView { shipment, parcels, documents })
}

/// Returns what a plugin needs to know of a shipment that exists at the courier.
///
/// # Errors
///
/// `Conflict` unless it exists there.
fn booked(view: &ShipmentView) -> Result<Booked> {
    let shipment = &view.shipment;
    let Some(courier_shipment_id) = shipment.courier_shipment_id.clone() else {
        let detail = format!("the shipment is {}: it is not known to exist at the courier", shipment.state.as_str());
        return Err(Error::Conflict { code: "not_booked", detail });
    };
    Ok(Booked {
        courier_shipment_id,
        tracking_numbers: view
            .parcels
            .iter()
            .filter(|parcel| !parcel.is_return)
            .filter_map(|parcel| parcel.tracking_number.clone())
            .collect(),
        booking_reference: shipment.booking_reference.clone(),
        service: shipment.service.clone(),
        extensions: shipment.extensions.0.clone(),
    })
}
