//! What an answer of Track & Trace says of one number.

use crossdock_sdk::time;
use crossdock_sdk::types::{Address, OpeningHours, ServicePoint, Status, Tracking, TrackingEvent, Window};

use crate::tracking::written;
use crate::tracking_wire::{Envelope, Event, Hours, Item, Location, Measure, Measurement, Party, Shipment};
use crate::{places, status};

/// What was asked for: it decides what a fault about the identifier means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Number,
    Reference,
}

/// What the answer says of a number; `None` where it holds no shipment.
pub fn tracking(number: &str, envelope: &Envelope) -> Option<Tracking> {
    let shipments = &envelope.shipments;
    // A reference stands nowhere in the answer, a number of PostNord's does: another parcel's is not shown for it.
    let other = || shipments.first().filter(|_| !is_postnord_number(number));
    let shipment = shipments.iter().find(|shipment| shipment.has(number)).or_else(other)?;
    let clock = shipment.clock();
    let item = shipment.item(number);
    let items: Vec<&Item> = item.map_or_else(|| shipment.items.iter().collect(), |item| vec![item]);
    let mut events: Vec<TrackingEvent> = items.iter().flat_map(|item| item.events(&clock)).collect();
    sort(&mut events);
    let code = item.and_then(Item::status).or(shipment.status.as_deref());
    let text = item.and_then(|item| item.status_text.as_ref()).or(shipment.status_text.as_ref());
    let text = text.and_then(|text| text.header.clone().or_else(|| text.body.clone()));
    Some(Tracking {
        number: number.to_owned(),
        status: verdict(shipment, item, &events, &clock),
        incident_reason: status::incident_reason(code),
        courier_code: code.map(str::to_owned),
        courier_text: text,
        estimated_delivery: shipment.estimate(item),
        service: shipment.service.as_ref().and_then(|service| service.code.clone()),
        weight_grams: shipment.weight_grams(item),
        signed_by: items.iter().find_map(|item| item.acceptor.as_ref()?.name.clone()),
        service_point: shipment.delivery_point.as_ref().and_then(Location::service_point),
        pieces: shipment.pieces(),
        related_numbers: shipment.numbers().filter(|other| !same(other, number)).map(str::to_owned).collect(),
        events,
        extensions: item.and_then(assessed_weight).into_iter().collect(),
        ..Tracking::default()
    })
}

/// What PostNord's own scales say.
fn assessed_weight(item: &Item) -> Option<(String, String)> {
    let grams = item.assessed_measurement.as_ref()?.grams()?;
    Some(("assessed-weight-grams".to_owned(), grams.to_string()))
}

fn verdict(shipment: &Shipment, item: Option<&Item>, events: &[TrackingEvent], clock: &str) -> Status {
    let stated = match item {
        Some(item) => item.verdict(clock),
        None => {
            let of_items = status::of_items(shipment.items.iter().map(|item| item.verdict(clock)));
            match shipment.status.as_deref().map_or(Status::Unknown, |code| status::STATUSES.status(code)) {
                Status::Unknown => of_items,
                Status::InTransit if of_items == Status::OutForDelivery => of_items,
                stated => stated,
            }
        }
    };
    let shipments_own = || shipment.status.as_deref().map_or(Status::Unknown, |code| status::STATUSES.status(code));
    match stated {
        Status::Unknown if shipments_own() != Status::Unknown => shipments_own(),
        // A number without a status and without events was given out, and nobody has scanned it (facts, 3.2).
        Status::Unknown
            if events.is_empty() && shipment.status.is_none() && item.is_none_or(|item| item.status().is_none()) =>
        {
            Status::PreTransit
        }
        stated => stated,
    }
}

/// Sorts by time; PostNord's order differs between versions (CONFIRMED). Events without a time keep their place at the start.
fn sort(events: &mut [TrackingEvent]) {
    let key = |event: &TrackingEvent| {
        event.occurred_at.as_ref().map(|moment| match &moment.at {
            Some(at) => at
                .parse::<crossdock_sdk::jiff::Timestamp>()
                .map(|at| at.to_string())
                .unwrap_or_else(|_| moment.local.clone()),
            None => moment.local.clone(),
        })
    };
    events.sort_by_cached_key(key);
}

impl Shipment {
    fn has(&self, number: &str) -> bool {
        self.numbers().any(|own| same(own, number))
    }

    /// All its numbers: items first, each once.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        let items = self.items.iter().filter_map(|item| item.item_id.as_deref());
        let shipment = self.shipment_id.as_deref().filter(|id| !self.items.iter().any(|item| item.is(id)));
        items.chain(shipment)
    }

    /// The item that a number means: its own, or the only one where the number is not the shipment's.
    fn item(&self, number: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.is(number)).or(match self.items.as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }

    fn clock(&self) -> String {
        let country =
            |party: &Option<Party>| party.as_ref().and_then(|party| party.address.as_ref()?.country_code.clone());
        let named = [country(&self.consignor), country(&self.consignee)];
        places::clock(named.iter().map(Option::as_deref))
    }

    fn estimate(&self, item: Option<&Item>) -> Option<Window> {
        let of_item =
            item.and_then(|item| item.estimated_time_of_arrival.as_deref().or(item.public_time_of_arrival.as_deref()));
        let text = of_item.or(self.estimated_time_of_arrival.as_deref()).or(self.public_time_of_arrival.as_deref())?;
        let to =
            self.consignee.as_ref().and_then(|party| places::country(party.address.as_ref()?.country_code.as_deref()));
        let moment = time::any(text, Some(&to.unwrap_or_else(|| self.clock())))?;
        Some(Window { earliest: Some(moment.clone()), latest: Some(moment) })
    }

    /// As it was stated; else as PostNord measured it, which stands in the extensions beside a stated one.
    fn weight_grams(&self, item: Option<&Item>) -> Option<u32> {
        let of = |measurement: &Option<Measurement>| measurement.as_ref().and_then(Measurement::grams);
        let of_item = item.and_then(|item| of(&item.stated_measurement).or_else(|| of(&item.assessed_measurement)));
        let total = || self.total_weight.as_ref().and_then(Measure::grams);
        of_item.or_else(|| if item.is_none() || self.items.len() == 1 { total() } else { None })
    }

    fn pieces(&self) -> Option<u32> {
        let assessed = self.assessed_number_of_items.as_ref().and_then(|count| count.parse().ok());
        assessed.or_else(|| u32::try_from(self.items.len()).ok().filter(|count| *count > 0))
    }
}

