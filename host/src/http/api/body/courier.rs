//! The public view of a courier's description: what a merchant needs to connect an account and to book.

use std::collections::BTreeMap;

use crossdock_contract::description::{
    AccountKind, CredentialField, Description, Endpoint, FieldKind, LabelFormat, NumberPattern, OptionKind, Placement,
    Service, ShippingOption, TestEnvironment, Value,
};
use serde::Serialize;
use utoipa::ToSchema;

/// One thing that a merchant gives to connect an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CredentialField)]
pub struct CredentialFieldBody {
    /// Its key in a credential's `fields`.
    pub key: String,
    /// What the courier calls it.
    pub label: String,
    /// `text`, or `secret`: masked for ever after it was saved.
    pub kind: &'static str,
    /// Whether an account does not work without it.
    pub required: bool,
    /// A regular expression that the whole value matches.
    pub pattern: Option<String>,
    /// Where the merchant finds it.
    pub help: Option<String>,
    /// A made-up value of the right shape.
    pub example: Option<String>,
}

/// A kind of account at the courier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccountKind)]
pub struct AccountKindBody {
    /// Its id, as a credential names it.
    pub id: String,
    /// Its name as the courier's customers know it.
    pub label: String,
    /// What the merchant has to give.
    pub fields: Vec<CredentialFieldBody>,
    /// What it can do.
    pub capabilities: Vec<String>,
    /// What of that the courier does not have, such as `shipments.cancel`, with the reason.
    pub lacks: BTreeMap<String, String>,
    /// How it is tried without spending money: `host`, `flag` or `none`.
    pub test: &'static str,
    /// How its requests are authenticated on the wire: `basic`, `bearer-token`, `header`, `query`, `body`, `path`.
    pub authentication: Vec<&'static str>,
}

/// A base URL of the courier. A credential may give another one under the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Endpoint)]
pub struct EndpointBody {
    /// Its name.
    pub name: String,
    /// Base URL of the production system.
    pub production: String,
    /// Base URL of the test system.
    pub test: Option<String>,
}

/// A service that can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Service)]
pub struct ServiceBody {
    /// The courier's code.
    pub code: String,
    /// The courier's name for it.
    pub name: String,
    /// `home`, `business`, `service-point`, `locker`, `mailbox`, `freight` or `other`.
    pub delivery_kind: String,
    /// Countries it is sent from; empty: all of the courier's.
    pub from: Vec<String>,
    /// Countries it goes to; empty: not said.
    pub to: Vec<String>,
    /// Whether it is for returns.
    pub is_return: bool,
    /// Heaviest parcel.
    pub max_weight_grams: Option<u32>,
}

/// An option of a quote or a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ShippingOption)]
pub struct OptionBody {
    /// Its key in a shipment's `options`.
    pub code: String,
    /// Its name for a person.
    pub label: String,
    /// `flag`, `text`, `integer`, `money`, `choice`, `date` or `window`.
    pub kind: &'static str,
    /// Longest text, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The values of a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    /// The unit of a number.
    pub unit: Option<String>,
    /// The services that it goes with; empty: all.
    pub services: Vec<String>,
}

/// A format of labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LabelFormat)]
pub struct LabelFormatBody {
    /// `pdf`, `zpl`, `png`, `gif` or `epl2`.
    pub format: String,
    /// Page sizes that can be asked for, the default first.
    pub sizes: Vec<String>,
    /// Only for these services; empty: all.
    pub services: Vec<String>,
}

/// What a courier's numbers look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NumberPattern)]
pub struct NumberPatternBody {
    /// What the courier calls numbers of this kind.
    pub name: String,
    /// A regular expression that the whole number matches, in upper case and without blanks.
    pub pattern: String,
    /// A made-up number that matches.
    pub example: String,
}

/// A courier in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CourierSummary)]
pub struct CourierSummaryBody {
    /// The courier's id.
    pub id: String,
    /// The courier's name as people write it.
    pub display_name: String,
    /// The plugin's version.
    pub version: String,
    /// Countries from which it carries parcels; empty: not said.
    pub countries: Vec<String>,
    /// What any of its account kinds can do.
    pub capabilities: Vec<String>,
}

/// A courier: what can be done with it and what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Courier)]
pub struct CourierBody {
    /// The courier's id.
    pub id: String,
    /// The courier's name as people write it.
    pub display_name: String,
    /// The plugin's version.
    pub version: String,
    /// The courier's page for developers.
    pub homepage: Option<String>,
    /// Countries from which it carries parcels; empty: not said.
    pub countries: Vec<String>,
    /// What any of its account kinds can do.
    pub capabilities: Vec<String>,
    /// The kinds of accounts; a credential names one.
    pub accounts: Vec<AccountKindBody>,
    /// Its base URLs.
    pub endpoints: Vec<EndpointBody>,
    /// The services that can be booked.
    pub services: Vec<ServiceBody>,
    /// The service that a booking without one gets.
    pub default_service: Option<String>,
    /// The options that quotes and bookings take.
    pub options: Vec<OptionBody>,
    /// The formats of labels, the preferred one first.
    pub label_formats: Vec<LabelFormatBody>,
    /// What its numbers look like.
    pub number_patterns: Vec<NumberPatternBody>,
    /// The consumer's tracking page, with `{number}` in it.
    pub tracking_link: Option<String>,
    /// Whether a booking can be checked without booking (`dry_run`).
    pub dry_run: bool,
    /// Most parcels of one booking.
    pub max_parcels: u32,
}

