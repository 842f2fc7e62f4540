//! PostNord's errors in all their shapes.

use crossdock_sdk::types::FailureKind;
use crossdock_sdk::{Failure, FromJson, Response};

use crate::tracking_answer::Wanted;

/// An error body of the gateway, of a product, or of the framework beneath.
#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
struct ErrorBody {
    /// The gateway (CONFIRMED by captured bodies).
    error: Option<GatewayError>,
    message: Option<String>,
    composite_fault: Option<CompositeFault>,
    /// Service points and pickups wrap theirs (CONFIRMED, REPORTED).
    service_point_information_response: Option<FaultBody>,
    error_response: Option<FaultBody>,
    #[json(rename = "TrackingInformationResponse")]
    tracking: Option<FaultBody>,
    /// Problem JSON of Track & Trace (CONFIRMED by a captured body).
    title: Option<String>,
    detail: Option<String>,
}

#[derive(Debug, FromJson)]
struct GatewayError {
    status_code: Option<String>,
    error_type: Option<String>,
    message: Option<String>,
}

/// A message and its faults.
#[derive(Debug, Clone, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct FaultBody {
    pub message: Option<String>,
    pub composite_fault: Option<CompositeFault>,
}

#[derive(Debug, Clone, Default, FromJson)]
#[json(default)]
pub struct CompositeFault {
    pub faults: Vec<Fault>,
}

#[derive(Debug, Clone, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Fault {
    fault_code: Option<String>,
    explanation_text: Option<String>,
    param_values: Vec<Parameter>,
    fault_references: Vec<Reference>,
}

#[derive(Debug, Clone, Default, FromJson)]
#[json(default)]
struct Parameter {
    param: Option<String>,
}

#[derive(Debug, Clone, Default, FromJson)]
#[json(default)]
struct Reference {
    key: Option<String>,
    value: Option<String>,
}

impl Fault {
    /// Its code; booking's faults have none and name a `*.subType` instead (CONFIRMED).
    pub fn code(&self) -> String {
        self.fault_code
            .clone()
            .or_else(|| self.reference(".subType"))
            .or_else(|| self.reference(".type"))
            .unwrap_or_else(|| "fault".to_owned())
    }

    /// What it says.
    pub fn words(&self) -> String {
        self.explanation_text.clone().unwrap_or_else(|| self.code())
    }

    fn reference(&self, suffix: &str) -> Option<String> {
        let mut references = self.fault_references.iter();
        references.find(|reference| reference.key.as_deref().is_some_and(|key| key.ends_with(suffix)))?.value.clone()
    }

    /// All that may name the place.
    fn place(&self) -> String {
        let parameters = self.param_values.iter().filter_map(|parameter| parameter.param.clone());
        let references = self.fault_references.iter().filter_map(|reference| reference.value.clone());
        parameters.chain(references).chain([self.words()]).collect::<Vec<_>>().join(" ")
    }

    /// Where in our request it is wrong; `prefix` is where the shipment stands.
    pub fn pointer(&self, prefix: &str) -> String {
        pointer(&self.place(), prefix)
    }
}

/// Words of PostNord's fields, without case and signs, and ours. The first that occurs wins.
const PARTS: &[(&str, &str)] = &[
    ("postcode", "/postal_code"),
    ("postalcode", "/postal_code"),
    ("countrycode", "/country"),
    ("city", "/city"),
    ("street", "/lines"),
    ("email", "/email"),
    ("smsno", "/phone"),
    ("phone", "/phone"),
    ("nameidentification", "/company"),
];

const SHIPMENT_PARTS: &[(&str, &str)] = &[
    ("weight", "/parcels/0/weight_grams"),
    ("length", "/parcels/0/length_mm"),
    ("width", "/parcels/0/width_mm"),
    ("height", "/parcels/0/height_mm"),
    ("additionalservice", "/options"),
    ("basicservice", "/service"),
    ("servicecode", "/service"),
    ("servicepoint", "/options"),
    ("deliveryparty", "/options"),
    ("loadingdate", "/shipping_date"),
    ("starttime", "/shipping_date"),
    ("itemidentification", "/parcels"),
    ("goodsitem", "/parcels"),
];