impl Item {
    fn is(&self, number: &str) -> bool {
        self.item_id.as_deref().is_some_and(|id| same(id, number))
    }

    fn status(&self) -> Option<&str> {
        self.status.as_deref().or(self.event_status.as_deref())
    }

    /// Its stated status; that of its newest event where none is stated that says anything, or where the event says more.
    fn verdict(&self, clock: &str) -> Status {
        let mut events: Vec<TrackingEvent> = self.events(clock).collect();
        sort(&mut events);
        let newest =
            events.iter().rev().find(|event| !event.informational).map_or(Status::Unknown, |event| event.status);
        match self.status().map_or(Status::Unknown, |code| status::STATUSES.status(code)) {
            Status::Unknown => newest,
            Status::InTransit if newest == Status::OutForDelivery => newest,
            stated => stated,
        }
    }

    fn events(&self, clock: &str) -> impl Iterator<Item = TrackingEvent> {
        self.events.iter().map(move |event| event.read(self.item_id.as_deref(), clock))
    }
}

impl Event {
    fn read(&self, item: Option<&str>, clock: &str) -> TrackingEvent {
        let nowhere = Location::default();
        let place = self.location.as_ref().unwrap_or(&nowhere);
        let (code, of_status) = (self.event_code.as_deref(), self.status.as_deref());
        let country = places::country(place.country_code.as_deref());
        let time = self.event_time.as_deref().unwrap_or_default();
        let name = place.location_id.as_deref().or(place.name.as_deref()).unwrap_or_default();
        TrackingEvent {
            occurred_at: time::any(time, Some(country.as_deref().unwrap_or(clock))),
            status: status::of_event(of_status, code),
            incident_reason: status::incident_reason(of_status),
            courier_key: [time, code.or(of_status).unwrap_or_default(), name, item.unwrap_or_default()].join("/"),
            courier_code: code.or(of_status).map(str::to_owned),
            courier_text: self.event_description.clone(),
            city: place.city.clone(),
            postal_code: place.post_code.clone(),
            country,
            place: place.display_name.clone().or_else(|| place.name.clone()),
            parcel: item.map(str::to_owned),
            informational: status::informs(of_status, code),
            ..TrackingEvent::default()
        }
    }
}

impl Location {
    fn service_point(&self) -> Option<ServicePoint> {
        let address = self.address.as_deref().unwrap_or(self);
        Some(ServicePoint {
            id: self.location_id.clone()?,
            name: self.display_name.clone().or_else(|| self.name.clone())?,
            kind: "shop".to_owned(),
            address: Address {
                lines: address.street1.clone().into_iter().collect(),
                city: address.city.clone().unwrap_or_default(),
                postal_code: address.post_code.clone().unwrap_or_default(),
                country: places::country(address.country_code.as_deref()).unwrap_or_default(),
                ..Address::default()
            },
            opening_hours: self.opening_hours.iter().flat_map(hours).collect(),
            ..ServicePoint::default()
        })
    }
}

/// Names of the weekdays as members.
const WEEKDAYS: [(&str, u8); 7] =
    [("monday", 1), ("tuesday", 2), ("wednesday", 3), ("thursday", 4), ("friday", 5), ("saturday", 6), ("sunday", 7)];

fn hours(shared: &Hours) -> Vec<OpeningHours> {
    let told = |name: &str| shared.get(name).and_then(Option::as_deref);
    let time = |name: &str| clock_time(told(name));
    let (Some(opens), Some(closes)) = (time("openFrom"), time("openTo")) else {
        return Vec::new();
    };
    let open = WEEKDAYS.iter().filter(|(name, _)| told(name) == Some("true"));
    open.map(|(_, weekday)| OpeningHours { weekday: *weekday, opens: opens.clone(), closes: closes.clone() }).collect()
}

/// `0900` or `09:00` as `09:00`.
pub fn clock_time(text: Option<&str>) -> Option<String> {
    time::of_day(text?)
}

/// Whether it has the shape of an item's or a shipment's id (18 digits, two zeros before them or not).
fn is_postnord_number(number: &str) -> bool {
    let number = written(number);
    matches!(number.len(), 18 | 20) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether two numbers are one: the two zeros before an SSCC come and go (REPORTED).
fn same(one: &str, other: &str) -> bool {
    let bare = |number: &str| {
        let number = written(number);
        number.strip_prefix("00").filter(|rest| rest.len() == 18).map(str::to_owned).unwrap_or(number)
    };
    bare(one) == bare(other)
}
