//! Guests and surroundings for this module's tests: components of a few instructions, made on the spot.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crossdock_contract::description::HmacAlgorithm;
use jiff::Timestamp;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, SourceMap};

use super::call::Call;
use super::wire::Wire;
use crate::model::credential::{AccountView, Environment};
use crate::model::exchange::{CourierRequest, CourierResponse};
use crate::model::failure::{Failure, FailureKind};

/// Loops for ever.
pub const LOOP: &[u8] = &[0x03, 0x40, 0x0c, 0x00, 0x0b, 0x00];

/// Crashes.
pub const UNREACHABLE: &[u8] = &[0x00];

/// Gives the context back, and returns the address of an empty list.
pub const EMPTY_LIST: &[u8] = &[0x20, 0x00, 0x10, 0x00, 0x41, 0x00];

/// Asks for 2,000 pages of memory, and crashes.
pub const GROW: &[u8] = &[0x41, 0xd0, 0x0f, 0x40, 0x00, 0x1a, 0x00];

/// Grows the table by 30,000 elements, and crashes.
pub const GROW_TABLE: &[u8] = &[0xd0, 0x70, 0x41, 0xb0, 0xea, 0x01, 0xfc, 0x0f, 0x00, 0x1a, 0x00];

/// `describe` that returns a text that is no UTF-8.
pub const DESCRIBE_NO_UTF8: &[u8] = &[0x41, 0x10];

/// `describe` that returns a text outside of its memory.
pub const DESCRIBE_OUTSIDE: &[u8] = &[0x41, 0x20];

/// `describe` that returns a text of 4 GiB.
pub const DESCRIBE_GIANT: &[u8] = &[0x41, 0x28];

/// `describe` that returns something else when it is called again: it adds what it has noted to the address, and notes 8.
pub const DESCRIBE_CHANGING: &[u8] =
    &[0x41, 0x08, 0x41, 0xd0, 0x0f, 0x28, 0x02, 0x00, 0x6a, 0x41, 0xd0, 0x0f, 0x41, 0x08, 0x36, 0x02, 0x00];

/// Gives the context back, and returns one result whose number is no UTF-8.
pub const TRACK_NO_UTF8: &[u8] = &[0x20, 0x00, 0x10, 0x00, 0x41, 0x30];

/// Gives the context back, and returns a list of 268 million results.
pub const TRACK_GIANT: &[u8] = &[0x20, 0x00, 0x10, 0x00, 0x41, 0x38];

/// Where odd results stand in memory, and what they are: pairs of address and length, four bytes that are no UTF-8, and a result that
/// is `ok` and begins with the number.
const ODD_RESULTS: [(usize, [u32; 2]); 6] = [
    (16, [24, 4]),
    (24, [0xfcfd_feff, 0]),
    (32, [0x7fff_0000, 4096]),
    (40, [4096, u32::MAX]),
    (48, [64, 1]),
    (56, [64, 0x0fff_ffff]),
];

/// Where the one result's number stands: behind the word that says `ok`.
const ODD_NUMBER: (usize, [u32; 2]) = (72, [24, 4]);

/// Returns the address of the description.
const DESCRIPTION: &[u8] = &[0x41, 0x08];

/// A guest in the making.
pub struct Guest {
    /// The contract's text is changed so before the guest is made: `(from, to)`.
    pub contract: Option<(&'static str, &'static str)>,
    /// The body of `describe`.
    pub describe: &'static [u8],
    /// What `describe` returns if its body is not changed.
    pub description: String,
    /// The body of `track`; it is exported if there is one.
    pub track: Option<&'static [u8]>,
    /// A function that it imports, without parameters: WIT of its package, interface and name.
    pub import: Option<(&'static str, &'static str, &'static str)>,
    /// The body of a function that runs before anything else; only where `track` is exported.
    pub start: Option<&'static [u8]>,
    /// Elements of its table at the start.
    pub table_elements: u32,
}

impl Default for Guest {
    fn default() -> Self {
        let description = description();
        Self {
            contract: None,
            describe: DESCRIPTION,
            description,
            track: Some(EMPTY_LIST),
            import: None,
            start: None,
            table_elements: 1,
        }
    }
}

/// A description of a courier that tracks.
pub fn description() -> String {
    serde_json::json!({
        "schema": 1, "id": "acme", "display_name": "Acme", "version": "1.2.3", "contract": crossdock_contract::VERSION,
        "accounts": [{"id": "main", "label": "Main", "fields": [], "capabilities": ["tracking"], "test": "none"}],
    })
    .to_string()
}

impl Guest {
    /// Makes the component.
    pub fn build(&self) -> Vec<u8> {
        let mut resolve = Resolve::default();
        if let Some((wit, _, _)) = self.import {
            resolve.push_source("import.wit", wit).unwrap();
        }
        let mut sources = SourceMap::new();
        let (from, to) = self.contract.unwrap_or_default();
        for (name, text) in crossdock_contract::WIT {
            sources.push_str(name, if from.is_empty() { (*text).to_owned() } else { text.replace(from, to) });
        }
        let group = sources.parse().map_err(|(_, error)| error.to_string()).unwrap();
        let contract = resolve.push_group(group).unwrap();
        let version = resolve.packages[contract].name.version.as_ref().unwrap().to_string();
        let world = if self.track.is_some() { "tracking-plugin" } else { "base" };
        let import = self.import.map(|(_, interface, _)| format!("import {interface};")).unwrap_or_default();
        let text =
            format!("package test:guest; world guest {{ include crossdock:courier/{world}@{version}; {import} }}");
        let package = resolve.push_source("guest.wit", &text).unwrap();
        let mut module = self.module(&version);
        let world = resolve.packages[package].worlds["guest"];
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
    }

