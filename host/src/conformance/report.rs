//! What the suite found.

use serde::Serialize;

use crate::plugin::Plugin;

/// Problems of one check that are told; the rest says nothing new.
const MAX_PROBLEMS: usize = 10;

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// What the plugin says of itself.
    Description,
    /// A call of every function that is declared.
    Capabilities,
    /// Recorded calls, replayed.
    Fixtures,
    /// Answers that no documentation promised.
    BadAnswers,
    /// The same call twice.
    Deterministic,
}

impl Group {
    /// Returns the group's word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Capabilities => "capabilities",
            Self::Fixtures => "fixtures",
            Self::BadAnswers => "bad answers",
            Self::Deterministic => "deterministic",
        }
    }
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it is about.
    pub group: Group,
    /// What exactly.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// How many calls it took.
    pub calls: u32,
    /// What is wrong, and where; the first ten.
    pub problems: Vec<String>,
    /// How many more problems there are.
    pub more_problems: usize,
}

impl Check {
    /// Makes a check that took this many calls and found these problems.
    pub fn new(group: Group, name: impl Into<String>, calls: u32, mut problems: Vec<String>) -> Self {
        let more_problems = problems.len().saturating_sub(MAX_PROBLEMS);
        problems.truncate(MAX_PROBLEMS);
        Self { group, name: name.into(), ok: problems.is_empty(), calls, problems, more_problems }
    }
}

/// All that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The courier's id.
    pub id: String,
    /// The plugin's version.
    pub version: String,
    /// The component's SHA-256.
    pub digest: String,
    /// Whether everything holds.
    pub ok: bool,
    /// How many checks hold.
    pub passed: usize,
    /// How many do not.
    pub failed: usize,
    /// One by one.
    pub checks: Vec<Check>,
    /// What is allowed and yet worth a thought.
    pub warnings: Vec<String>,
}

impl Report {
    pub(super) fn of(plugin: &Plugin) -> Self {
        Self {
            id: plugin.id().to_string(),
            version: plugin.version().to_owned(),
            digest: plugin.digest().to_owned(),
            ok: true,
            passed: 0,
            failed: 0,
            checks: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn extend(&mut self, checks: Vec<Check>) {
        for check in checks {
            self.ok &= check.ok;
            match check.ok {
                true => self.passed += 1,
                false => self.failed += 1,
            }
            self.checks.push(check);
        }
    }
}
