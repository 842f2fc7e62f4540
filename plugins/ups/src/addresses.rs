//! Address validation v2: verdict, candidates and whether people live there, in one request (option 3).

use crossdock_sdk::types::{Address, Validation, Verdict};
use crossdock_sdk::{Addresses, Call, Failure, FromJson, Request, countries};
use serde_json::json;

use crate::error::{self, Note};
use crate::rates::Head;
use crate::{Ups, wire};

const MAX_CANDIDATES: u32 = 10;

#[derive(Debug, FromJson)]
struct Answer {
    #[json(rename = "XAVResponse")]
    body: Body,
}

/// Exactly one of the indicators is there, as an empty text.
#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct Body {
    response: Option<Head>,
    #[json(present)]
    valid_address_indicator: bool,
    #[json(present)]
    ambiguous_address_indicator: bool,
    #[json(present)]
    no_candidates_indicator: bool,
    address_classification: Option<Classification>,
    candidate: Vec<Candidate>,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Classification {
    code: String,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct Candidate {
    address_classification: Option<Classification>,
    address_key_format: Key,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct Key {
    address_line: Vec<String>,
    #[json(rename = "PoliticalDivision2")]
    city: String,
    #[json(rename = "PoliticalDivision1")]
    region: Option<String>,
    postcode_primary_low: String,
    postcode_extended_low: Option<String>,
    country_code: Option<String>,
}

impl Addresses for Ups {
    fn validate(call: &Call, address: &Address) -> Result<Validation, Failure> {
        let body = json!({ "XAVRequest": { "AddressKeyFormat": {
            "AddressLine": address.lines,
            "PoliticalDivision2": address.city,
            "PoliticalDivision1": wire::region(address),
            "PostcodePrimaryLow": address.postal_code.split('-').next(),
            "CountryCode": address.country,
        } } });
        let request = Request::post("api", "/addressvalidation/v2/3")
            .query("maximumcandidatelistsize", MAX_CANDIDATES)
            .query("regionalrequestindicator", "False")
            .json(&body)
            .repeatable();
        let response = wire::identified(call, request, "").send()?;
        if !response.is_success() {
            return Err(error::located(&response, |error| error::pointer("", error).replace("/recipient", "")));
        }
        let body = error::read::<Answer>(&response)?.body;
        let residential = body.address_classification.as_ref().and_then(residential);
        let candidates: Vec<_> =
            body.candidate.into_iter().map(|candidate| corrected(address, candidate, residential)).collect();
        let verdict = if body.no_candidates_indicator {
            Verdict::Invalid
        } else if body.ambiguous_address_indicator {
            Verdict::Ambiguous
        } else if !body.valid_address_indicator {
            return Err(Failure::unexpected_answer("no-verdict", "UPS gave no verdict"));
        } else if candidates.first().is_none_or(|candidate| is_same(address, candidate)) {
            Verdict::Valid
        } else {
            Verdict::Corrected
        };
        let messages = body.response.unwrap_or_default().alert.into_iter().map(Note::warning).collect();
        Ok(Validation { verdict, candidates, messages })
    }
}

/// 0 unclassified, 1 commercial, 2 residential.
fn residential(classification: &Classification) -> Option<bool> {
    match classification.code.as_str() {
        "1" => Some(false),
        "2" => Some(true),
        _ => None,
    }
}

/// The asked address with the street, place and postal code of UPS.
fn corrected(asked: &Address, candidate: Candidate, all: Option<bool>) -> Address {
    let Candidate { address_classification, address_key_format: key } = candidate;
    let postal_code = match key.postcode_extended_low {
        Some(extended) => format!("{}-{extended}", key.postcode_primary_low),
        None => key.postcode_primary_low,
    };
    Address {
        lines: key.address_line,
        street: None,
        street_number: None,
        city: key.city,
        postal_code,
        region: key.region,
        country: key.country_code.as_deref().and_then(countries::alpha2).unwrap_or_else(|| asked.country.clone()),
        residential: address_classification.as_ref().and_then(residential).or(all),
        position: None,
        ..asked.clone()
    }
}

/// Whether UPS's version only writes the asked address in its own way: capitals, and four more digits.
fn is_same(asked: &Address, candidate: &Address) -> bool {
    let plain =
        |text: &str| text.chars().filter(|character| character.is_alphanumeric()).collect::<String>().to_uppercase();
    let primary = |code: &str| plain(code.split('-').next().unwrap_or_default());
    plain(&asked.lines.concat()) == plain(&candidate.lines.concat())
        && plain(&asked.city) == plain(&candidate.city)
        && primary(&asked.postal_code) == primary(&candidate.postal_code)
        && wire::region(asked).map(plain) == wire::region(candidate).map(plain)
}
