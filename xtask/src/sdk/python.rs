//! The contract's types in Python.

use std::fmt::Write as _;

use super::contract::{Capability, Contract, Kind, Named, Shape, pascal, snake};

const HEAD: &str = r#""""The contract's types.

Written by `cargo xtask sdk` from the contract (wit/). Change the contract, not this file.

Options, lists and flags may be left out, and are then `None`, empty and `False`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from .call import Call
    from .failure import Failure

Extensions = list[tuple[str, str]]
"""Pairs whose keys are documented in docs/PLUGINS.md."""

"#;

/// `types.py`.
pub fn types(contract: &Contract) -> String {
    let mut text = HEAD.to_owned();
    for named in &contract.types {
        // Failures are raised, so they are an exception of the package's own.
        if named.name != "failure" {
            declare(&mut text, named);
        }
    }
    for capability in &contract.capabilities {
        declare_capability(&mut text, capability);
    }
    text
}

fn declare(text: &mut String, named: &Named) {
    let name = pascal(&named.name);
    match &named.kind {
        Kind::Record(members) => {
            let _ = writeln!(text, "\n@dataclass(kw_only=True)\nclass {name}:");
            doc(text, "    ", &named.docs);
            for member in members {
                let default = match &member.shape {
                    Shape::Option(_) => " = None",
                    Shape::Bool => " = False",
                    Shape::List(_) => " = field(default_factory=list)",
                    _ => "",
                };
                let _ = writeln!(text, "    {}: {}{default}", snake(&member.name), written(&member.shape));
                doc(text, "    ", &member.docs);
            }
        }
        Kind::Enum(cases) => {
            let _ = writeln!(text, "\nclass {name}(Enum):");
            doc(text, "    ", &named.docs);
            for (number, case) in cases.iter().enumerate() {
                let _ = writeln!(text, "    {} = {number}", snake(&case.name).to_uppercase());
                doc(text, "    ", &case.docs);
            }
        }
        Kind::Variant(_) => declare_variant(text, &name, named),
    }
    text.push('\n');
}

/// Inside of a component a variant's classes are those that the tool chain knows.
fn declare_variant(text: &mut String, name: &str, named: &Named) {
    let Kind::Variant(cases) = &named.kind else { return };
    let classes: Vec<String> = cases.iter().map(|case| format!("{name}_{}", pascal(&case.name))).collect();
    let module = match named.interface.as_str() {
        "types" => "imports.types".to_owned(),
        other => format!("exports.{}", snake(other)),
    };
    let _ = writeln!(text, "\ntry:\n    from wit_world.{module} import {}", classes.join(", "));
    let _ = writeln!(text, "except ImportError:  # outside of a component: in tests and editors");
    for (case, class) in cases.iter().zip(&classes) {
        let _ = writeln!(text, "\n    @dataclass\n    class {class}:  # type: ignore[no-redef]");
        doc(text, "        ", &case.docs);
        let value = case.shape.as_ref().map_or_else(|| "None".to_owned(), written);
        let _ = writeln!(text, "        value: {value}");
    }
    let _ = writeln!(text, "\n\n{name} = Union[{}]", classes.join(", "));
    doc(text, "", &named.docs);
}

fn declare_capability(text: &mut String, capability: &Capability) {
    let _ = writeln!(text, "\nclass {}Capability(ABC):", pascal(&capability.name));
    doc(text, "    ", &capability.docs);
    for function in &capability.functions {
        let parameters: Vec<String> = function
            .parameters
            .iter()
            .map(|given| format!("{}: {}", snake(&given.name), written(&given.shape)))
            .collect();
        let result = returned(&function.result);
        let _ = writeln!(text, "\n    @abstractmethod");
        let _ = writeln!(text, "    def {}(self, {}) -> {result}:", snake(&function.name), parameters.join(", "));
        match function.docs.is_empty() {
            true => text.push_str("        ...\n"),
            false => doc(text, "        ", &function.docs),
        }
    }
    text.push('\n');
}

fn written(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "bool".to_owned(),
        Shape::Number | Shape::Signed => "int".to_owned(),
        Shape::Text => "str".to_owned(),
        Shape::Bytes => "bytes".to_owned(),
        Shape::Pair => "tuple[str, str]".to_owned(),
        Shape::Option(of) => format!("{} | None", written(of)),
        Shape::List(of) => format!("list[{}]", written(of)),
        Shape::Result(of) => of.as_deref().map_or_else(|| "None".to_owned(), written),
        Shape::Record(name) | Shape::Enum(name) | Shape::Variant(name) => pascal(name),
        Shape::Call => "Call".to_owned(),
    }
}

fn returned(shape: &Shape) -> String {
    match shape {
        Shape::List(of) => match of.as_ref() {
            Shape::Result(Some(of)) => format!("list[{} | Failure]", written(of)),
            of => format!("list[{}]", written(of)),
        },
        of => written(of),
    }
}

fn doc(text: &mut String, indent: &str, words: &str) {
    match words.lines().collect::<Vec<_>>().as_slice() {
        [] => {}
        [line] => {
            let _ = writeln!(text, "{indent}\"\"\"{line}\"\"\"");
        }
        [first, rest @ ..] => {
            let _ = writeln!(text, "{indent}\"\"\"{first}");
            for line in rest {
                let _ = writeln!(text, "{}", format!("{indent}{line}").trim_end());
            }
            let _ = writeln!(text, "{indent}\"\"\"");
        }
    }
}
