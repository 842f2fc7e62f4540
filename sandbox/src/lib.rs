//! The sandbox: couriers' APIs imitated on loopback, faithful on the wire, with faults on demand.
//!
//! Each courier has a folder here and a folder of URLs (`/bring/…`); `/_control/…` steers all of them.
//! `README.md` says how to add a courier and what the control API takes.

pub mod bring;
pub mod common;
pub mod control;
pub mod examplepost;
pub mod postnord;
mod server;
#[cfg(test)]
mod testing;
pub mod ups;

use serde_json::{Map, Value};

use common::courier::Courier;
pub use server::{Sandbox, app};

/// Every imitated courier. A new one is a folder of its own and a line here.
pub static COURIERS: &[Courier] = &[bring::COURIER, examplepost::COURIER, postnord::COURIER, ups::COURIER];

/// What the first test merchant enters to connect its accounts: courier to fields.
pub fn credentials() -> Value {
    nth_credentials(0)
}

/// The same of a second merchant, whose accounts are other ones.
pub fn second_credentials() -> Value {
    nth_credentials(1)
}

fn nth_credentials(index: usize) -> Value {
    let entry = |courier: &Courier| {
        let fields = (courier.credentials)().into_iter().nth(index).unwrap_or_default();
        (courier.id.to_owned(), fields)
    };
    Value::Object(COURIERS.iter().map(entry).collect::<Map<_, _>>())
}
