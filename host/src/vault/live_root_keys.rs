//! The root keys of a running process: read at the start, and again when the database speaks of one that is new.

use std::sync::Arc;

use arc_swap::ArcSwap;
use zeroize::ZeroizeOnDrop;

use super::error::RootKeyError;
use super::root_key::RootKeys;
use super::root_source::{RootKeySettings, load_root_keys};
use crate::model::clock::Random;

/// The root keys in charge.
pub struct LiveRootKeys(ArcSwap<RootKeys>);

impl LiveRootKeys {
    /// Starts with these.
    pub fn new(keys: RootKeys) -> Self {
        Self(ArcSwap::from_pointee(keys))
    }

    /// Returns those that are in charge now.
    pub fn get(&self) -> Arc<RootKeys> {
        self.0.load_full()
    }

    /// Reads the keys' source again; `true` if it held others, which are in charge from now on.
    ///
    /// Keys that do not prove `check`, the database's newest, change nothing: a file that was spoiled while the host runs
    /// must not take away what still opens. None is ever made here.
    ///
    /// # Errors
    ///
    /// If the source cannot be read, or does not fit to the database.
    pub fn reload(
        &self,
        mut settings: RootKeySettings,
        check: &str,
        random: &dyn Random,
    ) -> Result<bool, RootKeyError> {
        settings.create_missing &= super::root_source::has_development_key(&settings.data_dir);
        let loaded = load_root_keys(&settings, random)?.keys;
        loaded.verify_check(check)?;
        let is_same = loaded.kids().eq(self.get().kids());
        if !is_same {
            self.0.store(Arc::new(loaded));
        }
        Ok(!is_same)
    }
}

// The keys wipe themselves when the last call that uses them ends.
impl ZeroizeOnDrop for LiveRootKeys {}

assert_secret!(LiveRootKeys);

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::root_key::RootKey;
    use super::super::root_source::add_root_key;
    use super::*;
    use crate::model::clock::OsRandom;

    fn settings(folder: &std::path::Path) -> RootKeySettings {
        RootKeySettings {
            inline: None,
            file: None,
            credentials_dir: None,
            data_dir: folder.to_owned(),
            create_missing: true,
        }
    }

    #[test]
    fn a_rotation_is_noticed_and_a_spoiled_file_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let live = LiveRootKeys::new(load_root_keys(&settings(folder.path()), &OsRandom).unwrap().keys);
        let before = live.get();
        assert!(!live.reload(settings(folder.path()), &before.check_value(), &OsRandom).unwrap());

        add_root_key(load_root_keys(&settings(folder.path()), &OsRandom).unwrap(), &OsRandom).unwrap();
        assert!(live.reload(settings(folder.path()), &before.check_value(), &OsRandom).unwrap());
        assert_eq!(live.get().kids().nth(1), Some(before.current_kid()));
        let rotated = live.get();

        let other = RootKeys::new(RootKey::generate(&OsRandom), Vec::new());
        assert!(live.reload(settings(folder.path()), &other.check_value(), &OsRandom).is_err());
        fs::remove_file(folder.path().join("root-key")).unwrap();
        assert!(live.reload(settings(folder.path()), &rotated.check_value(), &OsRandom).is_err());
        assert!(!folder.path().join("root-key").exists(), "no key is made behind the operator's back");
        assert_eq!(live.get().current_kid(), rotated.current_kid());
    }
}
