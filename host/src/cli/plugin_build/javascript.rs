//! JavaScript: QuickJS with the plugin's modules, by componentize-qjs.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use crossdock_contract::{PACKAGE, VERSION};
use serde_json::Value;

use super::project::{Project, WORLD, run, write_if_changed};
use super::{Built, borrows, progress, tools};

/// The module that a plugin starts with, if its package.json names none.
const MAIN: &str = "src/main.js";
/// The helper package, as the plugin's folder gets it.
const SDK: &[(&str, &str)] = &[
    ("package.json", include_str!("../../../../sdk/js/package.json")),
    ("README.md", include_str!("../../../../sdk/js/README.md")),
    ("index.js", include_str!("../../../../sdk/js/index.js")),
    ("index.d.ts", include_str!("../../../../sdk/js/index.d.ts")),
    ("types.d.ts", include_str!("../../../../sdk/js/types.d.ts")),
    ("src/complete.js", include_str!("../../../../sdk/js/src/complete.js")),
    ("src/failure.js", include_str!("../../../../sdk/js/src/failure.js")),
    ("src/glue.js", include_str!("../../../../sdk/js/src/glue.js")),
    ("src/host.js", include_str!("../../../../sdk/js/src/host.js")),
    ("src/json.js", include_str!("../../../../sdk/js/src/json.js")),
    ("src/request.js", include_str!("../../../../sdk/js/src/request.js")),
    ("src/response.js", include_str!("../../../../sdk/js/src/response.js")),
    ("src/shapes.js", include_str!("../../../../sdk/js/src/shapes.js")),
    ("src/status.js", include_str!("../../../../sdk/js/src/status.js")),
    ("src/testing.js", include_str!("../../../../sdk/js/src/testing.js")),
    ("src/text.js", include_str!("../../../../sdk/js/src/text.js")),
    ("src/time.js", include_str!("../../../../sdk/js/src/time.js")),
    ("src/values.js", include_str!("../../../../sdk/js/src/values.js")),
];

/// Makes a component of the package in a folder.
///
/// # Errors
///
/// If the tool cannot be had, or the package does not load or lacks an export that its description promises.
pub fn build(folder: &Path) -> anyhow::Result<Built> {
    let project = Project::open(folder)?;
    let main = main_module(&project)?;
    for (path, text) in SDK {
        write_if_changed(&project.folder.join("node_modules/crossdock-sdk").join(path), text)?;
    }
    project.write_work("entry.js", &entry(&project, &main)?)?;
    let tool = tools::componentize_qjs()?;
    let out = project.work("built.wasm");
    let mut command = project.command(&tool);
    // Without `--sync` it needs what the host's engine has switched off; without `--stub-wasi` it asks for files.
    command.args(["--sync", "--stub-wasi", "--world", WORLD, "--module-root", "."]);
    command.arg("--wit").arg(project.work("wit")).arg("--js").arg(project.work("entry.js")).arg("--output").arg(&out);
    progress::step("making a component of JavaScript", || run(&mut command, "componentize-qjs"))?;
    let component = fs::read(&out).with_context(|| format!("componentize-qjs left no {}", out.display()))?;
    Ok(Built { id: project.id, component: borrows::give_back(&component)? })
}

fn main_module(project: &Project) -> anyhow::Result<String> {
    let file = project.folder.join("package.json");
    let package: Value =
        serde_json::from_slice(&fs::read(&file)?).with_context(|| format!("cannot read {}", file.display()))?;
    let main = package["main"].as_str().unwrap_or(MAIN).trim_start_matches("./").to_owned();
    anyhow::ensure!(
        project.folder.join(&main).is_file(),
        "there is no {main}; `main` in package.json names the plugin's first module"
    );
    Ok(main)
}

/// The module that joins the host's functions, the helper package and the plugin.
fn entry(project: &Project, main: &str) -> anyhow::Result<String> {
    let mut text = String::from("// Written by `crossdock plugin build`.\n");
    for interface in ["http", "log", "crypto"] {
        writeln!(text, "import {interface} from \"{PACKAGE}/{interface}@{VERSION}\";")?;
    }
    writeln!(text, "import {{ connect, serve }} from \"crossdock-sdk/glue\";")?;
    writeln!(text, "import * as courier from {};", serde_json::to_string(&format!("../{main}"))?)?;
    writeln!(text, "\nconnect({{ http, log, crypto }});")?;
    writeln!(text, "const description = {};", serde_json::to_string(&project.description)?)?;
    writeln!(text, "export const plugin = {{ describe: () => description }};")?;
    for capability in &project.capabilities {
        let name = camel(capability);
        writeln!(text, "export const {name} = serve(\"{name}\", courier.{name}, {});", serde_json::to_string(main)?)?;
    }
    Ok(text)
}

/// `service-points` as `servicePoints`.
fn camel(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let mut letters = word.chars();
        let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
        text + &capital.into_iter().chain(letters).collect::<String>()
    })
}
