//! `crossdock key …`.

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{output, with_app};
use crate::app::{App, Config};
use crate::model::caller::Scope;
use crate::model::id::MerchantId;
use crate::service::api_keys::{self, CACHE_TTL, NewKey};
use crate::store::Page;
use crate::store::api_keys::{ApiKey, ApiKeyKind, KeyLimits};

/// Keys of one query.
const PAGE: u32 = 100;
/// Requests in a minute, or a second, that no client reaches.
const UNLIMITED: u32 = 1_000_000;

/// How long both keys work after a rotation: a day, to put the new one everywhere.
const OVERLAP_HOURS: u32 = 24;

/// What to do with API keys.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Create a key; it is shown once
    Create(CreateArgs),
    /// List keys: public ids, scopes and last use, never the keys
    List(ListArgs),
    /// Revoke a key for good; hosts that know it refuse it within 15 seconds
    Revoke {
        /// Its public id (the 8 characters) or its id, key_…
        key: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Create a key with the same rights; the old one ends after an overlap
    Rotate {
        /// Its public id (the 8 characters) or its id, key_…
        key: String,
        /// Hours for which the old key still works
        #[arg(long, default_value_t = OVERLAP_HOURS, value_parser = clap::value_parser!(u32).range(0..=168))]
        overlap_hours: u32,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Flags of `key create`.
#[derive(Args)]
pub struct CreateArgs {
    /// Whose key: mer_…
    #[arg(long, required_unless_present = "admin", conflicts_with = "admin")]
    pub merchant: Option<MerchantId>,
    /// An operator's key instead of a merchant's
    #[arg(long)]
    pub admin: bool,
    /// What it may do, comma-separated, such as shipments:read,labels:buy; an operator's key has `admin`
    #[arg(long, value_delimiter = ',', required_unless_present = "admin")]
    pub scopes: Vec<String>,
    /// For test data and couriers' test systems only
    #[arg(long, conflicts_with = "admin")]
    pub test: bool,
    /// Limits that differ from the default: reads and writes in a minute, a burst of writes and lists in a second, such
    /// as reads=6000,writes=600,burst=50,lists=20
    #[arg(long, value_name = "LIMITS", value_parser = parse_limits)]
    pub limits: Option<KeyLimits>,
    /// Limits so wide that nobody meets them: for demonstrations, tests and benchmarks
    #[arg(long, conflicts_with = "limits")]
    pub unlimited: bool,
    /// What it is for, as people know it
    #[arg(long)]
    pub name: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Flags of `key list`.
#[derive(Args)]
pub struct ListArgs {
    /// Only this merchant's: mer_…
    #[arg(long, conflicts_with = "admin")]
    pub merchant: Option<MerchantId>,
    /// Only operators'
    #[arg(long)]
    pub admin: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A key, as it is shown: never the key itself.
#[derive(Serialize)]
struct Shown {
    id: String,
    public_id: String,
    merchant: Option<String>,
    kind: &'static str,
    name: String,
    scopes: Vec<String>,
    limits: KeyLimits,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
    created_at: String,
}

#[derive(Serialize)]
struct ShownList {
    keys: Vec<Shown>,
}

/// A key that was made: the one time that it is shown.
#[derive(Serialize)]
struct Made {
    key: String,
    #[serde(flatten)]
    shown: Shown,
}

/// Does it.
///
/// # Errors
///
/// If the database cannot be reached, or there is no such merchant, key or scope.
pub async fn run(command: KeyCommand, config: &Config) -> anyhow::Result<()> {
    with_app(config, async |app| match command {
        KeyCommand::Create(args) => create(app, args).await,
        KeyCommand::List(args) => list(app, args).await,
        KeyCommand::Revoke { key, json } => {
            let shown = show(&api_keys::revoke(app, &key).await?);
            output::print(json, &shown, |out| {
                let seconds = CACHE_TTL.as_secs();
                writeln!(
                    out,
                    "{} is refused from now on, by hosts that used it lately within {seconds} s.",
                    shown.public_id
                )
            })
        }
        KeyCommand::Rotate { key, overlap_hours, json } => {
            let overlap = SignedDuration::from_hours(i64::from(overlap_hours));
            let (row, token) = api_keys::rotate(app, &key, overlap).await?;
            print_made(json, &row, &token)
        }
    })
    .await
}

async fn create(app: &App, args: CreateArgs) -> anyhow::Result<()> {
    let scopes = args.scopes.iter().map(|word| {
        let known = Scope::ALL.map(Scope::as_str).join(", ");
        Scope::parse(word).with_context(|| format!("{word:?} is no scope: there are {known}"))
    });
    let new = NewKey {
        kind: match (args.admin, args.test) {
            (true, _) => ApiKeyKind::Admin,
            (false, true) => ApiKeyKind::Test,
            (false, false) => ApiKeyKind::Live,
        },
        merchant: args.merchant,
        scopes: scopes.collect::<anyhow::Result<_>>()?,
        name: args.name.unwrap_or_default(),
        expires_at: None,
        limits: if args.unlimited { unlimited() } else { args.limits.unwrap_or_default() },
    };
    let (row, token) = api_keys::create(app, new).await?;
    print_made(args.json, &row, &token)
}

async fn list(app: &App, args: ListArgs) -> anyhow::Result<()> {
    let mut keys = Vec::new();
    let mut page = Page::first(PAGE);
    loop {
        let listed = api_keys::list(app, args.merchant.as_ref(), &page).await?;
        let wanted = listed.rows.iter().filter(|key| !args.admin || key.kind == ApiKeyKind::Admin);
        keys.extend(wanted.map(show));
        match listed.rows.last() {
            Some(last) if listed.has_more => page.after = Some(last.id.to_string()),
            _ => break,
        }
    }
    let shown = ShownList { keys };
    output::print(args.json, &shown, |out| {
        shown.keys.iter().try_for_each(|key| {
            let mark = if key.revoked_at.is_some() { " (revoked)" } else { "" };
            let scopes = key.scopes.join(",");
            writeln!(out, "{} {} {} {scopes} {}{mark}", key.public_id, key.id, key.kind, key.name)
        })
    })
}

fn print_made(json: bool, row: &ApiKey, token: &SecretString) -> anyhow::Result<()> {
    let made = Made { key: token.expose_secret().to_owned(), shown: show(row) };
    output::print(json, &made, |out| {
        writeln!(out, "{}\nThis is the only time that it is shown. Its id is {}.", made.key, made.shown.id)
    })
}

fn show(key: &ApiKey) -> Shown {
    let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
    Shown {
        id: key.id.to_string(),
        public_id: key.public_id.clone(),
        merchant: key.merchant_id.as_ref().map(ToString::to_string),
        kind: key.kind.as_str(),
        name: key.name.clone(),
        scopes: key.scopes.0.clone(),
        limits: key.limits.0.clone(),
        expires_at: text(key.expires_at),
        revoked_at: text(key.revoked_at),
        last_used_at: text(key.last_used_at),
        created_at: key.created_at.to_string(),
    }
}

fn unlimited() -> KeyLimits {
    KeyLimits {
        reads_per_minute: Some(UNLIMITED),
        writes_per_minute: Some(UNLIMITED),
        burst: Some(UNLIMITED),
        lists_per_second: Some(UNLIMITED),
    }
}

/// Reads `reads=6000,writes=600,burst=50,lists=20`, each of which may be missing.
fn parse_limits(text: &str) -> Result<KeyLimits, String> {
    let mut limits = KeyLimits::default();
    for part in text.split(',') {
        let (name, number) = part.split_once('=').ok_or_else(|| format!("{part:?} is not like reads=6000"))?;
        let number: u32 = number.parse().map_err(|_| format!("{number:?} is no number of requests"))?;
        if !(1..=UNLIMITED).contains(&number) {
            return Err(format!("{name} is 1 to {UNLIMITED}"));
        }
        let place = match name {
            "reads" => &mut limits.reads_per_minute,
            "writes" => &mut limits.writes_per_minute,
            "burst" => &mut limits.burst,
            "lists" => &mut limits.lists_per_second,
            _ => return Err(format!("{name:?} is none of reads, writes, burst, lists")),
        };
        *place = Some(number);
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_by_name() {
        let limits = parse_limits("writes=600,burst=50").unwrap();
        assert_eq!((limits.writes_per_minute, limits.burst, limits.reads_per_minute), (Some(600), Some(50), None));
        for wrong in ["", "writes", "writes=0", "writes=-1", "calls=5", "reads=2000000"] {
            assert!(parse_limits(wrong).is_err(), "{wrong}");
        }
    }
}
