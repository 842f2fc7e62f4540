//! Which plugins serve: versions come from the plugins folder or an operator, pass the gate, and take over while the host serves.
//!
//! The database says which version is in charge; a host makes its registry say the same ([`converge`]). Whatever changes it (a file,
//! a signal, the admin API, the command line, another host) goes through this module, one change at a time.

pub mod change;
mod converge;
pub mod folder;
pub mod install;
pub mod keeper;
mod loader;
mod probation;
mod refusal;
pub mod view;
mod watch;

pub use change::{accept, disable, enable, patch, rollback};
pub use converge::converge;
pub use install::{Grants, Installed, install};
pub use loader::Loader;

use std::net::IpAddr;

use crate::app::App;
use crate::model::caller::Admin;
use crate::model::courier::CourierId;
use crate::store::Tx;
use crate::store::plugins::{self, PluginRow};

use super::audit::{self, PlatformAct};
use super::error::{Error, Result};

/// Who changes a plugin.
#[derive(Debug, Clone)]
pub enum Actor {
    /// An operator's key.
    Admin(Admin),
    /// A command on the machine.
    Operator,
    /// The host itself: a file that changed, a version that does worse than the one before.
    Host,
}

impl Actor {
    fn name(&self) -> &str {
        match self {
            Self::Admin(admin) => admin.key_id().as_str(),
            Self::Operator => "operator",
            Self::Host => "system",
        }
    }

    fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Admin(admin) => admin.ip(),
            Self::Operator | Self::Host => None,
        }
    }
}

/// Writes an act on a plugin, in the transaction that does it.
async fn note<'a>(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    action: &str,
    courier: &CourierId,
    details: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    let act = PlatformAct { actor: actor.name(), source_ip: actor.ip(), action, subject: courier.as_str() };
    audit::write_of_platform(app, tx, act, details).await
}

async fn row(tx: &mut Tx, courier: &CourierId) -> Result<PluginRow> {
    plugins::get(tx, courier).await?.ok_or(Error::NotFound("plugin"))
}

/// Writes a changed row.
async fn save(app: &App, tx: &mut Tx, row: &PluginRow) -> Result<()> {
    match plugins::update(tx, row, app.clock.now()).await? {
        true => Ok(()),
        false => Err(changed_meanwhile(&row.courier)),
    }
}

fn changed_meanwhile(courier: &CourierId) -> Error {
    let detail = format!("the plugin {courier} was changed by somebody else just now; look at it and try again");
    Error::Conflict { code: "changed_meanwhile", detail }
}
