//! Address validation: the test system knows New York and California only.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};

use super::{auth, errors, shipping_answer};
use crate::common::answer::{self, Answer};
use crate::common::json::{text, texts};
use crate::common::places::postal_code_fits;
use crate::common::world::World;

pub fn router() -> Router<World> {
    Router::new().route("/api/addressvalidation/{version}/{option}", post(validate))
}

async fn validate(
    State(world): State<World>,
    headers: HeaderMap,
    Path((version, option)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    auth::check(&world, &headers)?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    let Some(address) = request.pointer("/XAVRequest/AddressKeyFormat") else {
        return Ok(errors::unreadable());
    };
    if !["1", "2", "3"].contains(&option.as_str()) {
        return Ok(errors::answer(400, "264002", "The request option is not valid."));
    }
    let of = |member: &str| text(address, member).unwrap_or_default().to_uppercase();
    if of("/CountryCode") != "US" {
        return Ok(errors::answer(400, "264027", "The country is not supported."));
    }
    let state = of("/PoliticalDivision1");
    if !["NY", "CA"].contains(&state.as_str()) {
        return Ok(errors::answer(400, "264030", "The test system knows New York and California only."));
    }
    let mut response = json!({"Response": shipping_answer::response(&world, &request, "/XAVRequest")});
    let street = texts(address, "/AddressLine").first().cloned().unwrap_or_default().to_uppercase();
    let postal_code = of("/PostcodePrimaryLow");
    let class = json!({"Code": "2", "Description": "Residential"});
    let numbered = street.bytes().any(|byte| byte.is_ascii_digit());
    if !postal_code_fits("US", &postal_code) || street.is_empty() {
        response["NoCandidatesIndicator"] = "".into();
    } else {
        let candidate = json!({"AddressClassification": class, "AddressKeyFormat": {"AddressLine": [street],
            "PoliticalDivision2": of("/PoliticalDivision2"), "PoliticalDivision1": state,
            "PostcodePrimaryLow": postal_code.get(..5).unwrap_or_default(), "PostcodeExtendedLow": "0101",
            "Region": format!("{} {state} {postal_code}-0101", of("/PoliticalDivision2")), "CountryCode": "US"}});
        // A street without a number could be any house of it.
        response[if numbered { "ValidAddressIndicator" } else { "AmbiguousAddressIndicator" }] = "".into();
        if option != "1" {
            response["AddressClassification"] = class;
        }
        response["Candidate"] = if version == "v1" { candidate } else { json!([candidate]) };
    }
    Ok(answer::json(200, &json!({"XAVResponse": response})))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ups::token::tests::bench;

    #[tokio::test]
    async fn addresses_are_valid_ambiguous_or_nowhere() {
        let bench = bench().await;
        for (street, postal_code, member) in [
            ("7 Pier St", "10013", "ValidAddressIndicator"),
            ("Pier St", "10013", "AmbiguousAddressIndicator"),
            ("7 Pier St", "1", "NoCandidatesIndicator"),
        ] {
            let request = json!({"XAVRequest": {"AddressKeyFormat": {"AddressLine": [street],
                "PoliticalDivision2": "New York", "PoliticalDivision1": "NY", "PostcodePrimaryLow": postal_code,
                "CountryCode": "US"}}});
            let got = bench.post("/ups/api/addressvalidation/v2/3", &request).await;
            assert_eq!(got.at(&format!("/XAVResponse/{member}")), "");
        }
    }
}
