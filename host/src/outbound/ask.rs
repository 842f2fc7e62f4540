//! A request that asks for leave: which of the courier's limits it falls under.

use crossdock_contract::description::{Description, LimitScope, RateLimit, is_below};

use crate::model::courier::CourierId;

/// The request that asks for leave.
pub struct Ask<'a> {
    /// Whose courier's limits.
    pub courier: &'a CourierId,
    /// Declares them.
    pub description: &'a Description,
    /// The endpoint's name.
    pub endpoint: &'a str,
    /// Upper-case.
    pub method: &'a str,
    /// As the plugin wrote it.
    pub path: &'a str,
    /// What tells this credential from others.
    pub credential: &'a str,
    /// What tells a field's value from others, without telling the value.
    pub field_digest: &'a (dyn Fn(&str) -> String + Sync),
}

impl<'a> Ask<'a> {
    /// Returns the declared limits that are meant, with the names of their counts.
    pub fn limits(&self) -> impl Iterator<Item = (&'a RateLimit, String)> {
        self.description.limits.iter().filter(|limit| self.is_meant(limit)).map(|limit| {
            let [methods, count, window] =
                [limit.methods.join("+"), number(limit.count), number(limit.window_s.or(limit.concurrent))];
            let key = format!(
                "{}/{}/{methods}{}/{count}/{window}/{}",
                self.courier,
                limit.endpoint,
                limit.path_prefix,
                self.scope(&limit.per)
            );
            (limit, key)
        })
    }

    fn is_meant(&self, limit: &RateLimit) -> bool {
        limit.endpoint == self.endpoint
            && (limit.methods.is_empty() || limit.methods.iter().any(|method| method == self.method))
            && is_below(self.path, &limit.path_prefix)
    }

    fn scope(&self, per: &LimitScope) -> String {
        match per {
            LimitScope::Credential => format!("credential:{}", self.credential),
            LimitScope::Field(key) => format!("field:{key}:{}", (self.field_digest)(key)),
            LimitScope::Host => "host".to_owned(),
        }
    }

    /// A pause is for everybody who shares a limit with this request; where none is declared, for its credential.
    pub fn pause_keys(&self) -> Vec<String> {
        let limits = self.description.limits.iter().filter(|limit| self.is_meant(limit));
        let mut scopes: Vec<String> = limits.map(|limit| self.scope(&limit.per)).collect();
        if scopes.is_empty() {
            scopes.push(self.scope(&LimitScope::Credential));
        }
        scopes.sort();
        scopes.dedup();
        scopes.into_iter().map(|scope| format!("{}/{}/{scope}", self.courier, self.endpoint)).collect()
    }
}

fn number(value: Option<u32>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
