//! Gives the call's context back before a function returns, in components that JavaScript's tool chain made.
//!
//! A guest must drop what it borrows before its function returns. The runtime that componentize-qjs 0.4.5 builds in drops
//! it in the function's clean-up afterwards (`cabi_post_…`), which hosts refuse. So each exported function is wrapped by
//! one that drops the context as soon as the function has returned, and the runtime is given a drop that does nothing.
//! Both stand in the one core module that joins the runtime to the contract; all else stays byte for byte as it is.

use std::collections::BTreeMap;

use anyhow::Context as _;
use crossdock_contract::{CAPABILITIES, PACKAGE, VERSION, WIT};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Encode, ExportKind, ExportSection, Function, FunctionSection, MemArg, Module};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};
use wit_parser::abi::AbiVariant;
use wit_parser::{Handle, Resolve, SourceMap, Type, TypeDefKind};

/// Sections of a component by their numbers in the binary format.
const CORE_MODULE: u8 = 1;
const COMPONENT: u8 = 4;
/// A component's magic number, version and layer.
const PREAMBLE_BYTES: usize = 8;
/// The import with which a context is dropped.
const DROP: &str = "[resource-drop]context";

/// Where an exported function finds the handle of its context.
#[derive(Clone, Copy)]
enum Handed {
    /// It is the first parameter.
    Directly,
    /// The parameters lie in memory, the handle first, and the only parameter is their address.
    InMemory,
}

/// Returns the component with every borrowed context given back in time.
///
/// # Errors
///
/// If it has no module that joins a runtime to the contract, or that module cannot be read.
pub fn give_back(component: &[u8]) -> anyhow::Result<Vec<u8>> {
    let functions = functions()?;
    let (component, patched) = rewritten(component, &functions)?;
    anyhow::ensure!(patched > 0, "the component has no module that exports the contract's functions");
    Ok(component)
}

/// The names under which a core module exports the functions that borrow a context.
fn functions() -> anyhow::Result<BTreeMap<String, Handed>> {
    let mut resolve = Resolve::default();
    let mut sources = SourceMap::new();
    for (name, text) in WIT {
        sources.push_str(name, *text);
    }
    let group = sources.parse().map_err(|(_, error)| anyhow::anyhow!("{error}"))?;
    let package = resolve.push_group(group).map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let mut functions = BTreeMap::new();
    for capability in CAPABILITIES {
        let interface = resolve.packages[package].interfaces[*capability];
        for function in resolve.interfaces[interface].functions.values() {
            let first = function.params.first().map(|parameter| parameter.ty);
            let borrows = matches!(first, Some(Type::Id(id)) if matches!(resolve.types[id].kind, TypeDefKind::Handle(Handle::Borrow(_))));
            anyhow::ensure!(borrows, "{capability}.{} does not borrow a context first", function.name);
            let indirect = resolve.wasm_signature(AbiVariant::GuestExport, function).indirect_params;
            let handed = if indirect { Handed::InMemory } else { Handed::Directly };
            functions.insert(format!("{PACKAGE}/{capability}@{VERSION}#{}", function.name), handed);
        }
    }
    Ok(functions)
}

/// The component with its modules, and those of components within, patched; and how many of them were.
fn rewritten(component: &[u8], functions: &BTreeMap<String, Handed>) -> anyhow::Result<(Vec<u8>, usize)> {
    let (preamble, mut rest) = component.split_at_checked(PREAMBLE_BYTES).context("it is no component")?;
    let mut out = preamble.to_vec();
    let mut patched = 0;
    while let Some((id, after)) = rest.split_first() {
        let (size, after) = size(after)?;
        let (section, after) = after.split_at_checked(size).context("a section ends too early")?;
        rest = after;
        let new = match *id {
            CORE_MODULE => patch(section, functions)?.inspect(|_| patched += 1),
            COMPONENT => {
                let (inner, count) = rewritten(section, functions)?;
                patched += count;
                Some(inner)
            }
            _ => None,
        };
        out.push(*id);
        new.as_deref().unwrap_or(section).encode(&mut out);
    }
    Ok((out, patched))
}

/// Reads a size in LEB128.
fn size(bytes: &[u8]) -> anyhow::Result<(usize, &[u8])> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[place + 1..]));
        }
    }
    anyhow::bail!("a section has no size")
}

/// What a core module has that matters here.
#[derive(Default)]
struct Found {
    /// The type of each function, imported ones first.
    types: Vec<u32>,
    /// How many parameters each type has.
    parameters: Vec<u32>,
    /// The imported drop.
    drop: Option<u32>,
    /// The functions to wrap.
    wrapped: Vec<(u32, Handed)>,
}

