//! No secret in a plugin: planted thieves, and searches of the guests' whole memory.

mod couriers;
mod echo;
mod memory;
mod needles;
mod thief;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use crossdock::model::clock::{OsRandom, SystemClock};
use crossdock::model::credential::{AccountView, Environment};
use crossdock::model::id::{CredentialId, MerchantId};
use crossdock::outbound::{
    CourierCallRecord, HostValues, KeptToken, LeaseEnd, MemoryTokens, Outbound, OutboundConfig, Session, SessionSpec,
    StoredToken, TokenPlace, TokenStore, TokenStoreError,
};
use crossdock::plugin::{Call, Engine, EngineConfig, Plugin};
use crossdock::vault::Secrets;
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::lab;
use memory::{Creator, Watch, Watched};

const WEBHOOK_SECRET: &str = "MARKED-webhook-secret-77aa88bb";
const CALLBACK_URL: &str = "https://hooks.example/v1/in/MARKED-callback-token-99";

/// An engine whose memories are watched, and a way out that may go to loopback.
struct Lab {
    engine: Arc<Engine>,
    watch: Arc<Watch>,
    outbound: Arc<Outbound>,
    records: mpsc::Receiver<CourierCallRecord>,
}

/// What a call is made with.
struct Account {
    view: AccountView,
    secrets: Vec<(String, String)>,
}

impl Lab {
    fn new() -> Self {
        let watch = Arc::new(Watch::default());
        watch.look_for(WEBHOOK_SECRET);
        watch.look_for(CALLBACK_URL);
        let engine = Engine::start(EngineConfig {
            limits: lab::patient(),
            memory_creator: Some(Arc::new(Creator(Arc::clone(&watch)))),
            ..EngineConfig::default()
        })
        .unwrap();
        let config = OutboundConfig {
            allow_private_networks: vec!["127.0.0.0/8".parse::<ipnet::IpNet>().unwrap()],
            log_bodies: true,
            ..OutboundConfig::default()
        };
        let (sender, records) = mpsc::channel(10_000);
        let tokens = Arc::new(ToldTokens { kept: MemoryTokens::default(), watch: Arc::clone(&watch) });
        let outbound = Outbound::new(config, Arc::new(SystemClock), Arc::new(OsRandom), sender, tokens);
        Self { engine, watch, outbound, records }
    }

    /// Makes a call's surroundings. All of an account's secrets are looked for from now on.
    fn call(&self, plugin: &Plugin, account: &Account, operation: &'static str) -> Call {
        for (_, secret) in &account.secrets {
            self.watch.look_for(secret);
        }
        let deadline = Duration::from_secs(60);
        let session = self.session(plugin, account, operation, deadline);
        let endpoint_urls = session.endpoint_urls();
        Call {
            account: account.view.clone(),
            deadline,
            endpoint_urls,
            ..lab::call(Arc::new(Watched { wire: session, watch: Arc::clone(&self.watch) }))
        }
    }

    fn session(&self, plugin: &Plugin, account: &Account, operation: &'static str, deadline: Duration) -> Session {
        let now = Timestamp::UNIX_EPOCH;
        self.outbound.session(SessionSpec {
            merchant: Some(MerchantId::new(now, &Fixed)),
            courier: plugin.id().clone(),
            plugin_version: plugin.version().to_owned(),
            credential: Some(CredentialId::new(now, &Fixed)),
            description: Arc::clone(plugin.description()),
            account: account.view.clone(),
            secrets: Arc::new(Secrets::from_pairs(account.secrets.clone())),
            host_values: HostValues {
                webhook_secret: Some(WEBHOOK_SECRET.to_owned().into()),
                callback_url: Some(CALLBACK_URL.to_owned().into()),
                handshake_secret: None,
            },
            operation,
            call_id: lab::CALL_ID.to_owned(),
            is_manual: false,
            deadline: (Instant::now() + deadline).into(),
        })
    }

    /// Fails if a secret was in a memory, or none was looked at.
    fn expect_nothing_found(&self) {
        assert_eq!(self.watch.take_found(), Vec::<String>::new());
        let (in_calls, at_end) = self.watch.scans();
        assert!(in_calls > 0 && at_end > 0, "{in_calls} scans in calls, {at_end} at their end");
        assert!(self.watch.bytes() > 1 << 20, "only {} bytes were looked at", self.watch.bytes());
    }
}

/// An account with these plain and secret fields, whose endpoints all lead to one server.
fn account(
    kind: &str,
    plain: &[(&str, &str)],
    secrets: &[(&str, &str)],
    endpoints: BTreeMap<String, String>,
) -> Account {
    let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    let view = AccountView {
        kind: kind.to_owned(),
        environment: Environment::Production,
        fields: own(plain).into_iter().collect(),
        endpoints,
    };
    Account { view, secrets: own(secrets) }
}

/// The same ids each time.
struct Fixed;

impl crossdock::model::clock::Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// Tells the watch of every token that is fetched.
struct ToldTokens {
    kept: MemoryTokens,
    watch: Arc<Watch>,
}

#[async_trait]
impl TokenStore for ToldTokens {
    async fn read(&self, place: &TokenPlace) -> Result<KeptToken, TokenStoreError> {
        self.kept.read(place).await
    }

    async fn lease(
        &self,
        place: &TokenPlace,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<KeptToken>, TokenStoreError> {
        self.kept.lease(place, owner, now, until).await
    }

    async fn renew(&self, place: &TokenPlace, owner: &str, until: Timestamp) -> Result<bool, TokenStoreError> {
        self.kept.renew(place, owner, until).await
    }

    async fn save(
        &self,
        place: &TokenPlace,
        owner: &str,
        version: i64,
        token: &StoredToken,
    ) -> Result<bool, TokenStoreError> {
        use secrecy::ExposeSecret as _;
        self.watch.look_for(token.value.expose_secret());
        self.kept.save(place, owner, version, token).await
    }

    async fn release(&self, place: &TokenPlace, owner: &str, end: LeaseEnd) -> Result<(), TokenStoreError> {
        self.kept.release(place, owner, end).await
    }
}
