//! The merchants' API: one file per resource, and the bodies that they share.

pub mod body;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// Joins the routes of every resource.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