/// `None`: it exports none of these functions.
fn patch(module: &[u8], functions: &BTreeMap<String, Handed>) -> anyhow::Result<Option<Vec<u8>>> {
    let found = find(module, functions)?;
    let (Some(drop), false) = (found.drop, found.wrapped.is_empty()) else { return Ok(None) };
    let first = u32::try_from(found.types.len()).context("a module has too many functions")?;
    let mut patch = Patch { drop, first, found, in_elements: false };
    let mut out = Module::new();
    patch.parse_core_module(&mut out, Parser::new(0), module).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(Some(out.finish()))
}

fn find(module: &[u8], functions: &BTreeMap<String, Handed>) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(types) => {
                for ty in types.into_iter_err_on_gc_types() {
                    found.parameters.push(u32::try_from(ty?.params().len())?);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    if let TypeRef::Func(ty) = import.ty {
                        if import.name == DROP && import.module.starts_with(PACKAGE) {
                            found.drop = Some(u32::try_from(found.types.len())?);
                        }
                        found.types.push(ty);
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    found.types.push(ty?);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    if let (ExternalKind::Func, Some(handed)) = (export.kind, functions.get(export.name)) {
                        found.wrapped.push((export.index, *handed));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Writes a module anew, with a function more for each wrapped one, and one that does nothing.
struct Patch {
    drop: u32,
    /// The index of the first new function.
    first: u32,
    found: Found,
    in_elements: bool,
}

impl Patch {
    /// The wrapper of a function, if it has one.
    fn wrapper(&self, function: u32) -> Option<u32> {
        let place = self.found.wrapped.iter().position(|(wrapped, _)| *wrapped == function)?;
        u32::try_from(place).ok().map(|place| self.first + place)
    }

    /// The function that does nothing stands behind the wrappers.
    fn nothing(&self) -> u32 {
        self.first + u32::try_from(self.found.wrapped.len()).unwrap_or(u32::MAX)
    }
}

type Outcome = Result<(), Error<std::convert::Infallible>>;

impl Reencode for Patch {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        // The runtime calls what stands in the table; the wrappers call the drop itself.
        Ok(if self.in_elements && function == self.drop { self.nothing() } else { function })
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Outcome {
        utils::parse_function_section(self, functions, section)?;
        for (wrapped, _) in &self.found.wrapped {
            functions.function(self.found.types[*wrapped as usize]);
        }
        functions.function(self.found.types[self.drop as usize]);
        Ok(())
    }

    fn parse_export(&mut self, exports: &mut ExportSection, export: wasmparser::Export<'_>) -> Outcome {
        match self.wrapper(export.index).filter(|_| export.kind == ExternalKind::Func) {
            Some(wrapper) => {
                exports.export(export.name, ExportKind::Func, wrapper);
                Ok(())
            }
            None => utils::parse_export(self, exports, export),
        }
    }

    fn parse_element_section(
        &mut self,
        elements: &mut wasm_encoder::ElementSection,
        section: wasmparser::ElementSectionReader<'_>,
    ) -> Outcome {
        self.in_elements = true;
        let outcome = utils::parse_element_section(self, elements, section);
        self.in_elements = false;
        outcome
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: wasmparser::CodeSectionReader<'_>) -> Outcome {
        utils::parse_code_section(self, code, section)?;
        for (wrapped, handed) in &self.found.wrapped {
            let parameters = self.found.parameters[self.found.types[*wrapped as usize] as usize];
            code.function(&wrapper(*wrapped, self.drop, parameters, *handed));
        }
        let mut nothing = Function::new([]);
        nothing.instructions().end();
        code.function(&nothing);
        Ok(())
    }
}

/// Calls the function, drops the context whose handle it was given, and returns what the function returned.
fn wrapper(wrapped: u32, drop: u32, parameters: u32, handed: Handed) -> Function {
    let handle = parameters;
    let mut function = Function::new([(1, wasm_encoder::ValType::I32)]);
    let mut code = function.instructions();
    code.local_get(0);
    if matches!(handed, Handed::InMemory) {
        code.i32_load(MemArg { offset: 0, align: 2, memory_index: 0 });
    }
    code.local_set(handle);
    for parameter in 0..parameters {
        code.local_get(parameter);
    }
    // The result stays on the stack.
    code.call(wrapped).local_get(handle).call(drop).end();
    function
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_of_a_capability_is_known_with_where_its_handle_is() {
        let functions = functions().unwrap();
        let handed = |name: &str| functions.get(&format!("{PACKAGE}/{name}")).copied();
        assert!(matches!(handed("auth@0.1.0#check"), Some(Handed::Directly)));
        assert!(matches!(handed("tracking@0.1.0#track"), Some(Handed::Directly)));
        assert!(matches!(handed("shipments@0.1.0#create"), Some(Handed::InMemory)));
        assert!(handed("plugin@0.1.0#describe").is_none());
    }

    #[test]
    fn what_is_no_such_component_is_refused() {
        let empty = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
        for bytes in [&empty[..], &empty[..4], &[&empty[..], &[1, 0xff]].concat(), &[&empty[..], &[1, 3, 0]].concat()] {
            assert!(give_back(bytes).is_err(), "{bytes:?}");
        }
    }
}
