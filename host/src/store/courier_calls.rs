//! The log of requests to couriers, redacted before it comes here.

use jiff::Timestamp;

use super::columns::{Json, MaybeMicros, Micros};
use super::{Listed, Page, Result, Tx};
use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::id::{CourierCallId, CredentialId, MerchantId};

/// Rows of one statement: 21 values each stay below SQLite's 32,766 and PostgreSQL's 65,535 parameters.
const ROWS_PER_STATEMENT: usize = 200;

/// A request to a courier.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CourierCall {
    /// Its id.
    pub id: CourierCallId,
    /// For whom; `None`: for the platform.
    pub merchant_id: Option<MerchantId>,
    /// Which courier.
    pub courier: CourierId,
    /// The plugin that asked.
    pub plugin_version: String,
    /// The account.
    pub credential_id: Option<CredentialId>,
    /// Such as `track` or `create`.
    pub operation: String,
    /// The plugin call that it belongs to.
    pub call_id: String,
    /// The HTTP method.
    pub method: String,
    /// The endpoint's name in the description.
    pub endpoint: String,
    /// The relative path without its query; secrets in it by name.
    pub path: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<i64>,
    /// `ok`, `http_error` or a failure kind's word.
    pub outcome: String,
    /// How long it took.
    pub duration_ms: i64,
    /// What was sent.
    pub request_bytes: i64,
    /// What came back.
    pub response_bytes: i64,
    /// Redacted.
    pub request_headers: Json<Vec<(String, String)>>,
    /// Redacted.
    pub response_headers: Json<Vec<(String, String)>>,
    /// Redacted; only if switched on.
    pub request_body: Option<Vec<u8>>,
    /// Redacted; only if switched on.
    pub response_body: Option<Vec<u8>>,
    /// What went wrong, in words.
    pub error: Option<String>,
    /// When it started.
    #[sqlx(rename = "started_us", try_from = "Micros")]
    pub started_at: Timestamp,
}

/// Which calls to list; `None` is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourierCallFilter {
    /// To which courier.
    pub courier: Option<CourierId>,
    /// With which outcome.
    pub outcome: Option<String>,
    /// With which account.
    pub credential_id: Option<CredentialId>,
    /// Started at this time or later.
    pub started_from: Option<Timestamp>,
    /// Started before this time.
    pub started_before: Option<Timestamp>,
    /// Through saved accounts at this system.
    pub environment: Option<Environment>,
}

/// Adds calls of any merchants. Maintenance only.
pub async fn insert_batch(tx: &mut Tx, calls: &[CourierCall]) -> Result<()> {
    for chunk in calls.chunks(ROWS_PER_STATEMENT) {
        on_tx!(tx, |conn| {
            let mut statement = sqlx::QueryBuilder::new(
                "INSERT INTO courier_calls (id, merchant_id, courier, plugin_version, credential_id, operation, call_id,
                                            method, endpoint, path, status, outcome, duration_ms, request_bytes,
                                            response_bytes, request_headers, response_headers, request_body,
                                            response_body, error, started_us) ",
            );
            statement.push_values(chunk, |mut row, call| {
                row.push_bind(&call.id)
                    .push_bind(&call.merchant_id)
                    .push_bind(&call.courier)
                    .push_bind(&call.plugin_version)
                    .push_bind(&call.credential_id)
                    .push_bind(&call.operation)
                    .push_bind(&call.call_id)
                    .push_bind(&call.method)
                    .push_bind(&call.endpoint)
                    .push_bind(&call.path)
                    .push_bind(call.status)
                    .push_bind(&call.outcome)
                    .push_bind(call.duration_ms)
                    .push_bind(call.request_bytes)
                    .push_bind(call.response_bytes)
                    .push_bind(&call.request_headers)
                    .push_bind(&call.response_headers)
                    .push_bind(&call.request_body)
                    .push_bind(&call.response_body)
                    .push_bind(&call.error)
                    .push_bind(Micros(call.started_at));
            });
            // The text depends on the number of rows: caching it would fill the cache with near-doubles.
            statement.build().persistent(false).execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Lists a merchant's calls, newest first.
pub async fn list(
    tx: &mut Tx,
    merchant: &MerchantId,
    filter: &CourierCallFilter,
    page: &Page,
) -> Result<Listed<CourierCall>> {
    let rows = on_tx!(tx, |conn| {
        sqlx::query_as(
        "SELECT id, merchant_id, courier, plugin_version, credential_id, operation, call_id, method, endpoint, path,
                status, outcome, duration_ms, request_bytes, response_bytes, request_headers, response_headers,
                request_body, response_body, error, started_us
         FROM courier_calls
         WHERE merchant_id = $1
           AND ($2 IS NULL OR courier = $2)
           AND ($3 IS NULL OR outcome = $3)
           AND ($4 IS NULL OR credential_id = $4)
           AND ($5 IS NULL OR started_us >= $5)
           AND ($6 IS NULL OR started_us < $6)
           AND ($7 IS NULL OR EXISTS (
                   SELECT 1
                   FROM credentials
                   WHERE credentials.merchant_id = $1
                     AND credentials.id = courier_calls.credential_id
                     AND credentials.environment = $7))
           AND ($8 IS NULL OR id < $8)
         ORDER BY id DESC
         LIMIT $9"
    )
    .bind(merchant)
    .bind(&filter.courier)
    .bind(&filter.outcome)
    .bind(&filter.credential_id)
    .bind(MaybeMicros(filter.started_from))
    .bind(MaybeMicros(filter.started_before))
    .bind(filter.environment)
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await
    })?;
    Ok(page.cut(rows))
}

/// Deletes at most `limit` calls that started before a time; returns how many. Maintenance only.
pub async fn delete_before(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM courier_calls
         WHERE id IN (SELECT id FROM courier_calls WHERE started_us < $1 LIMIT $2)"
    )
    .bind(Micros(before))
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
