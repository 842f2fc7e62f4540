//! Bookings and what came of them.

mod outcome;

use jiff::Timestamp;

pub use outcome::*;

use super::columns::{Json, MaybeMicros, Micros, words};
use super::{Listed, Page, Result, Tx};
use crate::model::Extensions;
use crate::model::booking::Order;
use crate::model::courier::CourierId;
use crate::model::credential::AccountUsed;
use crate::model::failure::{Failure, Message, PartFailure};
use crate::model::id::{CredentialId, MerchantId, ShipmentId, StoreId};
use crate::model::moment::Window;
use crate::model::money::Price;

words! {
    /// How far a shipment is.
    ShipmentState {
        /// Written down before the courier is asked.
        Intent = "intent",
        /// It exists at the courier.
        Booked = "booked",
        /// It does not exist at the courier.
        Failed = "failed",
        /// Nobody knows whether it exists: the answer was lost.
        Unknown = "unknown",
        /// It was taken back.
        Cancelled = "cancelled",
    }
}

words! {
    /// How a person closed an unknown shipment.
    Resolution {
        /// It exists at the courier under the given id.
        BookedAs = "booked_as",
        /// It does not exist.
        NotBooked = "not_booked",
    }
}

/// A shipment.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Shipment {
    /// Its id.
    pub id: ShipmentId,
    /// The account that it is booked with.
    pub credential_id: CredentialId,
    /// That account as it was then.
    pub account: Json<AccountUsed>,
    /// At which courier.
    pub courier: CourierId,
    /// For which shop.
    pub store_id: Option<StoreId>,
    /// Whether it was made with a test key.
    pub is_test: bool,
    /// How far it is.
    pub state: ShipmentState,
    /// What we call it towards the courier; unique for all merchants.
    pub booking_reference: String,
    /// The merchant's first reference.
    pub reference: Option<String>,
    /// What the plugin is asked for, the same on every replay.
    pub request: Json<Order>,
    /// The plugin that booked it.
    pub plugin_version: Option<String>,
    /// What the courier calls it.
    pub courier_shipment_id: Option<String>,
    /// The courier's service code.
    pub service: Option<String>,
    /// What the courier will bill.
    pub price: Option<Json<Price>>,
    /// When it should arrive.
    pub estimated_delivery: Option<Json<Window>>,
    /// The consumer's page.
    pub tracking_link: Option<String>,
    /// What the courier said beside it.
    pub messages: Json<Vec<Message>>,
    /// What failed while the booking stands.
    pub part_failures: Json<Vec<PartFailure>>,
    /// Why there is no booking, or why nobody knows.
    pub failure: Option<Json<Failure>>,
    /// Handed back to the plugin.
    pub extensions: Json<Extensions>,
    /// How often the courier was asked what became of it.
    pub settle_attempt: i64,
    /// When it is asked next.
    #[sqlx(rename = "settle_next_us", try_from = "MaybeMicros")]
    pub settle_next_at: Option<Timestamp>,
    /// How a person closed it.
    pub resolution: Option<Resolution>,
    /// Who.
    pub resolved_by: Option<String>,
    /// Grows with every change.
    pub version: i64,
    /// When it was asked for.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
    /// When it last changed.
    #[sqlx(rename = "updated_us", try_from = "Micros")]
    pub updated_at: Timestamp,
}

/// A shipment that is about to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Shipment")]
pub struct NewShipment {
    pub id: ShipmentId,
    pub credential_id: CredentialId,
    pub account: AccountUsed,
    pub courier: CourierId,
    pub store_id: Option<StoreId>,
    pub is_test: bool,
    pub reference: Option<String>,
    pub request: Order,
    pub plugin_version: String,
    pub created_at: Timestamp,
}

/// Which shipments to list; `None` is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShipmentFilter {
    /// Made with test keys, or not.
    pub is_test: Option<bool>,
    /// At which courier.
    pub courier: Option<CourierId>,
    /// How far.
    pub state: Option<ShipmentState>,
    /// The merchant's reference.
    pub reference: Option<String>,
    /// A parcel's number.
    pub tracking_number: Option<String>,
    /// Asked for at this time or later.
    pub created_from: Option<Timestamp>,
    /// Asked for before this time.
    pub created_before: Option<Timestamp>,
}

