//! The contract's types in TypeScript, and as a table from which the JavaScript package completes what a plugin returns.

use std::fmt::Write as _;

use super::contract::{Capability, Contract, Kind, Named, Shape, camel, pascal};

const HEAD: &str = "// Written by `cargo xtask sdk` from the contract (wit/). Change the contract, not this file.\n";

/// What is not in the contract: how optional members of results may be left out.
const GIVEN: &str = r#"
/** Pairs whose keys are documented in docs/PLUGINS.md. */
export type Extensions = [string, string][];

type Omissible<T> = {
  [K in keyof T]: null extends T[K] ? K : T[K] extends readonly unknown[] | boolean ? K : never;
}[keyof T];

/** What a plugin returns: options, lists and flags may be left out, and are then `null`, empty and `false`. */
export type Given<T> = T extends Uint8Array
  ? T
  : T extends readonly [string, string]
    ? T
    : T extends readonly (infer U)[]
      ? readonly Given<U>[]
      : T extends object
        ? { [K in Omissible<T>]?: Given<T[K]> } & { [K in Exclude<keyof T, Omissible<T>>]: Given<T[K]> }
        : T;
"#;

/// `types.d.ts`.
pub fn types(contract: &Contract) -> String {
    let mut text = format!("{HEAD}\nimport type {{ Call, Failure }} from \"./index.js\";\n{GIVEN}");
    for named in &contract.types {
        text.push('\n');
        doc(&mut text, "", &named.docs);
        declare(&mut text, named);
    }
    for capability in &contract.capabilities {
        text.push('\n');
        doc(&mut text, "", &capability.docs);
        declare_capability(&mut text, capability);
    }
    text
}

fn declare(text: &mut String, named: &Named) {
    let name = pascal(&named.name);
    match &named.kind {
        Kind::Record(members) => {
            let _ = writeln!(text, "export interface {name} {{");
            for member in members {
                doc(text, "  ", &member.docs);
                let _ = writeln!(text, "  {}: {};", camel(&member.name), written(&member.shape));
            }
            text.push_str("}\n");
        }
        Kind::Enum(cases) => {
            let cases: Vec<String> = cases.iter().map(|case| format!("\"{}\"", case.name)).collect();
            let _ = writeln!(text, "export type {name} = {};", cases.join(" | "));
        }
        Kind::Variant(cases) => {
            let _ = write!(text, "export type {name} =");
            for case in cases {
                let value = case.shape.as_ref().map_or_else(|| "null".to_owned(), written);
                let _ = write!(text, "\n  | {{ tag: \"{}\"; val: {value} }}", case.name);
            }
            text.push_str(";\n");
        }
    }
}

fn declare_capability(text: &mut String, capability: &Capability) {
    let _ = writeln!(text, "export interface {}Capability {{", pascal(&capability.name));
    for function in &capability.functions {
        doc(text, "  ", &function.docs);
        let parameters: Vec<String> = function
            .parameters
            .iter()
            .map(|given| format!("{}: {}", camel(&given.name), written(&given.shape)))
            .collect();
        let result = returned(&function.result);
        let _ = writeln!(text, "  {}({}): {result};", camel(&function.name), parameters.join(", "));
    }
    text.push_str("}\n");
}

fn written(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "boolean".to_owned(),
        Shape::Number | Shape::Signed => "number".to_owned(),
        Shape::Text => "string".to_owned(),
        Shape::Bytes => "Uint8Array".to_owned(),
        Shape::Pair => "[string, string]".to_owned(),
        Shape::Option(of) => format!("{} | null", written(of)),
        Shape::List(of) => format!("{}[]", written(of)),
        Shape::Result(of) => of.as_deref().map_or_else(|| "void".to_owned(), written),
        Shape::Record(name) if name == "failure" => "Failure".to_owned(),
        Shape::Record(name) | Shape::Enum(name) | Shape::Variant(name) => pascal(name),
        Shape::Call => "Call".to_owned(),
    }
}

