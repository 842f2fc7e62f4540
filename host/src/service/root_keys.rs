//! The root keys of a running host: a rotation beside it is noticed, not waited for.

use crate::app::App;
use crate::store::vault_checks;
use crate::vault::VaultError;

use super::error::Result;

/// Reads the root keys' source again where the database speaks of a key that this host lacks.
///
/// # Errors
///
/// If the database cannot be asked. A source that cannot be read or does not fit changes nothing: it is logged, and the error that
/// comes of the missing key says what to do.
pub async fn reload(app: &App) -> Result<()> {
    let checks = vault_checks::list(&app.db).await?;
    let Some(newest) = checks.last() else { return Ok(()) };
    // A file of at most 8 KiB, and only when a key is missing: no reason for another thread.
    match app.root_keys.reload(app.config.root_key_settings(), &newest.check_value, &*app.random) {
        Ok(true) => tracing::info!(root_key = %app.root_keys.get().current_kid(), "root keys read again"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the root keys could not be read again; those of the start stay"),
    }
    Ok(())
}

/// Makes sure that this host has the root key with this id, reading the keys' source again if need be.
///
/// # Errors
///
/// `Vault` with what to do, if it has not.
pub async fn require(app: &App, kid: &str) -> Result<()> {
    if app.root_keys.get().knows(kid) {
        return Ok(());
    }
    reload(app).await?;
    match app.root_keys.get().knows(kid) {
        true => Ok(()),
        false => Err(missing(kid).into()),
    }
}

/// Makes sure that this host has the root key under which merchants' keys are wrapped now.
///
/// # Errors
///
/// `Vault` with what to do, if it was rotated and this host cannot get at the new one.
pub async fn prove(app: &App) -> Result<()> {
    let checks = vault_checks::list(&app.db).await?;
    match checks.last() {
        Some(newest) => require(app, &newest.root_kid).await,
        None => Ok(()),
    }
}

fn missing(kid: &str) -> VaultError {
    match kid.parse() {
        Ok(kid) => VaultError::UnknownRootKey { kid },
        Err(why) => VaultError::Malformed { expected: "a root key's id", why },
    }
}
