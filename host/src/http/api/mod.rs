//! The merchants' API: one file per resource, and the bodies that they share.

mod addresses;
mod admin;
pub mod body;
mod courier_calls;
mod couriers;
mod credentials;
mod pickups;
mod rates;
mod service_points;
mod shipments;
mod stores;
mod tracking;

use axum::extract::FromRef;
use utoipa_axum::router::OpenApiRouter;

use super::page::{CursorKey, Page};
use crate::app::App;
use crate::store;

/// Returns every resource, one line each.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(couriers::router())
        .merge(stores::router())
        .merge(credentials::router())
        .merge(courier_calls::router())
        .merge(rates::router())
        .merge(shipments::router())
        .merge(pickups::router())
        .merge(tracking::router())
        .merge(service_points::router())
        .merge(addresses::router())
        .merge(admin::router())
}

impl FromRef<App> for CursorKey {
    fn from_ref(app: &App) -> Self {
        Self::new(*app.cursor_key.expose())
    }
}

/// Returns the part of a list, ordered by id, that a page is made of.
fn store_page(page: &Page) -> store::Page {
    store::Page { limit: page.rows_to_read(), after: page.after().and_then(|keyset| keyset.first()).cloned() }
}

#[cfg(test)]
mod tests;
