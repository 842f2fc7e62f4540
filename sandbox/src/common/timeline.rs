//! How a parcel moves on with the clock, and the journeys that can be scripted.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::bookings::{Booking, Parcel};
use super::courier::Courier;
use super::places::{Party, Place, terminal};
use super::world::World;

/// A stage of a parcel's journey; each courier has its own words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Stage {
    PreNotified,
    Accepted,
    InTransit,
    AtTerminal,
    OutForDelivery,
    ReadyForPickup,
    AttemptFailed,
    Exception,
    Returning,
    Returned,
    Delivered,
    Cancelled,
}

/// How a journey ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// To the door.
    Home,
    /// Handed out at a service point.
    ServicePoint,
    /// Something went wrong on the way, for good.
    Exception,
    /// Nobody at home, then back to the sender.
    Returned,
    /// Tracking does not know the parcel although it was booked.
    NotFound,
    /// The journey stops at this stage, however far the clock is pushed.
    StopAt(Stage),
}

/// One event of a parcel.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What.
    pub stage: Stage,
    /// Where; nothing for the electronic notice.
    pub place: Option<Place>,
}

const HOUR_S: i64 = 3_600;
/// How long ago scripted parcels set out: longer than any journey takes.
const SCRIPTED_AGE: SignedDuration = SignedDuration::from_hours(96);
const START: [(Stage, i64); 4] = [
    (Stage::PreNotified, 0),
    (Stage::Accepted, 2 * HOUR_S),
    (Stage::InTransit, 6 * HOUR_S),
    (Stage::AtTerminal, 14 * HOUR_S),
];
const HOME: [(Stage, i64); 2] = [(Stage::OutForDelivery, 24 * HOUR_S), (Stage::Delivered, 30 * HOUR_S)];
const SERVICE_POINT: [(Stage, i64); 3] =
    [(Stage::OutForDelivery, 24 * HOUR_S), (Stage::ReadyForPickup, 28 * HOUR_S), (Stage::Delivered, 50 * HOUR_S)];
const EXCEPTION: [(Stage, i64); 1] = [(Stage::Exception, 18 * HOUR_S)];
const RETURNED: [(Stage, i64); 4] = [
    (Stage::OutForDelivery, 24 * HOUR_S),
    (Stage::AttemptFailed, 27 * HOUR_S),
    (Stage::Returning, 50 * HOUR_S),
    (Stage::Returned, 74 * HOUR_S),
];

impl Outcome {
    /// Reads a scripted outcome off a recipient's name (`Sandbox Exception`), else what the service gives.
    pub fn of(recipient: &str, to_service_point: bool) -> Self {
        let name = recipient.to_lowercase();
        let script = name.strip_prefix("sandbox ").unwrap_or("").replace([' ', '-'], "_");
        match script.as_str() {
            "exception" => Self::Exception,
            "returned" => Self::Returned,
            "not_found" => Self::NotFound,
            "pre_notified" => Self::StopAt(Stage::PreNotified),
            "accepted" => Self::StopAt(Stage::Accepted),
            "in_transit" => Self::StopAt(Stage::InTransit),
            "out_for_delivery" => Self::StopAt(Stage::OutForDelivery),
            "attempt_failed" => Self::StopAt(Stage::AttemptFailed),
            "at_service_point" => Self::StopAt(Stage::ReadyForPickup),
            _ if to_service_point => Self::ServicePoint,
            _ => Self::Home,
        }
    }

    fn stages(self) -> Vec<(Stage, i64)> {
        let end: &[(Stage, i64)] = match self {
            Self::Home | Self::NotFound => &HOME,
            Self::ServicePoint | Self::StopAt(Stage::ReadyForPickup) => &SERVICE_POINT,
            Self::Exception => &EXCEPTION,
            Self::Returned | Self::StopAt(_) => &RETURNED,
        };
        let mut stages = START.to_vec();
        stages.extend_from_slice(end);
        if let Self::StopAt(last) = self
            && let Some(index) = stages.iter().position(|(stage, _)| *stage == last)
        {
            stages.truncate(index + 1);
        }
        stages
    }
}

