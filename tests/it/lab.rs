//! Plugins in an engine of the test's own: what calls are made of, and wires that answer as told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use crossdock::model::address::Address;
use crossdock::model::booking::{Booked, Order};
use crossdock::model::credential::{AccountView, Environment};
use crossdock::model::exchange::{CourierRequest, CourierResponse};
use crossdock::model::failure::Failure;
use crossdock::model::moment::{Moment, Window};
use crossdock::model::pickup::PickupRequest;
use crossdock::model::service_point::{Near, ServicePointSearch};
use crossdock::model::shipment::{Parcel, ShipmentRequest};
use crossdock::model::webhook::IncomingWebhook;
use crossdock::plugin::{Call, CompiledCache, Engine, EngineConfig, Limits, Plugin, Wire, load_bytes, load_file};
use crossdock_contract::description::HmacAlgorithm;
use crossdock_tests::plugins_dir;

/// The id of every call.
pub const CALL_ID: &str = "01J00000000000000000000000";

/// Limits with CPU time enough for a busy machine.
pub fn patient() -> Limits {
    Limits { cpu_budget: Duration::from_secs(20), ..Limits::default() }
}

/// Loads a test guest into an engine of its own, without a pool of instances.
pub async fn guest(name: &str, limits: Limits) -> Arc<Plugin> {
    guest_in(&Engine::start(EngineConfig { limits, without_pool: true, ..EngineConfig::default() }).unwrap(), name)
        .await
}

/// Loads a test guest into an engine.
pub async fn guest_in(engine: &Arc<Engine>, name: &str) -> Arc<Plugin> {
    let file = plugins_dir().join("guests").join(format!("{name}.wasm"));
    load_file(engine, &file, &Arc::new(CompiledCache::disabled())).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Loads the guest that has every capability twice: as it is, and as one of a version before in which nothing was otherwise.
pub async fn everything_in_two_versions() -> [Arc<Plugin>; 2] {
    let file = plugins_dir().join("guests/everything.wasm");
    let component = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let older = replaced(&component, "@0.1.0", "@0.0.2");
    let older = replaced(&older, "\"contract\": \"0.1.0\"", "\"contract\": \"0.0.2\"");
    let engine =
        Engine::start(EngineConfig { limits: patient(), without_pool: true, ..EngineConfig::default() }).unwrap();
    let cache = Arc::new(CompiledCache::disabled());
    let newest = load_bytes(&engine, component, &cache).await.unwrap_or_else(|error| panic!("{error}"));
    let older = load_bytes(&engine, older, &cache).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((newest.contract(), older.contract()), ("0.1.0", "0.0.2"));
    [newest, older]
}

/// The component with other words of the same length.
pub fn replaced(component: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut bytes = component.to_vec();
    let mut count = 0;
    for place in 0..component.len() {
        if component[place..].starts_with(old.as_bytes()) {
            bytes[place..place + new.len()].copy_from_slice(new.as_bytes());
            count += 1;
        }
    }
    assert!(count > 0, "{old} does not stand in the component");
    bytes
}

/// A call of the account kind `main`.
pub fn call(wire: Arc<dyn Wire>) -> Call {
    Call {
        account: AccountView {
            kind: "main".to_owned(),
            environment: Environment::Test,
            fields: BTreeMap::from([("customer_number".to_owned(), "12345".to_owned())]),
            endpoints: BTreeMap::new(),
        },
        locale: "sv-SE".to_owned(),
        now: "2025-06-01T10:00:00Z".parse().unwrap(),
        call_id: CALL_ID.to_owned(),
        deadline: Duration::from_secs(60),
        wire,
        merchant: None,
        endpoint_urls: BTreeMap::from([("main".to_owned(), "https://test.everything.example/v1".to_owned())]),
    }
}

type Answer = dyn Fn(&CourierRequest) -> Result<CourierResponse, Failure> + Send + Sync;

/// A wire that answers as told and remembers what it was asked.
pub struct Scripted {
    answer: Box<Answer>,
    /// The requests, in order.
    pub requests: Mutex<Vec<CourierRequest>>,
}

impl Scripted {
    /// Answers each request so.
    pub fn new(
        answer: impl Fn(&CourierRequest) -> Result<CourierResponse, Failure> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { answer: Box::new(answer), requests: Mutex::default() })
    }

    /// Answers each request with status 200 and its own path.
    pub fn path() -> Arc<Self> {
        Self::new(|request| Ok(ok(&request.path)))
    }
}

