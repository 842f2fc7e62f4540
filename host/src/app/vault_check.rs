//! The vault's state in the database: is this the right root key, and which pepper hashes API keys?

use crate::model::clock::{Clock, Random};
use crate::store::Db;
use crate::store::vault_checks::{self, VaultCheck};
use crate::vault::{Pepper, RootKeys};

use super::start::StartError;

/// Proves the root keys against what is stored and opens the pepper; at the first start makes both.
///
/// A root key that was put in front of the one that is stored gets a row of its own, so that it still opens the
/// database once the older one is taken away.
pub async fn open(db: &Db, keys: &RootKeys, clock: &dyn Clock, random: &dyn Random) -> Result<Pepper, StartError> {
    let mut rows = vault_checks::list(db).await?;
    if rows.is_empty() {
        let pepper = Pepper::generate(random);
        vault_checks::insert_new(db, &row(keys, &pepper, clock, random)?).await?;
        // Another process may have been faster, under another key even: what is stored counts.
        rows = vault_checks::list(db).await?;
    }
    // The newest row: a key file from before a rotation would open the older ones and then fail on every merchant.
    let newest = rows.last().ok_or(StartError::NoVaultCheck)?;
    keys.verify_check(&newest.check_value)?;
    let pepper = keys.unwrap_pepper(&newest.pepper)?;
    if rows.iter().all(|row| row.root_kid != keys.current_kid().as_str()) {
        vault_checks::insert_new(db, &row(keys, &pepper, clock, random)?).await?;
    }
    Ok(pepper)
}

fn row(keys: &RootKeys, pepper: &Pepper, clock: &dyn Clock, random: &dyn Random) -> Result<VaultCheck, StartError> {
    Ok(VaultCheck {
        root_kid: keys.current_kid().to_string(),
        check_value: keys.check_value(),
        pepper: keys.wrap_pepper(pepper, random)?,
        created_at: clock.now(),
    })
}
