//! Having parcels collected.

use jiff::Timestamp;

use super::columns::{Json, Micros, words};
use super::{Listed, Page, Result, Tx};
use crate::model::courier::CourierId;
use crate::model::failure::Failure;
use crate::model::id::{CredentialId, MerchantId, PickupId};
use crate::model::pickup::{Pickup, PickupRequest};

words! {
    /// How far a pickup is.
    PickupState {
        /// Written down before the courier is asked.
        Intent = "intent",
        /// The courier confirmed it.
        Scheduled = "scheduled",
        /// The courier did not take it.
        Failed = "failed",
        /// Nobody knows: the answer was lost.
        Unknown = "unknown",
        /// It was taken back.
        Cancelled = "cancelled",
    }
}

/// A pickup.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PickupRow {
    /// Its id.
    pub id: PickupId,
    /// The account that it is asked with.
    pub credential_id: CredentialId,
    /// At which courier.
    pub courier: CourierId,
    /// Whether it was made with a test key.
    pub is_test: bool,
    /// How far it is.
    pub state: PickupState,
    /// What the courier is asked for.
    pub request: Json<PickupRequest>,
    /// What it confirmed.
    pub pickup: Option<Json<Pickup>>,
    /// Why there is none, or why nobody knows.
    pub failure: Option<Json<Failure>>,
    /// Grows with every change.
    pub version: i64,
    /// When it was asked for.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
    /// When it last changed.
    #[sqlx(rename = "updated_us", try_from = "Micros")]
    pub updated_at: Timestamp,
}

/// Which pickups to list; `None` is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PickupFilter {
    /// Made with test keys, or not.
    pub is_test: Option<bool>,
    /// At which courier.
    pub courier: Option<CourierId>,
    /// How far.
    pub state: Option<PickupState>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, credential_id, courier, is_test, state, request, pickup, failure, version, created_us, updated_us
             FROM pickups ",
            $tail
        )
    };
}

/// Adds a pickup, as a rule an intent.
pub async fn insert(tx: &mut Tx, merchant: &MerchantId, pickup: &PickupRow) -> Result<()> {
    on_tx!(tx, |conn| {
        sqlx::query(
            "INSERT INTO pickups (merchant_id, id, credential_id, courier, is_test, state, request, pickup, failure,
                              version, created_us, updated_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(merchant)
        .bind(&pickup.id)
        .bind(&pickup.credential_id)
        .bind(&pickup.courier)
        .bind(pickup.is_test)
        .bind(pickup.state)
        .bind(&pickup.request)
        .bind(&pickup.pickup)
        .bind(&pickup.failure)
        .bind(pickup.version)
        .bind(Micros(pickup.created_at))
        .bind(Micros(pickup.updated_at))
        .execute(conn)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Finds a pickup.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, id: &PickupId) -> Result<Option<PickupRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE merchant_id = $1 AND id = $2"))
        .bind(merchant)
        .bind(id)
        .fetch_optional(conn)
        .await)?)
}

/// Lists pickups, newest first.
pub async fn list(tx: &mut Tx, merchant: &MerchantId, filter: &PickupFilter, page: &Page) -> Result<Listed<PickupRow>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(select!(
        "WHERE merchant_id = $1
           AND ($2 IS NULL OR is_test = $2)
           AND ($3 IS NULL OR courier = $3)
           AND ($4 IS NULL OR state = $4)
           AND ($5 IS NULL OR id < $5)
         ORDER BY id DESC
         LIMIT $6"
    ))
    .bind(merchant)
    .bind(filter.is_test)
    .bind(&filter.courier)
    .bind(filter.state)
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}

/// How a pickup now stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickupOutcome<'a> {
    /// How far it is.
    pub state: PickupState,
    /// What the courier confirmed; `None` leaves what it confirmed before.
    pub pickup: Option<&'a Pickup>,
    /// Why there is none, or why nobody knows.
    pub failure: Option<&'a Failure>,
}

/// Writes how a pickup stands, if it still has the version `expected`.
pub async fn update(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &PickupId,
    expected: i64,
    outcome: &PickupOutcome<'_>,
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE pickups
         SET state = $4, pickup = COALESCE($5, pickup), failure = $6, version = version + 1, updated_us = $7
         WHERE merchant_id = $1 AND id = $2 AND version = $3"
    )
    .bind(merchant)
    .bind(id)
    .bind(expected)
    .bind(outcome.state)
    .bind(outcome.pickup.map(Json))
    .bind(outcome.failure.map(Json))
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
