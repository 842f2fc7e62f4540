//! Contract 0.0.1, which was made up to prove how an older version is served: `tests/contracts/0.0.1`.
//!
//! Against the newest, a result lacks a member and calls another differently (`tracking`), an argument does (`search`), and so does
//! what goes into an import (`http.request`). Everything else is the newest's.

use async_trait::async_trait;
use crossdock_contract::{Contract, wit_files};
use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Linker, Lower};

use super::{Frozen, Given, Guest, imports};
use crate::plugin::bindings::http;
use crate::plugin::bindings::service_points::exports::crossdock::courier::service_points as newest_points;
use crate::plugin::bindings::types::{
    self, Document, Failure, Message, Moment, Position, ServicePoint, Status, Window,
};
use crate::plugin::sandbox::Sandbox;

/// What the version says.
pub static CONTRACT: Contract = Contract {
    version: "0.0.1",
    wit: wit_files!("../../../../tests/contracts/0.0.1"),
    imports: &["types", "context", "http", "log"],
    capabilities: &["auth", "tracking", "service-points"],
};

/// The version.
pub struct V0_0_1;

#[async_trait]
impl Frozen for V0_0_1 {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn link(&self, linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
        imports::link_types(linker, CONTRACT.version)?;
        imports::link_context(linker, CONTRACT.version)?;
        imports::link_log(linker, CONTRACT.version)?;
        let mut http = imports::interface(linker, "http", CONTRACT.version)?;
        http.func_wrap_async("send", |mut store: StoreContextMut<'_, Sandbox>, (request,): (Request,)| {
            Box::new(async move { Ok((http::Host::send(store.data_mut(), request.into()).await?,)) })
        })
    }

    async fn tracking_track(
        &self,
        guest: Guest<'_>,
        numbers: &[String],
    ) -> wasmtime::Result<Vec<Result<types::Tracking, Failure>>> {
        let given: Vec<Result<Tracking, Failure>> = guest.ask("tracking.track", (numbers,)).await?;
        Ok(given.into_iter().map(|result| result.map(Into::into)).collect())
    }

    async fn service_points_find(&self, guest: Guest<'_>, search: &newest_points::Search) -> Given<Vec<ServicePoint>> {
        guest.ask("service-points.find", (Search::from(search),)).await
    }
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct Request {
    endpoint: String,
    method: http::Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    keep: Vec<http::Keep>,
    idempotent: bool,
}

impl From<Request> for http::Request {
    fn from(request: Request) -> Self {
        let Request { endpoint, method, path, query, headers, body, keep, idempotent } = request;
        Self {
            endpoint,
            method,
            path,
            query,
            headers,
            body,
            keep,
            repeatable: idempotent,
            timeout_ms: None,
            extensions: Vec::new(),
        }
    }
}

#[derive(ComponentType, Lower)]
#[component(record)]
struct Search<'a> {
    near: &'a newest_points::Near,
    country: &'a str,
    #[component(name = "at-most")]
    at_most: u32,
}

impl<'a> From<&'a newest_points::Search> for Search<'a> {
    /// A kind and a service are wishes that this version cannot be told.
    fn from(search: &'a newest_points::Search) -> Self {
        Self { near: &search.near, country: &search.country, at_most: search.limit }
    }
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct TrackingEvent {
    #[component(name = "occurred-at")]
    occurred_at: Option<Moment>,
    status: Status,
    #[component(name = "incident-reason")]
    incident_reason: Option<String>,
    #[component(name = "courier-code")]
    courier_code: Option<String>,
    #[component(name = "courier-text")]
    courier_text: Option<String>,
    city: Option<String>,
    #[component(name = "postal-code")]
    postal_code: Option<String>,
    region: Option<String>,
    country: Option<String>,
    place: Option<String>,
    position: Option<Position>,
    parcel: Option<String>,
    #[component(name = "courier-key")]
    courier_key: String,
}

impl From<TrackingEvent> for types::TrackingEvent {
    /// Without the word for it, every event counts for the parcel's status.
    fn from(event: TrackingEvent) -> Self {
        Self {
            occurred_at: event.occurred_at,
            status: event.status,
            incident_reason: event.incident_reason,
            courier_code: event.courier_code,
            courier_text: event.courier_text,
            city: event.city,
            postal_code: event.postal_code,
            region: event.region,
            country: event.country,
            place: event.place,
            position: event.position,
            parcel: event.parcel,
            courier_key: event.courier_key,
            informational: false,
        }
    }
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct Tracking {
    number: String,
    status: Status,
    #[component(name = "incident-reason")]
    incident_reason: Option<String>,
    #[component(name = "courier-code")]
    courier_code: Option<String>,
    #[component(name = "courier-text")]
    courier_text: Option<String>,
    #[component(name = "status-at")]
    status_at: Option<Moment>,
    #[component(name = "estimated-delivery")]
    estimated_delivery: Option<Window>,
    service: Option<String>,
    #[component(name = "weight-grams")]
    weight_grams: Option<u32>,
    #[component(name = "signed-by")]
    signed_by: Option<String>,
    #[component(name = "proof-of-delivery")]
    proof_of_delivery: Vec<Document>,
    #[component(name = "service-point")]
    service_point: Option<ServicePoint>,
    #[component(name = "parcel-count")]
    parcel_count: Option<u32>,
    #[component(name = "related-numbers")]
    related_numbers: Vec<String>,
    events: Vec<TrackingEvent>,
    messages: Vec<Message>,
    extensions: Vec<(String, String)>,
}

impl From<Tracking> for types::Tracking {
    fn from(tracking: Tracking) -> Self {
        Self {
            number: tracking.number,
            status: tracking.status,
            incident_reason: tracking.incident_reason,
            courier_code: tracking.courier_code,
            courier_text: tracking.courier_text,
            status_at: tracking.status_at,
            estimated_delivery: tracking.estimated_delivery,
            service: tracking.service,
            weight_grams: tracking.weight_grams,
            signed_by: tracking.signed_by,
            proof_of_delivery: tracking.proof_of_delivery,
            service_point: tracking.service_point,
            pickup_deadline: None,
            pieces: tracking.parcel_count,
            related_numbers: tracking.related_numbers,
            events: tracking.events.into_iter().map(Into::into).collect(),
            messages: tracking.messages,
            extensions: tracking.extensions,
        }
    }
}
