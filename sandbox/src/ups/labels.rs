//! Label images, and their recovery after the booking.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::charges::service_name;
use super::{ID, auth, errors, shipping_answer};
use crate::common::answer::{self, Answer};
use crate::common::bookings::{Booking, Parcel};
use crate::common::json::text;
use crate::common::label::{self, Label, PageSize};
use crate::common::world::World;
use crate::common::{epl, gif, png};

/// Four by six inches.
const PAGE: PageSize = PageSize::new(101.6, 152.4);
const A4: PageSize = PageSize::new(210.0, 297.0);

pub fn router() -> Router<World> {
    Router::new().route("/api/labels/{version}/recovery", post(recover))
}

async fn recover(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = auth::check(&world, &headers)?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    let root = "/LabelRecoveryRequest";
    let Some(number) = text(&request, &format!("{root}/TrackingNumber")) else {
        return Ok(errors::answer(400, "300000", "Missing or invalid tracking number."));
    };
    let found = world.bookings.find(ID, &number).filter(|booking| booking.account == account.account_number);
    let Some(booking) = found else {
        return Ok(errors::answer(400, "300001", "No label was found for the tracking number."));
    };
    if booking.cancelled_at.is_some() {
        return Ok(errors::answer(400, "300003", "The shipment has been voided."));
    }
    let format = text(&request, &format!("{root}/LabelSpecification/LabelImageFormat/Code"))
        .unwrap_or_else(|| "GIF".to_owned())
        .to_uppercase();
    if format == "PNG" || !is_format(&format) {
        return Ok(errors::answer(400, "300010", "Missing or invalid label image format code."));
    }
    let parcels = booking.parcels.iter().filter(|parcel| parcel.number == number);
    let results: Vec<Value> = parcels
        .map(|parcel| {
            json!({"TrackingNumber": parcel.number, "LabelImage": {
                "LabelImageFormat": {"Code": format, "Description": format},
                "GraphicImage": image(&booking, parcel, &format), "URL": ""}})
        })
        .collect();
    let results = if let [one] = results.as_slice() { one.clone() } else { Value::Array(results) };
    let response = shipping_answer::response(&world, &request, root);
    Ok(answer::json(
        200,
        &json!({"LabelRecoveryResponse": {"Response": response, "ShipmentIdentificationNumber": booking.id,
            "LabelResults": results}}),
    ))
}

/// Whether UPS draws labels so. SPL is for UPS's own printers, whose language is documented nowhere: it is refused here.
pub fn is_format(format: &str) -> bool {
    ["GIF", "PNG", "PDF", "ZPL", "EPL"].contains(&format)
}

/// One package's label in base64.
pub fn image(booking: &Booking, parcel: &Parcel, format: &str) -> String {
    let label = Label::of(service_name(&booking.service), booking, parcel);
    match format {
        "PDF" => STANDARD.encode(label::pdf(PAGE, &[label])),
        "ZPL" => STANDARD.encode(label::zpl(PAGE, &label)),
        "EPL" => STANDARD.encode(epl::label(PAGE, &label)),
        "PNG" => STANDARD.encode(png::label(&parcel.number)),
        _ => STANDARD.encode(gif::label(&parcel.number)),
    }
}

/// The customs form in base64.
pub fn form(booking: &Booking) -> String {
    let pages: Vec<Label> =
        booking.parcels.iter().take(1).map(|parcel| Label::of("Commercial Invoice", booking, parcel)).collect();
    STANDARD.encode(label::pdf(A4, &pages))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ups::shipping::tests::order;
    use crate::ups::token::tests::bench;

    #[tokio::test]
    async fn a_label_can_be_fetched_again() {
        let bench = bench().await;
        let booked = bench.post("/ups/api/shipments/v2409/ship", &order("L-1", 1, "GIF")).await;
        let number = booked.at("/ShipmentResponse/ShipmentResults/ShipmentIdentificationNumber");
        let mut request = json!({"LabelRecoveryRequest": {
            "LabelSpecification": {"LabelImageFormat": {"Code": "PDF"}}, "TrackingNumber": number}});
        let got = bench.post("/ups/api/labels/v1/recovery", &request).await;
        let image_at = "/LabelRecoveryResponse/LabelResults/LabelImage/GraphicImage".to_owned();
        let image = got.at(&image_at);
        let pdf = lopdf::Document::load_mem(&STANDARD.decode(image.as_str().unwrap()).unwrap()).unwrap();
        assert!(pdf.extract_text(&[1]).unwrap().contains(number.as_str().unwrap()));
        for format in ["PNG", "SPL"] {
            request["LabelRecoveryRequest"]["LabelSpecification"]["LabelImageFormat"]["Code"] = format.into();
            assert_eq!(bench.post("/ups/api/labels/v1/recovery", &request).await.status, 400, "{format}");
        }
        request["LabelRecoveryRequest"]["LabelSpecification"]["LabelImageFormat"]["Code"] = "EPL".into();
        let got = bench.post("/ups/api/labels/v1/recovery", &request).await;
        assert!(STANDARD.decode(got.at(&image_at).as_str().unwrap()).unwrap().starts_with(b"\nN\n"));
        request["LabelRecoveryRequest"]["TrackingNumber"] = "1Z0".into();
        assert_eq!(bench.post("/ups/api/labels/v1/recovery", &request).await.status, 400);
    }
}
