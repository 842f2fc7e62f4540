//! What an operator does with plugins that serve: `crossdock plugin install`, `rollback`, `enable`, `disable`, `versions`.
//!
//! A host that runs on the same database sees each change within a second.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::output;
use crate::app::start::{Clocks, Extent, Plugins, start_with};
use crate::app::{App, Config};
use crate::model::courier::CourierId;
use crate::model::replay::ReplayReport;
use crate::service::plugins::change::Patch;
use crate::service::plugins::install::Origin;
use crate::service::plugins::{self, Actor, Grants, view};
use crate::store::DatabaseUrl;
use crate::store::plugin_versions::{ReplayVerdict, VersionState};
use crate::store::plugins::PluginRow;

/// Flags of `plugin install`.
#[derive(Args)]
pub struct InstallArgs {
    /// The file of a component
    file: PathBuf,
    /// Grant what it asks for; without it, it waits if it asks for more than was granted
    #[arg(long)]
    grant: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Flags of `plugin rollback`.
#[derive(Args)]
pub struct RollbackArgs {
    /// The courier's id
    courier: CourierId,
    /// The digest of the version to return to [default: the one before]
    #[arg(long, value_name = "DIGEST")]
    to: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Flags of `plugin accept`.
#[derive(Args)]
pub struct AcceptArgs {
    /// The courier's id
    courier: CourierId,
    /// The digest of the version [default: the newest that waits because of its replay]
    #[arg(long, value_name = "DIGEST")]
    digest: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Flags of `plugin enable`.
#[derive(Args)]
pub struct EnableArgs {
    /// The courier's id
    courier: CourierId,
    /// Grant what the version that waits for approval asks for, which puts it in charge
    #[arg(long)]
    grant: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Flags of commands that take a courier.
#[derive(Args)]
pub struct CourierArgs {
    /// The courier's id
    courier: CourierId,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A plugin after a change.
#[derive(Serialize)]
struct Changed {
    courier: String,
    enabled: bool,
    version: Option<String>,
    digest: Option<String>,
}

#[derive(Serialize)]
struct InstalledShown {
    courier: String,
    version: String,
    digest: String,
    state: &'static str,
    missing: Vec<String>,
    verdict: Option<&'static str>,
    replay: Option<ReplayReport>,
}

#[derive(Serialize)]
struct VersionsShown {
    versions: Vec<VersionShown>,
}

#[derive(Serialize)]
struct VersionShown {
    digest: String,
    version: String,
    size_bytes: i64,
    source: &'static str,
    state: &'static str,
    reason: Option<String>,
    verdict: Option<&'static str>,
    replay: Option<ReplayReport>,
    created_at: String,
}

/// Takes a component in, and puts it in charge.
///
/// # Errors
///
/// If it is refused, with the reason.
pub async fn install(args: InstallArgs, config: &Config) -> anyhow::Result<()> {
    let InstallArgs { file, grant, json } = args;
    let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    with_engine(config, async |app| {
        let grants = if grant { Grants::Asked } else { Grants::Named(std::collections::BTreeSet::new()) };
        let installed = plugins::install(app, &Actor::Operator, bytes, Origin::Upload(grants)).await?;
        let shown = InstalledShown {
            courier: installed.version.courier.to_string(),
            version: installed.version.version,
            digest: installed.version.digest,
            state: installed.version.state.as_str(),
            missing: installed.missing,
            verdict: installed.version.verdict.map(ReplayVerdict::as_str),
            replay: installed.version.replay.map(|report| report.0),
        };
        output::print(json, &shown, |out| print_installed(out, &shown))
    })
    .await
}

fn print_installed(out: &mut dyn Write, shown: &InstalledShown) -> io::Result<()> {
    if let Some(report) = &shown.replay {
        print_replay(out, report, "")?;
    }
    if shown.state == VersionState::Installed.as_str() {
        return writeln!(out, "{} {} is in charge.", shown.courier, shown.version);
    }
    if shown.verdict == Some(ReplayVerdict::Asked.as_str()) {
        writeln!(out, "{} {} waits: it does otherwise on recorded calls.", shown.courier, shown.version)?;
        writeln!(out, "Accept it with `crossdock plugin accept {}`, or leave it.", shown.courier)?;
    }
    if !shown.missing.is_empty() {
        writeln!(out, "{} {} waits: it asks for what was not granted:", shown.courier, shown.version)?;
        shown.missing.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
        writeln!(out, "Grant it with `crossdock plugin enable {} --grant`.", shown.courier)?;
    }
    Ok(())
}

/// Prints what a replay found, a line for each difference and each place.
fn print_replay(out: &mut dyn Write, report: &ReplayReport, indent: &str) -> io::Result<()> {
    writeln!(out, "{indent}replay: {} (in {} ms)", report.summary(), report.took_ms)?;
    for difference in &report.differences {
        writeln!(out, "{indent}  {}: {}: {}", difference.operation, difference.kind, difference.detail)?;
        for change in &difference.changes {
            writeln!(out, "{indent}    {}: {} -> {}", change.pointer, change.old, change.new)?;
        }
    }
    for remark in &report.remarks {
        writeln!(out, "{indent}  {}: not reproduced: {}", remark.operation, remark.detail)?;
    }
    Ok(())
}

/// Takes a version although it does otherwise on recorded calls.
///
/// # Errors
///
/// If no version waits for that.
pub async fn accept(args: AcceptArgs, config: &Config) -> anyhow::Result<()> {
    with_engine(config, async |app| {
        let row = plugins::accept(app, &Actor::Operator, &args.courier, args.digest.as_deref()).await?;
        print(app, args.json, &row).await
    })
    .await
}

/// Puts an earlier version in charge again.
///
/// # Errors
///
/// If there is none, or it must not serve.
pub async fn rollback(args: RollbackArgs, config: &Config) -> anyhow::Result<()> {
    with_engine(config, async |app| {
        let row = plugins::rollback(app, &Actor::Operator, &args.courier, args.to.as_deref()).await?;
        print(app, args.json, &row).await
    })
    .await
}

/// Lets a plugin serve again, or grants what its newest version waits for.
///
/// # Errors
///
/// If there is no such plugin, or nothing waits.
pub async fn enable(args: EnableArgs, config: &Config) -> anyhow::Result<()> {
    with_engine(config, async |app| {
        let mut row = plugins::enable(app, &Actor::Operator, &args.courier).await?;
        if args.grant {
            let view = view::get(app, &args.courier).await?;
            let waiting = view.waiting.first().with_context(|| format!("no version of {} waits", args.courier))?;
            let grants = row.grants.0.union(&waiting.wants.0).cloned().collect();
            let patch = Patch { grants: Some(grants), ..Patch::default() };
            row = plugins::patch(app, &Actor::Operator, &args.courier, patch).await?;
        }
        print(app, args.json, &row).await
    })
    .await
}

/// Takes a plugin out of charge.
///
/// # Errors
///
/// If there is no such plugin.
pub async fn disable(args: CourierArgs, config: &Config) -> anyhow::Result<()> {
    with_engine(config, async |app| {
        let row = plugins::disable(app, &Actor::Operator, &args.courier).await?;
        print(app, args.json, &row).await
    })
    .await
}

/// Lists a courier's versions.
///
/// # Errors
///
/// If there is no such plugin.
pub async fn versions(args: CourierArgs, config: &Config) -> anyhow::Result<()> {
    super::with_app(config, async |app| {
        let (row, versions) = view::versions(app, &args.courier).await?;
        let shown = versions.into_iter().map(|version| {
            let is_in_charge = row.digest.as_ref() == Some(&version.digest);
            VersionShown {
                state: if is_in_charge { "in_charge" } else { version.state.as_str() },
                digest: version.digest,
                version: version.version,
                size_bytes: version.size_bytes,
                source: version.source.as_str(),
                reason: version.reason,
                verdict: version.verdict.map(ReplayVerdict::as_str),
                replay: version.replay.map(|report| report.0),
                created_at: version.created_at.to_string(),
            }
        });
        let shown = VersionsShown { versions: shown.collect() };
        output::print(args.json, &shown, |out| {
            for version in &shown.versions {
                let VersionShown { digest, version: number, state, reason, replay, .. } = version;
                writeln!(out, "{digest} {number} {state} {}", reason.as_deref().unwrap_or_default())?;
                if let Some(report) = replay {
                    print_replay(out, report, "  ")?;
                }
            }
            Ok(())
        })
    })
    .await
}

/// A version that was replayed.
#[derive(Serialize)]
pub struct Replayed {
    courier: String,
    version: String,
    digest: String,
    state: &'static str,
    verdict: Option<&'static str>,
    replay: ReplayReport,
}

impl Replayed {
    /// Prints it with its report.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { courier, version, state, verdict, .. } = self;
        writeln!(out, "{courier} {version} {state} ({})", verdict.unwrap_or_default())?;
        print_replay(out, &self.replay, "  ")
    }
}

/// Returns the versions in charge and those that wait, where they were replayed. Without a database there are none: components can be
/// looked at on any machine.
pub async fn replayed(config: &Config) -> Vec<Replayed> {
    if let Ok(DatabaseUrl::Sqlite(file)) = DatabaseUrl::from_secret(&config.database_url)
        && !file.exists()
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    let read = super::with_app(config, async |app| {
        for view in view::list(app).await?.0 {
            let in_charge = view.in_charge.into_iter().map(|version| (version, "in_charge"));
            let waiting = view.waiting.into_iter().map(|version| (version, VersionState::AwaitingApproval.as_str()));
            let shown = in_charge.chain(waiting).filter_map(|(version, state)| {
                let verdict = version.verdict.map(ReplayVerdict::as_str);
                let (courier, replay) = (version.courier.to_string(), version.replay?.0);
                Some(Replayed { courier, version: version.version, digest: version.digest, state, verdict, replay })
            });
            found.extend(shown);
        }
        Ok(())
    });
    if let Err(error) = read.await {
        tracing::warn!(error = format!("{error:#}"), "the database does not say which versions were replayed");
    }
    found
}

async fn print(app: &App, json: bool, row: &PluginRow) -> anyhow::Result<()> {
    let view = view::get(app, &row.courier).await?;
    let shown = Changed {
        courier: row.courier.to_string(),
        enabled: row.is_enabled,
        version: view.in_charge.map(|version| version.version),
        digest: row.digest.clone(),
    };
    let waits = view.waiting.iter().any(|version| version.state == VersionState::AwaitingApproval);
    output::print(json, &shown, |out| {
        let state = if shown.enabled { "serves" } else { "is disabled" };
        writeln!(out, "{} {} {state}.", shown.courier, shown.version.as_deref().unwrap_or("without a version"))?;
        if waits {
            writeln!(out, "A version waits for approval: see `crossdock plugin versions {}`.", shown.courier)?;
        }
        Ok(())
    })
}

/// Runs a command with the engine that compiles plugins, so that the host finds them compiled.
async fn with_engine(config: &Config, act: impl AsyncFnOnce(&App) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let extent = Extent { plugins: Plugins::Load, ..Extent::default() };
    let started = start_with(config.clone(), Clocks::system(), extent).await?;
    let done = act(&started.app).await;
    started.stop().await;
    done
}
