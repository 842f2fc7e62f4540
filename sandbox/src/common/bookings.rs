//! Everything booked at every courier, in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;
use serde::Serialize;

use super::places::Party;
use super::timeline::Outcome;
use super::world::lock;

/// Most bookings one run remembers: some hundred megabytes at worst.
pub const MAX_BOOKINGS: usize = 100_000;

/// One shipment at a courier.
#[derive(Clone, Debug, Serialize)]
pub struct Booking {
    /// The courier's folder.
    pub courier: &'static str,
    /// The courier's number for the shipment.
    pub id: String,
    /// Whose credential booked it.
    pub account: String,
    /// The courier's code of the service.
    pub service: String,
    /// References the sender gave, of the shipment and of its parcels.
    pub references: Vec<String>,
    /// From whom.
    pub sender: Party,
    /// To whom.
    pub recipient: Party,
    /// At least one.
    pub parcels: Vec<Parcel>,
    /// The service point chosen, if any.
    pub service_point: Option<String>,
    /// When it was booked, by the couriers' clock.
    pub booked_at: Timestamp,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// How its journey ends.
    pub outcome: Outcome,
    /// Booked with the courier's flag for tests.
    pub test: bool,
    /// Placed by the sandbox itself, not by a request.
    pub scripted: bool,
}

/// One parcel of a shipment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Parcel {
    /// Tracking number.
    pub number: String,
    /// The courier's further id for it (label, print), if it has one.
    pub print_id: String,
    /// The sender's reference for this parcel.
    pub reference: Option<String>,
    /// Grams.
    pub weight_grams: u64,
    /// Millimetres.
    pub length_mm: u64,
    /// Millimetres.
    pub width_mm: u64,
    /// Millimetres.
    pub height_mm: u64,
}

/// The bookings of all couriers.
#[derive(Default)]
pub struct Bookings(Mutex<Book>);

#[derive(Default)]
struct Book {
    rows: Vec<Booking>,
    // Shipment ids, tracking numbers and print ids.
    by_number: HashMap<(&'static str, String), usize>,
    by_reference: HashMap<(&'static str, String), Vec<usize>>,
}

impl Bookings {
    /// Remembers a booking; `false` if the memory is full.
    pub fn add(&self, booking: Booking) -> bool {
        let mut book = lock(&self.0);
        if book.rows.len() >= MAX_BOOKINGS {
            return false;
        }
        let index = book.rows.len();
        let courier = booking.courier;
        book.by_number.insert((courier, booking.id.clone()), index);
        for parcel in &booking.parcels {
            book.by_number.insert((courier, parcel.number.clone()), index);
            if !parcel.print_id.is_empty() {
                book.by_number.insert((courier, parcel.print_id.clone()), index);
            }
        }
        for reference in &booking.references {
            let rows = book.by_reference.entry((courier, reference.clone())).or_default();
            if rows.last() != Some(&index) {
                rows.push(index);
            }
        }
        book.rows.push(booking);
        true
    }

    /// Finds a booking by shipment id, tracking number or print id.
    pub fn find(&self, courier: &'static str, number: &str) -> Option<Booking> {
        let book = lock(&self.0);
        let index = *book.by_number.get(&(courier, number.to_owned()))?;
        book.rows.get(index).cloned()
    }

    /// Finds all bookings with a reference, oldest first.
    pub fn find_by_reference(&self, courier: &'static str, reference: &str) -> Vec<Booking> {
        let book = lock(&self.0);
        let rows = book.by_reference.get(&(courier, reference.to_owned()));
        rows.into_iter().flatten().filter_map(|index| book.rows.get(*index).cloned()).collect()
    }

    /// Cancels a booking; `false` if there is none or it was cancelled before.
    pub fn cancel(&self, courier: &'static str, number: &str, now: Timestamp) -> bool {
        let mut book = lock(&self.0);
        let Some(index) = book.by_number.get(&(courier, number.to_owned())).copied() else {
            return false;
        };
        let booking = &mut book.rows[index];
        let first_time = booking.cancelled_at.is_none();
        booking.cancelled_at.get_or_insert(now);
        first_time
    }

    /// All bookings made by requests, oldest first, of one courier or of all; scripted ones on demand.
    pub fn list(&self, courier: Option<&str>, scripted: bool) -> Vec<Booking> {
        let book = lock(&self.0);
        book.rows
            .iter()
            .filter(|booking| courier.is_none_or(|courier| booking.courier == courier))
            .filter(|booking| booking.scripted == scripted)
            .cloned()
            .collect()
    }

    /// Forgets all bookings.
    pub fn clear(&self) {
        *lock(&self.0) = Book::default();
    }
}
