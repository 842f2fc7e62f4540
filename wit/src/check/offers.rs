//! What can be booked and what numbers look like.

use super::{Flaws, check_countries, check_label, shapes};
use crate::Description;
use crate::description::{NumberPattern, OptionKind, ShippingOption};

/// Formats that labels come in.
const LABEL_FORMATS: &[&str] = &["pdf", "zpl", "png", "gif", "epl2"];

/// Most that one call may hold; beyond it a call would take longer than any deadline.
const MAX_BATCH: u32 = 1_000;

/// Checks them all.
pub fn check(description: &Description, flaws: &mut Flaws) {
    check_batch(description, flaws);
    if let Some(link) = &description.tracking_link {
        let is_link = link.starts_with("https://") && link.contains("{number}");
        flaws.expect(is_link, "/tracking_link", "an https address with {number} in it");
    }
    for (place, pattern) in description.number_patterns.iter().enumerate() {
        check_number(pattern, &format!("/number_patterns/{place}"), flaws);
    }
    check_services(description, flaws);
    check_options(description, flaws);
    for (place, format) in description.label_formats.iter().enumerate() {
        let at = format!("/label_formats/{place}");
        let is_known = LABEL_FORMATS.contains(&format.format.as_str());
        flaws.expect(is_known, format!("{at}/format"), format!("one of {}", LABEL_FORMATS.join(", ")));
        check_are_services(description, &format.services, &at, flaws);
    }
}

fn check_batch(description: &Description, flaws: &mut Flaws) {
    let batch = &description.batch;
    let sizes = [("track", batch.track), ("parcels", batch.parcels), ("subscribe", batch.subscribe)];
    for (member, size) in sizes {
        let is_sane = size.is_none_or(|size| (1..=MAX_BATCH).contains(&size));
        flaws.expect(is_sane, format!("/batch/{member}"), format!("1 to {MAX_BATCH}"));
    }
}

fn check_number(number: &NumberPattern, at: &str, flaws: &mut Flaws) {
    check_label(&number.name, format!("{at}/name"), flaws);
    match shapes::whole(&number.pattern) {
        Err(reason) => flaws.expect(false, format!("{at}/pattern"), reason),
        Ok(pattern) => {
            let fits = pattern.is_match(&number.example);
            flaws.expect(fits, format!("{at}/example"), "the example does not match the pattern");
        }
    }
    let holds = number.check.accepts(&number.example);
    flaws.expect(holds, format!("{at}/example"), "the example's check digit is wrong");
}

fn check_services(description: &Description, flaws: &mut Flaws) {
    flaws.expect_unique("/services", "/code", description.services.iter().map(|service| service.code.as_str()));
    for (place, service) in description.services.iter().enumerate() {
        let at = format!("/services/{place}");
        flaws.expect(
            !service.code.is_empty() && shapes::is_line(&service.code),
            format!("{at}/code"),
            "the courier's code",
        );
        check_label(&service.name, format!("{at}/name"), flaws);
        flaws.expect(shapes::is_name(&service.delivery_kind), format!("{at}/delivery_kind"), "a word such as home");
        check_countries(&service.from, &format!("{at}/from"), flaws);
        check_countries(&service.to, &format!("{at}/to"), flaws);
    }
    if let Some(default) = &description.default_service {
        let is_service = description.services.iter().any(|service| service.code == *default);
        flaws.expect(is_service, "/default_service", format!("there is no service {default:?}"));
    }
}

fn check_options(description: &Description, flaws: &mut Flaws) {
    flaws.expect_unique("/options", "/code", description.options.iter().map(|option| option.code.as_str()));
    for (place, option) in description.options.iter().enumerate() {
        let at = format!("/options/{place}");
        let code = option.code.strip_prefix("courier:");
        let is_code = code.map_or(shapes::is_name(&option.code), |code| !code.is_empty() && shapes::is_line(code));
        flaws.expect(is_code, format!("{at}/code"), "a code such as saturday, or courier:<code>");
        check_label(&option.label, format!("{at}/label"), flaws);
        check_kind(option, &at, flaws);
        check_are_services(description, &option.services, &at, flaws);
    }
}

fn check_kind(option: &ShippingOption, at: &str, flaws: &mut Flaws) {
    match &option.kind {
        OptionKind::Text(most) => flaws.expect(*most > 0, format!("{at}/kind"), "at least one character"),
        OptionKind::Choice(words) => {
            flaws.expect(!words.is_empty(), format!("{at}/kind"), "at least one choice");
            flaws.expect_unique(&format!("{at}/kind/choice"), "", words.iter().map(String::as_str));
        }
        OptionKind::Flag | OptionKind::Integer | OptionKind::Money | OptionKind::Date | OptionKind::Window => {}
    }
}

fn check_are_services(description: &Description, services: &[String], at: &str, flaws: &mut Flaws) {
    for (number, code) in services.iter().enumerate() {
        let is_service = description.services.iter().any(|service| service.code == *code);
        flaws.expect(is_service, format!("{at}/services/{number}"), format!("there is no service {code:?}"));
    }
}
