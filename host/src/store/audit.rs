//! Who did what. Added to, read, and at the end of its time deleted; never changed.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::columns::{Json, MaybeMicros, Micros};
use super::{Listed, Page, Result, Tx};
use crate::model::id::{EventId, MerchantId};

/// An act.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditEntry {
    /// Its id.
    pub id: EventId,
    /// Whose things it touched; `None`: the platform's.
    pub merchant_id: Option<MerchantId>,
    /// Who: a key's id, `operator`, `system`.
    pub actor: String,
    /// Such as `credential.created`.
    pub action: String,
    /// The id of what it touched.
    pub subject: String,
    /// More; nothing secret.
    pub details: Json<BTreeMap<String, String>>,
    /// From where.
    pub source_ip: Option<String>,
    /// When.
    #[sqlx(rename = "at_us", try_from = "Micros")]
    pub at: Timestamp,
}

/// Which acts to list; `None` is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Which act.
    pub action: Option<String>,
    /// On what.
    pub subject: Option<String>,
    /// At this time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub before: Option<Timestamp>,
}

/// Adds an act, in the transaction that does it.
pub async fn insert(tx: &mut Tx, entry: &AuditEntry) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO audit_log (id, merchant_id, actor, action, subject, details, source_ip, at_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(&entry.id)
    .bind(&entry.merchant_id)
    .bind(&entry.actor)
    .bind(&entry.action)
    .bind(&entry.subject)
    .bind(&entry.details)
    .bind(&entry.source_ip)
    .bind(Micros(entry.at))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Lists what was done to a merchant's things, newest first.
pub async fn list(tx: &mut Tx, merchant: &MerchantId, filter: &AuditFilter, page: &Page) -> Result<Listed<AuditEntry>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, merchant_id, actor, action, subject, details, source_ip, at_us
         FROM audit_log
         WHERE merchant_id = $1
           AND ($2 IS NULL OR action = $2)
           AND ($3 IS NULL OR subject = $3)
           AND ($4 IS NULL OR at_us >= $4)
           AND ($5 IS NULL OR at_us < $5)
           AND ($6 IS NULL OR id < $6)
         ORDER BY id DESC
         LIMIT $7"
    )
    .bind(merchant)
    .bind(&filter.action)
    .bind(&filter.subject)
    .bind(MaybeMicros(filter.from))
    .bind(MaybeMicros(filter.before))
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}

/// Deletes at most `limit` acts from before a time; returns how many. Maintenance only.
pub async fn delete_before(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM audit_log
         WHERE id IN (SELECT id FROM audit_log WHERE at_us < $1 LIMIT $2)"
    )
    .bind(Micros(before))
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
