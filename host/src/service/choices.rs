//! Whether a courier can honour what a merchant chose: service, options, label format, number of parcels.
//!
//! What it cannot honour is refused before the plugin is called, and never dropped in silence.

use crossdock_contract::Description;
use crossdock_contract::description::{OptionKind, ShippingOption};

use crate::model::failure::Problem;
use crate::model::shipment::{ChosenOption, ShipmentRequest};

/// Returns what the courier cannot honour; pointers go into the shipment.
pub fn refused(description: &Description, shipment: &ShipmentRequest) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(refused_service(description, shipment.service.as_deref()));
    let service = shipment.service.as_deref().or(description.default_service.as_deref());
    for chosen in &shipment.options {
        problems.extend(refused_option(description, service, chosen));
    }
    problems
}

/// Returns what only matters when booking: that a service is known, and how many parcels one booking takes.
pub fn refused_for_booking(description: &Description, shipment: &ShipmentRequest) -> Vec<Problem> {
    let mut problems = refused(description, shipment);
    if shipment.service.is_none() && description.default_service.is_none() {
        problems.push(problem("/service", "required", format!("{} needs a service", description.display_name)));
    }
    let most = usize::try_from(description.batch.parcels.unwrap_or(1)).unwrap_or(usize::MAX);
    if shipment.parcels.len() > most {
        let detail = format!("{} takes at most {most} parcels in a booking", description.display_name);
        problems.push(problem("/parcels", "too_many", detail));
    }
    problems
}

/// Returns why a label format cannot be had for a service.
pub fn refused_format(description: &Description, service: Option<&str>, format: &str) -> Option<Problem> {
    let service = service.or(description.default_service.as_deref());
    let offered = |services: &[String]| {
        services.is_empty() || service.is_some_and(|service| services.iter().any(|one| one == service))
    };
    if description.label_formats.iter().any(|one| one.format == format && offered(&one.services)) {
        return None;
    }
    let formats: Vec<&str> =
        description.label_formats.iter().filter(|one| offered(&one.services)).map(|one| one.format.as_str()).collect();
    let has = if formats.is_empty() { "none".to_owned() } else { formats.join(", ") };
    let detail = format!("{} has no labels as {format:?} for this service; it has {has}", description.display_name);
    Some(problem("/label_format", "unsupported", detail))
}

fn refused_service(description: &Description, service: Option<&str>) -> Option<Problem> {
    let service = service?;
    let known = description.services.is_empty() || description.services.iter().any(|one| one.code == service);
    let detail = || {
        format!(
            "{} has no service {service:?}; GET /v1/couriers/{} lists them",
            description.display_name, description.id
        )
    };
    (!known).then(|| problem("/service", "unknown_service", detail()))
}

fn refused_option(description: &Description, service: Option<&str>, chosen: &ChosenOption) -> Option<Problem> {
    let pointer = format!("/options/{}", chosen.code.replace('~', "~0").replace('/', "~1"));
    let Some(option) = description.options.iter().find(|option| option.code == chosen.code) else {
        let detail = format!("{} cannot honour the option {:?}", description.display_name, chosen.code);
        return Some(problem(pointer, "unsupported_option", detail));
    };
    if let Some(service) = service
        && !option.services.is_empty()
        && !option.services.iter().any(|one| one == service)
    {
        let detail = format!("{:?} does not go with service {service:?}", option.code);
        return Some(problem(pointer, "unsupported_option", detail));
    }
    let expected = mismatch(option, &chosen.value)?;
    Some(problem(pointer, "invalid_option", format!("{:?} takes {expected}", option.code)))
}

/// Returns what was expected, where the value is something else.
fn mismatch(option: &ShippingOption, value: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(value).unwrap_or_default();
    let text = value.as_str();
    let (fits, expected) = match &option.kind {
        OptionKind::Flag => (value.is_boolean(), "true or false".to_owned()),
        OptionKind::Text(most) => (
            text.is_some_and(|text| !text.is_empty() && text.chars().count() <= *most as usize),
            format!("text of at most {most} characters"),
        ),
        OptionKind::Integer => (value.is_i64() || value.is_u64(), "a whole number".to_owned()),
        OptionKind::Money => {
            let money: Option<crate::model::money::Money> = serde_json::from_value(value.clone()).ok();
            (money.is_some_and(|money| money.is_well_formed()), "an amount and a currency".to_owned())
        }
        OptionKind::Choice(choices) => (
            text.is_some_and(|text| choices.iter().any(|choice| choice == text)),
            format!("one of {}", choices.join(", ")),
        ),
        OptionKind::Date => {
            (text.is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()), "a date, YYYY-MM-DD".to_owned())
        }
        OptionKind::Window => {
            let is_time = |name: &str| value[name].as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok());
            (is_time("earliest") && is_time("latest"), "earliest and latest, RFC 3339".to_owned())
        }
    };
    (!fits).then_some(expected)
}

fn problem(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Problem {
    Problem { pointer: pointer.into(), code: code.to_owned(), detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(kind: OptionKind) -> ShippingOption {
        ShippingOption { code: "one".into(), label: "One".into(), kind, unit: None, services: Vec::new() }
    }

    #[test]
    fn values_must_have_the_declared_type() {
        let cases = [
            (OptionKind::Flag, "true", "\"true\""),
            (OptionKind::Text(3), "\"abc\"", "\"abcd\""),
            (OptionKind::Integer, "7", "7.5"),
            (OptionKind::Money, r#"{"amount":"1.00","currency":"NOK"}"#, r#"{"amount":"one","currency":"NOK"}"#),
            (OptionKind::Choice(vec!["16".into(), "18".into()]), "\"18\"", "\"21\""),
            (OptionKind::Date, "\"2026-11-21\"", "\"21.11.2026\""),
            (
                OptionKind::Window,
                r#"{"earliest":"2026-11-21T08:00:00+01:00","latest":"2026-11-21T12:00:00+01:00"}"#,
                r#"{"earliest":"08:00"}"#,
            ),
        ];
        for (kind, right, wrong) in cases {
            let option = option(kind);
            assert_eq!(mismatch(&option, right), None, "{right}");
            assert!(mismatch(&option, wrong).is_some(), "{wrong}");
            assert!(mismatch(&option, "{").is_some());
        }
    }
}
