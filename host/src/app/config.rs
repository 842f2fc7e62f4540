//! Configuration: what the host needs to know, checked and with every default filled in.
//!
//! `cli::config_args` reads it, a flag before the environment before the file before the default. docs/guides/operator.md
//! has the table for operators.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::store::plugins::ReplayPolicy;
use crate::vault::RootKeySettings;
use crate::vault::guard::assert_lacks;

/// How strict the host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A root key is made in the data folder where none is configured.
    #[default]
    Development,
    /// The root key must be configured.
    Production,
}

impl Mode {
    /// Returns the mode's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// How the host runs. Not `Debug`: the database's address may hold a password.
#[derive(Clone)]
pub struct Config {
    /// `CROSSDOCK_MODE`; default `development`.
    pub mode: Mode,
    /// `CROSSDOCK_LISTEN`: address and port of the API; default `127.0.0.1:8080`, port 0 takes a free one.
    pub listen: SocketAddr,
    /// `CROSSDOCK_METRICS_LISTEN`: address and port of `/metrics`; default `127.0.0.1:9090`.
    pub metrics_listen: SocketAddr,
    /// `CROSSDOCK_PUBLIC_URL`: where couriers and merchants reach the API; default none, links are then relative and
    /// couriers cannot be given a webhook address.
    pub public_url: Option<Url>,
    /// `CROSSDOCK_DATA_DIR`: database, compiled plugins and large documents; default `data`.
    pub data_dir: PathBuf,
    /// `CROSSDOCK_PLUGINS_DIR`: plugin components, read at start; default `plugins` in the data folder.
    pub plugins_dir: PathBuf,
    /// `CROSSDOCK_DATABASE_URL`: `sqlite://…` or `postgres://…`; default `crossdock.db` in the data folder.
    pub database_url: SecretString,
    /// `CROSSDOCK_ALLOW_PRIVATE_NETWORKS`: CIDR blocks outside the public internet that credentials may point to;
    /// default none.
    pub allow_private_networks: Vec<IpNet>,
    /// `CROSSDOCK_SETTLE_AFTER_S`: when a courier is asked about a booking whose answer was lost, in seconds after the
    /// booking; at the last look "not found" is believed; default 30, 120, 600, 3600, 86400.
    pub settle_after_s: Vec<u32>,
    /// `CROSSDOCK_COURIER_TIMEOUT_S`: longest time for one call to a courier, in seconds; default 45. Calls that only ask end
    /// sooner, after 20 s, whatever stands here.
    pub courier_timeout_s: u32,
    /// `CROSSDOCK_RECORD_CALLS`: record some calls of plugins, redacted and sealed, to try new versions on; default yes.
    pub record_calls: bool,
    /// `CROSSDOCK_REPLAY_POLICY`: what is done with a version that does otherwise than the one in charge when the recorded calls are
    /// played again, unless its plugin says otherwise; default `ask`.
    pub replay_policy: ReplayPolicy,
    /// `CROSSDOCK_LOG_BODIES`: keep redacted bodies of courier requests; default no.
    pub log_bodies: bool,
    /// `CROSSDOCK_LOG`: level, or levels by target as `tracing` has them; default `info`.
    pub log: String,
    /// `CROSSDOCK_LOG_FORMAT`; default `text`.
    pub log_format: LogFormat,
    /// `CROSSDOCK_ROOT_KEY`: keys themselves; from the environment only, a flag would show in the process list.
    pub root_key: Option<SecretString>,
    /// `CROSSDOCK_ROOT_KEY_FILE`: the file that holds them.
    pub root_key_file: Option<PathBuf>,
    /// `CREDENTIALS_DIRECTORY`, set by systemd.
    pub credentials_dir: Option<PathBuf>,
}

impl Config {
    /// Returns what the vault needs to find the root keys.
    pub fn root_key_settings(&self) -> RootKeySettings {
        RootKeySettings {
            inline: self.root_key.clone(),
            file: self.root_key_file.clone(),
            credentials_dir: self.credentials_dir.clone(),
            data_dir: self.data_dir.clone(),
            create_missing: self.mode == Mode::Development,
        }
    }

    /// Lists what is allowed and yet unwise, to be logged as warnings at start.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.mode == Mode::Development && !self.listen.ip().is_loopback() {
            warnings.push(format!("development mode listens on {}: set CROSSDOCK_MODE=production", self.listen));
        }
        if !self.metrics_listen.ip().is_loopback() {
            warnings.push(format!("metrics listen on {}: keep that address from the internet", self.metrics_listen));
        }
        if self.mode == Mode::Production && !self.allow_private_networks.is_empty() {
            warnings.push(
                "credentials may point into private networks: unset CROSSDOCK_ALLOW_PRIVATE_NETWORKS \
                           unless couriers are really there"
                    .to_owned(),
            );
        }
        warnings
    }
}

assert_lacks!(Config: std::fmt::Debug, serde::Serialize);
