//! The versions of the contract that this host serves, and which of them a component was built against.
//!
//! A component says it in the names of what it imports and exports, so it is known before anything of it is compiled or run.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crossdock_contract::version::{compare, is_same_line, is_version};
use crossdock_contract::{Contract, NEWEST, PACKAGE};
use wasmparser::{ComponentExternName, Encoding, Parser, Payload};

use super::error::LoadFault;
use super::frozen::{FROZEN, Frozen};

/// A version that the host serves.
#[derive(Clone, Copy)]
pub enum Served {
    /// The one that is written now.
    Newest,
    /// One that was released before; its module converts it to the newest.
    Frozen(&'static dyn Frozen),
}

impl Served {
    /// Returns what the version says.
    pub fn contract(self) -> &'static Contract {
        match self {
            Self::Newest => &NEWEST,
            Self::Frozen(version) => version.contract(),
        }
    }

    /// Returns the version that serves components of this one, if any does.
    fn of(version: &str) -> Option<Self> {
        all().find(|served| is_same_line(served.contract().version, version))
    }
}

/// Every version that the host serves, the newest last.
pub fn all() -> impl Iterator<Item = Served> {
    FROZEN.iter().map(|version| Served::Frozen(*version)).chain([Served::Newest])
}

/// What a component was built against.
#[derive(Clone)]
pub struct BuiltAgainst {
    /// The version as the component spells it. Its last number may be another than that of the version that serves it.
    pub version: String,
    /// The version that serves it.
    pub served: Served,
}

impl BuiltAgainst {
    /// Reads it from a component's names.
    ///
    /// # Errors
    ///
    /// It is no component, names no contract or two, or one that this host does not serve.
    pub fn read(bytes: &[u8]) -> Result<Self, LoadFault> {
        let versions = named_versions(bytes)?;
        let mut found = versions.into_iter();
        match (found.next(), found.next()) {
            (None, _) => Err(LoadFault::NoContract(PACKAGE)),
            (Some(one), Some(other)) => Err(LoadFault::MixedContracts { one, other }),
            (Some(version), None) if !is_version(&version) => {
                Err(LoadFault::NotAComponent(format!("{version:?} stands where the contract's version should")))
            }
            (Some(version), None) => match Served::of(&version) {
                Some(served) => Ok(Self { version, served }),
                None => Err(not_served(version)),
            },
        }
    }

    /// Returns what the version that serves it says.
    pub fn contract(&self) -> &'static Contract {
        self.served.contract()
    }

    /// Returns the name of an interface of the contract, as the component spells it.
    pub fn interface(&self, name: &str) -> String {
        format!("{PACKAGE}/{name}@{}", self.version)
    }
}

fn not_served(found: String) -> LoadFault {
    let versions: Vec<&str> = all().map(|served| served.contract().version).collect();
    let is = |order: Ordering| versions.iter().all(|version| compare(&found, version) == order);
    let advice = if is(Ordering::Greater) {
        "it is too new: update the host, or build the plugin against one of these"
    } else if is(Ordering::Less) {
        "it is too old: build the plugin again with a newer SDK"
    } else {
        "build the plugin against one of these"
    };
    LoadFault::ContractVersion { served: versions.join(", "), advice, found }
}

/// The versions of the contract in the names of what a component imports and exports itself; modules and components
/// inside it are passed over.
fn named_versions(bytes: &[u8]) -> Result<BTreeSet<String>, LoadFault> {
    let mut versions = BTreeSet::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(broken)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err(LoadFault::NotAComponent("it is a core module, of which no component was made".to_owned()));
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 0 => {
                for import in imports {
                    versions.extend(version_in(&import.map_err(broken)?.name));
                }
            }
            Payload::ComponentExportSection(exports) if depth == 0 => {
                for export in exports {
                    versions.extend(version_in(&export.map_err(broken)?.name));
                }
            }
            _ => {}
        }
    }
    Ok(versions)
}

fn broken(error: wasmparser::BinaryReaderError) -> LoadFault {
    LoadFault::NotAComponent(error.to_string())
}

/// The version in the name of an interface of ours.
fn version_in(name: &ComponentExternName<'_>) -> Option<String> {
    let (_, version) = name.name.strip_prefix(PACKAGE)?.strip_prefix('/')?.split_once('@')?;
    Some(format!("{version}{}", name.version_suffix.unwrap_or_default()))
}
