//! The gate: what a component must be before it is compiled.

use std::collections::BTreeSet;

use crossdock_contract::check::Flaw;
use crossdock_contract::{Contract, Description, PACKAGE};
use wit_component::{DecodedWasm, WitPrinter};
use wit_parser::{PackageName, Resolve, SourceMap, WorldId, WorldItem, WorldKey};

use super::contracts::BuiltAgainst;
use super::error::LoadFault;
use super::linking::WASI_ALLOWED;

/// Lets a component through if it imports and exports what the contract that it was built against says, type by type.
///
/// # Errors
///
/// What it is instead, or what does not fit.
pub fn admit(bytes: &[u8], built: &BuiltAgainst) -> Result<(), LoadFault> {
    admit_to(bytes, &built.version, built.contract())
}

/// As [`admit`], under a contract of which the component has the version.
pub(super) fn admit_to(bytes: &[u8], version: &str, contract: &Contract) -> Result<(), LoadFault> {
    let (component, own) = decode(bytes)?;
    check_imports(&component, own, contract)?;
    let exported = exported_interfaces(&component, own);
    let mismatch = |world: &str, reason: String| LoadFault::Mismatch {
        contract: contract.version.to_owned(),
        world: world.to_owned(),
        reason,
    };
    let worlds = worlds(contract, version, &component).map_err(|reason| mismatch("base", reason))?;
    let capabilities = contract.capabilities.iter().filter(|capability| exported.contains(**capability));
    let names = capabilities.map(|capability| format!("{capability}-plugin"));
    for name in std::iter::once("base".to_owned()).chain(names) {
        target(&worlds, &name, version, &component, own, bytes).map_err(|reason| mismatch(&name, reason))?;
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Result<(Resolve, WorldId), LoadFault> {
    match wit_component::decode(bytes) {
        Ok(DecodedWasm::Component(resolve, world)) => Ok((resolve, world)),
        Ok(DecodedWasm::WitPackage(..)) => Err(LoadFault::NotAComponent("it holds only types".to_owned())),
        Err(error) => Err(LoadFault::NotAComponent(format!("{error:#}"))),
    }
}

/// Returns the names of the interfaces that a component imports.
///
/// # Errors
///
/// It is not a component.
pub fn imported_interfaces(bytes: &[u8]) -> Result<Vec<String>, LoadFault> {
    let (resolve, world) = decode(bytes)?;
    Ok(resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect())
}

/// Returns a flaw for each capability that the description gives to an account kind and the component does not export.
pub fn missing_capabilities(description: &Description, exported: &BTreeSet<String>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for (place, account) in description.accounts.iter().enumerate() {
        for (number, capability) in account.capabilities.iter().enumerate() {
            if !exported.contains(capability) {
                let pointer = format!("/accounts/{place}/capabilities/{number}");
                flaws.push(Flaw { pointer, detail: format!("the component does not export {capability}") });
            }
        }
    }
    flaws
}

fn check_imports(resolve: &Resolve, world: WorldId, contract: &Contract) -> Result<(), LoadFault> {
    for (key, item) in &resolve.worlds[world].imports {
        let name = resolve.name_world_key(key);
        let is_interface = matches!((key, item), (WorldKey::Interface(_), WorldItem::Interface { .. }));
        let allowed = is_interface && package(resolve, key).is_some_and(|package| is_allowed(package, &name, contract));
        if !allowed {
            return Err(LoadFault::ForeignImport(name));
        }
    }
    Ok(())
}

fn is_allowed(package: &PackageName, name: &str, contract: &Contract) -> bool {
    let interface = name.split('/').nth(1).and_then(|rest| rest.split('@').next()).unwrap_or_default();
    if format!("{}:{}", package.namespace, package.name) == PACKAGE {
        return contract.imports.contains(&interface);
    }
    let is_listed = |(name, interfaces): &(&str, &[&str])| *name == package.name && interfaces.contains(&interface);
    package.namespace == "wasi" && WASI_ALLOWED.iter().any(is_listed)
}

fn package<'a>(resolve: &'a Resolve, key: &WorldKey) -> Option<&'a PackageName> {
    let WorldKey::Interface(id) = key else { return None };
    Some(&resolve.packages[resolve.interfaces[*id].package?].name)
}

fn exported_interfaces(resolve: &Resolve, world: WorldId) -> BTreeSet<String> {
    let keys = resolve.worlds[world].exports.keys();
    let ours = keys
        .filter(|key| package(resolve, key).is_some_and(|name| format!("{}:{}", name.namespace, name.name) == PACKAGE));
    ours.filter_map(|key| match key {
        WorldKey::Interface(id) => resolve.interfaces[*id].name.clone(),
        WorldKey::Name(_) => None,
    })
    .collect()
}

/// The contract's worlds, and beside them what the component says of WASI: `targets` wants every import in the world. Whether
/// WASI is as the component says is found out when it is linked. `targets` compares names to the letter, so the contract is
/// given the component's own version, which the linker takes for the same.
fn worlds(contract: &Contract, version: &str, component: &Resolve) -> Result<Resolve, String> {
    let mut resolve = Resolve::default();
    for id in component.topological_packages() {
        if component.packages[id].name.namespace != "wasi" {
            continue;
        }
        let mut printer = WitPrinter::default();
        printer.print(component, id, &[]).map_err(|error| format!("{error:#}"))?;
        resolve.push_source("wasi.wit", &printer.output.to_string()).map_err(|error| format!("{error:#}"))?;
    }
    let mut sources = SourceMap::new();
    for (name, text) in contract.wit {
        let own = format!("package {PACKAGE}@{};", contract.version);
        sources.push_str(name, text.replacen(&own, &format!("package {PACKAGE}@{version};"), 1));
    }
    let group = sources.parse().map_err(|(_, error)| error.to_string())?;
    resolve.push_group(group).map_err(|error| format!("{error:#}"))?;
    Ok(resolve)
}

/// Holds the component against one world of the contract, which is given the component's own WASI imports.
fn target(
    worlds: &Resolve,
    world: &str,
    version: &str,
    component: &Resolve,
    own: WorldId,
    bytes: &[u8],
) -> Result<(), String> {
    let mut text = format!("package crossdock:gate;\n\nworld gate {{\n  include {PACKAGE}/{world}@{version};\n");
    for key in component.worlds[own].imports.keys() {
        if package(component, key).is_some_and(|name| name.namespace == "wasi") {
            text.push_str(&format!("  import {};\n", component.name_world_key(key)));
        }
    }
    text.push_str("}\n");
    let mut resolve = worlds.clone();
    let gate = resolve.push_source("gate.wit", &text).map_err(|error| format!("{error:#}"))?;
    let id = resolve.packages[gate].worlds["gate"];
    wit_component::targets(&resolve, id, bytes).map_err(|error| plain(&format!("{error:#}")))
}

/// The comparison's words without those of the comparison itself: where the types part, and how. Of an import, what was
/// expected is the component's; of an export, it is the contract's.
fn plain(reason: &str) -> String {
    let mut words = String::new();
    let lines = reason.lines().filter(|line| !line.contains("`gate`"));
    for line in lines.map(|line| line.split(" (at offset").next().unwrap_or(line)) {
        let place = line.strip_prefix("type mismatch for ").or_else(|| line.strip_prefix("type mismatch in "));
        words.push_str(place.unwrap_or(line));
        words.push_str(if place.is_some() { ": " } else { "; " });
    }
    words.trim_end_matches([':', ';', ' ']).to_owned()
}
