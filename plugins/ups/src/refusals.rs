//! What UPS cannot honour is refused before anything is sent, with the place of each, and never dropped in silence.

use crossdock_sdk::types::{Address, Order, Parcel, Payment, Shipment};
use crossdock_sdk::{Call, Failure, time};

use crate::{invoice, references, shipment, wire};

/// UPS prints three lines of 35 characters (Shipping.yaml).
const MAX_LINES: usize = 3;
pub const MAX_LINE_CHARS: usize = 35;
/// Limits of an address. REPORTED from Shipping's XML guide (clients that transcribe it).
const MAX_CITY: usize = 30;
const MAX_POSTAL_CODE: usize = 9;
const MAX_REGION: usize = 5;
const MAX_PHONE: usize = 15;
const MAX_EMAIL: usize = 50;
const MAX_TAX_ID: usize = 15;
/// A label may be dated up to a week ahead (REPORTED, Shipping since 2205). The sender's zone may be a day off.
const MAX_AHEAD_HOURS: i64 = (7 + 1) * 24;
const MAX_BEHIND_HOURS: i64 = 24;
/// Services that UPS has for no return (REPORTED).
const NOT_RETURNED: &[&str] = &["13", "59", "82", "83", "84", "85", "86"];
/// Packages of a return; from the United States and Puerto Rico one (Shipping.yaml, `Package`).
const MAX_RETURNED: usize = 20;
/// Services that need what our shipment does not hold: the Access Point's own name and address
/// (`AlternateDeliveryAddress`), and the pieces on all pallets (`NumOfPiecesInShipment`). CONFIRMED: Shipping.yaml.
const NOT_BOOKABLE: &[(&str, &str)] = &[
    ("70", "UPS delivers to an Access Point by its full name and address, which a shipment here cannot hold"),
    ("71", "UPS asks for the number of pieces on all pallets, which a shipment here cannot hold"),
    ("96", "UPS asks for the number of pieces on all pallets, which a shipment here cannot hold"),
];

/// Everything that is wrong, collected into one failure.
pub struct Problems {
    failure: Failure,
    prefix: &'static str,
}

impl Problems {
    fn new(prefix: &'static str) -> Self {
        Self { failure: Failure::invalid_input("bad-shipment", "UPS cannot take the shipment as it is"), prefix }
    }

    /// Adds one; the pointer is below the shipment.
    pub fn add(&mut self, pointer: impl AsRef<str>, code: &str, detail: &str) {
        let failure = std::mem::take(&mut self.failure);
        self.failure = failure.problem(format!("{}{}", self.prefix, pointer.as_ref()), code, detail);
    }

    /// Adds one if the text is longer than `most` characters.
    pub fn limit(&mut self, pointer: impl AsRef<str>, text: &str, most: usize) {
        if text.chars().count() > most {
            self.add(pointer, "too-long", &format!("UPS takes at most {most} characters here"));
        }
    }

    fn result(self) -> Result<(), Failure> {
        if self.failure.problems.is_empty() { Ok(()) } else { Err(self.failure) }
    }
}

/// Refuses a quote of what UPS could not carry so.
pub fn check_quote(asked: &Shipment) -> Result<(), Failure> {
    let mut problems = Problems::new("");
    carriage(asked, &mut problems);
    problems.result()
}

/// Refuses a booking that would lose something on its way.
pub fn check_booking(call: &Call, order: &Order) -> Result<(), Failure> {
    let asked = &order.shipment;
    let mut problems = Problems::new("/shipment");
    match &asked.service {
        None => problems.add("/service", "required", "UPS books one named service"),
        Some(code) => {
            if let Some((_, why)) = NOT_BOOKABLE.iter().find(|(known, _)| known == code) {
                problems.add("/service", "unsupported", why);
            }
            if asked.is_return && NOT_RETURNED.contains(&code.as_str()) {
                problems.add("/service", "unsupported", "UPS has no returns by this service");
            }
        }
    }
    carriage(asked, &mut problems);
    for (name, place) in [("sender", &asked.sender), ("recipient", &asked.recipient)] {
        if place.company.as_deref().or(place.person.as_deref()).is_none_or(|name| name.trim().is_empty()) {
            problems.add(format!("/{name}/person"), "required", "UPS wants a name");
        }
        for (at, tax_id) in place.tax_ids.iter().enumerate() {
            problems.limit(format!("/{name}/tax_ids/{at}/value"), &tax_id.value, MAX_TAX_ID);
            if !wire::takes_tax_id(place, tax_id, name == "sender") {
                let detail = "UPS takes one tax number of an address, and one IOSS or VOEC number of the sender";
                problems.add(format!("/{name}/tax_ids/{at}"), "unsupported", detail);
            }
        }
        if place.instructions.is_some() {
            problems.add(format!("/{name}/instructions"), "unsupported", "UPS takes no words for the driver");
        }
    }
    if asked.return_to.is_some() {
        let detail = "UPS brings what it cannot deliver back to the sender";
        problems.add("/return_to", "unsupported", detail);
    }
    for (at, parcel) in asked.parcels.iter().enumerate() {
        problems.limit(
            format!("/parcels/{at}/contents"),
            parcel.contents.as_deref().unwrap_or_default(),
            MAX_LINE_CHARS,
        );
    }
    if let Some(date) = &asked.shipping_date {
        let day = |hours| time::today(time::hours_later(call.now(), hours), None);
        let (first, last) = (day(-MAX_BEHIND_HOURS), day(MAX_AHEAD_HOURS));
        if *date < first || *date > last {
            problems.add("/shipping_date", "out-of-range", "UPS books from today to a week ahead");
        }
    }
    references::check(order, &mut problems);
    invoice::check(asked, &mut problems);
    problems.result()
}