impl Booking {
    /// What has happened to one of its parcels by now, oldest first.
    pub fn steps(&self, parcel_index: usize, now: Timestamp) -> Vec<Step> {
        // Parcels of one shipment travel an hour apart, so that they are seen at different stages.
        let lag = i64::try_from(parcel_index).unwrap_or(0) * HOUR_S;
        // Scripted parcels stay at their stage even if the clock is set back before their making.
        let started_at = if self.scripted { self.booked_at.min(now - SCRIPTED_AGE) } else { self.booked_at };
        let mut steps: Vec<Step> = self
            .outcome
            .stages()
            .into_iter()
            .map(|(stage, seconds)| {
                let lag = if stage == Stage::PreNotified { 0 } else { lag };
                let at = started_at + SignedDuration::from_secs(seconds + lag);
                Step { at, stage, place: self.place_of(stage) }
            })
            .filter(|step| step.at <= now && self.cancelled_at.is_none_or(|at| step.at <= at))
            .collect();
        if let Some(at) = self.cancelled_at {
            steps.push(Step { at, stage: Stage::Cancelled, place: None });
        }
        steps
    }

    /// When its journey is meant to end.
    pub fn expected_delivery(&self) -> Timestamp {
        self.booked_at + SignedDuration::from_secs(30 * HOUR_S)
    }

    /// Whether tracking answers for it.
    pub fn is_trackable(&self) -> bool {
        self.outcome != Outcome::NotFound
    }

    fn place_of(&self, stage: Stage) -> Option<Place> {
        match stage {
            Stage::PreNotified | Stage::Cancelled => None,
            Stage::Accepted | Stage::InTransit => Some(terminal(&self.sender.country)),
            Stage::AtTerminal | Stage::Exception => Some(terminal(&self.recipient.country)),
            Stage::ReadyForPickup => {
                let id = self.service_point.as_deref().unwrap_or("930101");
                let name = super::places::SERVICE_POINTS.iter().find(|point| point.id == id);
                Some(self.recipient.place(id, name.map_or("Hjørnebutikken", |point| point.name)))
            }
            Stage::Returned => Some(self.sender.place("910090", "SENDER")),
            Stage::OutForDelivery | Stage::AttemptFailed | Stage::Returning | Stage::Delivered => {
                Some(self.recipient.place("910080", "DISTRIBUTION"))
            }
        }
    }
}

/// Puts one parcel per outcome on the courier's books, under numbers that are the same in every run.
pub fn place_scripted(world: &World, courier: &Courier) {
    const NAMES: [&str; 9] = [
        "Sandbox delivered",
        "Sandbox pre-notified",
        "Sandbox accepted",
        "Sandbox in transit",
        "Sandbox out for delivery",
        "Sandbox at service point",
        "Sandbox attempt failed",
        "Sandbox exception",
        "Sandbox returned",
    ];
    let booked_at = world.clock.now() - SCRIPTED_AGE;
    for (serial, name) in (1..).zip(NAMES) {
        let (id, number) = (courier.scripted_numbers)(serial);
        let country = courier.home_country;
        let party = |name: &str, postal_code: &str| Party {
            name: name.to_owned(),
            street: "Prøveveien 3".to_owned(),
            postal_code: postal_code.to_owned(),
            city: super::places::city_of(country, postal_code).to_owned(),
            region: if country == "US" { "NY".to_owned() } else { String::new() },
            country: country.to_owned(),
        };
        world.bookings.add(Booking {
            courier: courier.id,
            id,
            account: String::new(),
            service: courier.usual_service.to_owned(),
            references: vec![name.to_uppercase().replace([' ', '-'], "_")],
            sender: party("Sandbox AS", courier.postal_codes.0),
            recipient: party(name, courier.postal_codes.1),
            parcels: vec![Parcel {
                number,
                weight_grams: 1_250,
                length_mm: 320,
                width_mm: 240,
                height_mm: 110,
                ..Parcel::default()
            }],
            service_point: None,
            booked_at,
            cancelled_at: None,
            outcome: Outcome::of(name, false),
            test: false,
            scripted: true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_script_the_outcome() {
        assert_eq!(Outcome::of("Sandbox Not Found", false), Outcome::NotFound);
        assert_eq!(Outcome::of("Kari Sandbox", true), Outcome::ServicePoint);
        assert_eq!(Outcome::of("Sandbox in transit", false).stages().last().map(|s| s.0), Some(Stage::InTransit));
        assert_eq!(Outcome::Returned.stages().len(), 8);
    }
}
