//! `crossdock plugin check`: every check that loading would make, and what an operator would be asked to grant.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crossdock_contract::Description;
use crossdock_contract::description::{FieldKind, LimitScope, Placement, RateLimit, Value};
use serde::Serialize;

use super::load;
use crate::cli::output;
use crate::plugin::{Plugin, imported_interfaces};

/// What to check.
#[derive(clap::Args)]
pub struct CheckArgs {
    /// The file of a component
    file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A plugin that would be loaded, and all that it wants.
#[derive(Serialize)]
struct Checked {
    id: String,
    name: String,
    version: String,
    digest: String,
    size_bytes: u64,
    /// The version of the contract that it was built against.
    contract: String,
    capabilities: Vec<String>,
    /// What the component imports.
    imports: Vec<String>,
    accounts: Vec<Account>,
    endpoints: Vec<Endpoint>,
    schemes: Vec<Scheme>,
    document_hosts: Vec<String>,
    limits: Vec<RateLimit>,
}

#[derive(Serialize)]
struct Account {
    kind: String,
    capabilities: Vec<String>,
    /// Operations that the courier does not have, with the reason.
    lacks: BTreeMap<String, String>,
    /// Fields that the plugin sees.
    fields: Vec<String>,
    /// Fields that only the host sees.
    secrets: Vec<String>,
}

#[derive(Serialize)]
struct Endpoint {
    name: String,
    production: String,
    test: Option<String>,
    /// Methods and path prefixes.
    routes: Vec<String>,
    /// Account kind and scheme.
    schemes: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Scheme {
    id: String,
    /// What is written where.
    placements: Vec<String>,
}

/// Checks a component.
///
/// # Errors
///
/// If it would not be loaded: the message has the plugin and the reason.
pub async fn run(args: CheckArgs) -> anyhow::Result<()> {
    let plugin = load(&args.file).await?;
    let checked = checked(&plugin, &args.file)?;
    output::print(args.json, &checked, |out| write_checked(out, &checked))
}

fn checked(plugin: &Plugin, file: &Path) -> anyhow::Result<Checked> {
    let description = plugin.description();
    Ok(Checked {
        id: plugin.id().to_string(),
        name: description.display_name.clone(),
        version: plugin.version().to_owned(),
        digest: plugin.digest().to_owned(),
        size_bytes: plugin.size_bytes(),
        contract: plugin.contract().to_owned(),
        capabilities: plugin.capabilities().iter().cloned().collect(),
        imports: imported_interfaces(&std::fs::read(file)?)?,
        accounts: accounts(description),
        endpoints: endpoints(description),
        schemes: schemes(description),
        document_hosts: description.document_hosts.clone(),
        limits: description.limits.clone(),
    })
}

fn accounts(description: &Description) -> Vec<Account> {
    let accounts = description.accounts.iter().map(|account| {
        let keys = |kind: FieldKind| {
            let fields = account.fields.iter().filter(move |field| field.kind == kind);
            fields.map(|field| field.key.clone()).collect()
        };
        Account {
            kind: account.id.clone(),
            capabilities: account.capabilities.clone(),
            lacks: account.lacks.clone(),
            fields: keys(FieldKind::Text),
            secrets: keys(FieldKind::Secret),
        }
    });
    accounts.collect()
}

fn endpoints(description: &Description) -> Vec<Endpoint> {
    let endpoints = description.endpoints.iter().map(|endpoint| Endpoint {
        name: endpoint.name.clone(),
        production: endpoint.production.clone(),
        test: endpoint.test.clone(),
        routes: endpoint
            .routes
            .iter()
            .map(|route| format!("{} {}", route.methods.join(","), route.path_prefix))
            .collect(),
        schemes: endpoint.schemes.clone(),
    });
    endpoints.collect()
}

fn schemes(description: &Description) -> Vec<Scheme> {
    let of_schemes = description.schemes.iter().map(|scheme| Scheme {
        id: scheme.id.clone(),
        placements: scheme.placements.iter().map(|placement| placed(&placement.placement)).collect(),
    });
    let of_tokens = description.tokens.iter().map(|token| Scheme {
        id: format!("token {}", token.id),
        placements: std::iter::once(format!("fetched from {} {}", token.endpoint, token.path))
            .chain(token.placements.iter().map(placed))
            .collect(),
    });
    of_schemes.chain(of_tokens).collect()
}

fn placed(placement: &Placement) -> String {
    match placement {
        Placement::Header { name, value, .. } => format!("{} into the header {name}", named(value)),
        Placement::Query { name, value } => format!("{} into the query parameter {name}", named(value)),
        Placement::Basic { user, password } => format!("{} and {} as HTTP Basic", named(user), named(password)),
        Placement::Form { name, value } => format!("{} into the form field {name}", named(value)),
        Placement::Json { pointer, value } => format!("{} into the body at {pointer}", named(value)),
        Placement::Template { placeholder, value, .. } => format!("{} for {placeholder} in the body", named(value)),
        Placement::PathSegment { name, value } => format!("{} into the path at {{{name}}}", named(value)),
    }
}

fn named(value: &Value) -> String {
    match value {
        Value::Field(key) => format!("field {key}"),
        Value::Token(id) => format!("token {id}"),
        Value::Host(value) => serde_json::to_value(value).map_or_else(
            |_| "a value of the host".to_owned(),
            |word| format!("the host's {}", word.as_str().unwrap_or_default()),
        ),
        Value::Constant(text) => format!("the text {text:?}"),
    }
}

fn limited(limit: &RateLimit) -> String {
    let methods = if limit.methods.is_empty() { "all methods".to_owned() } else { limit.methods.join(",") };
    let count = limit.count.zip(limit.window_s).map(|(count, window_s)| format!("{count} in {window_s} s"));
    let concurrent = limit.concurrent.map(|concurrent| format!("{concurrent} at once"));
    let most = count.into_iter().chain(concurrent).collect::<Vec<_>>().join(", ");
    let per = match &limit.per {
        LimitScope::Credential => "credential".to_owned(),
        LimitScope::Field(key) => format!("value of {key}"),
        LimitScope::Host => "host".to_owned(),
    };
    format!("{} {methods} {}: {most} per {per}", limit.endpoint, limit.path_prefix)
}

fn write_checked(out: &mut dyn Write, checked: &Checked) -> io::Result<()> {
    let Checked { id, name, version, digest, size_bytes, contract, .. } = checked;
    writeln!(out, "{name} ({id} {version}) would be loaded.\n  sha256 {digest}, {size_bytes} bytes")?;
    writeln!(out, "contract {contract}\n  imports {}", checked.imports.join(", "))?;
    writeln!(out, "capabilities: {}", checked.capabilities.join(", "))?;
    for account in &checked.accounts {
        writeln!(out, "account kind {}: {}", account.kind, account.capabilities.join(", "))?;
        writeln!(out, "  the plugin sees: {}", list(&account.fields))?;
        writeln!(out, "  only the host sees: {}", list(&account.secrets))?;
        for (operation, reason) in &account.lacks {
            writeln!(out, "  lacks {operation}: {reason}")?;
        }
    }
    writeln!(out, "it asks for:")?;
    for endpoint in &checked.endpoints {
        let test = endpoint.test.as_deref().unwrap_or("none");
        writeln!(out, "  requests to {}: {} (test: {test})", endpoint.name, endpoint.production)?;
        for route in &endpoint.routes {
            writeln!(out, "    {route}")?;
        }
        for (kind, scheme) in &endpoint.schemes {
            writeln!(out, "    {kind} is authenticated by {scheme}")?;
        }
    }
    for scheme in &checked.schemes {
        writeln!(out, "  {}: {}", scheme.id, scheme.placements.join("; "))?;
    }
    writeln!(out, "  documents by link from: {}", list(&checked.document_hosts))?;
    writeln!(out, "the courier's limits, which the host keeps:")?;
    match checked.limits.as_slice() {
        [] => writeln!(out, "  none"),
        limits => limits.iter().try_for_each(|limit| writeln!(out, "  {}", limited(limit))),
    }
}

fn list(words: &[String]) -> String {
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
