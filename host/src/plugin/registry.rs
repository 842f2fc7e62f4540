//! Which plugin is in charge of which courier.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::plugin::Plugin;
use crate::model::courier::CourierId;

/// The plugins in charge. Reading takes no lock; a call keeps the plugin that it took, whatever is swapped meanwhile.
#[derive(Default)]
pub struct Registry {
    plugins: ArcSwap<BTreeMap<CourierId, Arc<Plugin>>>,
}

impl Registry {
    /// Makes a registry of these plugins; of two for one courier the last stays.
    pub fn new(plugins: impl IntoIterator<Item = Arc<Plugin>>) -> Self {
        let map = plugins.into_iter().map(|plugin| (plugin.id().clone(), plugin)).collect::<BTreeMap<_, _>>();
        Self { plugins: ArcSwap::from_pointee(map) }
    }

    /// Returns the plugin in charge of a courier.
    pub fn get(&self, courier: &CourierId) -> Option<Arc<Plugin>> {
        self.plugins.load().get(courier).cloned()
    }

    /// Returns every plugin in charge, by courier id.
    pub fn list(&self) -> Vec<Arc<Plugin>> {
        self.plugins.load().values().cloned().collect()
    }

    /// Puts a plugin in charge of its courier; returns the one that was. Calls in flight finish on the old one.
    pub fn replace(&self, plugin: Arc<Plugin>) -> Option<Arc<Plugin>> {
        let mut old = None;
        self.plugins.rcu(|plugins| {
            let mut next = BTreeMap::clone(plugins);
            old = next.insert(plugin.id().clone(), Arc::clone(&plugin));
            next
        });
        old
    }

    /// Takes a courier's plugin out of charge; returns it. Calls in flight finish.
    pub fn remove(&self, courier: &CourierId) -> Option<Arc<Plugin>> {
        let mut old = None;
        self.plugins.rcu(|plugins| {
            let mut next = BTreeMap::clone(plugins);
            old = next.remove(courier);
            next
        });
        old
    }
}
