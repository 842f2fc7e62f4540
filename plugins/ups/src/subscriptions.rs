//! Track Alert v2: where UPS pushes to is set in its portal; here is said about what.

use crossdock_sdk::types::{FailureKind, PartFailure, Subscription};
use crossdock_sdk::{Call, Failure, FromJson, Request, Subscriptions, time};
use serde_json::json;

use crate::{Ups, error, wire};

const PACKAGES: &str = "/track/v2/subscription/standard/package";
const ACCOUNT: &str = "/track/v2/subscription/standard/account";
/// A subscription of a package ends after 14 days.
const LIFETIME_HOURS: i64 = 14 * 24;
const ACCOUNT_PREFIX: &str = "account/";

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
struct Packages {
    valid_tracking_numbers: Vec<String>,
    invalid_tracking_numbers: Vec<String>,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "camelCase")]
struct Account {
    #[json(required)]
    expiry_date: String,
}

impl Subscriptions for Ups {
    fn subscribe(call: &Call, numbers: &[String]) -> Result<Vec<Subscription>, Failure> {
        if numbers.is_empty() { account(call) } else { packages(call, numbers) }.map(|one| vec![one])
    }

    /// Subscriptions of packages cannot be ended: they run out after 14 days.
    fn unsubscribe(call: &Call, id: &str) -> Result<(), Failure> {
        let Some(number) = id.strip_prefix(ACCOUNT_PREFIX) else {
            return Err(Failure::unsupported(
                "no-unsubscribe",
                "UPS's subscriptions of parcels end by themselves after 14 days",
            ));
        };
        let request = Request::delete("api", ACCOUNT).query("shipper_account_number", number);
        let response = wire::identified(call, request, "").send()?;
        if response.is_success() { Ok(()) } else { Err(error::failure(&response)) }
    }

    fn list(_: &Call) -> Result<Vec<Subscription>, Failure> {
        Err(Failure::unsupported("no-list", "UPS does not list subscriptions"))
    }
}

fn packages(call: &Call, numbers: &[String]) -> Result<Subscription, Failure> {
    let body = json!({ "locale": wire::locale(call), "countryCode": country(call), "trackingNumberList": numbers });
    let response = wire::identified(call, Request::post("api", PACKAGES).json(&body), "").send()?;
    let position = |number: &str| numbers.iter().position(|asked| asked.eq_ignore_ascii_case(number));
    if !response.is_success() {
        let refused = response.read::<Packages>().unwrap_or_default().invalid_tracking_numbers;
        let failure = error::failure(&response);
        let code = failure.code.clone();
        return Err(refused.iter().filter_map(|number| position(number)).fold(failure, |failure, at| {
            failure.problem(format!("/numbers/{at}"), code.clone(), "UPS refuses this number")
        }));
    }
    let Packages { valid_tracking_numbers, invalid_tracking_numbers } = error::read(&response)?;
    if valid_tracking_numbers.is_empty() && invalid_tracking_numbers.is_empty() {
        return Err(Failure::unexpected_answer("no-numbers", "UPS named no number").status(response.status()));
    }
    let refused = |number: &String| PartFailure {
        parcel: position(number).and_then(|at| u32::try_from(at).ok()),
        failure: Failure::new(FailureKind::InvalidInput, "invalid-number", format!("UPS refuses to follow {number}")),
    };
    let end = time::hours_later(call.now(), LIFETIME_HOURS);
    Ok(Subscription {
        id: format!("package/{}", call.call_id()),
        failures: invalid_tracking_numbers.iter().map(refused).collect(),
        numbers: valid_tracking_numbers,
        expires: time::of_timestamp(end, None).at,
        ..Subscription::default()
    })
}

/// All that the account sends.
fn account(call: &Call) -> Result<Subscription, Failure> {
    let number = wire::account_number(call);
    let body = json!({ "locale": wire::locale(call), "shipperAccountNumber": number, "subAccountType": ["Outbound"] });
    let response = wire::identified(call, Request::post("api", ACCOUNT).json(&body), "").send()?;
    let account: Account = error::read(&response)?;
    // 9999 is for ever.
    let day = time::iso_date(&account.expiry_date).filter(|day| !day.starts_with("9999"));
    Ok(Subscription {
        id: format!("{ACCOUNT_PREFIX}{number}"),
        expires: day.map(|day| format!("{day}T00:00:00Z")),
        ..Subscription::default()
    })
}

/// The country half of the locale.
fn country(call: &Call) -> &'static str {
    wire::locale(call).split('_').nth(1).unwrap_or("US")
}
