//! How a plugin call reaches its courier.

use async_trait::async_trait;
use crossdock_contract::description::HmacAlgorithm;

use crate::model::exchange::{CourierRequest, CourierResponse};
use crate::model::failure::Failure;
use crate::outbound::Session;

/// One call's way to its courier. The host's own goes over the network; recorded exchanges stand in for it in tests.
#[async_trait]
pub trait Wire: Send + Sync {
    /// Sends a request and waits for the answer, whatever its status.
    async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure>;

    /// Whether `signature` is the message's under the named key; `false` where there is no such key.
    fn verify(&self, algorithm: HmacAlgorithm, key: &str, message: &[u8], signature: &[u8]) -> bool;

    /// Replaces every live secret in a text that a guest made.
    fn scrub(&self, text: &str) -> String;

    /// Takes the value that was kept under this number out of the call; `None` if there is none, or it was taken.
    fn take_kept(&self, number: u32) -> Option<Vec<u8>>;
}

#[async_trait]
impl Wire for Session {
    async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure> {
        Session::send(self, request).await
    }

    fn verify(&self, algorithm: HmacAlgorithm, key: &str, message: &[u8], signature: &[u8]) -> bool {
        Session::verify(self, algorithm, key, message, signature)
    }

    fn scrub(&self, text: &str) -> String {
        Session::scrub(self, text)
    }

    fn take_kept(&self, number: u32) -> Option<Vec<u8>> {
        Session::take_kept(self, number)
    }
}
