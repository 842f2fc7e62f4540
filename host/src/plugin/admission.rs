//! The gate: what a component must be before it is compiled.

use std::collections::BTreeSet;

use crossdock_contract::check::Flaw;
use crossdock_contract::{CAPABILITIES, Description, PACKAGE, VERSION, WIT};
use wit_component::{DecodedWasm, WitPrinter};
use wit_parser::{PackageName, Resolve, SourceMap, WorldId, WorldItem, WorldKey};

use super::error::LoadFault;
use super::linking::WASI_ALLOWED;

/// Lets a component through if it imports and exports what the contract says, type by type.
///
/// # Errors
///
/// What it is instead, or what does not fit.
pub fn admit(bytes: &[u8]) -> Result<(), LoadFault> {
    let (resolve, world) = match wit_component::decode(bytes) {
        Ok(DecodedWasm::Component(resolve, world)) => (resolve, world),
        Ok(DecodedWasm::WitPackage(..)) => {
            return Err(LoadFault::NotAComponent("it holds only types".to_owned()));
        }
        Err(error) => return Err(LoadFault::NotAComponent(format!("{error:#}"))),
    };
    let version = check_version(&resolve, world)?;
    check_imports(&resolve, world)?;
    let exported = exported_interfaces(&resolve, world);
    let contract = contract_with_wasi(&resolve, &version).map_err(|reason| mismatch("base", &reason))?;
    let target = |name: &str| target(&contract, name, &version, &resolve, world, bytes);
    target("base")?;
    for capability in CAPABILITIES.iter().filter(|capability| exported.contains(**capability)) {
        target(&format!("{capability}-plugin"))?;
    }
    Ok(())
}

/// Returns the names of the interfaces that a component imports.
///
/// # Errors
///
/// It is not a component.
pub fn imported_interfaces(bytes: &[u8]) -> Result<Vec<String>, LoadFault> {
    match wit_component::decode(bytes) {
        Ok(DecodedWasm::Component(resolve, world)) => {
            Ok(resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect())
        }
        Ok(DecodedWasm::WitPackage(..)) => Err(LoadFault::NotAComponent("it holds only types".to_owned())),
        Err(error) => Err(LoadFault::NotAComponent(format!("{error:#}"))),
    }
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

/// Returns the contract's version, which stands in the names of what the component imports and exports.
fn check_version(resolve: &Resolve, world: WorldId) -> Result<String, LoadFault> {
    let mut version: Option<String> = None;
    let world = &resolve.worlds[world];
    for name in world.imports.keys().chain(world.exports.keys()).filter_map(|key| package(resolve, key)) {
        if format!("{}:{}", name.namespace, name.name) != PACKAGE {
            continue;
        }
        let found = name.version.as_ref().map(ToString::to_string).unwrap_or_default();
        if canonical(&found) != canonical(VERSION) {
            return Err(LoadFault::ContractVersion { found, expected: VERSION });
        }
        match &version {
            Some(other) if *other != found => {
                let found = format!("{other} and {found} at once");
                return Err(LoadFault::ContractVersion { found, expected: VERSION });
            }
            _ => version = Some(found),
        }
    }
    version.ok_or(LoadFault::NoContract(PACKAGE))
}

/// Versions that name the same interface: `1.2.3` is `1`, `0.2.6` is `0.2`, `0.0.1` is itself.
fn canonical(version: &str) -> &str {
    let is_zero = |part: Option<&str>| part == Some("0");
    let mut parts = version.split('.');
    let kept = match (is_zero(parts.next()), is_zero(parts.next())) {
        (false, _) => 1,
        (true, false) => 2,
        (true, true) => return version,
    };
    let end = version.match_indices('.').nth(kept - 1).map_or(version.len(), |(place, _)| place);
    if version.contains('-') { version } else { &version[..end] }
}

fn check_imports(resolve: &Resolve, world: WorldId) -> Result<(), LoadFault> {
    for (key, item) in &resolve.worlds[world].imports {
        let name = resolve.name_world_key(key);
        let is_interface = matches!((key, item), (WorldKey::Interface(_), WorldItem::Interface { .. }));
        let allowed = is_interface && package(resolve, key).is_some_and(|package| is_allowed(package, &name));
        if !allowed {
            return Err(LoadFault::ForeignImport(name));
        }
    }
    Ok(())
}

fn is_allowed(package: &PackageName, name: &str) -> bool {
    let interface = name.split('/').nth(1).and_then(|rest| rest.split('@').next()).unwrap_or_default();
    if format!("{}:{}", package.namespace, package.name) == PACKAGE {
        return matches!(interface, "types" | "context" | "http" | "log" | "crypto");
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

/// The contract, and beside it what the component says of WASI: `targets` wants every import in the world. Whether WASI
/// is as the component says is found out when it is linked. `targets` compares names to the letter, so the contract is given the
/// component's own version, which the linker takes for the same.
fn contract_with_wasi(component: &Resolve, version: &str) -> Result<Resolve, String> {
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
    for (name, text) in WIT {
        let own = format!("package {PACKAGE}@{VERSION};");
        sources.push_str(name, text.replacen(&own, &format!("package {PACKAGE}@{version};"), 1));
    }
    let group = sources.parse().map_err(|(_, error)| error.to_string())?;
    resolve.push_group(group).map_err(|error| format!("{error:#}"))?;
    Ok(resolve)
}

/// Holds the component against one world of the contract, which is given the component's own WASI imports.
fn target(
    contract: &Resolve,
    world: &str,
    version: &str,
    component: &Resolve,
    own: WorldId,
    bytes: &[u8],
) -> Result<(), LoadFault> {
    let mut text = format!("package crossdock:gate;\n\nworld gate {{\n  include {PACKAGE}/{world}@{version};\n");
    for key in component.worlds[own].imports.keys() {
        if package(component, key).is_some_and(|name| name.namespace == "wasi") {
            text.push_str(&format!("  import {};\n", component.name_world_key(key)));
        }
    }
    text.push_str("}\n");
    let mut resolve = contract.clone();
    let gate = resolve.push_source("gate.wit", &text).map_err(|error| mismatch(world, &format!("{error:#}")))?;
    let id = resolve.packages[gate].worlds["gate"];
    wit_component::targets(&resolve, id, bytes).map_err(|error| mismatch(world, &format!("{error:#}")))
}

fn mismatch(world: &str, reason: &str) -> LoadFault {
    LoadFault::Mismatch { world: world.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_the_component_model_does() {
        assert_eq!(canonical("0.1.7"), canonical("0.1.0"));
        assert_eq!(canonical("1.2.3"), "1");
        assert_ne!(canonical("0.2.0"), canonical("0.1.0"));
        assert_eq!(canonical("0.0.1"), "0.0.1");
        assert_ne!(canonical("0.1.0-rc.1"), canonical("0.1.0"));
    }
}
