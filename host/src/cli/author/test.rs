//! `crossdock plugin test`: the conformance suite.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use crossdock_cases::cases;
use crossdock_contract::VERSION;
use crossdock_contract::version::is_same_line;

use super::progress::{Step, following};
use super::{load, load_built};
use crate::cli::{output, plugin_build};
use crate::conformance::{self, Check, Report};
use crate::plugin::Plugin;

/// What recorded calls are kept in, beside a plugin.
const FIXTURES: &str = "fixtures";

/// What to test, and how.
#[derive(clap::Args)]
pub struct TestArgs {
    /// A plugin's folder, which is built first, or the file of a component
    #[arg(default_value = ".")]
    plugin: PathBuf,
    /// The folder of recorded calls [default: `fixtures` in the folder, or beside the file]
    #[arg(long, value_name = "FOLDER")]
    fixtures: Option<PathBuf>,
    /// Damage every member of every answer, not some of each: takes minutes
    #[arg(long)]
    thorough: bool,
    /// Write what the plugin does into its fixtures instead; read the difference before you believe it
    #[arg(long)]
    update: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the suite.
///
/// # Errors
///
/// If the plugin cannot be loaded, a fixture cannot be read, or a check failed.
pub async fn run(args: TestArgs) -> anyhow::Result<()> {
    let is_folder = args.plugin.is_dir();
    let plugin = if is_folder { build(&args.plugin).await? } else { load(&args.plugin).await? };
    anyhow::ensure!(
        is_same_line(plugin.contract(), VERSION),
        "plugin {} {} was built against contract {}, and this suite tests {VERSION}: test it with the crossdock of its time, \
         or build it against {VERSION}",
        plugin.id(),
        plugin.version(),
        plugin.contract(),
    );
    let folder = match &args.fixtures {
        Some(folder) => {
            anyhow::ensure!(folder.is_dir(), "there is no folder {}", folder.display());
            folder.clone()
        }
        None if is_folder => args.plugin.join(FIXTURES),
        None => args.plugin.with_file_name(FIXTURES),
    };
    if args.update {
        return update(&plugin, &folder, args.json).await;
    }
    let report = check(&plugin, &folder, args.thorough).await?;
    output::print(args.json, &report, |out| write_table(out, &report))?;
    anyhow::ensure!(report.ok, "{} of {} checks failed", report.failed, report.failed + report.passed);
    Ok(())
}

async fn build(folder: &Path) -> anyhow::Result<Arc<Plugin>> {
    let folder = folder.to_owned();
    // The compiler itself says on standard error how far it is.
    let build = tokio::task::spawn_blocking(move || plugin_build::build(&folder));
    let built = build.await.context("the build broke off")??;
    load_built(built.component).await
}

async fn check(plugin: &Arc<Plugin>, folder: &Path, is_thorough: bool) -> anyhow::Result<Report> {
    let cases = cases(folder, plugin.description())?;
    let step = Step::new("testing");
    let tell = |what: &str| step.set(&format!("testing {what}"));
    Ok(following(&step, conformance::check(plugin, &cases, is_thorough, &tell)).await)
}

async fn update(plugin: &Arc<Plugin>, folder: &Path, json: bool) -> anyhow::Result<()> {
    let cases = cases(folder, plugin.description())?;
    anyhow::ensure!(!cases.is_empty(), "there is no case in {}", folder.display());
    conformance::update(plugin, &cases).await?;
    let written = serde_json::json!({ "updated": cases.len() });
    output::print(json, &written, |out| {
        writeln!(out, "{} cases in {} hold what the plugin does: read the difference.", cases.len(), folder.display())
    })
}

/// One line per check; what is wrong stands below it.
fn write_table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{} {}\n", report.id, report.version)?;
    let width = report.checks.iter().map(|check| check.name.chars().count()).max().unwrap_or_default();
    for check in &report.checks {
        let Check { group, name, ok, calls, problems, more_problems } = check;
        let verdict = if *ok { "ok  " } else { "FAIL" };
        writeln!(out, "{verdict}  {:<13}  {name:<width$}  {calls:>5} calls", group.as_str())?;
        for problem in problems {
            writeln!(out, "        {problem}")?;
        }
        if *more_problems > 0 {
            writeln!(out, "        and {more_problems} more")?;
        }
    }
    for warning in &report.warnings {
        writeln!(out, "note  {warning}")?;
    }
    let calls: u32 = report.checks.iter().map(|check| check.calls).sum();
    writeln!(out, "\n{} passed, {} failed, {calls} calls", report.passed, report.failed)
}
