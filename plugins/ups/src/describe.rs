//! What the plugin says about itself.

use std::collections::BTreeMap;

use crossdock_sdk::contract::description::{
    AccountKind, BatchSizes, CheckDigit, CredentialField, Endpoint, FieldKind, Grant, LabelFormat, Lifetime,
    NumberPattern, OptionKind, Placement, Route, Scheme, Service, ShippingOption, TestEnvironment, TokenBody,
    TokenExchange, Value, WebhookAuthentication, WebhookKey, WebhookProof,
};
use crossdock_sdk::{CONTRACT_VERSION, Description, Plugin};

use crate::Ups;

/// Code, name and how it is delivered. CONFIRMED (Rating.yaml); the names of 82 to 86 and 92 to 95 are REPORTED.
#[rustfmt::skip]
pub const SERVICES: &[(&str, &str, &str)] = &[
    ("01", "UPS Next Day Air", "home"), ("02", "UPS 2nd Day Air", "home"), ("03", "UPS Ground", "home"),
    ("07", "UPS Worldwide Express", "home"), ("08", "UPS Worldwide Expedited", "home"), ("11", "UPS Standard", "home"),
    ("12", "UPS 3 Day Select", "home"), ("13", "UPS Next Day Air Saver", "home"), ("14", "UPS Next Day Air Early", "home"),
    ("17", "UPS Worldwide Economy DDU", "home"), ("54", "UPS Worldwide Express Plus", "home"), ("59", "UPS 2nd Day Air A.M.", "home"),
    ("65", "UPS Worldwide Saver", "home"), ("70", "UPS Access Point Economy", "service-point"),
    ("71", "UPS Worldwide Express Freight Midday", "freight"), ("72", "UPS Worldwide Economy DDP", "home"),
    ("74", "UPS Express 12:00", "home"), ("82", "UPS Today Standard", "home"), ("83", "UPS Today Dedicated Courier", "home"),
    ("84", "UPS Today Intercity", "home"), ("85", "UPS Today Express", "home"), ("86", "UPS Today Express Saver", "home"),
    ("92", "UPS SurePost less than 1 lb", "home"), ("93", "UPS Ground Saver", "home"),
    ("94", "UPS SurePost Bound Printed Matter", "home"), ("95", "UPS SurePost Media", "home"),
    ("96", "UPS Worldwide Express Freight", "freight"),
];

/// The option that picks how a return label reaches the consumer (`ReturnService.Code`, Shipping.yaml).
pub const RETURN_SERVICE: &str = "courier:return-service";

impl Plugin for Ups {
    /// Written from the typed form below, which then need not be part of the plugin (`UPDATE_FIXTURES=1` writes it anew).
    fn describe_json() -> String {
        include_str!("../description.json").to_owned()
    }

    fn describe() -> Description {
        Description {
            schema: 1,
            id: "ups".to_owned(),
            display_name: "UPS".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            contract: CONTRACT_VERSION.to_owned(),
            homepage: Some("https://developer.ups.com".to_owned()),
            countries: Vec::new(),
            accounts: vec![account()],
            endpoints: endpoints(),
            schemes: vec![Scheme {
                id: "bearer".to_owned(),
                placements: vec![
                    Placement::Header {
                        name: "authorization".to_owned(),
                        prefix: "Bearer ".to_owned(),
                        value: Value::Token("access".to_owned()),
                    }
                    .into(),
                ],
            }],
            tokens: vec![token()],
            document_hosts: Vec::new(),
            // UPS documents no quota; a 429 says when one is reached.
            limits: Vec::new(),
            // One number a request, 20 requests at once; 100 parcels are the contract's bound, 100 numbers Track Alert's.
            batch: BatchSizes { track: Some(20), parcels: Some(100), subscribe: Some(100) },
            webhook: Some(WebhookAuthentication {
                any_of: vec![WebhookProof::Bearer { key: WebhookKey::WebhookSecret }],
                handshake: None,
            }),
            tracking_link: Some("https://www.ups.com/track?tracknum={number}&loc=en_US".to_owned()),
            number_patterns: number_patterns(),
            services: services(),
            default_service: None,
            options: options(),
            label_formats: label_formats(),
            dry_run: false,
            extensions: BTreeMap::new(),
        }
    }
}

fn account() -> AccountKind {
    let field = |key: &str, label: &str, kind, pattern: &str, help: &str, example: &str| CredentialField {
        key: key.to_owned(),
        label: label.to_owned(),
        kind,
        required: true,
        pattern: Some(pattern.to_owned()),
        help: Some(help.to_owned()),
        example: Some(example.to_owned()),
    };
    let app = "developer.ups.com, My Apps, your app, under Credentials";
    AccountKind {
        id: "main".to_owned(),
        label: "UPS account".to_owned(),
        fields: vec![
            // UPS repeats the client id in error texts; as a secret it is scrubbed from them.
            field("client_id", "Client ID", FieldKind::Secret, "[!-~]{8,128}", app, "mXvL0c3qHsZ2uTgW7yQkP4nBdR6eJfAi"),
            field("client_secret", "Client Secret", FieldKind::Secret, "[!-~]{8,128}", app, "pT5rW1xYb8KcVn3Zs6Lh"),
            field(
                "account_number",
                "Account number",
                FieldKind::Text,
                "[0-9A-Za-z]{6}",
                "The six-character shipper number: ups.com, Profile, Accounts and Payment. It must be linked to the app.",
                "AB1234",
            ),
        ],
        capabilities: ["auth", "tracking", "rates", "shipments", "pickups", "addresses", "webhooks", "subscriptions"]
            .map(str::to_owned)
            .to_vec(),
        lacks: BTreeMap::from([("subscriptions.list".to_owned(), "UPS does not list subscriptions".to_owned())]),
        test: TestEnvironment::Host,
    }
}