    /// Writes the core module: sections in the order of the specification, every body without locals.
    fn module(&self, version: &str) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        let mut bodies = vec![self.describe, &[0x41, 0x80, 0x10]];
        bodies.extend(self.track);
        bodies.extend(self.start);
        // Types: () -> i32, (i32 i32 i32 i32) -> i32, (i32 i32 i32) -> i32, () -> (), (i32) -> ().
        let types = [
            &[0x60, 0, 1, 0x7f][..],
            &[0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f],
            &[0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f],
            &[0x60, 0, 0],
            &[0x60, 1, 0x7f, 0],
        ];
        section(&mut module, 1, &list(types.map(<[u8]>::to_vec)));
        let import = |module: &str, function: &str, kind: u8| [name(module), name(function), vec![0x00, kind]].concat();
        let context = format!("crossdock:courier/context@{version}");
        let drop = self.track.map(|_| import(&context, "[resource-drop]context", 4));
        let own = self.import.map(|(_, interface, function)| import(interface, function, 3));
        let imported: Vec<_> = drop.into_iter().chain(own).collect();
        let first = imported.len() as u8;
        section(&mut module, 2, &list(imported));
        section(&mut module, 3, &list((0..bodies.len() as u8).map(|kind| vec![kind])));
        let table = [vec![0x70, 0x00], length(self.table_elements as usize)].concat();
        section(&mut module, 4, &list([table]));
        section(&mut module, 5, &list([vec![0x00, 1]]));
        let exports = [
            (name("memory"), vec![0x02, 0]),
            (name(&format!("crossdock:courier/plugin@{version}#describe")), vec![0x00, first]),
            (name("cabi_realloc"), vec![0x00, first + 1]),
            (name(&format!("crossdock:courier/tracking@{version}#track")), vec![0x00, first + 2]),
        ];
        section(
            &mut module,
            7,
            &list(exports.into_iter().take(1 + bodies.len()).map(|(name, what)| [name, what].concat())),
        );
        if self.start.is_some() {
            section(&mut module, 8, &[first + 3]);
        }
        let code = bodies.iter().map(|body| {
            let call = if self.import.is_some() { vec![0x10, first - 1] } else { Vec::new() };
            let body = [&[0x00], &call[..], body, &[0x0b]].concat();
            [length(body.len()), body].concat()
        });
        section(&mut module, 10, &list(code));
        // The empty list at 0, the description's place at 8, odd results behind it, the description's text at 4096.
        let mut data = vec![0; 8];
        data.extend(4096u32.to_le_bytes());
        data.extend((self.description.len() as u32).to_le_bytes());
        data.resize(4096, 0);
        for (place, [first, second]) in ODD_RESULTS.into_iter().chain([ODD_NUMBER]) {
            data[place..place + 4].copy_from_slice(&first.to_le_bytes());
            data[place + 4..place + 8].copy_from_slice(&second.to_le_bytes());
        }
        data.extend(self.description.as_bytes());
        section(&mut module, 11, &list([[vec![0x00, 0x41, 0, 0x0b], length(data.len()), data].concat()]));
        module
    }
}

fn section(module: &mut Vec<u8>, id: u8, content: &[u8]) {
    module.push(id);
    module.extend(length(content.len()));
    module.extend(content);
}

fn list(items: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let items: Vec<_> = items.into_iter().collect();
    [length(items.len()), items.concat()].concat()
}

fn name(text: &str) -> Vec<u8> {
    [length(text.len()), text.as_bytes().to_vec()].concat()
}

/// An unsigned LEB128 number.
fn length(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        bytes.push(if number == 0 { low } else { low | 0x80 });
        if number == 0 {
            return bytes;
        }
    }
}

/// A wire that leads nowhere.
pub struct NoWire;

#[async_trait]
impl Wire for NoWire {
    async fn send(&self, _: CourierRequest) -> Result<CourierResponse, Failure> {
        Err(Failure::new(FailureKind::Unavailable, "no-wire", "there is no wire"))
    }

    fn verify(&self, _: HmacAlgorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        false
    }

    fn scrub(&self, text: &str) -> String {
        text.replace("secret", "******")
    }

    fn take_kept(&self, _: u32) -> Option<Vec<u8>> {
        None
    }
}

/// A call of the account kind `main`.
pub fn call(deadline: Duration) -> Call {
    Call {
        account: AccountView {
            kind: "main".to_owned(),
            environment: Environment::Test,
            fields: BTreeMap::new(),
            endpoints: BTreeMap::new(),
        },
        locale: "en".to_owned(),
        now: Timestamp::UNIX_EPOCH,
        call_id: "01J00000000000000000000000".to_owned(),
        deadline,
        wire: Arc::new(NoWire),
        merchant: None,
        endpoint_urls: BTreeMap::new(),
    }
}