/// What a price depends on as well as a booking.
fn carriage(asked: &Shipment, problems: &mut Problems) {
    address("sender", &asked.sender, problems);
    address("recipient", &asked.recipient, problems);
    for (at, parcel) in asked.parcels.iter().enumerate() {
        if shipment::packaging(parcel).is_none() {
            problems.add(format!("/parcels/{at}/packaging"), "unknown", "UPS has no such packaging");
        }
        sides(at, parcel, problems);
    }
    for (at, payment) in asked.payments.iter().enumerate() {
        payer(asked, at, payment, problems);
    }
    duties(asked, problems);
    if asked.is_return {
        returned(asked, problems);
    }
}

fn address(name: &str, place: &Address, problems: &mut Problems) {
    let lines = wire::lines(place);
    if lines.len() > MAX_LINES {
        problems.add(format!("/{name}/lines"), "too-many", "UPS has three address lines");
    }
    for (member, line) in &lines {
        problems.limit(format!("/{name}/{member}"), line, MAX_LINE_CHARS);
    }
    let phone = place.phone.as_ref().map(|phone| wire::phone_digits(phone, &place.country));
    let texts = [
        ("company", place.company.as_deref(), MAX_LINE_CHARS),
        ("person", place.person.as_deref(), MAX_LINE_CHARS),
        ("city", Some(place.city.as_str()), MAX_CITY),
        ("postal_code", Some(&wire::postal_code(place)), MAX_POSTAL_CODE),
        ("region", wire::region(place), MAX_REGION),
        ("phone", phone.as_deref(), MAX_PHONE),
        ("email", place.email.as_deref(), MAX_EMAIL),
    ];
    for (member, text, most) in texts {
        problems.limit(format!("/{name}/{member}"), text.unwrap_or_default(), most);
    }
}

/// UPS reads three sides or none.
fn sides(at: usize, parcel: &Parcel, problems: &mut Problems) {
    let sides = [("length_mm", parcel.length_mm), ("width_mm", parcel.width_mm), ("height_mm", parcel.height_mm)];
    if sides.iter().any(|(_, side)| side.is_some()) {
        for (name, _) in sides.iter().filter(|(_, side)| side.is_none()) {
            let detail = "UPS wants all three sides, or none";
            problems.add(format!("/parcels/{at}/{name}"), "required", detail);
        }
    }
}

fn payer(asked: &Shipment, at: usize, payment: &Payment, problems: &mut Problems) {
    // In a return the merchant, whose account it is, is the recipient, and nobody else's can pay for the transport.
    let merchant = if asked.is_return { "recipient" } else { "sender" };
    let only_duties = payment.charge == "duties";
    if payment.payer == merchant {
        return;
    }
    if asked.is_return && payment.payer != "third-party" && !only_duties {
        problems.add(format!("/payments/{at}/payer"), "unsupported", "UPS bills no return to the consumer");
    } else if payment.account_number.is_none() && !(only_duties && payment.payer == "recipient") {
        let detail = "UPS bills others only by their account number";
        problems.add(format!("/payments/{at}/account_number"), "required", detail);
    }
}

/// Someone else than sender and recipient is named with an account number under `payments`, or not billed at all.
fn duties(asked: &Shipment, problems: &mut Problems) {
    let payer = asked.customs.as_ref().and_then(|customs| customs.duties_paid_by.as_deref());
    let named = asked.payments.iter().find(|payment| matches!(payment.charge.as_str(), "duties" | "all"));
    match (payer, named) {
        (Some("third-party"), None) => {
            let detail = "name the third party's account number under payments";
            problems.add("/customs/duties_paid_by", "required", detail);
        }
        (Some(payer), Some(named)) if payer != named.payer => {
            let detail = "payments name another payer of duties";
            problems.add("/customs/duties_paid_by", "conflict", detail);
        }
        _ => {}
    }
}

fn returned(asked: &Shipment, problems: &mut Problems) {
    let most = if shipment::is_imperial(&asked.sender) { 1 } else { MAX_RETURNED };
    if asked.parcels.len() > most {
        problems.add("/parcels", "too-many", &format!("UPS takes {most} parcels in a return from here"));
    }
    if let Some(at) = asked.options.iter().position(|option| option.code == "signature") {
        problems.add(format!("/options/{at}"), "unsupported", "UPS confirms deliveries of returns by no signature");
    }
}
