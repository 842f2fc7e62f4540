//! Who did what, written in the transaction that does it.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::id::{EventId, MerchantId};
use crate::store::Tx;
use crate::store::audit::{self, AuditEntry};
use crate::store::columns::Json;

use super::error::Result;

/// Writes what a merchant's key did.
pub async fn write<'a>(
    app: &App,
    tx: &mut Tx,
    merchant: &Merchant,
    action: &str,
    subject: &str,
    details: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    let entry = entry(app, Some(merchant.id()), merchant.key_id().as_str(), action, subject, details);
    let entry = AuditEntry { source_ip: merchant.ip().map(|ip| ip.to_string()), ..entry };
    Ok(audit::insert(tx, &entry).await?)
}

/// Writes what an operator did on the machine itself.
pub async fn write_as_operator<'a>(
    app: &App,
    tx: &mut Tx,
    merchant: Option<&MerchantId>,
    action: &str,
    subject: &str,
    details: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    Ok(audit::insert(tx, &entry(app, merchant, "operator", action, subject, details)).await?)
}

fn entry<'a>(
    app: &App,
    merchant: Option<&MerchantId>,
    actor: &str,
    action: &str,
    subject: &str,
    details: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> AuditEntry {
    let now = app.clock.now();
    AuditEntry {
        id: EventId::new(now, &*app.random),
        merchant_id: merchant.cloned(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        details: Json(details.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()),
        source_ip: None,
        at: now,
    }
}
