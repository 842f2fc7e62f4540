//! The contract between Crossdock and courier plugins.
//!
//! The WIT files beside this crate say what a plugin may call and what it may offer; [`description`] holds the types of
//! the one JSON document with which a plugin describes itself (`describe`). Host and SDK share nothing else.

pub mod check;
pub mod check_digit;
pub mod description;

pub use description::Description;

/// The contract's version, as it stands in `package crossdock:courier@…`.
pub const VERSION: &str = "0.1.0";

/// The WIT package's name without its version.
pub const PACKAGE: &str = "crossdock:courier";

/// The WIT files by name, for tools that check components or write projects.
pub const WIT: &[(&str, &str)] = &[
    ("types.wit", include_str!("../types.wit")),
    ("host.wit", include_str!("../host.wit")),
    ("capabilities.wit", include_str!("../capabilities.wit")),
    ("worlds.wit", include_str!("../worlds.wit")),
];

/// Every capability: the name of its interface, which is also its word in descriptions and in the API.
pub const CAPABILITIES: &[&str] = &[
    "auth",
    "tracking",
    "rates",
    "shipments",
    "pickups",
    "manifests",
    "service-points",
    "addresses",
    "webhooks",
    "subscriptions",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_capabilities_are_those_of_the_wit_files() {
        for (name, text) in WIT {
            assert!(text.starts_with(&format!("package {PACKAGE}@{VERSION};\n")), "{name}");
        }
        let worlds = WIT.iter().find(|(name, _)| *name == "worlds.wit").expect("worlds.wit is listed").1;
        for capability in CAPABILITIES {
            let world = format!("world {capability}-plugin {{ include base; export {capability}; }}");
            assert!(worlds.contains(&world), "no world for {capability}");
        }
    }
}