impl From<&Description> for CourierSummaryBody {
    fn from(description: &Description) -> Self {
        Self {
            id: description.id.clone(),
            display_name: description.display_name.clone(),
            version: description.version.clone(),
            countries: description.countries.clone(),
            capabilities: capabilities(description),
        }
    }
}

impl From<&Description> for CourierBody {
    fn from(description: &Description) -> Self {
        Self {
            id: description.id.clone(),
            display_name: description.display_name.clone(),
            version: description.version.clone(),
            homepage: description.homepage.clone(),
            countries: description.countries.clone(),
            capabilities: capabilities(description),
            accounts: description.accounts.iter().map(|kind| account_kind(description, kind)).collect(),
            endpoints: description.endpoints.iter().map(endpoint).collect(),
            services: description.services.iter().map(service).collect(),
            default_service: description.default_service.clone(),
            options: description.options.iter().map(option).collect(),
            label_formats: description.label_formats.iter().map(label_format).collect(),
            number_patterns: description.number_patterns.iter().map(number_pattern).collect(),
            tracking_link: description.tracking_link.clone(),
            dry_run: description.dry_run,
            max_parcels: description.batch.parcels.unwrap_or(1),
        }
    }
}

/// Returns what any account kind can do, in the contract's order.
fn capabilities(description: &Description) -> Vec<String> {
    let offers = |word: &str| description.accounts.iter().any(|kind| kind.capabilities.iter().any(|own| own == word));
    crossdock_contract::CAPABILITIES.iter().filter(|word| offers(word)).map(|word| (*word).to_owned()).collect()
}

fn account_kind(description: &Description, kind: &AccountKind) -> AccountKindBody {
    AccountKindBody {
        id: kind.id.clone(),
        label: kind.label.clone(),
        fields: kind.fields.iter().map(field).collect(),
        capabilities: kind.capabilities.clone(),
        lacks: kind.lacks.clone(),
        test: match kind.test {
            TestEnvironment::Host => "host",
            TestEnvironment::Flag => "flag",
            TestEnvironment::None => "none",
        },
        authentication: authentication(description, &kind.id),
    }
}

/// Returns where an account kind's credentials go, without saying which value goes where.
fn authentication(description: &Description, kind: &str) -> Vec<&'static str> {
    let named: Vec<_> = description.endpoints.iter().filter_map(|endpoint| endpoint.schemes.get(kind)).collect();
    let schemes = description.schemes.iter().filter(|scheme| named.contains(&&scheme.id));
    let mut words: Vec<_> = schemes.flat_map(|scheme| &scheme.placements).map(|made| placement_word(&made.placement)).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn placement_word(placement: &Placement) -> &'static str {
    match placement {
        Placement::Header { value: Value::Token(_), .. } => "bearer-token",
        Placement::Header { .. } => "header",
        Placement::Query { .. } => "query",
        Placement::Basic { .. } => "basic",
        Placement::Form { .. } | Placement::Json { .. } | Placement::Template { .. } => "body",
        Placement::PathSegment { .. } => "path",
    }
}

fn field(field: &CredentialField) -> CredentialFieldBody {
    CredentialFieldBody {
        key: field.key.clone(),
        label: field.label.clone(),
        kind: match field.kind {
            FieldKind::Text => "text",
            FieldKind::Secret => "secret",
        },
        required: field.required,
        pattern: field.pattern.clone(),
        help: field.help.clone(),
        example: field.example.clone(),
    }
}

fn endpoint(endpoint: &Endpoint) -> EndpointBody {
    EndpointBody { name: endpoint.name.clone(), production: endpoint.production.clone(), test: endpoint.test.clone() }
}

fn service(service: &Service) -> ServiceBody {
    ServiceBody {
        code: service.code.clone(),
        name: service.name.clone(),
        delivery_kind: service.delivery_kind.clone(),
        from: service.from.clone(),
        to: service.to.clone(),
        is_return: service.is_return,
        max_weight_grams: service.max_weight_grams,
    }
}

fn option(option: &ShippingOption) -> OptionBody {
    let (kind, max_length, choices) = match &option.kind {
        OptionKind::Flag => ("flag", None, None),
        OptionKind::Text(max_length) => ("text", Some(*max_length), None),
        OptionKind::Integer => ("integer", None, None),
        OptionKind::Money => ("money", None, None),
        OptionKind::Choice(choices) => ("choice", None, Some(choices.clone())),
        OptionKind::Date => ("date", None, None),
        OptionKind::Window => ("window", None, None),
    };
    let (code, label, unit) = (option.code.clone(), option.label.clone(), option.unit.clone());
    OptionBody { code, label, kind, max_length, choices, unit, services: option.services.clone() }
}

fn label_format(format: &LabelFormat) -> LabelFormatBody {
    LabelFormatBody { format: format.format.clone(), sizes: format.sizes.clone(), services: format.services.clone() }
}

fn number_pattern(pattern: &NumberPattern) -> NumberPatternBody {
    let NumberPattern { name, pattern, example, .. } = pattern.clone();
    NumberPatternBody { name, pattern, example }
}
