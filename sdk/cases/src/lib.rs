//! Recorded calls of courier plugins: what a folder `fixtures/<case>/` holds, how it is replayed, and how a courier's
//! answer is damaged.
//!
//! Two read it: the SDK's test kit, which runs a plugin natively, and the host's conformance suite, which runs the
//! component of any language. Both see requests and results as JSON in the contract's names, so nothing here knows either.
//!
//! - `call.json`: the operation and everything that the host tells ([`CallFile`]);
//! - `exchange-1.json`, …: each request that the plugin makes, and the courier's answer ([`ExchangeFile`]);
//! - `expected.json`: `{"ok": …}` or `{"err": …}` in the contract's names; absent members are `null` or empty.

mod call;
mod case;
mod damage;
mod diff;
mod exchange;
mod keep;
mod player;
mod request;

pub use call::{CallFile, Environment};
pub use case::{Case, CaseError, cases, write_file};
pub use damage::{Damage, Harm, LONG_TEXT, damaged};
pub use diff::{differences, pruned};
pub use exchange::{Answer, Exchange, ExchangeFile, FailureKind, HostFailure, Problem, ResponseFile};
pub use keep::{Keep, KeepEncoding};
pub use player::Player;
pub use request::Made;
