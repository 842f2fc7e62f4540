//! `crossdock merchant …`.

use clap::Subcommand;
use clap::builder::NonEmptyStringValueParser;
use serde::Serialize;

use super::{output, with_app};
use crate::app::{App, Config};
use crate::model::id::MerchantId;
use crate::service::api_keys::CACHE_TTL;
use crate::service::merchants;
use crate::store::Page;
use crate::store::merchants::Merchant;

/// Merchants of one query.
const PAGE: u32 = 100;

/// What to do with merchants.
#[derive(Subcommand)]
pub enum MerchantCommand {
    /// Create a merchant with its first data key
    Create {
        /// Its name, as people know it
        #[arg(long, value_parser = NonEmptyStringValueParser::new())]
        name: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// List all merchants
    List {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Disable a merchant: its API keys are refused within 15 seconds, its data stay
    Disable {
        /// Its id, mer_…
        merchant: MerchantId,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// A merchant, as it is shown.
#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    is_disabled: bool,
    created_at: String,
}

#[derive(Serialize)]
struct ShownList {
    merchants: Vec<Shown>,
}

#[derive(Serialize)]
struct Disabled {
    id: String,
    is_disabled: bool,
}

/// Does it.
///
/// # Errors
///
/// If the database cannot be reached, or there is no such merchant.
pub async fn run(command: MerchantCommand, config: &Config) -> anyhow::Result<()> {
    with_app(config, async |app| match command {
        MerchantCommand::Create { name, json } => create(app, &name, json).await,
        MerchantCommand::List { json } => list(app, json).await,
        MerchantCommand::Disable { merchant, json } => disable(app, &merchant, json).await,
    })
    .await
}

async fn create(app: &App, name: &str, json: bool) -> anyhow::Result<()> {
    let merchant = merchants::create(app, name).await?;
    // Its first data key, so that no request has to make it.
    app.keyring.of(app, &merchant.id).await?;
    let shown = show(&merchant);
    output::print(json, &shown, |out| writeln!(out, "{} {}", shown.id, shown.name))
}

async fn list(app: &App, json: bool) -> anyhow::Result<()> {
    let mut merchants = Vec::new();
    let mut page = Page::first(PAGE);
    loop {
        let listed = merchants::list(app, &page).await?;
        merchants.extend(listed.rows.iter().map(show));
        match listed.rows.last() {
            Some(last) if listed.has_more => page.after = Some(last.id.to_string()),
            _ => break,
        }
    }
    let shown = ShownList { merchants };
    output::print(json, &shown, |out| {
        shown.merchants.iter().try_for_each(|merchant| {
            let mark = if merchant.is_disabled { " (disabled)" } else { "" };
            writeln!(out, "{} {}{mark}", merchant.id, merchant.name)
        })
    })
}

async fn disable(app: &App, merchant: &MerchantId, json: bool) -> anyhow::Result<()> {
    merchants::disable(app, merchant).await?;
    let disabled = Disabled { id: merchant.to_string(), is_disabled: true };
    let seconds = CACHE_TTL.as_secs();
    output::print(json, &disabled, |out| {
        writeln!(out, "{merchant} is disabled: its keys are refused within {seconds} s, its data stay.")
    })
}

fn show(merchant: &Merchant) -> Shown {
    Shown {
        id: merchant.id.to_string(),
        name: merchant.name.clone(),
        is_disabled: merchant.disabled_at.is_some(),
        created_at: merchant.created_at.to_string(),
    }
}
