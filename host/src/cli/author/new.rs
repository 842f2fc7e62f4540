//! `crossdock plugin new`: a project that builds, with a test that passes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;
use serde::Serialize;

use super::sdk;
use crate::cli::output;
use crate::model::courier::CourierId;

// `TEMPLATES`: language, path in the project, bytes; made from `sdk/templates` by build.rs.
include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// Words that no crate of Rust can be called, as far as they are couriers' ids.
const RESERVED: [&str; 38] = [
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "proc-macro",
    "self",
    "std",
    "super",
    "test",
    "try",
    "type",
    "use",
];

/// The language that a plugin is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// The SDK's own
    Rust,
    /// JavaScript, through QuickJS
    Js,
    /// Python
    Python,
}

impl Language {
    /// The template's folder.
    fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Js => "js",
            Self::Python => "python",
        }
    }
}

/// What to start.
#[derive(clap::Args)]
pub struct NewArgs {
    /// The courier's id, and the folder's name: 2 to 32 characters a-z, 0-9 and -, a letter first
    #[arg(value_parser = parse_name)]
    name: CourierId,
    /// What it is written in
    #[arg(long, value_enum, default_value = "rust")]
    lang: Language,
    /// The courier's name as people write it [default: made from the id]
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// The folder of the SDK [default: that of the source this program was built from]
    #[arg(long, value_name = "FOLDER")]
    sdk: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What was written.
#[derive(Serialize)]
struct Written {
    id: CourierId,
    folder: PathBuf,
    sdk: PathBuf,
    files: Vec<String>,
    /// What to do next, line by line.
    next: Vec<String>,
}

/// Writes the project.
///
/// # Errors
///
/// If the folder exists, the SDK cannot be found, there is no template, or a file cannot be written.
pub async fn run(args: NewArgs) -> anyhow::Result<()> {
    let folder = PathBuf::from(args.name.as_str());
    anyhow::ensure!(
        !folder.exists(),
        "{} exists, and nothing is overwritten: choose another name, or move it away",
        folder.display()
    );
    anyhow::ensure!(
        args.lang != Language::Rust || !RESERVED.contains(&args.name.as_str()),
        "{} is a word of Rust, and no crate can be called so: add one, such as {}-parcel",
        args.name,
        args.name
    );
    let sdk = sdk::find(args.sdk.as_deref())?;
    let names = Names::new(&args.name, args.display_name.as_deref(), &sdk)?;
    let files = write(&folder, args.lang, &names)?;
    if args.lang == Language::Rust {
        copy_lock(&sdk, &folder)?;
    }
    let written = Written { next: next_steps(&args.name, args.lang), id: args.name, folder, sdk, files };
    output::print(args.json, &written, |out| {
        writeln!(out, "{} holds a courier that tracks ({} files).\n", written.folder.display(), written.files.len())?;
        written.next.iter().try_for_each(|line| writeln!(out, "{line}"))
    })
}

fn parse_name(text: &str) -> Result<CourierId, &'static str> {
    text.parse().map_err(|_| "a courier's id is 2 to 32 characters a-z, 0-9 and -, a letter first")
}

/// What stands for the placeholders of a template.
struct Names {
    pairs: [(&'static str, String); 5],
}

impl Names {
    fn new(id: &CourierId, display_name: Option<&str>, sdk: &Path) -> anyhow::Result<Self> {
        let words = || id.as_str().split('-').filter(|word| !word.is_empty()).map(capital);
        let display_name = display_name.map_or_else(|| words().collect::<Vec<_>>().join(" "), str::to_owned);
        let is_plain = !display_name.trim().is_empty() && !display_name.contains(['"', '\\']);
        anyhow::ensure!(
            is_plain && !display_name.chars().any(char::is_control),
            "the courier's name is to be one line without quotation marks and backslashes"
        );
        let sdk = sdk.to_str().context("the SDK's path is not Unicode")?;
        anyhow::ensure!(!sdk.contains(['"', '\\']), "the SDK's path has quotation marks or backslashes: {sdk}");
        let (type_name, module) = (words().collect::<String>(), id.as_str().replace('-', "_"));
        Ok(Self {
            pairs: [
                ("{{id}}", id.to_string()),
                ("{{name}}", display_name),
                ("{{type}}", type_name),
                ("{{module}}", module),
                ("{{sdk}}", sdk.to_owned()),
            ],
        })
    }

    fn fill(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_owned(), |text, (placeholder, name)| text.replace(placeholder, name))
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn write(folder: &Path, language: Language, names: &Names) -> anyhow::Result<Vec<String>> {
    let template: Vec<_> = TEMPLATES.iter().filter(|(of, _, _)| *of == language.folder()).collect();
    anyhow::ensure!(
        !template.is_empty(),
        "this build of crossdock has no template for {}: sdk/templates/{} was missing when it was built",
        language.folder(),
        language.folder()
    );
    let mut files = Vec::new();
    for (_, path, bytes) in template {
        let path = names.fill(path);
        let file = folder.join(&path);
        let parent = file.parent().context("a file has a folder")?;
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        // What is not text has no placeholders.
        let filled = std::str::from_utf8(bytes).map_or_else(|_| bytes.to_vec(), |text| names.fill(text).into_bytes());
        fs::write(&file, filled).with_context(|| format!("cannot write {}", file.display()))?;
        files.push(path);
    }
    Ok(files)
}

/// The dependencies that the SDK was tested with; cargo drops what the plugin does not need.
fn copy_lock(sdk: &Path, folder: &Path) -> anyhow::Result<()> {
    let lock = sdk.join("../Cargo.lock");
    if lock.is_file() {
        fs::copy(&lock, folder.join("Cargo.lock")).with_context(|| format!("cannot copy {}", lock.display()))?;
    }
    Ok(())
}

fn next_steps(id: &CourierId, language: Language) -> Vec<String> {
    let mut steps = vec!["Next:".to_owned(), format!("  cd {id}")];
    if language == Language::Rust {
        steps.push("  cargo test                      # the recorded calls, natively".to_owned());
    }
    steps.extend([
        "  crossdock plugin test           # builds the component and runs the conformance suite".to_owned(),
        format!("  crossdock plugin build --out {id}.wasm"),
        format!("  crossdock plugin check {id}.wasm  # what it asks an operator for"),
        "README.md says what to change first.".to_owned(),
    ]);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_all_other_braces_stay() {
        let id: CourierId = "acme-express2".parse().unwrap();
        let names = Names::new(&id, None, Path::new("/x/sdk")).unwrap();
        let text = "{{id}} {{name}} {{type}} {{module}} {{sdk}} {{other}} {id}";
        assert_eq!(names.fill(text), "acme-express2 Acme Express2 AcmeExpress2 acme_express2 /x/sdk {{other}} {id}");
        assert!(Names::new(&id, Some("A\"cme"), Path::new("/x/sdk")).is_err());
    }
}
