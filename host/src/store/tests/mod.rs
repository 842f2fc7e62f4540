//! The store on both databases.

mod bookings;
mod catalogue;
mod deliveries;
mod filled;
mod isolation;
mod keys;
mod migrations;
mod queue;
mod recordings;
mod rows;
pub(crate) mod samples;
mod three_merchants;
