//! Booking: one intent, one request that books, one outcome.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::failure::{Failure, Problem};
use crate::model::id::{CredentialId, StoreId};
use crate::model::question::Question;
use crate::model::shipment::ShipmentRequest;
use crate::service::choices;
use crate::service::connection::{BOOK_DEADLINE, Connection};
use crate::service::detached;
use crate::service::error::{Error, Result};
use crate::service::faults;
use crate::service::idempotency::{self, Answered, Key, Render};
use crate::service::recordings;
use crate::service::selection::select_one;

use super::intent::{self, Intent};
use super::outcome;

/// What a merchant asks to be booked.
#[derive(Debug, Clone)]
pub struct BookRequest {
    /// With this account.
    pub credential: Option<CredentialId>,
    /// Or with the account at this courier.
    pub courier: Option<CourierId>,
    /// For this shop.
    pub store: Option<StoreId>,
    /// What is to be sent; parcels are already single.
    pub shipment: ShipmentRequest,
    /// `pdf`, `zpl` and so on; `None`: the courier's preferred one.
    pub label_format: Option<String>,
    /// A size of it.
    pub label_size: Option<String>,
    /// Check all and book nothing.
    pub dry_run: bool,
}

/// Books a shipment, or returns what was answered when it was asked for before.
///
/// # Errors
///
/// Before anything is written down: `Invalid`, `Unsupported`, `KeyReused`, `StillRunning`. What the courier said is part of the
/// answer, since it must be the same when the request is repeated.
pub async fn book(app: &App, merchant: &Merchant, request: BookRequest, key: Key, render: Render) -> Result<Answered> {
    if let Some(answer) = idempotency::replay(app, merchant.id(), &key, render).await? {
        return Ok(answer);
    }
    let stored =
        select_one(app, merchant, request.credential.as_ref(), request.courier.as_ref(), request.store.as_ref())
            .await?;
    let connection = Connection::open(app, merchant.id(), &stored).await?.speaking(merchant.locale());
    let format = check(&connection, &request)?;
    if request.dry_run {
        return dry_run(app, &connection, request, format, render).await;
    }
    let Some(intent) = intent::write(app, merchant, &connection, &stored, request, format, &key).await? else {
        // Another request with the same key was faster.
        return idempotency::replay(app, merchant.id(), &key, render).await?.ok_or(Error::StillRunning);
    };
    faults::reach("booking.intent_written");
    let (app, merchant) = (app.clone(), merchant.id().clone());
    detached::finish(async move { call(&app, &merchant, connection, intent, key, render).await }).await
}

/// Returns the label's format.
fn check(connection: &Connection, request: &BookRequest) -> Result<String> {
    connection.require("shipments", "create")?;
    if request.shipment.is_return {
        connection.require("shipments", "returns")?;
    }
    let description = connection.plugin.description();
    let mut problems: Vec<Problem> = choices::refused_for_booking(description, &request.shipment);
    for problem in &mut problems {
        problem.pointer.insert_str(0, "/shipment");
    }
    let preferred = || description.label_formats.first().map(|format| format.format.clone());
    let format = request.label_format.clone().or_else(preferred).unwrap_or_else(|| "pdf".to_owned());
    if request.label_format.is_some() {
        problems.extend(choices::refused_format(description, request.shipment.service.as_deref(), &format));
    }
    if request.dry_run && !description.dry_run {
        let detail = format!("{} cannot check a booking without booking it", description.display_name);
        return Err(Error::Unsupported { code: "unsupported", detail });
    }
    if problems.is_empty() { Ok(format) } else { Err(Error::Invalid { problems }) }
}

async fn dry_run(
    app: &App,
    connection: &Connection,
    request: BookRequest,
    format: String,
    render: Render,
) -> Result<Answered> {
    let order = intent::order(app, request, format, Vec::new());
    let running = connection.start(app, "create", BOOK_DEADLINE);
    let outcome = connection.plugin.create(running.call, &order).await;
    recordings::finish(running.recording, &outcome, || Question::Create { order: Box::new(order.clone()) });
    match outcome? {
        Ok(booking) => Ok(Answered::fresh((render.dry_run)(connection.courier(), &booking))),
        Err(failure) => Err(Error::courier(connection.courier(), failure)),
    }
}

async fn call(
    app: &App,
    merchant: &crate::model::id::MerchantId,
    connection: Connection,
    intent: Intent,
    key: Key,
    render: Render,
) -> Result<Answered> {
    let running = connection.start(app, "create", BOOK_DEADLINE);
    let session = running.session.clone();
    let result = connection.plugin.create(running.call, &intent.order).await;
    recordings::finish(running.recording, &result, || Question::Create { order: Box::new(intent.order.clone()) });
    faults::reach("booking.answer_received");
    let answer = match result {
        Ok(Ok(booking)) => {
            outcome::booked(app, merchant, &intent.shipment, &session, booking, Some((&key, render))).await?
        }
        Ok(Err(mut failure)) => {
            // A plugin may be wrong about what it sent; a booking that is taken for failed would be made twice.
            failure.request_sent |= session.any_sent();
            refused(app, merchant, &connection, &intent, failure, &key, render).await?
        }
        // A plugin that broke after its request had left tells nothing about the booking.
        Err(error) if session.any_sent() => {
            outcome::unknown(app, merchant, &intent, error.to_failure(true), &key, render).await?
        }
        Err(error) => outcome::failed(app, merchant, &intent, &key, render, Error::Plugin(error)).await?,
    };
    faults::reach("booking.result_committed");
    Ok(answer)
}

async fn refused(
    app: &App,
    merchant: &crate::model::id::MerchantId,
    connection: &Connection,
    intent: &Intent,
    failure: Failure,
    key: &Key,
    render: Render,
) -> Result<Answered> {
    if failure.request_sent && failure.kind.leaves_outcome_open() {
        return outcome::unknown(app, merchant, intent, failure, key, render).await;
    }
    outcome::failed(app, merchant, intent, key, render, Error::courier(connection.courier(), failure)).await
}
