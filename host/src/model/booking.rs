//! Shipments that exist at a courier.

use serde::{Deserialize, Serialize};

use super::Extensions;
use super::document::Document;
use super::failure::{Message, PartFailure};
use super::moment::Window;
use super::money::Price;
use super::shipment::ShipmentRequest;

/// What `create` is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What is to be sent.
    pub shipment: ShipmentRequest,
    /// Unique for all merchants and times, 26 characters; the same on every replay.
    pub booking_reference: String,
    /// One number per parcel from the credential's counter.
    pub parcel_numbers: Vec<u64>,
    /// A format that the description declares.
    pub label_format: String,
    /// A size of it.
    pub label_size: Option<String>,
    /// Check all and book nothing.
    pub dry_run: bool,
}

/// One parcel of a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedParcel {
    /// Place of the parcel in the order, from 0.
    pub index: u32,
    /// Its number.
    pub tracking_number: Option<String>,
    /// Further numbers printed on it.
    pub barcodes: Vec<String>,
    /// Documented in docs/PLUGINS.md.
    pub extensions: Extensions,
}

/// A shipment that exists at the courier, as the plugin returns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Booking {
    /// What the courier calls the shipment.
    pub courier_shipment_id: String,
    /// Its parcels.
    pub parcels: Vec<BookedParcel>,
    /// Parcels for the way back.
    pub return_parcels: Vec<BookedParcel>,
    /// Its papers.
    pub documents: Vec<Document>,
    /// What the courier will bill, where it says so.
    pub price: Option<Price>,
    /// When it should arrive.
    pub estimated_delivery: Option<Window>,
    /// The consumer's page.
    pub tracking_link: Option<String>,
    /// What the courier said beside it.
    pub messages: Vec<Message>,
    /// What failed while the booking stands.
    pub failures: Vec<PartFailure>,
    /// Kept and handed back in [`Booked`].
    pub extensions: Extensions,
}

/// What is known of a shipment that was booked before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// What the courier calls the shipment.
    pub courier_shipment_id: String,
    /// Its parcels' numbers.
    pub tracking_numbers: Vec<String>,
    /// The reference that `create` sent.
    pub booking_reference: String,
    /// The courier's service code.
    pub service: Option<String>,
    /// What the booking's extensions held.
    pub extensions: Extensions,
}

/// A booking that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cancellation {
    /// Whether the courier confirmed, and did not merely take note.
    pub is_final: bool,
    /// What it said beside that.
    pub messages: Vec<Message>,
}

/// The list of what is handed over at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The courier's id for it.
    pub id: Option<String>,
    /// Its papers.
    pub documents: Vec<Document>,
    /// What the courier said beside it.
    pub messages: Vec<Message>,
    /// Documented in docs/PLUGINS.md.
    pub extensions: Extensions,
}
