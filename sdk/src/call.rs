//! The facts of the call that a plugin serves.

use std::time::Duration;

use jiff::Timestamp;

use crate::bindings::host::crossdock::courier::context::{Context, Environment};

/// The call that a plugin serves: everything that it may know beside its arguments and the courier's answers.
///
/// There is no clock and no random: the same call with the same answers must give the same result.
pub struct Call<'a> {
    facts: &'a dyn Facts,
}

impl<'a> Call<'a> {
    /// Wraps where the facts come from: the host's context, or a recorded call in tests.
    pub fn new(facts: &'a dyn Facts) -> Self {
        Self { facts }
    }

    /// Reads a plain credential field. `None`: not set, blank, unknown, or a secret.
    pub fn field(&self, key: &str) -> Option<String> {
        self.facts.field(key).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The id of the credential's account kind.
    pub fn account_kind(&self) -> String {
        self.facts.account_kind()
    }

    /// Whether the call is for the courier's test system.
    pub fn is_test(&self) -> bool {
        self.facts.environment() == Environment::Test
    }

    /// The BCP 47 language that the caller prefers, such as `en` or `nb-NO`.
    pub fn locale(&self) -> String {
        self.facts.locale()
    }

    /// The locale's language alone, in lower case: `nb` of `nb-NO`.
    pub fn language(&self) -> String {
        self.locale().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
    }

    /// The call's time; the same for the whole call and on every replay.
    pub fn now(&self) -> Timestamp {
        let now_ms = i64::try_from(self.facts.now_ms()).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::MAX)
    }

    /// How long until the host gives up on the call.
    pub fn time_left(&self) -> Duration {
        Duration::from_millis(self.facts.time_left_ms())
    }

    /// Unique text of 26 characters `0-9A-Z`: the seed of every request id that the plugin must make up.
    pub fn call_id(&self) -> String {
        self.facts.call_id()
    }

    /// The base URL of a declared endpoint as this call uses it.
    pub fn endpoint_url(&self, name: &str) -> Option<String> {
        self.facts.endpoint_url(name)
    }
}

/// Where the facts of a call come from. Accessors mean what they mean in the contract's `context`.
#[allow(missing_docs, reason = "documented in wit/host.wit")]
pub trait Facts {
    fn field(&self, key: &str) -> Option<String>;
    fn account_kind(&self) -> String;
    fn environment(&self) -> Environment;
    fn locale(&self) -> String;
    fn now_ms(&self) -> u64;
    fn time_left_ms(&self) -> u64;
    fn call_id(&self) -> String;
    fn endpoint_url(&self, name: &str) -> Option<String>;
}

impl Facts for Context {
    fn field(&self, key: &str) -> Option<String> {
        Context::field(self, key)
    }

    fn account_kind(&self) -> String {
        Context::account_kind(self)
    }

    fn environment(&self) -> Environment {
        Context::environment(self)
    }

    fn locale(&self) -> String {
        Context::locale(self)
    }

    fn now_ms(&self) -> u64 {
        Context::now_ms(self)
    }

    fn time_left_ms(&self) -> u64 {
        Context::time_left_ms(self)
    }

    fn call_id(&self) -> String {
        Context::call_id(self)
    }

    fn endpoint_url(&self, name: &str) -> Option<String> {
        Context::endpoint_url(self, name)
    }
}
