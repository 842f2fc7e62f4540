//! A component made ready to be called, as its version of the contract wants it.

use std::collections::BTreeSet;

use wasmtime::Store;
use wasmtime::component::{Component, InstancePre};

use super::bindings as worlds;
use super::contracts::{BuiltAgainst, Served};
use super::frozen::Exports;
use super::sandbox::Sandbox;

/// A component of one version of the contract.
#[expect(
    clippy::large_enum_variant,
    reason = "a plugin holds one for as long as it lives, and a call must not follow a pointer more"
)]
pub(super) enum Ready {
    /// Of the newest.
    Newest(Worlds),
    /// Of one that was released before.
    Frozen(Exports),
}

/// How one capability is called.
pub(super) enum Way<'a, W> {
    /// In the world of the newest.
    Newest(&'a W),
    /// By a version that was released before.
    Frozen(&'a Exports),
}

impl Ready {
    /// Makes a component ready.
    pub(super) fn new(
        built: &BuiltAgainst,
        instance: &InstancePre<Sandbox>,
        capabilities: &BTreeSet<String>,
    ) -> wasmtime::Result<Self> {
        Ok(match built.served {
            Served::Newest => Self::Newest(Worlds::new(instance, capabilities)?),
            Served::Frozen(version) => Self::Frozen(Exports::new(version, built, instance)),
        })
    }

    /// Returns how a capability is called, of which `world` picks the newest's world; nothing if it is not there.
    pub(super) fn way<W>(&self, world: impl FnOnce(&Worlds) -> Option<&W>) -> Option<Way<'_, W>> {
        match self {
            Self::Newest(worlds) => world(worlds).map(Way::Newest),
            Self::Frozen(exports) => Some(Way::Frozen(exports)),
        }
    }

    /// Returns the component, as it is linked.
    pub(super) fn instance_pre(&self) -> &InstancePre<Sandbox> {
        match self {
            Self::Newest(worlds) => worlds.base.instance_pre(),
            Self::Frozen(exports) => exports.instance_pre(),
        }
    }

    /// Asks for the description.
    pub(super) async fn describe(&self, store: &mut Store<Sandbox>) -> wasmtime::Result<String> {
        match self {
            Self::Newest(worlds) => {
                let guest = worlds.base.instantiate_async(&mut *store).await?;
                guest.crossdock_courier_plugin().call_describe(store).await
            }
            Self::Frozen(exports) => exports.guest(store).describe().await,
        }
    }
}

/// Returns the capabilities that a component exports, by interface name: those of them that the host can ask for.
pub(super) fn exported(component: &Component, built: &BuiltAgainst) -> BTreeSet<String> {
    let capabilities =
        built.contract().capabilities.iter().filter(|name| crossdock_contract::CAPABILITIES.contains(name));
    let is_exported = |name: &&&str| component.get_export_index(None, built.interface(name)).is_some();
    capabilities.filter(is_exported).map(|name| (*name).to_owned()).collect()
}

/// A component of the newest version, ready for each capability that it exports: look-ups are done once, here.
pub(super) struct Worlds {
    pub base: worlds::base::BasePre<Sandbox>,
    pub auth: Option<worlds::auth::AuthPluginPre<Sandbox>>,
    pub tracking: Option<worlds::tracking::TrackingPluginPre<Sandbox>>,
    pub rates: Option<worlds::rates::RatesPluginPre<Sandbox>>,
    pub shipments: Option<worlds::shipments::ShipmentsPluginPre<Sandbox>>,
    pub pickups: Option<worlds::pickups::PickupsPluginPre<Sandbox>>,
    pub manifests: Option<worlds::manifests::ManifestsPluginPre<Sandbox>>,
    pub service_points: Option<worlds::service_points::ServicePointsPluginPre<Sandbox>>,
    pub addresses: Option<worlds::addresses::AddressesPluginPre<Sandbox>>,
    pub webhooks: Option<worlds::webhooks::WebhooksPluginPre<Sandbox>>,
    pub subscriptions: Option<worlds::subscriptions::SubscriptionsPluginPre<Sandbox>>,
}

impl Worlds {
    fn new(instance: &InstancePre<Sandbox>, capabilities: &BTreeSet<String>) -> wasmtime::Result<Self> {
        macro_rules! ready {
            ($capability:literal, $pre:ty) => {
                match capabilities.contains($capability) {
                    true => Some(<$pre>::new(instance.clone())?),
                    false => None,
                }
            };
        }
        Ok(Self {
            base: worlds::base::BasePre::new(instance.clone())?,
            auth: ready!("auth", worlds::auth::AuthPluginPre<Sandbox>),
            tracking: ready!("tracking", worlds::tracking::TrackingPluginPre<Sandbox>),
            rates: ready!("rates", worlds::rates::RatesPluginPre<Sandbox>),
            shipments: ready!("shipments", worlds::shipments::ShipmentsPluginPre<Sandbox>),
            pickups: ready!("pickups", worlds::pickups::PickupsPluginPre<Sandbox>),
            manifests: ready!("manifests", worlds::manifests::ManifestsPluginPre<Sandbox>),
            service_points: ready!("service-points", worlds::service_points::ServicePointsPluginPre<Sandbox>),
            addresses: ready!("addresses", worlds::addresses::AddressesPluginPre<Sandbox>),
            webhooks: ready!("webhooks", worlds::webhooks::WebhooksPluginPre<Sandbox>),
            subscriptions: ready!("subscriptions", worlds::subscriptions::SubscriptionsPluginPre<Sandbox>),
        })
    }
}
