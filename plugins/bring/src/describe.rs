//! What the plugin says about itself.

use std::collections::BTreeMap;

use crossdock_sdk::description::{
    AccountKind, BatchSizes, CheckDigit, CredentialField, Description, Endpoint, FieldKind, HostValue, LabelFormat,
    LimitScope, NumberPattern, OptionKind, Placement, RateLimit, Route, Scheme, SchemePlacement, Service,
    ShippingOption, TestEnvironment, Value, WebhookAuthentication, WebhookKey, WebhookProof,
};

use crate::services::{Area, FLAGS, PRODUCTS, QR_CODE, TO_SERVICE_POINT};

const ACCOUNT: &str = "mybring";
/// The three headers of every call, and the callback in the body of a subscription.
const MYBRING: &str = "mybring";
/// Where numbers are subscribed to: up to 100 at once (CONFIRMED).
pub const SUBSCRIBE_PATH: &str = "/batch/api/v1/webhooks";
/// The header that Event Cast is asked to send with every push.
pub const HOOK_HEADER: &str = "x-crossdock-secret";
/// Bring's text fields mostly hold this much (CONFIRMED).
pub const MAX_TEXT_CHARS: u32 = 35;

pub fn description() -> Description {
    Description {
        schema: 1,
        id: "bring".into(),
        display_name: "Bring".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        contract: crossdock_sdk::CONTRACT_VERSION.into(),
        homepage: Some("https://developer.bring.com/api/".into()),
        countries: texts(&["NO", "SE", "DK", "FI"]),
        accounts: vec![account()],
        endpoints: endpoints(),
        schemes: vec![scheme()],
        tokens: Vec::new(),
        document_hosts: texts(&DOCUMENT_HOSTS),
        limits: limits(),
        // Tracking takes one number a request, and the host 20 requests at once.
        batch: BatchSizes { track: Some(20), parcels: Some(50), subscribe: Some(100) },
        webhook: Some(WebhookAuthentication {
            any_of: vec![WebhookProof::Header { name: HOOK_HEADER.into(), key: WebhookKey::WebhookSecret }],
            handshake: None,
        }),
        tracking_link: Some("https://tracking.bring.com/tracking/{number}".into()),
        number_patterns: number_patterns(),
        services: services(),
        default_service: None,
        options: options(),
        label_formats: vec![LabelFormat { format: "pdf".into(), sizes: Vec::new(), services: Vec::new() }],
        dry_run: false,
        extensions: BTreeMap::new(),
    }
}

/// A label's address answers 302 "to the concrete storage facility (e.g. redirect to Amazon S3)" (CONFIRMED:
/// `content/api/booking/labels/labels.md` of github.com/bring/developer-site, read 2026-11-21). The bucket's region is not said;
/// that Bring's own hosts may serve labels, too, is ASSUMED.
const DOCUMENT_HOSTS: [&str; 5] = ["api.bring.com", "*.bring.com", "*.mybring.com", "*.posten.no", "*.amazonaws.com"];

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn account() -> AccountKind {
    let lacks = [
        ("shipments.cancel", "The Booking API has no cancellation (developer.bring.com, Booking API, read 2025-11-20)"),
        (
            "pickups.cancel",
            "No call to cancel a pickup order is documented (developer.bring.com, Pickup API, read 2025-11-20)",
        ),
    ];
    AccountKind {
        id: ACCOUNT.into(),
        label: "Mybring".into(),
        fields: fields(),
        capabilities: texts(&[
            "auth",
            "tracking",
            "rates",
            "shipments",
            "pickups",
            "service-points",
            "webhooks",
            "subscriptions",
        ]),
        lacks: lacks.iter().map(|(key, reason)| ((*key).to_owned(), (*reason).to_owned())).collect(),
        // `testIndicator` in bookings and pickups; there is no other system (CONFIRMED).
        test: TestEnvironment::Flag,
    }
}

fn fields() -> Vec<CredentialField> {
    let field = |key: &str, label: &str, kind, pattern: &str, help: &str, example: &str| CredentialField {
        key: key.into(),
        label: label.into(),
        kind,
        required: true,
        pattern: Some(pattern.into()),
        help: Some(help.into()),
        example: Some(example.into()),
    };
    vec![
        field(
            "api_uid",
            "Mybring API UID",
            FieldKind::Text,
            r"[^@\s]+@[^@\s]+",
            "The e-mail address of your Mybring user. The user needs the booking right on the customer number, and the financial right to see your own prices.",
            "shipping@example.com",
        ),
        field(
            "api_key",
            "Mybring API key",
            FieldKind::Secret,
            r"[\x21-\x7e]{8,100}",
            "At mybring.com, under your name, Settings and API.",
            "00000000-0000-4000-8000-000000000000",
        ),
        field(
            "customer_number",
            "Customer number",
            FieldKind::Text,
            r"[0-9A-Za-z_-]{1,40}",
            "The number that Bring bills, as it stands at mybring.com or in the list that a test of this credential returns. For tests Bring gives access to 5 (Norway), 6 (Nordic) and 7 (cargo) on request.",
            "5",
        ),
        field(
            "client_url",
            "Address of your shop",
            FieldKind::Text,
            r"https?://\S{1,200}",
            "Bring wants to know which site calls; any address of yours will do.",
            "https://shop.example.com",
        ),
    ]
}

