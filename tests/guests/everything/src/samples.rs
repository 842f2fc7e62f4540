//! Recognisable values: no field is left empty, no two fields of a record hold the same.

use crossdock_sdk::types::{
    Address, BookedParcel, Booking, Charge, Document, DocumentContent, Extensions, Failure, FailureKind, Level,
    Message, Moment, Money, OpeningException, OpeningHours, PartFailure, Position, Price, Problem, Rate, ServicePoint,
    Status, Subscription, TaxId, Tracking, TrackingEvent, Window,
};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// What arrived, as its debug text.
pub fn echo(value: &impl std::fmt::Debug) -> Extensions {
    vec![("echo".to_owned(), format!("{value:?}"))]
}

pub fn extensions(name: &str) -> Extensions {
    vec![("of".to_owned(), name.to_owned())]
}

pub fn failure() -> Failure {
    Failure {
        kind: FailureKind::NotFound,
        code: "E-404".to_owned(),
        message: "nobody knows it".to_owned(),
        problems: vec![Problem {
            pointer: "/numbers/0".to_owned(),
            code: "unknown".to_owned(),
            detail: "no such number".to_owned(),
        }],
        retry_after_ms: Some(1500),
        courier_status: Some(404),
        request_sent: true,
    }
}

pub fn messages() -> Vec<Message> {
    let message = |level, code: &str| Message {
        level,
        code: code.to_owned(),
        text: format!("words of {code}"),
        pointer: some("/parcels/0"),
        concerns: some("0"),
    };
    vec![message(Level::Error, "E1"), message(Level::Warning, "W1"), message(Level::Note, "N1")]
}

pub fn money() -> Money {
    Money::new("123.45", "SEK")
}

pub fn moment(hour: u8) -> Moment {
    Moment {
        at: Some(format!("2025-06-01T{hour:02}:00:00+02:00")),
        local: format!("2025-06-01T{hour:02}:00:00"),
        zone_known: true,
    }
}

pub fn window() -> Window {
    Window { earliest: Some(moment(8)), latest: Some(moment(17)) }
}

pub fn position() -> Position {
    Position { latitude_microdegrees: 59_329_300, longitude_microdegrees: -18_068_600 }
}

pub fn address() -> Address {
    Address {
        person: some("Åsa Öberg"),
        company: some("Everything & Co"),
        lines: vec!["Storgatan 1".to_owned(), "c/o Berg".to_owned()],
        street: some("Storgatan"),
        street_number: some("1 B"),
        entrance: some("C"),
        floor: some("4"),
        door_code: some("5678"),
        city: "Stockholm".to_owned(),
        postal_code: "111 22".to_owned(),
        region: some("AB"),
        country: "SE".to_owned(),
        phone: some("+46700000000"),
        email: some("asa@example.com"),
        residential: Some(true),
        tax_ids: vec![TaxId { kind: "vat".to_owned(), value: "SE556000000001".to_owned(), country: some("SE") }],
        position: Some(position()),
        instructions: some("ring twice"),
        extensions: extensions("address"),
    }
}

pub fn documents(format: &str) -> Vec<Document> {
    let document = |category: &str, content| Document {
        category: category.to_owned(),
        format: format.to_owned(),
        page_size: some("100x190mm"),
        dpi: Some(203),
        tracking_number: some("NUMBER-1"),
        content,
    };
    vec![
        document("label", DocumentContent::Bytes(b"%PDF-1.4 everything".to_vec())),
        document("other", DocumentContent::Link("https://documents.everything.example/label.pdf".to_owned())),
    ]
}

pub fn price() -> Price {
    Price {
        total: money(),
        tax_included: Some(true),
        own_price: true,
        charges: vec![Charge {
            kind: "surcharge".to_owned(),
            code: some("FUEL"),
            name: "Fuel".to_owned(),
            amount: Money::new("3.45", "SEK"),
        }],
    }
}