fn endpoints() -> Vec<Endpoint> {
    let route = |method: &str, path: &str| Route { methods: vec![method.to_owned()], path_prefix: path.to_owned() };
    vec![
        Endpoint {
            name: "api".to_owned(),
            production: "https://onlinetools.ups.com/api".to_owned(),
            test: Some("https://wwwcie.ups.com/api".to_owned()),
            routes: vec![
                route("GET", "/track/v1/details/"),
                route("GET", "/track/v1/reference/details/"),
                route("POST", "/rating/v2409/"),
                route("POST", "/shipments/v2409/ship"),
                route("DELETE", "/shipments/v2409/void/cancel/"),
                route("POST", "/labels/v1/recovery"),
                route("POST", "/pickupcreation/v2409/pickup"),
                route("DELETE", "/shipments/v2409/pickup/02"),
                route("POST", "/addressvalidation/v2/"),
                route("POST", "/track/v2/subscription/standard/"),
                route("DELETE", "/track/v2/subscription/standard/account"),
            ],
            schemes: BTreeMap::from([("main".to_owned(), "bearer".to_owned())]),
        },
        Endpoint {
            name: "oauth".to_owned(),
            production: "https://onlinetools.ups.com/security/v1/oauth".to_owned(),
            test: Some("https://wwwcie.ups.com/security/v1/oauth".to_owned()),
            // Only the host's token exchange goes there.
            routes: Vec::new(),
            schemes: BTreeMap::new(),
        },
    ]
}

/// OAuthClientCredentials.yaml: every value of the answer is text, the lifetime too.
fn token() -> TokenExchange {
    let field = |key: &str| Value::Field(key.to_owned());
    TokenExchange {
        id: "access".to_owned(),
        endpoint: "oauth".to_owned(),
        path: "/token".to_owned(),
        grant: Grant::ClientCredentials,
        body: TokenBody::Form,
        placements: vec![
            Placement::Basic { user: field("client_id"), password: field("client_secret") },
            Placement::Header {
                name: "x-merchant-id".to_owned(),
                prefix: String::new(),
                value: field("account_number"),
            },
        ],
        token_pointer: "/access_token".to_owned(),
        lifetime: Lifetime::Pointer("/expires_in".to_owned()),
        renew_before_s: None,
    }
}

fn number_patterns() -> Vec<NumberPattern> {
    let pattern = |name: &str, pattern: &str, check, example: &str| NumberPattern {
        name: name.to_owned(),
        pattern: pattern.to_owned(),
        check,
        example: example.to_owned(),
    };
    vec![
        pattern("1Z", "1Z[0-9A-Z]{16}", CheckDigit::Ups1z, "1ZAB12340300000046"),
        pattern("Roadie", "1R[0-9A-Z]{14}(?:[0-9A-Z]{12})?", CheckDigit::None, "1R00000000000001"),
        pattern("UPS Mail Innovations", "MI[0-9]{6}[0-9A-Z]{1,26}", CheckDigit::None, "MI0000001234"),
        pattern("T", "T[0-9]{10}", CheckDigit::None, "T0000000001"),
        pattern("SurePost", "92[0-9]{24}(?:[0-9]{8})?", CheckDigit::None, "92419900000000000000000018"),
        pattern("freight PRO", "[0-9]{9}", CheckDigit::None, "100000009"),
    ]
}

fn services() -> Vec<Service> {
    let service = |(code, name, kind): &(&str, &str, &str)| Service {
        code: (*code).to_owned(),
        name: (*name).to_owned(),
        delivery_kind: (*kind).to_owned(),
        from: match *code {
            "74" => vec!["DE".to_owned()],
            "82" | "83" | "84" | "85" | "86" => vec!["PL".to_owned()],
            _ => Vec::new(),
        },
        to: Vec::new(),
        is_return: false,
        max_weight_grams: None,
    };
    SERVICES.iter().map(service).collect()
}

fn options() -> Vec<ShippingOption> {
    let option = |code: &str, label: &str, kind| ShippingOption {
        code: code.to_owned(),
        label: label.to_owned(),
        kind,
        unit: None,
        services: Vec::new(),
    };
    let choice = |codes: &[&str]| OptionKind::Choice(codes.iter().map(|code| (*code).to_owned()).collect());
    vec![
        option("saturday", "Saturday delivery", OptionKind::Flag),
        option("signature", "Signature on delivery", choice(&["any", "adult"])),
        option(
            RETURN_SERVICE,
            "Return label: 2 print and mail, 3 one attempt, 5 three attempts, 8 electronic, 9 print, 10 exchange",
            choice(&["2", "3", "5", "8", "9", "10"]),
        ),
    ]
}

/// GIF first, which all of UPS's documents name. PNG CONFIRMED by live answers. PDF: label recovery documents it, the Ship
/// API does not (ASSUMED). SPL, for UPS's own printers, is no format of the contract.
fn label_formats() -> Vec<LabelFormat> {
    let format = |format: &str, sizes: &[&str]| LabelFormat {
        format: format.to_owned(),
        sizes: sizes.iter().map(|size| (*size).to_owned()).collect(),
        services: Vec::new(),
    };
    vec![
        format("gif", &[]),
        format("pdf", &[]),
        format("zpl", &["4x6in", "4x8in"]),
        format("png", &[]),
        format("epl2", &["4x6in", "4x8in"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_numbers_have_their_check_digit() {
        for pattern in number_patterns() {
            assert!(pattern.check.accepts(&pattern.example), "{}", pattern.example);
        }
    }
}
