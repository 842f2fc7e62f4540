//! `crossdock doctor`: checks what the host needs, and says what to mend.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::output;
use crate::app::Config;
use crate::app::start::connect;
use crate::model::clock::OsRandom;
use crate::store::{DatabaseUrl, Db, merchant_keys, vault_checks};
use crate::vault::{self, CheckedUnder};

/// What ends a rotation of the root key.
const REWRAP: &str = "run `crossdock root-key rotate --rewrap-only` to end a rotation of the root key";

/// Most merchants whose rotation is reported: more are reported once these are mended.
const SHOWN_MERCHANTS: u32 = 10;

/// Flags of `doctor`.
#[derive(clap::Args)]
pub struct DoctorArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// One thing that was checked.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// Whether the host can run with it.
    pub ok: bool,
    /// What was found, or what to mend.
    pub detail: String,
}

#[derive(Serialize)]
struct Report {
    ok: bool,
    checks: Vec<Check>,
}

/// Checks everything, so that one run shows all that is wrong.
///
/// # Errors
///
/// If a check failed.
pub async fn run(args: DoctorArgs, config: &Config) -> anyhow::Result<()> {
    let checks = vec![
        check_root_key(config),
        check_data_dir(&config.data_dir),
        check_plugins_dir(&config.plugins_dir),
        check_database(config).await,
    ];
    let failed = checks.iter().filter(|check| !check.ok).count();
    let report = Report { ok: failed == 0, checks };
    output::print(args.json, &report, |out| {
        report.checks.iter().try_for_each(|check| {
            let mark = if check.ok { "ok    " } else { "FAILED" };
            writeln!(out, "{mark} {}: {}", check.name, check.detail)
        })
    })?;
    anyhow::ensure!(failed == 0, "{failed} of {} checks failed", report.checks.len());
    Ok(())
}

/// Looks for a root key without making one.
fn check_root_key(config: &Config) -> Check {
    let name = "root key";
    let mut settings = config.root_key_settings();
    let will_be_made = settings.create_missing && !vault::has_development_key(&settings.data_dir);
    settings.create_missing &= !will_be_made;
    match vault::load_root_keys(&settings, &OsRandom) {
        Ok(loaded) => {
            let older = loaded.keys.kids().count() - 1;
            let mut detail = format!("{} from {}, {older} older", loaded.keys.current_kid(), loaded.origin);
            loaded.warnings.iter().for_each(|warning| detail.push_str(&format!("; {warning}")));
            Check { name, ok: true, detail }
        }
        Err(vault::RootKeyError::Missing) if will_be_made => {
            Check { name, ok: true, detail: "none yet; `crossdock serve` makes a development key".to_owned() }
        }
        Err(error) => Check { name, ok: false, detail: error.to_string() },
    }
}

/// Looks at the database without making or changing anything in it: is it there, of this version, under this root key?
async fn check_database(config: &Config) -> Check {
    let name = "database";
    let is_missing_file = match DatabaseUrl::from_secret(&config.database_url) {
        Ok(DatabaseUrl::Sqlite(file)) => !file.exists(),
        _ => false,
    };
    if is_missing_file {
        let detail = "none yet; it is made at the first start".to_owned();
        return Check { name, ok: true, detail };
    }
    match look_at_database(config).await {
        Ok(detail) => Check { name, ok: true, detail },
        Err(error) => Check { name, ok: false, detail: format!("{error:#}") },
    }
}

async fn look_at_database(config: &Config) -> anyhow::Result<String> {
    let db = connect(config).await?;
    let pending = db.pending_migrations().await?;
    anyhow::ensure!(pending.is_empty(), "it lacks {}: run `crossdock migrate`", pending.join(", "));
    db.check_role().await?;
    let mut settings = config.root_key_settings();
    settings.create_missing &= vault::has_development_key(&settings.data_dir);
    let checks = vault_checks::list(&db).await?;
    if let Some(newest) = checks.last() {
        let keys = vault::load_root_keys(&settings, &OsRandom)?.keys;
        let is_older = keys.verify_check(&newest.check_value)? == CheckedUnder::Older;
        let mut advice = look_at_merchant_keys(&db, keys.current_kid().as_str()).await?;
        if is_older && advice.is_empty() {
            advice.push(REWRAP.to_owned());
        }
        if !advice.is_empty() {
            db.close().await;
            return Ok(format!("of this version; {}", advice.join("; ")));
        }
    }
    db.close().await;
    Ok(format!("of this version, {} root keys known", checks.len()))
}

/// Says how to end rotations that were begun and not ended.
async fn look_at_merchant_keys(db: &Db, kid: &str) -> anyhow::Result<Vec<String>> {
    let mut tx = db.begin_maintenance_read().await?;
    let is_wrapped_otherwise = !merchant_keys::list_not_wrapped_by(&mut tx, kid, 1).await?.is_empty();
    let unfinished = merchant_keys::list_unfinished(&mut tx, SHOWN_MERCHANTS).await?;
    let mut advice: Vec<String> = is_wrapped_otherwise.then(|| REWRAP.to_owned()).into_iter().collect();
    advice.extend(unfinished.iter().map(|merchant| {
        format!("run `crossdock merchant-key rotate --merchant {merchant} --reseal-only` to end a rotation")
    }));
    Ok(advice)
}

fn check_data_dir(folder: &Path) -> Check {
    let name = "data folder";
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => {
            Check { name, ok: false, detail: format!("{} is not a folder: set CROSSDOCK_DATA_DIR", folder.display()) }
        }
        Ok(found) if found.permissions().readonly() => {
            Check { name, ok: false, detail: format!("{} cannot be written: change its mode", folder.display()) }
        }
        Ok(_) => Check { name, ok: true, detail: folder.display().to_string() },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Check { name, ok: true, detail: format!("{} is made at the first start", folder.display()) }
        }
        Err(error) => Check { name, ok: false, detail: format!("{}: {error}", folder.display()) },
    }
}

fn check_plugins_dir(folder: &Path) -> Check {
    let name = "plugins folder";
    match fs::read_dir(folder) {
        Ok(files) => {
            let count = files.flatten().filter(|file| file.path().extension().is_some_and(|end| end == "wasm")).count();
            Check { name, ok: true, detail: format!("{count} components in {}", folder.display()) }
        }
        Err(error) => {
            let detail = format!("{}: {error}; put components there or set CROSSDOCK_PLUGINS_DIR", folder.display());
            Check { name, ok: false, detail }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::config::Mode;
    use crate::cli::config_args::{self, ConfigArgs};

    fn config(data_dir: &Path, mode: Mode) -> Config {
        let args = ConfigArgs { data_dir: Some(data_dir.to_owned()), mode: Some(mode), ..ConfigArgs::default() };
        config_args::load(args, &|_| None).unwrap()
    }

    #[test]
    fn looking_makes_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let check = check_root_key(&config(folder.path(), Mode::Development));
        assert!(check.ok && check.detail.starts_with("none yet"), "{check:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(!check_root_key(&config(folder.path(), Mode::Production)).ok);
    }

    #[tokio::test]
    async fn a_missing_folder_of_plugins_fails_the_command() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), Mode::Development);
        let error = run(DoctorArgs { json: true }, &config).await.unwrap_err();
        assert_eq!(error.to_string(), "1 of 4 checks failed");
        fs::create_dir(folder.path().join("plugins")).unwrap();
        assert!(run(DoctorArgs { json: false }, &config).await.is_ok());
    }
}
