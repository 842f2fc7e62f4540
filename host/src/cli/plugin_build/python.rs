//! Python: CPython with the plugin's modules, by componentize-py.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::project::{Project, WORLD, run};
use super::{Built, progress, tools};

/// The module in `src/` that a plugin starts with, if its pyproject.toml names none.
const MAIN: &str = "main";
/// Starts the tool, which is a package without a module to run.
const START: &str = "from componentize_py import script; script()";
/// The helper package, as the plugin's folder gets it.
const SDK: &[(&str, &str)] = &[
    ("__init__.py", include_str!("../../../../sdk/python/crossdock_sdk/__init__.py")),
    ("call.py", include_str!("../../../../sdk/python/crossdock_sdk/call.py")),
    ("failure.py", include_str!("../../../../sdk/python/crossdock_sdk/failure.py")),
    ("glue.py", include_str!("../../../../sdk/python/crossdock_sdk/glue.py")),
    ("host.py", include_str!("../../../../sdk/python/crossdock_sdk/host.py")),
    ("jsonpath.py", include_str!("../../../../sdk/python/crossdock_sdk/jsonpath.py")),
    ("request.py", include_str!("../../../../sdk/python/crossdock_sdk/request.py")),
    ("response.py", include_str!("../../../../sdk/python/crossdock_sdk/response.py")),
    ("status.py", include_str!("../../../../sdk/python/crossdock_sdk/status.py")),
    ("testing.py", include_str!("../../../../sdk/python/crossdock_sdk/testing.py")),
    ("time.py", include_str!("../../../../sdk/python/crossdock_sdk/time.py")),
    ("types.py", include_str!("../../../../sdk/python/crossdock_sdk/types.py")),
    ("values.py", include_str!("../../../../sdk/python/crossdock_sdk/values.py")),
    ("py.typed", ""),
];

/// Makes a component of the project in a folder.
///
/// # Errors
///
/// If the tool cannot be had, or the project does not load or lacks a class that its description promises.
pub fn build(folder: &Path) -> anyhow::Result<Built> {
    let project = Project::open(folder)?;
    let main = main_module(&project)?;
    for (path, text) in SDK {
        project.write_work(&format!("python/crossdock_sdk/{path}"), text)?;
    }
    project.write_work("python/crossdock_entry.py", &entry(&project, &main)?)?;
    let tool = tools::componentize_py()?;
    let out = project.work("built.wasm");
    let mut command = project.command(Path::new("python3"));
    // Without `--stub-wasi` it asks for files and sockets. An empty environment keeps this machine's packages out.
    command.env("PYTHONPATH", &tool).env("VIRTUAL_ENV", project.work("no-packages")).args(["-c", START]);
    command.arg("--quiet").arg("--wit-path").arg(project.work("wit")).args(["--world", WORLD]);
    command.args(["componentize", "crossdock_entry", "--stub-wasi", "--python-path"]).arg(project.work("python"));
    command.args(["--python-path", "src", "--output"]).arg(&out);
    progress::step("making a component of Python", || run(&mut command, "componentize-py"))?;
    let component = fs::read(&out).with_context(|| format!("componentize-py left no {}", out.display()))?;
    Ok(Built { id: project.id, component })
}

fn main_module(project: &Project) -> anyhow::Result<String> {
    let file = project.folder.join("pyproject.toml");
    let text = fs::read_to_string(&file)?;
    let table: toml::Table = text.parse().with_context(|| format!("cannot read {}", file.display()))?;
    let named = table.get("tool").and_then(|tool| tool.get("crossdock")).and_then(|ours| ours.get("module"));
    let main = named.and_then(toml::Value::as_str).unwrap_or(MAIN).to_owned();
    let is_name =
        !main.is_empty() && main.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
    anyhow::ensure!(is_name, "{main:?} is no module's name (pyproject.toml, tool.crossdock.module)");
    let path = project.folder.join("src").join(main.replace('.', "/"));
    let is_there = path.with_extension("py").is_file() || path.join("__init__.py").is_file();
    anyhow::ensure!(
        is_there,
        "there is no module {main} in src/; `module` under [tool.crossdock] in pyproject.toml names the plugin's first module"
    );
    Ok(main)
}

/// The module that joins the host's functions, the helper package and the plugin.
fn entry(project: &Project, main: &str) -> anyhow::Result<String> {
    let mut text = String::from("# Written by `crossdock plugin build`.\nfrom crossdock_sdk import glue\n");
    writeln!(text, "import {main} as courier")?;
    // A JSON text is a text in Python too.
    writeln!(text, "\nPlugin = glue.plugin({})", serde_json::to_string(&project.description)?)?;
    for capability in &project.capabilities {
        let name = pascal(capability);
        writeln!(text, "{name} = glue.serve(\"{name}\", courier)")?;
    }
    Ok(text)
}

/// `service-points` as `ServicePoints`.
fn pascal(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}
