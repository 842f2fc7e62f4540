//! `crossdock plugin …`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::Subcommand;
use crossdock_contract::Description;
use crossdock_contract::description::FieldKind;
use serde::Serialize;

use super::{author, output, plugin_build, plugin_change};
use crate::app::Config;
use crate::plugin::{CompiledCache, Engine, EngineConfig, Plugin, load_bytes, load_file, load_folder};

/// What to do with plugins.
#[derive(Subcommand)]
pub enum PluginCommand {
    /// List the plugins in the plugins folder, and why one is refused
    List {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show a plugin's description, capabilities and what it asks for
    Inspect {
        /// A courier's id, or the file of a component
        plugin: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Start a plugin: a folder with a courier that tracks, its tests and its fixtures
    New(author::new::NewArgs),
    /// Run every check that loading would, without loading, and show what it asks for
    Check(author::check::CheckArgs),
    /// Run the conformance suite: description, capabilities, fixtures, bad answers, the same call twice
    Test(author::test::TestArgs),
    /// Make one call by hand, and show what passes between plugin and courier
    Call(author::call::CallArgs),
    /// Install a component: through the gate, and in charge if what it asks for is granted
    Install(plugin_change::InstallArgs),
    /// Put an earlier version in charge again
    Rollback(plugin_change::RollbackArgs),
    /// Accept a version that does otherwise on recorded calls, which puts it in charge
    Accept(plugin_change::AcceptArgs),
    /// Let a plugin serve again
    Enable(plugin_change::EnableArgs),
    /// Take a plugin out of charge until it is enabled again
    Disable(plugin_change::CourierArgs),
    /// List a courier's versions: in charge, kept, waiting, refused
    Versions(plugin_change::CourierArgs),
    /// Build a component from a plugin's folder, in Rust, JavaScript or Python
    Build {
        /// The folder of its Cargo.toml, package.json or pyproject.toml
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Where the component goes [default: the plugins folder]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

impl PluginCommand {
    /// The log's level where nobody asks for one: a person at a terminal wants the answer, not the host's own story.
    pub fn usual_log(&self) -> &'static str {
        match self {
            // What the plugin itself writes is what an author wants to see.
            Self::Call(_) => "error,plugin=debug",
            _ => "error",
        }
    }
}

/// Does it.
///
/// # Errors
///
/// If there is no such plugin, or it is refused: the message has the plugin and the reason.
pub async fn run(command: PluginCommand, config: &Config) -> anyhow::Result<()> {
    match command {
        PluginCommand::List { json } => list(config, json).await,
        PluginCommand::Inspect { plugin, json } => inspect(config, &plugin, json).await,
        PluginCommand::New(args) => author::new::run(args).await,
        PluginCommand::Check(args) => author::check::run(args).await,
        PluginCommand::Test(args) => author::test::run(args).await,
        PluginCommand::Call(args) => author::call::run(args, config).await,
        PluginCommand::Install(args) => plugin_change::install(args, config).await,
        PluginCommand::Rollback(args) => plugin_change::rollback(args, config).await,
        PluginCommand::Accept(args) => plugin_change::accept(args, config).await,
        PluginCommand::Enable(args) => plugin_change::enable(args, config).await,
        PluginCommand::Disable(args) => plugin_change::disable(args, config).await,
        PluginCommand::Versions(args) => plugin_change::versions(args, config).await,
        PluginCommand::Build { folder, out, json } => build(config, &folder, out.as_deref(), json).await,
    }
}

/// A plugin, in a line.
#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    version: String,
    digest: String,
    size_bytes: u64,
    /// The version of the contract that it was built against.
    contract: String,
    capabilities: Vec<String>,
}

/// A plugin that was built.
#[derive(Serialize)]
struct ShownBuild {
    #[serde(flatten)]
    shown: Shown,
    file: String,
    took_ms: u64,
}

#[derive(Serialize)]
struct ShownList {
    plugins: Vec<Shown>,
    refused: Vec<String>,
    /// Versions in the database that were replayed: in charge, or waiting.
    replayed: Vec<plugin_change::Replayed>,
}

/// A plugin, with what it asks for.
#[derive(Serialize)]
struct Inspected {
    #[serde(flatten)]
    shown: Shown,
    /// Where it sends requests: endpoint and base URL.
    endpoints: Vec<Reached>,
    /// Account kinds with what is typed in for them.
    accounts: Vec<Asked>,
    /// The whole description.
    description: Arc<Description>,
}

#[derive(Serialize)]
struct Reached {
    name: String,
    production: String,
    test: Option<String>,
}

#[derive(Serialize)]
struct Asked {
    kind: String,
    secrets: Vec<String>,
    fields: Vec<String>,
    capabilities: Vec<String>,
}

async fn list(config: &Config, json: bool) -> anyhow::Result<()> {
    let (engine, cache) = engine()?;
    let (plugins, errors) = load_folder(&engine, &config.plugins_dir, &cache).await;
    let shown = ShownList {
        plugins: plugins.iter().map(|plugin| show(plugin)).collect(),
        refused: errors.iter().map(ToString::to_string).collect(),
        replayed: plugin_change::replayed(config).await,
    };
    output::print(json, &shown, |out| {
        for plugin in &shown.plugins {
            let capabilities = plugin.capabilities.join(", ");
            writeln!(out, "{} {} ({} bytes): {capabilities}", plugin.id, plugin.version, plugin.size_bytes)?;
        }
        shown.refused.iter().try_for_each(|reason| writeln!(out, "REFUSED {reason}"))?;
        shown.replayed.iter().try_for_each(|replayed| replayed.print(out))
    })
}

async fn inspect(config: &Config, plugin: &str, json: bool) -> anyhow::Result<()> {
    let file = match Path::new(plugin) {
        file if file.is_file() => file.to_owned(),
        _ => config.plugins_dir.join(plugin).with_extension("wasm"),
    };
    anyhow::ensure!(file.is_file(), "there is neither a file {plugin} nor a component {}", file.display());
    let plugin = load(&file).await?;
    let inspected = inspected(&plugin);
    output::print(json, &inspected, |out| print_inspected(out, &inspected))
}

async fn build(config: &Config, folder: &Path, out: Option<&Path>, json: bool) -> anyhow::Result<()> {
    let started = Instant::now();
    let built = plugin_build::build(folder)?;
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let to = match out {
        Some(file) => file.to_owned(),
        None => config.plugins_dir.join(&built.id).with_extension("wasm"),
    };
    // Through the gate before it is put where a host would find it.
    let (engine, cache) = engine()?;
    let plugin = load_bytes(&engine, built.component.clone(), &cache).await?;
    plugin_build::write(&to, &built.component)?;
    let shown = ShownBuild { shown: show(&plugin), file: to.display().to_string(), took_ms };
    output::print(json, &shown, |out| {
        let ShownBuild { shown: Shown { id, version, size_bytes, .. }, file, took_ms } = &shown;
        writeln!(out, "{id} {version}: {size_bytes} bytes in {file}, built in {took_ms} ms")
    })
}

async fn load(file: &Path) -> anyhow::Result<Arc<Plugin>> {
    let (engine, cache) = engine()?;
    Ok(load_file(&engine, file, &cache).await?)
}

/// An engine without a cache: to look at a plugin, no root key is needed.
fn engine() -> anyhow::Result<(Arc<Engine>, Arc<CompiledCache>)> {
    let config = EngineConfig { without_pool: true, ..EngineConfig::default() };
    Ok((Engine::start(config)?, Arc::new(CompiledCache::disabled())))
}

fn show(plugin: &Plugin) -> Shown {
    Shown {
        id: plugin.id().to_string(),
        name: plugin.description().display_name.clone(),
        version: plugin.version().to_owned(),
        digest: plugin.digest().to_owned(),
        size_bytes: plugin.size_bytes(),
        contract: plugin.contract().to_owned(),
        capabilities: plugin.capabilities().iter().cloned().collect(),
    }
}

fn inspected(plugin: &Plugin) -> Inspected {
    let description = plugin.description();
    let endpoints = description.endpoints.iter().map(|endpoint| Reached {
        name: endpoint.name.clone(),
        production: endpoint.production.clone(),
        test: endpoint.test.clone(),
    });
    let accounts = description.accounts.iter().map(|kind| {
        let keys = |is_secret: bool| {
            let fields = kind.fields.iter();
            let wanted = fields.filter(move |field| (field.kind == FieldKind::Secret) == is_secret);
            wanted.map(|field| field.key.clone()).collect()
        };
        Asked {
            kind: kind.id.clone(),
            secrets: keys(true),
            fields: keys(false),
            capabilities: kind.capabilities.clone(),
        }
    });
    Inspected {
        shown: show(plugin),
        endpoints: endpoints.collect(),
        accounts: accounts.collect(),
        description: Arc::clone(description),
    }
}

fn print_inspected(out: &mut dyn Write, inspected: &Inspected) -> io::Result<()> {
    let Shown { id, name, version, digest, size_bytes, contract, capabilities } = &inspected.shown;
    writeln!(out, "{name} ({id} {version})\n  sha256 {digest}\n  {size_bytes} bytes, contract {contract}")?;
    writeln!(out, "offers: {}", capabilities.join(", "))?;
    for Reached { name, production, test } in &inspected.endpoints {
        let test = test.as_deref().unwrap_or("none");
        writeln!(out, "sends to {name}: {production} (test: {test})")?;
    }
    for Asked { kind, secrets, fields, capabilities } in &inspected.accounts {
        writeln!(out, "account kind {kind}: {}", capabilities.join(", "))?;
        writeln!(out, "  secrets that the host puts in, never seen by the plugin: {}", secrets.join(", "))?;
        writeln!(out, "  fields that the plugin sees: {}", fields.join(", "))?;
    }
    Ok(())
}
