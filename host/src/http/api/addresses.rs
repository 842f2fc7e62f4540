//! `/v1/addresses/validate`: whether an address exists, in a courier's eyes.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::address::AddressBody;
use super::body::booking::MessageBody;
use crate::app::App;
use crate::http::auth::MayReadShipments;
use crate::http::json::Json;
use crate::http::language::AcceptLanguageParam;
use crate::http::problem::{Problem, Result};
use crate::http::validate::{Findings, Validate};
use crate::model::address::Verdict;
use crate::model::courier::CourierId;
use crate::model::id::CredentialId;
use crate::service::addresses;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(validate))
}

/// Which address, and who is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ValidateRequest {
    /// The courier; the first connected one that can tell if not said.
    #[schema(value_type = Option<String>)]
    courier: Option<CourierId>,
    /// The account.
    #[schema(value_type = Option<String>)]
    credential_id: Option<CredentialId>,
    /// The address.
    address: AddressBody,
}

impl Validate for ValidateRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        self.address.validate(&format!("{pointer}/address"), findings);
    }
}

/// A courier's verdict.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Validation)]
struct ValidationBody {
    /// The courier.
    courier: String,
    /// `valid`, `corrected`, `ambiguous` or `invalid`.
    verdict: &'static str,
    /// The courier's versions of the address, best first.
    candidates: Vec<AddressBody>,
    /// What it said beside that.
    messages: Vec<MessageBody>,
}

/// Asks a courier whether an address exists.
///
/// The verdict is the courier's own; a corrected address stands first among the candidates. Without `courier` and `credential_id` the
/// first connected account that can tell is asked. Couriers charge nothing for it, but it counts against their limits.
#[utoipa::path(post, path = "/v1/addresses/validate", operation_id = "validate_address", tag = "addresses", params(AcceptLanguageParam), request_body = ValidateRequest,
    responses((status = 200, body = ValidationBody), (status = 422, description = "No connected courier can tell")),
    security(("api_key" = ["shipments:read"])))]
async fn validate(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Json(request): Json<ValidateRequest>,
) -> Result<Json<ValidationBody>> {
    let address = request.address.into();
    // Pointers into the address were prefixed by the use case.
    let (courier, validation) =
        addresses::validate(&app, &merchant, request.courier.as_ref(), request.credential_id.as_ref(), &address)
            .await
            .map_err(|error| Problem::of_plain(error, ""))?;
    let verdict = match validation.verdict {
        Verdict::Valid => "valid",
        Verdict::Corrected => "corrected",
        Verdict::Ambiguous => "ambiguous",
        Verdict::Invalid => "invalid",
    };
    Ok(Json(ValidationBody {
        courier: courier.to_string(),
        verdict,
        candidates: validation.candidates.into_iter().map(Into::into).collect(),
        messages: validation.messages.into_iter().map(Into::into).collect(),
    }))
}
