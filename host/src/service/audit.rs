//! Who did what, written in the transaction that does it.

use std::net::IpAddr;

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

/// An act on something that is no merchant's.
#[derive(Debug, Clone, Copy)]
pub struct PlatformAct<'a> {
    /// Who: a key's id, `operator`, `system`.
    pub actor: &'a str,
    /// From where.
    pub source_ip: Option<IpAddr>,
    /// Such as `plugin.installed`.
    pub action: &'a str,
    /// What it touched.
    pub subject: &'a str,
}

/// Writes what was done to the platform itself.
pub async fn write_of_platform<'a>(
    app: &App,
    tx: &mut Tx,
    act: PlatformAct<'_>,
    details: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    let entry = entry(app, None, act.actor, act.action, act.subject, details);
    let entry = AuditEntry { source_ip: act.source_ip.map(|ip| ip.to_string()), ..entry };
    Ok(audit::insert(tx, &entry).await?)
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
