//! Quotes: every connected courier side by side; one that fails does not hide the others.

use futures::future::join_all;

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::id::CredentialId;
use crate::model::question::Question;
use crate::model::rate::Quotes;
use crate::model::shipment::ShipmentRequest;
use crate::store::credentials::Credential;

use super::choices;
use super::connection::{ASK_DEADLINE, Connection};
use super::error::{Error, Result};
use super::recordings;
use super::selection::{Selection, select};

/// What one account answered.
#[derive(Debug)]
pub struct AccountQuotes {
    /// The courier.
    pub courier: CourierId,
    /// The account.
    pub credential: CredentialId,
    /// Whether it is one for tests.
    pub is_test: bool,
    /// Its rates, or why there are none.
    pub result: Result<Quotes>,
}

/// Asks every meant account at once.
///
/// # Errors
///
/// `Invalid` if an account or a courier is named that is not connected. What a courier answers stands at its account.
pub async fn quote(
    app: &App,
    merchant: &Merchant,
    selection: &Selection,
    shipment: &ShipmentRequest,
) -> Result<Vec<AccountQuotes>> {
    let named = !selection.credentials.is_empty() || !selection.couriers.is_empty();
    let accounts = select(app, merchant, selection).await?;
    let asked = join_all(accounts.into_iter().map(|stored| ask(app, merchant, stored, shipment))).await;
    // Nobody asked for a courier that quotes nothing by its nature.
    Ok(asked.into_iter().filter(|answer| named || !matches!(answer.result, Err(Error::Unsupported { .. }))).collect())
}

async fn ask(app: &App, merchant: &Merchant, stored: Credential, shipment: &ShipmentRequest) -> AccountQuotes {
    let is_test = stored.environment == crate::model::credential::Environment::Test;
    let result = ask_one(app, merchant, &stored, shipment).await;
    AccountQuotes { courier: stored.courier, credential: stored.id, is_test, result }
}

async fn ask_one(app: &App, merchant: &Merchant, stored: &Credential, shipment: &ShipmentRequest) -> Result<Quotes> {
    let connection = Connection::open(app, merchant.id(), stored).await?.speaking(merchant.locale());
    connection.require("rates", "quote")?;
    let mut problems = choices::refused(connection.plugin.description(), shipment);
    if !problems.is_empty() {
        prefix(&mut problems);
        return Err(Error::Invalid { problems });
    }
    let running = connection.start(app, "quote", ASK_DEADLINE);
    let quotes = connection.plugin.quote(running.call, shipment).await;
    recordings::finish(running.recording, &quotes, || Question::Quote { shipment: Box::new(shipment.clone()) });
    quotes?.map_err(|mut failure| {
        prefix(&mut failure.problems);
        Error::courier(connection.courier(), failure)
    })
}

/// A plugin's pointers go into the shipment; the caller's request has it under this member.
fn prefix(problems: &mut [crate::model::failure::Problem]) {
    for problem in problems {
        problem.pointer.insert_str(0, "/shipment");
    }
}
