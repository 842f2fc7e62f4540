//! Configuration from flags, environment and file, in this order; `app::config` documents each value.

use std::fmt;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context;
use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::app::config::{Config, LogFormat, Mode};
use crate::store::plugins::ReplayPolicy;

const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// Couriers file late: half a minute, then ever later, and a day at last.
const SETTLE_AFTER_S: [u32; 5] = [30, 120, 600, 3_600, 86_400];
/// As long as a booking may take: couriers that draw labels take their time.
const COURIER_TIMEOUT_S: u32 = 45;
/// A version that does otherwise may be right or wrong: only a person knows.
const REPLAY_POLICY: ReplayPolicy = ReplayPolicy::Ask;
const METRICS_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9090);

/// Flags that every command takes, each with its environment variable.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// TOML file with any of the values below (keys with underscores) [default: none]
    #[arg(long, global = true, env = "CROSSDOCK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// How strict: production never makes a root key [default: development]
    #[arg(long, global = true, env = "CROSSDOCK_MODE", value_name = "MODE")]
    pub mode: Option<Mode>,

    /// Address and port of the API; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "CROSSDOCK_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,

    /// Address and port of /metrics [default: 127.0.0.1:9090]
    #[arg(long, global = true, env = "CROSSDOCK_METRICS_LISTEN", value_name = "ADDR")]
    pub metrics_listen: Option<SocketAddr>,

    /// URL under which couriers and merchants reach the API [default: none]
    #[arg(long, global = true, env = "CROSSDOCK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,

    /// Folder of database, compiled plugins and documents [default: data]
    #[arg(long, global = true, env = "CROSSDOCK_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Folder of plugin components [default: plugins in the data folder]
    #[arg(long, global = true, env = "CROSSDOCK_PLUGINS_DIR", value_name = "DIR")]
    pub plugins_dir: Option<PathBuf>,

    /// sqlite://… or postgres://… [default: crossdock.db in the data folder]
    #[arg(long, global = true, env = "CROSSDOCK_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<SecretUrl>,

    /// File with the root key, older ones behind it; CROSSDOCK_ROOT_KEY holds keys themselves [default: none]
    #[arg(long, global = true, env = "CROSSDOCK_ROOT_KEY_FILE", value_name = "FILE")]
    pub root_key_file: Option<PathBuf>,

    /// CIDR blocks outside the public internet that credentials may point to, comma-separated [default: none]
    #[arg(long, global = true, env = "CROSSDOCK_ALLOW_PRIVATE_NETWORKS", value_name = "CIDR", value_delimiter = ',')]
    pub allow_private_networks: Option<Vec<IpNet>>,

    /// Seconds after a booking at which a courier is asked what became of it, where its answer was lost
    /// [default: 30,120,600,3600,86400]
    #[arg(long, global = true, env = "CROSSDOCK_SETTLE_AFTER_S", value_name = "SECONDS", value_delimiter = ',')]
    pub settle_after_s: Option<Vec<u32>>,

    /// Longest time for one call to a courier, in seconds, 1 to 45; calls that only ask end after 20 s in any case [default: 45]
    #[arg(
        long,
        global = true,
        env = "CROSSDOCK_COURIER_TIMEOUT_S",
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(COURIER_TIMEOUT_S))
    )]
    pub courier_timeout_s: Option<u32>,

    /// Record some calls of plugins, redacted and sealed, to try new versions on [default: true]
    #[arg(
        long,
        global = true,
        env = "CROSSDOCK_RECORD_CALLS",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub record_calls: Option<bool>,

    /// What is done with a version of a plugin that does otherwise than the one in charge on recorded calls: ask, warn or refuse
    /// [default: ask]
    #[arg(long, global = true, env = "CROSSDOCK_REPLAY_POLICY", value_name = "POLICY")]
    pub replay_policy: Option<ReplayPolicy>,

    /// Keep redacted bodies of courier requests [default: false]
    #[arg(
        long,
        global = true,
        env = "CROSSDOCK_LOG_BODIES",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub log_bodies: Option<bool>,

    /// Level of the log (error, warn, info, debug), or levels by target [default: info]
    #[arg(long, global = true, env = "CROSSDOCK_LOG", value_name = "LEVEL")]
    pub log: Option<String>,

    /// Text for people or JSON for machines [default: text]
    #[arg(long, global = true, env = "CROSSDOCK_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// A URL that may hold a password, so it is not printed.