fn endpoints() -> Vec<Endpoint> {
    let endpoint = |name: &str, production: &str, routes: &[(&[&str], &str)]| Endpoint {
        name: name.into(),
        production: production.into(),
        test: None,
        routes: routes
            .iter()
            .map(|(methods, path_prefix)| Route { methods: texts(methods), path_prefix: (*path_prefix).into() })
            .collect(),
        schemes: BTreeMap::from([(ACCOUNT.to_owned(), MYBRING.to_owned())]),
    };
    vec![
        endpoint("tracking", "https://api.bring.com/tracking/api/v2", &[(&["GET"], "/tracking.json")]),
        endpoint(
            "booking",
            "https://api.bring.com/booking/api",
            &[(&["GET"], "/customers.json"), (&["POST"], "/booking")],
        ),
        // The older pickup call, whose shape is known; the Pickup API's at https://api.bring.com/pickup is not.
        endpoint("pickup", "https://api.bring.com/booking/api", &[(&["POST"], "/pickupOrder")]),
        endpoint("shipping-guide", "https://api.bring.com/shippingguide/api/v2", &[(&["POST"], "/products")]),
        endpoint("pickup-point", "https://api.bring.com/pickuppoint/api/pickuppoint", &[(&["GET"], "/")]),
        endpoint(
            "event-cast",
            "https://api.bring.com/event-cast",
            &[(&["GET", "DELETE"], "/api/v1/webhooks"), (&["POST"], SUBSCRIBE_PATH)],
        ),
        endpoint("labels", "https://api.bring.com/labels", &[(&["GET"], "/")]),
    ]
}

/// CONFIRMED: three headers on every call, and a webhook's own headers in its subscription (`configuration.headers`).
fn scheme() -> Scheme {
    let header = |name: &str, field: &str| -> SchemePlacement {
        let value = Value::Field(field.into());
        Placement::Header { name: name.into(), prefix: String::new(), value }.into()
    };
    let in_subscriptions = |pointer: &str, value| {
        let placement = Placement::Json { pointer: pointer.into(), value: Value::Host(value) };
        let subscribing = Route { methods: texts(&["POST"]), path_prefix: SUBSCRIBE_PATH.into() };
        SchemePlacement::only_in(placement, vec![subscribing])
    };
    let placements = vec![
        header("X-Mybring-API-Uid", "api_uid"),
        header("X-Mybring-API-Key", "api_key"),
        header("X-Bring-Client-URL", "client_url"),
        in_subscriptions("/configuration/url", HostValue::CallbackUrl),
        in_subscriptions("/configuration/headers/0/value", HostValue::WebhookSecret),
    ];
    Scheme { id: MYBRING.into(), placements }
}

/// CONFIRMED; who shares them is not said, so each credential counts for itself.
fn limits() -> Vec<RateLimit> {
    let limit = |endpoint: &str, count, window_s, concurrent| RateLimit {
        endpoint: endpoint.into(),
        methods: Vec::new(),
        path_prefix: String::new(),
        count,
        window_s,
        concurrent,
        per: LimitScope::Credential,
    };
    vec![
        limit("booking", Some(18), Some(1), None),
        limit("shipping-guide", Some(120), Some(1), None),
        limit("pickup-point", Some(80), Some(1), None),
        limit("event-cast", None, None, Some(50)),
    ]
}

/// Beginnings and check digits of package and consignment numbers are CONFIRMED on public examples ("usually `37`" and "`70`").
fn number_patterns() -> Vec<NumberPattern> {
    let pattern = |name: &str, pattern: &str, check, example: &str| NumberPattern {
        name: name.into(),
        pattern: pattern.into(),
        check,
        example: example.into(),
    };
    vec![
        pattern("Package number", "(00)?37[0-9]{16}", CheckDigit::Gs1, "370438109999000015"),
        pattern("Consignment number", "70[0-9]{15}", CheckDigit::Gs1, "70438109999000014"),
        pattern("International mail", "[A-Z]{2}[0-9]{9}NO", CheckDigit::S10, "CX987654326NO"),
        pattern("Bring's test numbers", "TESTPACKAGE[A-Z]+|SHIPMENTNUMBER", CheckDigit::None, "TESTPACKAGEEDI"),
    ]
}

fn services() -> Vec<Service> {
    let within = |area| {
        if matches!(area, Area::Norway | Area::NorwayNamed) { texts(&["NO"]) } else { Vec::new() }
    };
    let service = |product: &crate::services::Product| Service {
        code: product.code.into(),
        name: product.name.into(),
        delivery_kind: product.kind.into(),
        from: within(product.area),
        to: within(product.area),
        is_return: product.is_return,
        max_weight_grams: None,
    };
    PRODUCTS.iter().map(service).collect()
}

fn options() -> Vec<ShippingOption> {
    let option = |code: &str, label: &str, kind, services: &[&str]| ShippingOption {
        code: code.into(),
        label: label.into(),
        kind,
        unit: None,
        services: texts(services),
    };
    let mut options = vec![
        option("service-point", "Service point", OptionKind::Text(20), TO_SERVICE_POINT),
        option("notification-sms", "Notify the recipient by SMS", OptionKind::Flag, &[]),
        option("notification-email", "Notify the recipient by e-mail", OptionKind::Flag, &[]),
        option("qr-code", "QR code instead of a label", OptionKind::Flag, QR_CODE),
    ];
    options.extend(FLAGS.iter().map(|flag| option(flag.option, flag.name, OptionKind::Flag, &[])));
    options
}
