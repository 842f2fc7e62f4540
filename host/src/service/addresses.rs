//! Whether an address exists, in a courier's eyes.

use crate::app::App;
use crate::model::address::{Address, Validation};
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::id::CredentialId;
use crate::model::question::Question;

use super::connection::{ASK_DEADLINE, Connection};
use super::error::{Error, Result};
use super::recordings;
use super::selection::{Selection, select, select_one};

/// Asks a courier about an address; where none is named, the first connected one that can tell.
///
/// # Errors
///
/// `Unsupported` if no connected courier can tell, `Courier` and `Plugin`.
pub async fn validate(
    app: &App,
    merchant: &Merchant,
    courier: Option<&CourierId>,
    credential: Option<&CredentialId>,
    address: &Address,
) -> Result<(CourierId, Validation)> {
    let connection = if courier.is_some() || credential.is_some() {
        let stored = select_one(app, merchant, credential, courier, None).await?;
        Connection::open(app, merchant.id(), &stored).await?.speaking(merchant.locale())
    } else {
        first_that_validates(app, merchant).await?
    };
    connection.require("addresses", "validate")?;
    let running = connection.start(app, "validate_address", ASK_DEADLINE);
    let verdict = connection.plugin.validate_address(running.call, address).await;
    let question = || Question::ValidateAddress { address: Box::new(address.clone()) };
    recordings::finish(running.recording, &verdict, question);
    let verdict = verdict?.map_err(|mut failure| {
        for problem in &mut failure.problems {
            problem.pointer.insert_str(0, "/address");
        }
        Error::courier(connection.courier(), failure)
    })?;
    Ok((connection.courier().clone(), verdict))
}

async fn first_that_validates(app: &App, merchant: &Merchant) -> Result<Connection> {
    for stored in select(app, merchant, &Selection::default()).await? {
        let connection = Connection::open(app, merchant.id(), &stored).await?.speaking(merchant.locale());
        if connection.offers("addresses", "validate") {
            return Ok(connection);
        }
    }
    let detail = "none of the connected couriers can validate an address".to_owned();
    Err(Error::Unsupported { code: "unsupported", detail })
}
