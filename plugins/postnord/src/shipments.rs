//! Booking v3, labels again, and the look-up by reference. There is no dependable way to cancel (CONFIRMED: Booking 3.5.29
//! documents `Deletion` for Sweden only; REPORTED: the REST endpoint booked a second time), so `cancel` is the SDK's refusal.

use crossdock_sdk::types::{Booked, BookedParcel, Booking, Document, Order};
use crossdock_sdk::{Call, Failure, Request, Shipments};

use crate::places::{API, language};
use crate::tracking::read;
use crate::tracking_answer::Wanted;
use crate::{PostNord, booking, booking_answer, label};

impl Shipments for PostNord {
    fn create(call: &Call, order: &Order) -> Result<Booking, Failure> {
        let request = booking::request(call, order)?;
        booking_answer::read(request.send()?, order)
    }

    fn label(_: &Call, shipment: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
        label::again(shipment, format)
    }

    /// CONFIRMED: Track & Trace v7 has it; REPORTED: its path.
    fn find_by_reference(call: &Call, booking_reference: &str) -> Result<Booking, Failure> {
        let Some(customer) = call.field("customer_number") else {
            return Err(Failure::unsupported("no-customer-number", "looking up a reference needs the customer number"));
        };
        let request = Request::get(API, "/rest/shipment/v7/trackandtrace/customernumber")
            .path_segment(customer)
            .path("/reference")
            .path_segment(booking_reference)
            .path("/public")
            .query("locale", language(call));
        let envelope = read(request.send()?, Wanted::Reference)?;
        let shipment = envelope.shipments.first().filter(|shipment| shipment.numbers().next().is_some());
        let shipment = shipment.ok_or_else(|| {
            Failure::not_found("no-shipment", "PostNord knows no shipment of this reference").status(200)
        })?;
        let items = shipment.items.iter().filter_map(|item| item.item_id.clone());
        let parcels: Vec<BookedParcel> = items.zip(0..).map(|(number, index)| parcel(index, number)).collect();
        let first = parcels.first().and_then(|parcel| parcel.tracking_number.clone());
        Ok(Booking {
            courier_shipment_id: shipment.shipment_id.clone().or(first).unwrap_or_default(),
            parcels,
            ..Booking::default()
        })
    }
}

/// A parcel with its number.
pub fn parcel(index: u32, number: String) -> BookedParcel {
    BookedParcel { index, tracking_number: Some(number), ..BookedParcel::default() }
}
