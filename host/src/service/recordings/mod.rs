//! Recorded calls: the last ones of each operation, so that another version of a plugin can be tried on them.
//!
//! A tape at the wire writes down what the plugin sees, which is never a secret ([`tape`]). What is personal is replaced before anything is
//! kept ([`mask`]); what is kept is sealed under the merchant's key ([`write`]). None of it is in the way of the call itself.

pub mod call;
mod mask;
mod recorder;
mod tape;
mod write;

pub use mask::STAND_IN;
pub use recorder::{QUEUE_LENGTH, Recorder, Recording, Whose, finish};
pub use write::{Opened, forget, forget_all, read, write_all};

use crate::model::courier::CourierId;
use crate::model::id::{CallId, MerchantId};
use call::RecordedCall;

/// Recordings that are kept of each operation of each courier: enough for the usual ways through a plugin.
pub const KEPT_PER_OPERATION: u32 = 20;

/// A call on its way to be kept; still as it was.
pub struct NewRecording {
    id: CallId,
    merchant: MerchantId,
    courier: CourierId,
    plugin_version: String,
    call: RecordedCall,
}