fn returned(shape: &Shape) -> String {
    match shape {
        Shape::List(of) => match of.as_ref() {
            Shape::Result(Some(of)) => format!("(Given<{}> | Failure)[]", written(of)),
            of => format!("Given<{}>[]", written(of)),
        },
        Shape::Result(None) => "void".to_owned(),
        Shape::Result(Some(of)) => format!("Given<{}>", written(of)),
        of => written(of),
    }
}

fn doc(text: &mut String, indent: &str, words: &str) {
    match words.lines().collect::<Vec<_>>().as_slice() {
        [] => {}
        [line] => {
            let _ = writeln!(text, "{indent}/** {line} */");
        }
        lines => {
            let _ = writeln!(text, "{indent}/**");
            for line in lines {
                let _ = writeln!(text, "{}", format!("{indent} * {line}").trim_end());
            }
            let _ = writeln!(text, "{indent} */");
        }
    }
}

/// `shapes.js`.
pub fn shapes(contract: &Contract) -> String {
    let mut text = format!(
        "{HEAD}// s text, n number from 0, i number, b flag, y bytes, p pair; ?… or null, *… list; {{… record, =… enum, |… variant.\n\n\
         export const records = {{\n"
    );
    for named in &contract.types {
        if let Kind::Record(members) = &named.kind {
            let _ = writeln!(text, "  \"{}\": {{", named.name);
            for member in members {
                let _ = writeln!(text, "    {}: \"{}\",", camel(&member.name), code(&member.shape));
            }
            text.push_str("  },\n");
        }
    }
    text.push_str("};\n\nexport const enums = {\n");
    for named in &contract.types {
        if let Kind::Enum(cases) = &named.kind {
            let cases: Vec<String> = cases.iter().map(|case| format!("\"{}\"", case.name)).collect();
            let _ = writeln!(text, "  \"{}\": [{}],", named.name, cases.join(", "));
        }
    }
    text.push_str("};\n\nexport const variants = {\n");
    for named in &contract.types {
        if let Kind::Variant(cases) = &named.kind {
            let cases: Vec<String> = cases
                .iter()
                .map(|case| format!("{}: \"{}\"", camel(&case.name), case.shape.as_ref().map(code).unwrap_or_default()))
                .collect();
            let _ = writeln!(text, "  \"{}\": {{ {} }},", named.name, cases.join(", "));
        }
    }
    text.push_str("};\n\n// What each function returns where it succeeds; `!` before a list of which each may fail.\nexport const results = {\n");
    for capability in &contract.capabilities {
        let functions: Vec<String> = capability
            .functions
            .iter()
            .map(|function| format!("{}: \"{}\"", camel(&function.name), code(&function.result)))
            .collect();
        let _ = writeln!(text, "  {}: {{ {} }},", camel(&capability.name), functions.join(", "));
    }
    text.push_str("};\n\n// What each function takes beside the call.\nexport const parameters = {\n");
    for capability in &contract.capabilities {
        let functions = capability.functions.iter().map(|function| {
            let taken = function.parameters.iter().filter(|given| !matches!(given.shape, Shape::Call));
            let taken: Vec<String> =
                taken.map(|given| format!("{}: \"{}\"", camel(&given.name), code(&given.shape))).collect();
            let taken = if taken.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", taken.join(", ")) };
            format!("{}: {taken}", camel(&function.name))
        });
        let functions: Vec<String> = functions.collect();
        let _ = writeln!(text, "  {}: {{ {} }},", camel(&capability.name), functions.join(", "));
    }
    text.push_str("};\n");
    text
}

fn code(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "b".to_owned(),
        Shape::Number => "n".to_owned(),
        Shape::Signed => "i".to_owned(),
        Shape::Text => "s".to_owned(),
        Shape::Bytes => "y".to_owned(),
        Shape::Pair => "p".to_owned(),
        Shape::Option(of) => format!("?{}", code(of)),
        Shape::List(of) => match of.as_ref() {
            Shape::Result(Some(of)) => format!("!{}", code(of)),
            of => format!("*{}", code(of)),
        },
        Shape::Result(of) => of.as_deref().map(code).unwrap_or_default(),
        Shape::Record(name) => format!("{{{name}"),
        Shape::Enum(name) => format!("={name}"),
        Shape::Variant(name) => format!("|{name}"),
        Shape::Call => String::new(),
    }
}
