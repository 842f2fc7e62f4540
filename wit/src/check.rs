//! Whether a description is sound: what its types alone cannot say.

mod access;
mod offers;
mod shapes;
mod webhook;

use std::collections::BTreeSet;

use crate::description::{AccountKind, CredentialField, TestEnvironment};
use crate::version::{is_same_line, is_version};
use crate::{CAPABILITIES, Description, VERSION};

/// One thing that is wrong in a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// JSON Pointer into the document.
    pub pointer: String,
    /// What is wrong there, for the plugin's author.
    pub detail: String,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.pointer, self.detail)
    }
}

/// Returns all that is wrong in a description of the newest contract; an empty list if it is sound.
pub fn check(description: &Description) -> Vec<Flaw> {
    check_against(description, VERSION)
}

/// Returns all that is wrong in the description of a plugin that was built against this version of the contract.
pub fn check_against(description: &Description, contract: &str) -> Vec<Flaw> {
    let mut flaws = Flaws::default();
    check_identity(description, contract, &mut flaws);
    check_accounts(description, &mut flaws);
    access::check(description, &mut flaws);
    webhook::check(description, &mut flaws);
    offers::check(description, &mut flaws);
    flaws.0
}

/// The flaws found so far.
#[derive(Default)]
struct Flaws(Vec<Flaw>);

impl Flaws {
    /// Notes a flaw unless this holds.
    fn expect(&mut self, holds: bool, pointer: impl Into<String>, detail: impl Into<String>) {
        if !holds {
            self.0.push(Flaw { pointer: pointer.into(), detail: detail.into() });
        }
    }

    /// Notes every key that occurs again.
    fn expect_unique<'a>(&mut self, list: &str, member: &str, keys: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for (place, key) in keys.enumerate() {
            self.expect(seen.insert(key), format!("{list}/{place}{member}"), format!("{key:?} is there twice"));
        }
    }
}

/// Longest name of a courier, an account kind or a field, characters: what fits on a line of the dashboard.
const MAX_LABEL: usize = 100;

fn check_identity(description: &Description, contract: &str, flaws: &mut Flaws) {
    flaws.expect(description.schema == 1, "/schema", "this host reads schema 1");
    flaws.expect(shapes::is_courier_id(&description.id), "/id", "2 to 32 characters a-z, 0-9 and -, a letter first");
    check_label(&description.display_name, "/display_name", flaws);
    flaws.expect(is_version(&description.version), "/version", "a version such as 1.2.3");
    let is_its_own = is_version(&description.contract) && is_same_line(&description.contract, contract);
    flaws.expect(is_its_own, "/contract", format!("the plugin was built against contract {contract}"));
    if let Some(homepage) = &description.homepage {
        flaws.expect(homepage.starts_with("https://"), "/homepage", "an https address");
    }
    check_countries(&description.countries, "/countries", flaws);
}

fn check_label(label: &str, pointer: impl Into<String>, flaws: &mut Flaws) {
    let is_label =
        !label.trim().is_empty() && label.chars().count() <= MAX_LABEL && !label.chars().any(char::is_control);
    flaws.expect(is_label, pointer, format!("1 to {MAX_LABEL} characters on one line"));
}

fn check_countries(countries: &[String], list: &str, flaws: &mut Flaws) {
    for (place, country) in countries.iter().enumerate() {
        flaws.expect(shapes::is_country(country), format!("{list}/{place}"), "a country of two capital letters");
    }
}

fn check_accounts(description: &Description, flaws: &mut Flaws) {
    flaws.expect(!description.accounts.is_empty(), "/accounts", "at least one account kind");
    flaws.expect_unique("/accounts", "/id", description.accounts.iter().map(|account| account.id.as_str()));
    for (place, account) in description.accounts.iter().enumerate() {
        let at = format!("/accounts/{place}");
        flaws.expect(shapes::is_name(&account.id), format!("{at}/id"), "1 to 32 characters a-z, 0-9 and -");
        check_label(&account.label, format!("{at}/label"), flaws);
        check_capabilities(account, &at, flaws);
        flaws.expect_unique(&format!("{at}/fields"), "/key", account.fields.iter().map(|field| field.key.as_str()));
        for (number, field) in account.fields.iter().enumerate() {
            check_field(field, &format!("{at}/fields/{number}"), flaws);
        }
        let has_test = description.endpoints.iter().any(|endpoint| endpoint.test.is_some());
        let is_reachable = account.test != TestEnvironment::Host || has_test;
        flaws.expect(is_reachable, format!("{at}/test"), "no endpoint has a test address");
    }
}

fn check_capabilities(account: &AccountKind, at: &str, flaws: &mut Flaws) {
    let list = format!("{at}/capabilities");
    flaws.expect(!account.capabilities.is_empty(), &list, "an account kind gives at least one capability");
    flaws.expect_unique(&list, "", account.capabilities.iter().map(String::as_str));
    for (number, capability) in account.capabilities.iter().enumerate() {
        let is_known = CAPABILITIES.contains(&capability.as_str());
        flaws.expect(is_known, format!("{list}/{number}"), format!("there is no capability {capability:?}"));
    }
    for (operation, reason) in &account.lacks {
        let capability = operation.split('.').next().unwrap_or_default();
        let is_given = operation.contains('.') && account.capabilities.iter().any(|given| given == capability);
        let pointer = format!("{at}/lacks/{operation}");
        flaws.expect(is_given, &pointer, "an operation of a capability that this account kind gives");
        flaws.expect(!reason.trim().is_empty(), &pointer, "the reason, for a person");
    }
}

fn check_field(field: &CredentialField, at: &str, flaws: &mut Flaws) {
    flaws.expect(shapes::is_key(&field.key), format!("{at}/key"), "1 to 64 characters a-z, 0-9 and _, a letter first");
    check_label(&field.label, format!("{at}/label"), flaws);
    let Some(pattern) = &field.pattern else { return };
    match shapes::whole(pattern) {
        Err(reason) => flaws.expect(false, format!("{at}/pattern"), reason),
        Ok(pattern) => {
            let fits = field.example.as_deref().is_none_or(|example| pattern.is_match(example));
            flaws.expect(fits, format!("{at}/example"), "the example does not match the pattern");
        }
    }
}

#[cfg(test)]
#[path = "check/tests.rs"]
mod tests;
