//! `/v1/rates`: quotes of every connected courier, side by side.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::booking::MessageBody;
use super::body::rate::RateBody;
use super::body::shipment::ShipmentBody;
use crate::app::App;
use crate::http::auth::MayReadShipments;
use crate::http::json::Json;
use crate::http::language::AcceptLanguageParam;
use crate::http::problem::{Problem, Result};
use crate::http::validate::{Findings, Validate};
use crate::model::courier::CourierId;
use crate::model::id::{CredentialId, StoreId};
use crate::service::rates::{AccountQuotes, quote};
use crate::service::selection::{MAX_ACCOUNTS, Selection};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create))
}

/// What is to be sent, and who is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RatesRequest {
    /// What is to be sent.
    shipment: ShipmentBody,
    /// Only these couriers; all that are connected if not said.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    couriers: Vec<CourierId>,
    /// Only these accounts.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    credential_ids: Vec<CredentialId>,
    /// Only this shop's accounts, and those of all shops.
    #[schema(value_type = Option<String>)]
    store_id: Option<StoreId>,
}

impl Validate for RatesRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        self.shipment.validate(&format!("{pointer}/shipment"), findings);
        let most = MAX_ACCOUNTS as usize;
        findings.count(&format!("{pointer}/couriers"), self.couriers.len(), 0..=most);
        findings.count(&format!("{pointer}/credential_ids"), self.credential_ids.len(), 0..=most);
    }
}

/// A rate and whose it is.
#[derive(Debug, Serialize, ToSchema)]
struct AccountRate {
    /// The courier.
    courier: String,
    /// The account.
    credential_id: String,
    /// Whether the account is one for tests.
    test: bool,
    /// The rate.
    #[serde(flatten)]
    rate: RateBody,
}

/// A courier that gave no rates.
#[derive(Debug, Serialize, ToSchema)]
struct AccountFailure {
    /// The courier.
    courier: String,
    /// The account.
    credential_id: String,
    /// Why.
    problem: Problem,
}

/// What a courier said beside its rates.
#[derive(Debug, Serialize, ToSchema)]
struct AccountMessage {
    /// The courier.
    courier: String,
    /// The account.
    credential_id: String,
    /// What it said.
    #[serde(flatten)]
    message: MessageBody,
}

/// Rates side by side. Couriers that failed stand beside those that answered.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Rates)]
struct RatesBody {
    /// Every rate of every courier.
    data: Vec<AccountRate>,
    /// Couriers that gave none.
    failures: Vec<AccountFailure>,
    /// What couriers said beside their rates.
    messages: Vec<AccountMessage>,
}

/// Asks connected couriers what sending would cost and how long it would take.
///
/// All connected accounts are asked at once, or those that are named. Couriers that failed stand in `failures` with a problem each,
/// beside the rates of those that answered; a courier that quotes nothing by its nature is left out unless it was named. Prices are
/// the account's own where the courier says them (`own_price`).
#[utoipa::path(post, path = "/v1/rates", operation_id = "create_rates", tag = "rates", params(AcceptLanguageParam), request_body = RatesRequest,
    responses((status = 200, body = RatesBody), (status = 422, description = "The request is wrong")),
    security(("api_key" = ["shipments:read"])))]
async fn create(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Json(request): Json<RatesRequest>,
) -> Result<Json<RatesBody>> {
    let selection =
        Selection { credentials: request.credential_ids, couriers: request.couriers, store: request.store_id };
    let answers = quote(&app, &merchant, &selection, &request.shipment.into()).await?;
    let mut body = RatesBody::default();
    for answer in answers {
        add(&mut body, answer);
    }
    Ok(Json(body))
}

fn add(body: &mut RatesBody, answer: AccountQuotes) {
    let AccountQuotes { courier, credential, is_test, result } = answer;
    let (courier, credential_id) = (courier.to_string(), credential.to_string());
    match result {
        Ok(quotes) => {
            body.data.extend(quotes.rates.into_iter().map(|rate| AccountRate {
                courier: courier.clone(),
                credential_id: credential_id.clone(),
                test: is_test,
                rate: rate.into(),
            }));
            body.messages.extend(quotes.messages.into_iter().map(|message| AccountMessage {
                courier: courier.clone(),
                credential_id: credential_id.clone(),
                message: message.into(),
            }));
        }
        // Pointers into the shipment were prefixed by the use case.
        Err(error) => {
            body.failures.push(AccountFailure { courier, credential_id, problem: Problem::of_plain(error, "") })
        }
    }
}
