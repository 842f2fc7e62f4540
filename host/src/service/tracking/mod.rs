//! Where parcels are.

mod number;
pub mod recognise;
mod refresh;
pub mod verdict;
mod write;

pub use number::track_number;
pub use refresh::refresh;

use crate::model::courier::CourierId;
use crate::model::tracking::TrackingEvent;
use crate::store::trackings::TrackingRow;

use super::error::Error;

/// What is known of one number.
#[derive(Debug)]
pub struct TrackingView {
    /// The courier.
    pub courier: CourierId,
    /// The courier's consumer page.
    pub link: Option<String>,
    /// What is known.
    pub row: TrackingRow,
    /// Oldest first.
    pub events: Vec<TrackingEvent>,
    /// Why it could not be refreshed just now, if it could not.
    pub stale: Option<Error>,
}
