//! The contract between Crossdock and courier plugins.
//!
//! The WIT files beside this crate say what a plugin may call and what it may offer; [`description`] holds the types of
//! the one JSON document with which a plugin describes itself (`describe`). Host and SDK share nothing else.

pub mod check;
pub mod check_digit;
pub mod description;
pub mod version;

pub use description::Description;

/// The contract's version, as it stands in `package crossdock:courier@…`.
pub const VERSION: &str = "0.1.0";

/// The WIT package's name without its version.
pub const PACKAGE: &str = "crossdock:courier";

/// The files of one version, by name, from a folder beside the file that names it.
#[macro_export]
macro_rules! wit_files {
    ($folder:literal) => {
        &[
            ("types.wit", include_str!(concat!($folder, "/types.wit"))),
            ("host.wit", include_str!(concat!($folder, "/host.wit"))),
            ("capabilities.wit", include_str!(concat!($folder, "/capabilities.wit"))),
            ("worlds.wit", include_str!(concat!($folder, "/worlds.wit"))),
        ]
    };
}

/// The WIT files by name, for tools that check components or write projects.
pub const WIT: &[(&str, &str)] = wit_files!("..");

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

/// The interfaces that a plugin may import.
pub const IMPORTS: &[&str] = &["types", "context", "http", "log", "crypto"];

/// One version of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// As it stands in `package crossdock:courier@…`.
    pub version: &'static str,
    /// The WIT files by name.
    pub wit: &'static [(&'static str, &'static str)],
    /// The interfaces that a plugin may import.
    pub imports: &'static [&'static str],
    /// The capabilities that a plugin may export. Each has a world `<capability>-plugin`.
    pub capabilities: &'static [&'static str],
}

/// The version that is written now. Released ones stand in `frozen/`, and the host knows how it serves them.
pub const NEWEST: Contract = Contract { version: VERSION, wit: WIT, imports: IMPORTS, capabilities: CAPABILITIES };

impl Contract {
    /// Returns what a list here says and the version's own text does not, or the other way round; for tests.
    pub fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (name, text) in self.wit {
            if !text.starts_with(&format!("package {PACKAGE}@{};\n", self.version)) {
                found.push(format!("{name} is not of version {}", self.version));
            }
        }
        let worlds = self.wit.iter().find(|(name, _)| *name == "worlds.wit").map_or("", |(_, text)| text);
        let imports: Vec<&str> = words(worlds, "import ").collect();
        if imports != self.imports {
            found.push(format!("the world base imports {imports:?}, the list has {:?}", self.imports));
        }
        let world = |capability: &str| format!("world {capability}-plugin {{ include base; export {capability}; }}");
        let listed = self.capabilities.iter().filter(|capability| !worlds.contains(&world(capability)));
        found.extend(listed.map(|capability| format!("there is no world for {capability}")));
        if words(worlds, "world ").count() != self.capabilities.len() + 1 {
            found.push("a world stands for no capability of the list".to_owned());
        }
        found
    }
}

/// What follows a word at the beginnings of lines, up to a blank or a semicolon.
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let rest = text.lines().filter_map(move |line| line.trim_start().strip_prefix(word));
    rest.filter_map(|rest| rest.split([' ', ';']).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_what_its_files_say() {
        assert_eq!(NEWEST.contradictions(), Vec::<String>::new());
        let other = Contract { version: "0.2.0", capabilities: &["auth", "flying"], imports: &["http"], ..NEWEST };
        assert_eq!(other.contradictions().len(), WIT.len() + 3, "{:?}", other.contradictions());
    }
}
