//! Labels v3: with a booking, and again for items booked earlier.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::auth::{self, Account};
use super::{ID, faults};
use crate::common::answer::{self, Answer, Refusal};
use crate::common::bookings::{Booking, Parcel};
use crate::common::json::text;
use crate::common::label::{self, Label, PageSize};
use crate::common::world::World;

/// The standard label, 190 by 105 mm, upright.
const STANDARD_LABEL: PageSize = PageSize::new(105.0, 190.0);
const SMALL_LABEL: PageSize = PageSize::new(105.0, 75.0);
const A4: PageSize = PageSize::new(210.0, 297.0);
const A5: PageSize = PageSize::new(148.0, 210.0);
const A6: PageSize = PageSize::new(105.0, 148.0);
const LETTER: PageSize = PageSize::new(215.9, 279.4);
/// Most ids in one call.
const MAX_IDS: usize = 100;

pub fn router() -> Router<World> {
    Router::new()
        .route("/rest/shipment/v3/labels/ids/pdf", post(pdf_again))
        .route("/rest/shipment/v3/labels/ids/zpl", post(zpl_again))
}

type Asked = Query<HashMap<String, String>>;

async fn pdf_again(State(world): State<World>, headers: HeaderMap, Query(query): Asked, body: Bytes) -> Answer {
    let account = auth::check(&headers, &query)?;
    let found = find(&world, account, &body)?;
    let rows: Vec<Value> = found.iter().map(|(booking, parcel)| pdf_printout(booking, parcel, &query)).collect();
    Ok(answer::json(200, &Value::Array(rows)))
}

async fn zpl_again(State(world): State<World>, headers: HeaderMap, Query(query): Asked, body: Bytes) -> Answer {
    let account = auth::check(&headers, &query)?;
    let found = find(&world, account, &body)?;
    let rows: Vec<Value> = found.iter().map(|(booking, parcel)| zpl_printout(booking, parcel)).collect();
    Ok(answer::json(200, &Value::Array(rows)))
}

fn find(world: &World, account: &Account, body: &Bytes) -> Result<Vec<(Booking, Parcel)>, Refusal> {
    let wanted: Vec<Value> = serde_json::from_slice(body).unwrap_or_default();
    if wanted.is_empty() || wanted.len() > MAX_IDS {
        return Err(faults::api(400, &[("API-005", "id is missing", "id")]).into());
    }
    let mut found = Vec::new();
    for id in wanted.iter().filter_map(|wanted| text(wanted, "/id")) {
        let known = world.bookings.find(ID, &id);
        let Some(booking) = known.filter(|booking| booking.account == account.customer_number) else {
            return Err(faults::api(404, &[("API-003", "nothing was found for the id", "id")]).into());
        };
        let parcels =
            booking.parcels.iter().filter(|parcel| id == booking.id || id == parcel.number || id == parcel.print_id);
        found.extend(parcels.map(|parcel| (booking.clone(), parcel.clone())));
    }
    Ok(found)
}

/// One PDF per item.
pub fn pdf_printouts(booked: &[Booking], query: &HashMap<String, String>) -> Vec<Value> {
    let parcels = booked.iter().flat_map(|booking| booking.parcels.iter().map(move |parcel| (booking, parcel)));
    let with_qr_code = query.get("generateQrcodeImage").is_some_and(|wanted| wanted == "true");
    let of_parcel = |(booking, parcel)| {
        let qr_code = with_qr_code.then(|| qr_code(booking, parcel));
        [pdf_printout(booking, parcel, query)].into_iter().chain(qr_code)
    };
    parcels.flat_map(of_parcel).collect()
}

/// One ZPL text per item.
pub fn zpl_printouts(booked: &[Booking]) -> Vec<Value> {
    let parcels = booked.iter().flat_map(|booking| booking.parcels.iter().map(move |parcel| (booking, parcel)));
    parcels.map(|(booking, parcel)| zpl_printout(booking, parcel)).collect()
}

fn pdf_printout(booking: &Booking, parcel: &Parcel, query: &HashMap<String, String>) -> Value {
    let pdf = label::pdf(page_size(query), &[Label::of("PostNord", booking, parcel)]);
    printout(booking, parcel, "PDF", "base64", &STANDARD.encode(pdf))
}

/// A picture for the counter; that it is a PNG is not from the facts.
fn qr_code(booking: &Booking, parcel: &Parcel) -> Value {
    let mut printout = printout(booking, parcel, "PNG", "base64", &STANDARD.encode(label::POINT_PNG));
    printout["printout"]["type"] = "QRCODE".into();
    printout
}

/// ZPL comes as plain text, unlike what the specification says (reported by clients).
fn zpl_printout(booking: &Booking, parcel: &Parcel) -> Value {
    let zpl = label::zpl(STANDARD_LABEL, &Label::of("PostNord", booking, parcel));
    printout(booking, parcel, "ZPL", "none", &zpl)
}

fn printout(booking: &Booking, parcel: &Parcel, format: &str, encoding: &str, data: &str) -> Value {
    json!({
        "itemIds": [{"itemIds": parcel.number, "printId": parcel.print_id, "basicServiceCode": booking.service,
            "status": "OK"}],
        "printout": {"id": "1", "type": "LABEL", "labelFormat": format, "encoding": encoding, "data": data}
    })
}

fn page_size(query: &HashMap<String, String>) -> PageSize {
    let of = |name: &str| query.get(name).map(|value| value.to_uppercase());
    let label = if of("labelType").as_deref() == Some("SMALL") { SMALL_LABEL } else { STANDARD_LABEL };
    let size = match of("paperSize").as_deref() {
        Some("A4") => A4,
        Some("A5") => A5,
        Some("A6") => A6,
        Some("LETTER") => LETTER,
        _ => label,
    };
    match of("rotate").as_deref() {
        Some("90" | "270") => PageSize::new(size.height_mm, size.width_mm),
        _ => size,
    }
}
