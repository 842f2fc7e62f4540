//! Numbers that a courier wants from us, such as parcel numbers: never given out twice.

use super::{Result, Tx};
use crate::model::id::{CredentialId, MerchantId};

/// Allocates `count` numbers in a row and returns the first; a new counter starts at `start`.
///
/// Numbers of a transaction that is rolled back are given out again: allocate with the booking's intent.
pub async fn allocate(
    tx: &mut Tx,
    merchant: &MerchantId,
    credential: &CredentialId,
    name: &str,
    count: u32,
    start: i64,
) -> Result<i64> {
    let next: i64 = on_tx!(tx, |conn| sqlx::query_scalar(
        "INSERT INTO counters (merchant_id, credential_id, name, next_value)
         VALUES ($1, $2, $3, $5 + $4)
         ON CONFLICT (merchant_id, credential_id, name)
         DO UPDATE SET next_value = counters.next_value + $4
         RETURNING next_value"
    )
    .bind(merchant)
    .bind(credential)
    .bind(name)
    .bind(i64::from(count))
    .bind(start)
    .fetch_one(conn)
    .await)?;
    Ok(next - i64::from(count))
}
