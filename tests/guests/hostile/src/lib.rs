//! A plugin that misbehaves: each file of `behaviours` is one way, and the tracking number that has its name asks for it.
//! The number of an ordinary parcel is asked of the courier, so that a test can send attacks from there as well.

mod behaviours;

use crossdock_sdk::types::Failure;
use crossdock_sdk::{Call, Plugin, Request, Tracking, types};

/// The plugin.
pub struct Hostile;

crossdock_sdk::export!(Hostile: tracking);

impl Plugin for Hostile {
    crossdock_sdk::description_file!("description.json");
}

impl Tracking for Hostile {
    fn track(call: &Call, numbers: &[String]) -> Vec<Result<types::Tracking, Failure>> {
        match numbers {
            [number] => match behaviours::named(number) {
                Some(misbehave) => misbehave(call, number),
                None => vec![ask(number)],
            },
            _ => numbers.iter().map(|number| ask(number)).collect(),
        }
    }
}

/// What an honest plugin would do.
fn ask(number: &str) -> Result<types::Tracking, Failure> {
    let answer = Request::get("courier", "/parcels").path_segment(number).send()?.error_for_status()?;
    Ok(types::Tracking { courier_text: Some(answer.text()), ..plain(number) })
}

/// A result that breaks no promise.
fn plain(number: &str) -> types::Tracking {
    types::Tracking { number: number.to_owned(), ..types::Tracking::default() }
}
