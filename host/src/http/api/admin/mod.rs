//! `/v1/admin`: what operators do. Operators' keys only.

mod plugin_bodies;
mod plugins;
mod replay_body;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub(super) fn router() -> OpenApiRouter<App> {
    plugins::router()
}