fn pointer(place: &str, prefix: &str) -> String {
    let place: String = place.chars().filter(|sign| sign.is_alphanumeric()).collect::<String>().to_lowercase();
    let of =
        |parts: &[(&str, &'static str)]| parts.iter().find(|(word, _)| place.contains(word)).map(|(_, ours)| *ours);
    if let Some(part) = of(SHIPMENT_PARTS) {
        return format!("{prefix}{part}");
    }
    match of(PARTS) {
        Some(part) if ["consignor", "origin", "warehouse", "sender"].iter().any(|word| place.contains(word)) => {
            format!("{prefix}/sender{part}")
        }
        Some(part) => format!("{prefix}/recipient{part}"),
        None => prefix.to_owned(),
    }
}

/// The answer if it went well, else what PostNord says is wrong.
pub fn checked(response: Response, prefix: &str) -> Result<Response, Failure> {
    if response.is_success() { Ok(response) } else { Err(failure(&response, prefix)) }
}

/// A failure of an answer that is an error.
pub fn failure(response: &Response, prefix: &str) -> Failure {
    // Some products answer 403 without a body (CONFIRMED): then the status is all there is.
    let body: ErrorBody = response.read().unwrap_or_default();
    if let Some(error) = body.error {
        return gateway(response, error);
    }
    let own = FaultBody { message: body.message, composite_fault: body.composite_fault };
    let wrapped = [Some(own), body.service_point_information_response, body.error_response, body.tracking];
    let wrapped: Vec<FaultBody> = wrapped.into_iter().flatten().collect();
    let faults: Vec<Fault> = wrapped
        .iter()
        .filter_map(|body| body.composite_fault.as_ref())
        .flat_map(|composite| composite.faults.clone())
        .collect();
    let status = response.status();
    if faults.is_empty() {
        let message = wrapped.into_iter().find_map(|body| body.message).or(body.detail).or(body.title);
        let message = message.unwrap_or_else(|| format!("PostNord answered with status {status}"));
        return response.failure_of(kind(status), format!("http-{status}"), message);
    }
    let kind = match (kind(status), faults.first().map(Fault::code).as_deref()) {
        // CONFIRMED: API-003 is "nothing found", with 404 or 400.
        (FailureKind::InvalidInput, Some("API-003")) => FailureKind::NotFound,
        (kind, _) => kind,
    };
    with_faults(response.failure_of(kind, "", ""), &faults, prefix)
}

/// Fills a failure with faults: code and words of the first, a problem for each.
pub fn with_faults(mut failure: Failure, faults: &[Fault], prefix: &str) -> Failure {
    if let Some(first) = faults.first() {
        failure.code = first.code();
        failure.message = faults.iter().map(Fault::words).collect::<Vec<_>>().join("; ");
    }
    if failure.kind != FailureKind::InvalidInput {
        return failure;
    }
    faults.iter().fold(failure, |failure, fault| failure.problem(fault.pointer(prefix), fault.code(), fault.words()))
}

/// A fault that Track & Trace tells with status 200.
pub fn of_tracking(response: &Response, faults: &[Fault], wanted: Wanted) -> Failure {
    let code = faults.first().map(Fault::code).unwrap_or_default();
    let kind = match code.as_str() {
        "invalidIdentifier" if wanted == Wanted::Number => FailureKind::InvalidInput,
        "invalidIdentifier" => FailureKind::NotFound,
        _ => FailureKind::UnexpectedAnswer,
    };
    with_faults(response.failure_of(kind, "", ""), faults, "")
}

fn gateway(response: &Response, error: GatewayError) -> Failure {
    let status = error.status_code.and_then(|code| code.parse().ok()).unwrap_or_else(|| response.status());
    let code = error.error_type.unwrap_or_else(|| format!("http-{status}"));
    let message =
        error.message.unwrap_or_else(|| format!("PostNord's gateway refused the request with status {status}"));
    response.failure_of(kind(status), code, message)
}

/// CONFIRMED: 499 is declared beside 503 and 504, and is worth a retry as they are.
fn kind(status: u16) -> FailureKind {
    match status {
        499 => FailureKind::Unavailable,
        status => FailureKind::of_status(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_point_into_our_request() {
        let cases = [
            ("POSTAL_CODE postalCode is a required field", "/shipment/recipient/postal_code"),
            ("warehouses.address.postCode", "/shipment/sender/postal_code"),
            ("originPostalCode", "/shipment/sender/postal_code"),
            ("WEIGHT_LIMIT grossWeight exceeds maximum", "/shipment/parcels/0/weight_grams"),
            ("BASIC_SERVICE_CODE", "/shipment/service"),
            ("SERVICE_POINT the service point does not exist", "/shipment/options"),
            ("APPLICATION_ID is not a type of integer", "/shipment"),
        ];
        for (place, expected) in cases {
            assert_eq!(pointer(place, "/shipment"), expected, "{place}");
        }
    }
}
