//! `POST /v1/shipments`: booking, with an answer that stays the same when the request is repeated.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::ShipmentView;
use crate::app::App;
use crate::http::api::body::booking::{BookedParcelBody, MessageBody};
use crate::http::api::body::money::PriceBody;
use crate::http::api::body::shipment::ShipmentBody;
use crate::http::auth::MayBuyLabels;
use crate::http::idempotency_key::{IdempotencyKey, IdempotencyKeyParam};
use crate::http::json::FingerprintedJson;
use crate::http::language::AcceptLanguageParam;
use crate::http::once::{answer, respond};
use crate::http::problem::{Problem, Result};
use crate::http::validate::{Findings, Validate};
use crate::model::booking::Booking;
use crate::model::courier::CourierId;
use crate::model::id::{CredentialId, StoreId};
use crate::service::idempotency::{Answer, NextKey, PROBLEM_JSON, Render};
use crate::service::shipments::{self, BookRequest};
use crate::store::shipments::ShipmentState;

/// Longest name of a format or a size, in characters.
const MAX_FORMAT_CHARS: usize = 32;

/// A booking to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewShipment)]
pub struct CreateRequest {
    /// With this account; needed where several could be meant.
    #[schema(value_type = Option<String>)]
    credential_id: Option<CredentialId>,
    /// With the account at this courier.
    #[schema(value_type = Option<String>)]
    courier: Option<CourierId>,
    /// For this shop.
    #[schema(value_type = Option<String>)]
    store_id: Option<StoreId>,
    /// What is to be sent.
    shipment: ShipmentBody,
    /// `pdf`, `zpl` and so on; the courier's preferred one if not said.
    label_format: Option<String>,
    /// A size of it, such as `A6`.
    label_size: Option<String>,
    /// Check all and book nothing, where the courier can.
    #[serde(default)]
    dry_run: bool,
}

impl Validate for CreateRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        if self.credential_id.is_none() && self.courier.is_none() {
            findings.add(&at("courier"), "required", "name a courier or a credential_id");
        }
        self.shipment.validate(&at("shipment"), findings);
        findings.optional_text(&at("label_format"), self.label_format.as_deref(), MAX_FORMAT_CHARS);
        findings.optional_text(&at("label_size"), self.label_size.as_deref(), MAX_FORMAT_CHARS);
    }
}

/// What a booking would have been.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRun)]
pub struct DryRunBody {
    /// Always true.
    dry_run: bool,
    /// The courier.
    courier: String,
    /// What it would bill, where it says so.
    price: Option<PriceBody>,
    /// The parcels that it would make.
    parcels: Vec<BookedParcelBody>,
    /// What it says beside that.
    messages: Vec<MessageBody>,
}

/// Books a shipment: spends the merchant's money.
///
/// An `Idempotency-Key` is required, and a repeated request gets the same answer, byte for byte, without a second booking. The intent
/// is written down before the courier is asked. 202 with the state `unknown` means that the courier's answer was lost: the host asks
/// the courier what became of it after 30 s, 2, 10 and 60 minutes and 24 hours, and the shipment shows the outcome. Do not book
/// again. With `dry_run` nothing is booked and the answer is 200.
#[utoipa::path(post, path = "/v1/shipments", operation_id = "create_shipment", tag = "shipments", params(IdempotencyKeyParam, AcceptLanguageParam), request_body = CreateRequest,
    responses((status = 201, body = ShipmentView), (status = 200, description = "A dry run", body = DryRunBody),
        (status = 202, description = "The outcome is not known yet", body = ShipmentView),
        (status = 409, description = "The first request with this key is still under way"),
        (status = 422, description = "The request is wrong, or the courier refuses it")),
    security(("api_key" = ["labels:buy"])))]
pub async fn create(
    State(app): State<App>,
    MayBuyLabels(merchant): MayBuyLabels,
    key: IdempotencyKey,
    payload: FingerprintedJson<CreateRequest>,
) -> Result<Response<Body>> {
    let FingerprintedJson { body, fingerprint } = payload;
    let key = key.of_post("/v1/shipments", &fingerprint);
    let request = BookRequest {
        credential: body.credential_id,
        courier: body.courier,
        store: body.store_id,
        shipment: body.shipment.into(),
        label_format: body.label_format,
        label_size: body.label_size,
        dry_run: body.dry_run,
    };
    respond(shipments::book(&app, &merchant, request, key, render()).await?, Some("/v1/shipments/"))
}

/// How answers are written that may be kept and given again.
pub fn render() -> Render {
    Render { shipment: shipment_answer, dry_run: dry_run_answer, error: |error, next| error_answer(error.into(), next) }
}

fn shipment_answer(view: &shipments::ShipmentView) -> Answer {
    let is_open = matches!(view.shipment.state, ShipmentState::Unknown | ShipmentState::Intent);
    let status = if is_open { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    answer(status, &ShipmentView::from(view))
}

fn dry_run_answer(courier: &CourierId, booking: &Booking) -> Answer {
    let body = DryRunBody {
        dry_run: true,
        courier: courier.to_string(),
        price: booking.price.clone().map(Into::into),
        parcels: booking.parcels.iter().cloned().map(Into::into).collect(),
        messages: booking.messages.iter().cloned().map(Into::into).collect(),
    };
    answer(StatusCode::OK, &body)
}

/// The bytes of a problem after which nothing was done.
pub fn error_answer(problem: Problem, next: NextKey) -> Answer {
    let problem = match next {
        NextKey::Same => problem.and("nothing was booked, try again with the same Idempotency-Key"),
        // The same request would get this very answer.
        NextKey::New => {
            problem.and("nothing was booked; once that is mended, send a new Idempotency-Key").retryable(false)
        }
    };
    Answer { status: problem.status(), content_type: PROBLEM_JSON, version: None, body: problem.to_json() }
}