/// An answer of status 200.
pub fn ok(body: &str) -> CourierResponse {
    CourierResponse { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

#[async_trait]
impl Wire for Scripted {
    async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure> {
        self.requests.lock().unwrap().push(request.clone());
        (self.answer)(&request)
    }

    fn verify(&self, _: HmacAlgorithm, key: &str, message: &[u8], signature: &[u8]) -> bool {
        key == "webhook-secret" && message == b"signed" && signature == b"signature"
    }

    fn scrub(&self, text: &str) -> String {
        text.replace("SECRET-WORD", "***********")
    }

    fn take_kept(&self, _: u32) -> Option<Vec<u8>> {
        None
    }
}

/// An address in a country.
pub fn address(country: &str, postal_code: &str) -> Address {
    Address {
        person: Some("Kari Nordmann".to_owned()),
        company: Some("Nordmann AS".to_owned()),
        lines: vec!["Storgata 1".to_owned()],
        city: "Stad".to_owned(),
        postal_code: postal_code.to_owned(),
        region: (country == "US").then(|| "NY".to_owned()),
        country: country.to_owned(),
        phone: Some("+4791234567".to_owned()),
        email: Some("kari@example.com".to_owned()),
        ..Address::default()
    }
}

/// A shipment of one parcel within a country.
pub fn shipment(country: &str, postal_codes: (&str, &str), service: &str) -> ShipmentRequest {
    ShipmentRequest {
        sender: address(country, postal_codes.0),
        recipient: address(country, postal_codes.1),
        return_to: None,
        parcels: vec![Parcel {
            weight_grams: 1_500,
            length_mm: Some(300),
            width_mm: Some(200),
            height_mm: Some(100),
            packaging: "own".to_owned(),
            contents: Some("Books".to_owned()),
            reference: None,
            declared_value: None,
            items: Vec::new(),
            copies: 1,
            extensions: Vec::new(),
        }],
        service: Some(service.to_owned()),
        options: Vec::new(),
        customs: None,
        payments: Vec::new(),
        references: Vec::new(),
        shipping_date: Some("2027-02-03".to_owned()),
        is_return: false,
        extensions: Vec::new(),
    }
}

/// An order of that shipment.
pub fn order(shipment: ShipmentRequest) -> Order {
    Order {
        shipment,
        booking_reference: "01J0BOOKINGREFERENCE000000".to_owned(),
        parcel_numbers: vec![4_711],
        label_format: "pdf".to_owned(),
        label_size: None,
        dry_run: false,
    }
}

/// A shipment as it is known after it was booked.
pub fn booked(courier_shipment_id: &str) -> Booked {
    Booked {
        courier_shipment_id: courier_shipment_id.to_owned(),
        tracking_numbers: vec!["NUMBER-1".to_owned()],
        booking_reference: "01J0BOOKINGREFERENCE000000".to_owned(),
        service: Some("EXPRESS".to_owned()),
        extensions: Vec::new(),
    }
}

/// A pickup at that address.
pub fn pickup_request(place: Address) -> PickupRequest {
    let moment = |hour: &str| Moment {
        at: Some(format!("2027-02-03T{hour}:00:00+01:00")),
        local: format!("2027-02-03T{hour}:00:00"),
        zone_known: true,
    };
    PickupRequest {
        place,
        window: Window { earliest: Some(moment("10")), latest: Some(moment("16")) },
        parcels: 1,
        weight_grams: 1_500,
        courier_shipment_ids: vec!["SHIPMENT-1".to_owned()],
        service: None,
        instructions: Some("at the back".to_owned()),
        reference: "01J0PICKUPREFERENCE0000000".to_owned(),
        extensions: Vec::new(),
    }
}

/// A search near that address.
pub fn search(near: Address) -> ServicePointSearch {
    let country = near.country.clone();
    ServicePointSearch { near: Near::Address(Box::new(near)), country, limit: 5, kind: None, service: None }
}

/// A push with this body.
pub fn push(body: &str) -> IncomingWebhook {
    IncomingWebhook {
        method: "POST".to_owned(),
        query: vec![("topic".to_owned(), "parcel".to_owned())],
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}
