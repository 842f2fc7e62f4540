//! What every imitated courier shares: one clock, one source of numbers, faults, memory and label drawing.

pub mod answer;
pub mod barcode;
pub mod bookings;
pub mod check_digits;
pub mod clock;
pub mod courier;
pub mod epl;
pub mod faults;
pub mod gif;
pub mod intercept;
pub mod journal;
pub mod json;
pub mod label;
pub mod picture;
pub mod places;
pub mod png;
pub mod random;
pub mod shelves;
pub mod timeline;
pub mod world;
pub mod zone;
