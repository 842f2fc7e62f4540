//! The account of a call by hand, put together from flags, the environment and standard input.

use std::io::BufRead;

use anyhow::Context;
use crossdock_cases::CallFile;
use crossdock_contract::Description;
use crossdock_contract::description::{AccountKind, FieldKind};

use super::CallArgs;
use crate::outbound::{OutboundConfig, check_endpoint_override};
use crate::vault::Secrets;

/// What secrets are called in the environment, before their key in capitals.
const VARIABLE: &str = "CROSSDOCK_SECRET_";

/// Fills in the account's plain part; returns its secrets.
pub fn fill(file: &mut CallFile, description: &Description, args: &CallArgs) -> anyhow::Result<Secrets> {
    let kind = kind(description, args)?;
    file.account_kind.clone_from(&kind.id);
    file.environment = super::environment(args.test);
    file.locale.clone_from(&args.locale);
    for pair in &args.fields {
        let (key, value) = pair.split_once('=').with_context(|| format!("--field {pair}: write it as KEY=VALUE"))?;
        expect_field(kind, key, FieldKind::Text)?;
        file.fields.insert(key.to_owned(), value.to_owned());
    }
    for pair in &args.base_urls {
        let (name, url) = pair.split_once('=').with_context(|| format!("--base-url {pair}: write it as NAME=URL"))?;
        let names: Vec<&str> = description.endpoints.iter().map(|endpoint| endpoint.name.as_str()).collect();
        anyhow::ensure!(names.contains(&name), "there is no endpoint {name}; there are: {}", names.join(", "));
        check_url(url)?;
        file.endpoint_urls.insert(name.to_owned(), url.to_owned());
    }
    let secrets = secrets(kind, args)?;
    for field in kind.fields.iter().filter(|field| field.required) {
        let is_given = file.fields.contains_key(&field.key) || secrets.get(&field.key).is_some();
        let flag = if field.kind == FieldKind::Secret { "--secret" } else { "--field" };
        anyhow::ensure!(is_given, "the account needs {} ({}): pass it with {flag}", field.key, field.label);
    }
    Ok(secrets)
}

fn kind<'a>(description: &'a Description, args: &CallArgs) -> anyhow::Result<&'a AccountKind> {
    let mut kinds = description.accounts.iter();
    let found = match &args.account_kind {
        Some(id) => kinds.find(|kind| kind.id == *id),
        None => kinds.next(),
    };
    found.with_context(|| {
        let ids: Vec<&str> = description.accounts.iter().map(|kind| kind.id.as_str()).collect();
        format!("there is no such account kind; there are: {}", ids.join(", "))
    })
}

/// A mistyped address is found here; where it leads, at every connection.
fn check_url(url: &str) -> anyhow::Result<()> {
    let everywhere = ["0.0.0.0/0", "::/0"].iter().filter_map(|network| network.parse().ok()).collect();
    let config = OutboundConfig { allow_private_networks: everywhere, ..OutboundConfig::default() };
    check_endpoint_override(url, &config).map(|_| ()).with_context(|| format!("{url} is no base URL"))
}

fn secrets(kind: &AccountKind, args: &CallArgs) -> anyhow::Result<Secrets> {
    let mut secrets = Secrets::default();
    for pair in &args.secrets {
        let key = pair.split('=').next().unwrap_or_default();
        expect_field(kind, key, FieldKind::Secret)?;
        match pair.split_once('=') {
            Some((_, value)) => secrets.insert(key, value.to_owned()),
            None => secrets.insert(key, from_environment(key)?),
        }
    }
    if args.secrets_from_stdin {
        for line in std::io::stdin().lock().lines() {
            let line = line.context("standard input cannot be read")?;
            if line.trim().is_empty() {
                continue;
            }
            // The line itself is never told: it may be nothing but a secret.
            let (key, value) = line.split_once('=').context("a line of standard input is not KEY=VALUE")?;
            expect_field(kind, key, FieldKind::Secret)?;
            secrets.insert(key, value.to_owned());
        }
    }
    Ok(secrets)
}

#[expect(clippy::disallowed_methods, reason = "a secret of this one call, and no configuration of the host")]
fn from_environment(key: &str) -> anyhow::Result<String> {
    let name = format!("{VARIABLE}{}", key.to_ascii_uppercase());
    std::env::var(&name).with_context(|| format!("--secret {key}: {name} is not set"))
}

fn expect_field(kind: &AccountKind, key: &str, wanted: FieldKind) -> anyhow::Result<()> {
    let keys = |wanted: FieldKind| {
        let fields = kind.fields.iter().filter(|field| field.kind == wanted);
        fields.map(|field| field.key.as_str()).collect::<Vec<_>>()
    };
    let (flag, other) = match wanted {
        FieldKind::Text => ("--field", FieldKind::Secret),
        FieldKind::Secret => ("--secret", FieldKind::Text),
    };
    if keys(other).contains(&key) {
        let right = if wanted == FieldKind::Text {
            "is a secret: pass it with --secret"
        } else {
            "is no secret: pass it with --field"
        };
        anyhow::bail!("{key} {right}");
    }
    let there_are = match keys(wanted).as_slice() {
        [] => "there are none".to_owned(),
        keys => format!("there are: {}", keys.join(", ")),
    };
    anyhow::ensure!(
        keys(wanted).contains(&key),
        "{flag} {key}: account kind {} has no such field; {there_are}",
        kind.id
    );
    Ok(())
}
