//! What a plugin may ask of the host beside requests: the log, and checks of signatures.
//!
//! In native builds a recorded host takes its place (feature `testing`).

use std::cell::Cell;

use crate::bindings::host::crossdock::courier::http as contract;
use crate::types::{Algorithm, Failure, LogLevel, Method};

thread_local! {
    /// Whether a request that may have changed something has left in this call.
    static CHANGING_REQUEST_LEFT: Cell<bool> = const { Cell::new(false) };
}

/// Writes a line to the host's log, with pairs of a name and a value. Never an address, a name, or a courier's body.
pub fn log(level: LogLevel, message: &str, fields: &[(&str, &str)]) {
    let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    #[cfg(target_arch = "wasm32")]
    crate::bindings::host::crossdock::courier::log::write(level, message, &fields);
    #[cfg(not(target_arch = "wasm32"))]
    native::with(|host| host.log(level, message, &fields), || ());
}

/// Whether `signature` is the message's under a secret field of the credential or `webhook-secret`.
pub fn verify(algorithm: Algorithm, key: &str, message: &[u8], signature: &[u8]) -> bool {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::host::crossdock::courier::crypto::verify(algorithm, key, message, signature);
    #[cfg(not(target_arch = "wasm32"))]
    native::with(|host| host.verify(algorithm, key, message, signature), || false)
}

pub(crate) fn send(request: contract::Request) -> Result<contract::Response, Failure> {
    let changing = is_changing(&request);
    #[cfg(target_arch = "wasm32")]
    let result = contract::send(&request);
    #[cfg(not(target_arch = "wasm32"))]
    let result = native::with(|host| host.send(request), || Err(no_host()));
    note(changing, &result);
    result
}

pub(crate) fn send_all(requests: Vec<contract::Request>) -> Vec<Result<contract::Response, Failure>> {
    let changing: Vec<bool> = requests.iter().map(is_changing).collect();
    #[cfg(target_arch = "wasm32")]
    let results = contract::send_all(&requests);
    #[cfg(not(target_arch = "wasm32"))]
    let results: Vec<_> =
        requests.into_iter().map(|request| native::with(|host| host.send(request), || Err(no_host()))).collect();
    for (changing, result) in changing.into_iter().zip(&results) {
        note(changing, result);
    }
    results
}

pub(crate) fn start_call() {
    CHANGING_REQUEST_LEFT.set(false);
}

/// Says in a failure what left the host in this call, whatever the plugin wrote there.
pub(crate) fn finish_failure(mut failure: Failure) -> Failure {
    failure.request_sent |= CHANGING_REQUEST_LEFT.get();
    failure
}

fn is_changing(request: &contract::Request) -> bool {
    !matches!(request.method, Method::Get | Method::Head)
}

fn note(changing: bool, result: &Result<contract::Response, Failure>) {
    let left = match result {
        Ok(_) => true,
        Err(failure) => failure.request_sent,
    };
    if changing && left {
        CHANGING_REQUEST_LEFT.set(true);
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn no_host() -> Failure {
    Failure::unavailable("no-host", "there is no host outside of a plugin and no recorded one in this test")
}

/// The host of native builds.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod native {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::contract::{Request, Response};
    use crate::types::{Algorithm, Failure, LogLevel};

    /// Takes the host's place.
    pub(crate) trait NativeHost {
        fn send(&self, request: Request) -> Result<Response, Failure>;
        fn log(&self, level: LogLevel, message: &str, fields: &[(String, String)]);
        fn verify(&self, algorithm: Algorithm, key: &str, message: &[u8], signature: &[u8]) -> bool;
    }

    thread_local! {
        static HOST: RefCell<Option<Rc<dyn NativeHost>>> = const { RefCell::new(None) };
    }

    /// Sets the host of this thread.
    #[cfg(feature = "testing")]
    pub(crate) fn set(host: Option<Rc<dyn NativeHost>>) {
        HOST.set(host);
    }

    pub(super) fn with<T>(ask: impl FnOnce(&dyn NativeHost) -> T, otherwise: impl FnOnce() -> T) -> T {
        let host = HOST.with_borrow(Clone::clone);
        host.map_or_else(otherwise, |host| ask(&*host))
    }
}