#[derive(Clone)]
pub struct SecretUrl(SecretString);

impl From<String> for SecretUrl {
    fn from(url: String) -> Self {
        Self(url.into())
    }
}

impl<'de> Deserialize<'de> for SecretUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// The configuration file. The root key itself is not among its keys: such files end up in repositories.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ConfigFile {
    mode: Option<Mode>,
    listen: Option<SocketAddr>,
    metrics_listen: Option<SocketAddr>,
    public_url: Option<Parsed<Url>>,
    data_dir: Option<PathBuf>,
    plugins_dir: Option<PathBuf>,
    database_url: Option<SecretUrl>,
    root_key_file: Option<PathBuf>,
    allow_private_networks: Option<Vec<Parsed<IpNet>>>,
    settle_after_s: Option<Vec<u32>>,
    courier_timeout_s: Option<u32>,
    record_calls: Option<bool>,
    replay_policy: Option<Parsed<ReplayPolicy>>,
    log_bodies: Option<bool>,
    log: Option<String>,
    log_format: Option<LogFormat>,
}

/// A value that stands in the file as text, as it would in a flag.
struct Parsed<T>(T);

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// Reads an environment variable that has no flag.
pub type ReadEnvironment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Joins flags, environment, file and defaults. `environment` is asked only for what has no flag.
///
/// # Errors
///
/// If the file cannot be read, or a value in it is wrong: the message names file, line and key.
pub fn load(args: ConfigArgs, environment: ReadEnvironment<'_>) -> anyhow::Result<Config> {
    let file = match &args.config {
        Some(path) => read_file(path)?,
        None => ConfigFile::default(),
    };
    let data_dir = args.data_dir.or(file.data_dir).unwrap_or_else(|| PathBuf::from("data"));
    let plugins_dir = args.plugins_dir.or(file.plugins_dir).unwrap_or_else(|| data_dir.join("plugins"));
    let database_url = match args.database_url.or(file.database_url) {
        Some(url) => url.0,
        None => format!("sqlite://{}", data_dir.join("crossdock.db").display()).into(),
    };
    // A key in the environment is nearer than a file named in the configuration file.
    let root_key = environment("CROSSDOCK_ROOT_KEY").filter(|value| !value.is_empty());
    let root_key_file = args.root_key_file.or(file.root_key_file.filter(|_| root_key.is_none()));
    let networks = file.allow_private_networks.map(|networks| networks.into_iter().map(|network| network.0).collect());
    Ok(Config {
        mode: args.mode.or(file.mode).unwrap_or_default(),
        listen: args.listen.or(file.listen).unwrap_or(LISTEN),
        metrics_listen: args.metrics_listen.or(file.metrics_listen).unwrap_or(METRICS_LISTEN),
        public_url: args.public_url.or(file.public_url.map(|url| url.0)),
        plugins_dir,
        database_url,
        data_dir,
        allow_private_networks: args.allow_private_networks.or(networks).unwrap_or_default(),
        settle_after_s: args.settle_after_s.or(file.settle_after_s).unwrap_or_else(|| SETTLE_AFTER_S.to_vec()),
        courier_timeout_s: args.courier_timeout_s.or(file.courier_timeout_s).unwrap_or(COURIER_TIMEOUT_S),
        record_calls: args.record_calls.or(file.record_calls).unwrap_or(true),
        replay_policy: args.replay_policy.or(file.replay_policy.map(|policy| policy.0)).unwrap_or(REPLAY_POLICY),
        log_bodies: args.log_bodies.or(file.log_bodies).unwrap_or(false),
        log: args.log.or(file.log).unwrap_or_else(|| "info".to_owned()),
        log_format: args.log_format.or(file.log_format).unwrap_or_default(),
        root_key: root_key.map(SecretString::from),
        root_key_file,
        credentials_dir: environment("CREDENTIALS_DIRECTORY").map(PathBuf::from),
    })
}