/// A booking without an outcome, of any merchant.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct UnsettledShipment {
    /// Whose.
    pub merchant_id: MerchantId,
    /// Which.
    pub id: ShipmentId,
    /// `intent` or `unknown`.
    pub state: ShipmentState,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, credential_id, account, courier, store_id, is_test, state, booking_reference, reference, request,
                    plugin_version, courier_shipment_id, service, price, estimated_delivery, tracking_link, messages,
                    part_failures, failure, extensions, settle_attempt, settle_next_us, resolution, resolved_by,
                    version, created_us, updated_us
             FROM shipments ",
            $tail
        )
    };
}

/// Writes down the intent to book.
///
/// # Errors
///
/// `Conflict` if the booking reference is taken.
pub async fn insert(tx: &mut Tx, merchant: &MerchantId, shipment: &NewShipment) -> Result<()> {
    on_tx!(tx, |conn| {
        sqlx::query(
        "INSERT INTO shipments (merchant_id, id, credential_id, courier, store_id, is_test, state, booking_reference,
                                reference, request, plugin_version, service, messages, part_failures, extensions,
                                settle_attempt, version, created_us, updated_us, account)
         VALUES ($1, $2, $3, $4, $5, $6, 'intent', $7, $8, $9, $10, $11, '[]', '[]', '[]', 0, 1, $12, $12, $13)"
    )
    .bind(merchant)
    .bind(&shipment.id)
    .bind(&shipment.credential_id)
    .bind(&shipment.courier)
    .bind(&shipment.store_id)
    .bind(shipment.is_test)
    .bind(&shipment.request.booking_reference)
    .bind(&shipment.reference)
    .bind(Json(&shipment.request))
    .bind(&shipment.plugin_version)
    .bind(&shipment.request.shipment.service)
    .bind(Micros(shipment.created_at))
    .bind(Json(&shipment.account))
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// Finds a shipment.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, id: &ShipmentId) -> Result<Option<Shipment>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE merchant_id = $1 AND id = $2"))
        .bind(merchant)
        .bind(id)
        .fetch_optional(conn)
        .await)?)
}

/// Lists shipments, newest first.
pub async fn list(
    tx: &mut Tx,
    merchant: &MerchantId,
    filter: &ShipmentFilter,
    page: &Page,
) -> Result<Listed<Shipment>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(select!(
        "WHERE merchant_id = $1
           AND ($2 IS NULL OR is_test = $2)
           AND ($3 IS NULL OR courier = $3)
           AND ($4 IS NULL OR state = $4)
           AND ($5 IS NULL OR reference = $5)
           AND ($6 IS NULL OR id IN (
               SELECT shipment_id FROM parcels WHERE merchant_id = $1 AND tracking_number = $6))
           AND ($7 IS NULL OR created_us >= $7)
           AND ($8 IS NULL OR created_us < $8)
           AND ($9 IS NULL OR id < $9)
         ORDER BY id DESC
         LIMIT $10"
    ))
    .bind(merchant)
    .bind(filter.is_test)
    .bind(&filter.courier)
    .bind(filter.state)
    .bind(&filter.reference)
    .bind(&filter.tracking_number)
    .bind(MaybeMicros(filter.created_from))
    .bind(MaybeMicros(filter.created_before))
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}

/// Lists bookings without an outcome that nobody touched since a time: what a crash left behind. Maintenance only.
pub async fn list_unsettled(tx: &mut Tx, untouched_since: Timestamp, limit: u32) -> Result<Vec<UnsettledShipment>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT merchant_id, id, state
         FROM shipments
         WHERE state IN ('intent', 'unknown') AND updated_us < $1
         ORDER BY updated_us
         LIMIT $2"
    )
    .bind(Micros(untouched_since))
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await)?)
}
