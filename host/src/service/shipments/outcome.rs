//! What came of a booking, written in one transaction with the answer that a repeated request will get.

use crate::app::App;
use crate::model::booking::{BookedParcel, Booking};
use crate::model::document::ResolvedDocument;
use crate::model::failure::Failure;
use crate::model::id::{MerchantId, ParcelId, ShipmentId};
use crate::outbound::Session;
use crate::service::documents::{resolve, row};
use crate::service::error::{Error, Result};
use crate::service::idempotency::{self, Answered, Key, NextKey, Render};
use crate::store::Tx;
use crate::store::columns::Json;
use crate::store::documents;
use crate::store::parcels::{self, ParcelRow};
use crate::store::shipments::{self, BookedOutcome};

use super::intent::Intent;
use super::{ShipmentView, settle};

/// Writes down a booking that exists. Papers are fetched before: no connection is held while they come.
pub async fn booked(
    app: &App,
    merchant: &MerchantId,
    id: &ShipmentId,
    session: &Session,
    booking: Booking,
    answer: Option<(&Key, Render)>,
) -> Result<Answered> {
    let (papers, missing) = resolve(session, booking.documents).await;
    let outcome = BookedOutcome {
        courier_shipment_id: booking.courier_shipment_id,
        service: None,
        price: booking.price,
        estimated_delivery: booking.estimated_delivery,
        tracking_link: booking.tracking_link,
        messages: booking.messages,
        part_failures: booking.failures.into_iter().chain(missing).collect(),
        extensions: booking.extensions,
    };
    let now = app.clock.now();
    let mut tx = app.db.begin(merchant).await?;
    // `false`: a job or a person settled it meanwhile, and what they wrote stands.
    if shipments::record_booked(&mut tx, merchant, id, &outcome, now).await? {
        write_parcels(app, &mut tx, merchant, id, &booking.parcels, false).await?;
        write_parcels(app, &mut tx, merchant, id, &booking.return_parcels, true).await?;
        write_documents(app, &mut tx, merchant, id, &papers).await?;
        settle::unschedule(app, &mut tx, merchant, id).await?;
    }
    let view = view(&mut tx, merchant, id).await?;
    let answered = match answer {
        Some((key, render)) => {
            let answer = (render.shipment)(&view);
            idempotency::finish(&mut tx, merchant, key, &answer).await?;
            Answered::fresh(answer)
        }
        None => Answered::none(),
    };
    tx.commit().await?;
    Ok(answered)
}

/// Writes down that nobody knows. The answer is not kept: a repeated request gets what is known by then.
pub async fn unknown(
    app: &App,
    merchant: &MerchantId,
    intent: &Intent,
    failure: Failure,
    key: &Key,
    render: Render,
) -> Result<Answered> {
    let now = app.clock.now();
    let mut tx = app.db.begin(merchant).await?;
    shipments::record_unknown(&mut tx, merchant, &intent.shipment, &failure, Some(settle::first(app, now)), now)
        .await?;
    let view = view(&mut tx, merchant, &intent.shipment).await?;
    tx.commit().await?;
    tracing::warn!(shipment.id = %intent.shipment, idempotency_key_length = key.key.len(), "a booking's outcome is not known; the courier will be asked");
    Ok(Answered::fresh((render.shipment)(&view)))
}

/// Writes down that there is no booking. Where trying again helps, the caller may do so with the same key.
pub async fn failed(
    app: &App,
    merchant: &MerchantId,
    intent: &Intent,
    key: &Key,
    render: Render,
    error: Error,
) -> Result<Answered> {
    let failure = match &error {
        Error::Courier { failure, .. } => (**failure).clone(),
        Error::Plugin(error) => error.to_failure(false),
        other => Failure::new(crate::model::failure::FailureKind::Unavailable, "platform", other.to_string()),
    };
    let next = NextKey::after(&failure);
    let answer = (render.error)(error, next);
    let mut tx = app.db.begin(merchant).await?;
    shipments::record_failed(&mut tx, merchant, &intent.shipment, &failure, app.clock.now()).await?;
    settle::unschedule(app, &mut tx, merchant, &intent.shipment).await?;
    idempotency::fail(&mut tx, merchant, key, &answer, next).await?;
    tx.commit().await?;
    Ok(Answered::fresh(answer))
}

/// Adds papers that were fetched later, such as a label in another format.
pub async fn write_documents(
    app: &App,
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &ShipmentId,
    papers: &[ResolvedDocument],
) -> Result<()> {
    for paper in papers {
        documents::insert(tx, merchant, &row(app, id, paper), Some(&paper.bytes)).await?;
    }
    Ok(())
}

async fn write_parcels(
    app: &App,
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &ShipmentId,
    booked: &[BookedParcel],
    is_return: bool,
) -> Result<()> {
    let now = app.clock.now();
    for parcel in booked {
        let row = ParcelRow {
            id: ParcelId::new(now, &*app.random),
            shipment_id: id.clone(),
            position: i64::from(parcel.index),
            is_return,
            tracking_number: parcel.tracking_number.clone(),
            barcodes: Json(parcel.barcodes.clone()),
            extensions: Json(parcel.extensions.clone()),
            created_at: now,
        };
        parcels::insert(tx, merchant, &row).await?;
    }
    Ok(())
}

async fn view(tx: &mut Tx, merchant: &MerchantId, id: &ShipmentId) -> Result<ShipmentView> {
    let shipment = shipments::get(tx, merchant, id).await?.ok_or(Error::NotFound("shipment"))?;
    let parcels = parcels::list(tx, merchant, id).await?;
    let documents = documents::list(tx, merchant, id).await?;
    Ok(ShipmentView { shipment, parcels, documents })
}