fn read_file(path: &Path) -> anyhow::Result<ConfigFile> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read configuration file {}", path.display()))?;
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        // Not the whole error: it shows the line, and a database's address may hold a password.
        anyhow::anyhow!("configuration file {}, line {line}: {}", path.display(), error.message())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DatabaseUrl;

    fn nothing(_name: &str) -> Option<String> {
        None
    }

    fn with_file(text: &str, mut args: ConfigArgs) -> anyhow::Result<Config> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("crossdock.toml");
        fs::write(&path, text)?;
        args.config = Some(path);
        load(args, &nothing)
    }

    fn message(result: anyhow::Result<Config>) -> String {
        match result {
            Ok(_) => panic!("the configuration was accepted"),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn defaults_follow_the_data_folder() {
        let args = ConfigArgs { data_dir: Some("/srv/x".into()), ..ConfigArgs::default() };
        let config = load(args, &nothing).unwrap();
        assert_eq!(config.plugins_dir, Path::new("/srv/x/plugins"));
        let url = DatabaseUrl::from_secret(&config.database_url).unwrap();
        assert_eq!(url, DatabaseUrl::Sqlite("/srv/x/crossdock.db".into()));
        assert_eq!((config.listen, config.mode, config.log.as_str()), (LISTEN, Mode::Development, "info"));
        assert!(!config.log_bodies && config.allow_private_networks.is_empty());
    }

    #[test]
    fn a_flag_goes_before_the_file_and_the_file_before_the_default() {
        let file = "listen = \"0.0.0.0:1\"\nlog = \"debug\"\nmode = \"production\"\nlog_format = \"json\"\n\
                    log_bodies = true\nallow_private_networks = [\"127.0.0.0/8\"]\n";
        let args = ConfigArgs { log: Some("warn".into()), log_bodies: Some(false), ..ConfigArgs::default() };
        let config = with_file(file, args).unwrap();
        assert_eq!(config.log, "warn");
        assert!(!config.log_bodies);
        assert_eq!(config.listen.port(), 1);
        assert_eq!((config.mode, config.log_format), (Mode::Production, LogFormat::Json));
        assert_eq!(config.allow_private_networks.len(), 1);
        assert_eq!(config.metrics_listen, METRICS_LISTEN);
    }

    #[test]
    fn a_mistake_in_the_file_is_named_without_the_value() {
        let text = "log = \"info\"\ndatabase = \"postgres://app:hunter2@db/x\"\n";
        let unknown = message(with_file(text, ConfigArgs::default()));
        assert!(unknown.contains("line 2") && unknown.contains("unknown field `database`"), "{unknown}");
        assert!(!unknown.contains("hunter2"), "{unknown}");
        let root_key = message(with_file("root_key = \"hunter2\"", ConfigArgs::default()));
        assert!(root_key.contains("root_key_file") && !root_key.contains("hunter2"), "{root_key}");
        let missing = ConfigArgs { config: Some("/nowhere.toml".into()), ..ConfigArgs::default() };
        assert!(message(load(missing, &nothing)).contains("/nowhere.toml"));
    }

    #[test]
    fn only_development_may_make_a_root_key() {
        let development = load(ConfigArgs::default(), &nothing).unwrap();
        assert!(development.root_key_settings().create_missing);
        let args = ConfigArgs { mode: Some(Mode::Production), ..ConfigArgs::default() };
        assert!(!load(args, &nothing).unwrap().root_key_settings().create_missing);
    }

    #[test]
    fn a_root_key_in_the_environment_goes_before_one_in_the_file() {
        let set = |name: &str| (name == "CROSSDOCK_ROOT_KEY").then(|| "key".to_owned());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crossdock.toml");
        fs::write(&path, "root_key_file = \"/etc/key\"").unwrap();
        let args = ConfigArgs { config: Some(path), ..ConfigArgs::default() };
        let config = load(args.clone(), &set).unwrap();
        assert!(config.root_key.is_some() && config.root_key_file.is_none());
        let config = load(args, &nothing).unwrap();
        assert_eq!(config.root_key_file, Some("/etc/key".into()));
    }
}