pub fn rate(extensions: Extensions) -> Rate {
    Rate {
        service: "EXPRESS".to_owned(),
        name: "Everything Express".to_owned(),
        price: Some(price()),
        transit_days: Some(2),
        delivery: Some(window()),
        cut_off: Some(moment(15)),
        delivery_kind: "service-point".to_owned(),
        service_points: vec![service_point()],
        token: some("RATE-TOKEN"),
        token_expires: Some(moment(23)),
        messages: messages(),
        extensions,
    }
}

pub fn booking(reference: &str, extensions: Extensions) -> Booking {
    let parcel = |number: &str| BookedParcel {
        index: 1,
        tracking_number: some(number),
        barcodes: vec![format!("{number}-BARCODE")],
        extensions: self::extensions("parcel"),
    };
    Booking {
        courier_shipment_id: format!("SHIPMENT-{reference}"),
        parcels: vec![parcel("NUMBER-1")],
        return_parcels: vec![parcel("RETURN-1")],
        documents: documents("pdf"),
        price: Some(price()),
        estimated_delivery: Some(window()),
        tracking_link: some("https://everything.example/track/NUMBER-1"),
        messages: messages(),
        failures: vec![PartFailure { parcel: Some(2), failure: failure() }],
        extensions,
    }
}

pub fn service_point() -> ServicePoint {
    ServicePoint {
        id: "POINT-1".to_owned(),
        name: "Corner shop".to_owned(),
        kind: "shop".to_owned(),
        address: address(),
        distance_m: Some(321),
        opening_hours: vec![OpeningHours { weekday: 7, opens: "09:00".to_owned(), closes: "24:00".to_owned() }],
        exceptions: vec![OpeningException {
            date: "2025-12-24".to_owned(),
            opens: some("10:00"),
            closes: some("12:00"),
        }],
        capabilities: vec!["pick-up".to_owned(), "drop-off".to_owned()],
        latest_drop_off: some("16:30"),
        max_weight_grams: Some(20_000),
        max_length_mm: Some(1_200),
        max_width_mm: Some(600),
        max_height_mm: Some(500),
        extensions: extensions("service-point"),
    }
}

pub fn tracking(number: &str) -> Tracking {
    const ALL: [Status; 11] = [
        Status::Unknown,
        Status::PreTransit,
        Status::Accepted,
        Status::InTransit,
        Status::OutForDelivery,
        Status::AvailableForPickup,
        Status::Delivered,
        Status::DeliveryAttemptFailed,
        Status::Exception,
        Status::ReturnedToSender,
        Status::Cancelled,
    ];
    Tracking {
        number: number.to_owned(),
        status: Status::AvailableForPickup,
        incident_reason: some("recipient:not-home"),
        courier_code: some("C-9"),
        courier_text: some("Ready"),
        status_at: Some(moment(12)),
        estimated_delivery: Some(window()),
        service: some("EXPRESS"),
        weight_grams: Some(1_234),
        signed_by: some("Å. Öberg"),
        proof_of_delivery: documents("png"),
        service_point: Some(service_point()),
        pickup_deadline: Some(moment(18)),
        pieces: Some(3),
        related_numbers: vec!["NUMBER-2".to_owned()],
        events: ALL.into_iter().enumerate().map(|(place, status)| event(place, status)).collect(),
        messages: messages(),
        extensions: extensions("tracking"),
    }
}

fn event(place: usize, status: Status) -> TrackingEvent {
    TrackingEvent {
        occurred_at: Some(moment(u8::try_from(place).unwrap_or_default())),
        status,
        incident_reason: some("customs:documents"),
        courier_code: Some(format!("CODE-{place}")),
        courier_text: Some(format!("Text {place}")),
        city: some("Stockholm"),
        postal_code: some("111 22"),
        region: some("AB"),
        country: some("SE"),
        place: some("Terminal 5"),
        position: Some(position()),
        parcel: some("NUMBER-1"),
        courier_key: format!("KEY-{place}"),
        informational: place % 2 == 1,
    }
}

pub fn subscription(numbers: &[String]) -> Subscription {
    Subscription {
        id: "SUBSCRIPTION-1".to_owned(),
        numbers: numbers.to_vec(),
        expires: some("2026-01-01T00:00:00Z"),
        failures: Vec::new(),
        extensions: extensions("subscription"),
    }
}
