//! Labels by link: the link redirects to a storage that wants no credentials.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use super::ID;
use crate::common::answer::{self, Answer};
use crate::common::label::{self, Label, PageSize};
use crate::common::world::World;

/// Bring's parcel label.
const PAGE: PageSize = PageSize::new(107.0, 190.0);

pub fn router() -> Router<World> {
    Router::new()
        .route("/labels/id/{file}", get(redirect))
        .route("/labels/qr/{file}", get(qr_code))
        .route("/storage/{file}", get(stored))
}

/// A picture that stands for a package's QR code: one black point.
async fn qr_code(State(world): State<World>, Path(file): Path<String>) -> Answer {
    if world.bookings.find(ID, file.trim_end_matches(".png")).is_none() {
        return Ok(answer::text(404, "Not found"));
    }
    Ok(([(header::CONTENT_TYPE, "image/png")], label::POINT_PNG).into_response())
}

async fn redirect(State(world): State<World>, Path(file): Path<String>) -> Answer {
    let id = file.trim_end_matches(".pdf");
    if world.bookings.find(ID, id).is_none() {
        return Ok(answer::text(404, "Not found"));
    }
    Ok(answer::found(&world.link(ID, &format!("/storage/{file}"))))
}

async fn stored(State(world): State<World>, Path(file): Path<String>) -> Answer {
    let Some(booking) = world.bookings.find(ID, file.trim_end_matches(".pdf")) else {
        return Ok(answer::text(404, "Not found"));
    };
    let labels: Vec<Label> = booking.parcels.iter().map(|parcel| Label::of("BRING", &booking, parcel)).collect();
    Ok(answer::pdf(label::pdf(PAGE, &labels)))
}
