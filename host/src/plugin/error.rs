//! Why a plugin was not loaded, and why a call of one gave no answer.

use std::path::PathBuf;

use crossdock_contract::check::Flaw;

use crate::model::courier::CourierId;
use crate::model::failure::{Failure, FailureKind, PLUGIN_BUSY, PLUGIN_FAILED, PLUGIN_TIMEOUT};

/// A component that was not put in charge. Whatever served before goes on.
#[derive(Debug, thiserror::Error)]
#[error("plugin {} was not loaded: {fault}", name(self))]
pub struct LoadError {
    /// The file, where it came from one.
    pub file: Option<PathBuf>,
    /// The courier, once the description could be read.
    pub courier: Option<String>,
    /// The plugin's version, once the description could be read.
    pub version: Option<String>,
    /// The component's SHA-256, once it was read.
    pub digest: Option<String>,
    /// Why.
    #[source]
    pub fault: LoadFault,
}

/// What is wrong with a component. None of it gets better by trying the same bytes again, but for `Io` and `Engine`.
#[derive(Debug, thiserror::Error)]
pub enum LoadFault {
    /// The file or the cache could not be read.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// More bytes than a component may have.
    #[error("it has {size_bytes} bytes, and the limit is {limit_bytes}")]
    TooLarge {
        /// How many it has.
        size_bytes: u64,
        /// How many it may have.
        limit_bytes: u64,
    },
    /// Compiled code: only the host's own is ever run.
    #[error("it is native code, not a component")]
    NativeCode,
    /// Not a component at all.
    #[error("it is not a WebAssembly component: {0}")]
    NotAComponent(String),
    /// It was built against a contract that this host does not serve.
    #[error("it was built against contract {found}, and this host serves {served}: {advice}")]
    ContractVersion {
        /// The version that its imports and exports name.
        found: String,
        /// The versions that the host serves.
        served: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// Its interfaces are of two versions.
    #[error("it names contract {one} and contract {other}: build all of it against one")]
    MixedContracts {
        /// One of them.
        one: String,
        /// Another.
        other: String,
    },
    /// It has nothing of the contract.
    #[error("it exports no interface of {0}")]
    NoContract(&'static str),
    /// It wants something that no plugin gets.
    #[error("it imports {0}, which no plugin gets")]
    ForeignImport(String),
    /// Its types are not the contract's.
    #[error("it does not fit the world {world} of contract {contract}: {reason}")]
    Mismatch {
        /// The version of the contract.
        contract: String,
        /// The world it was held against.
        world: String,
        /// What does not fit.
        reason: String,
    },
    /// It cannot be compiled, or needs more than the pool gives.
    #[error("it cannot be compiled: {0}")]
    Compile(String),
    /// Compiling took too long, or its thread died.
    #[error("compiling it took too long or broke off")]
    CompileBrokeOff,
    /// `describe` failed.
    #[error("its describe failed: {0}")]
    Describe(String),
    /// The description cannot be read.
    #[error("its description cannot be read at {path}: {reason}")]
    DescriptionSyntax {
        /// Where in the document.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// The description contradicts itself or the component.
    #[error("its description has flaws: {}", flaws(.0))]
    Description(Vec<Flaw>),
    /// Two files in one folder are the same courier.
    #[error("{other} is the same courier")]
    Duplicate {
        /// The file that came first.
        other: String,
    },
    /// A folder with more components than a host takes.
    #[error("the folder holds more than {limit} components")]
    TooMany {
        /// How many it may hold.
        limit: usize,
    },
    /// The engine itself could not be started.
    #[error("the engine cannot start: {0}")]
    Engine(String),
}

impl LoadFault {
    /// Names the file or the plugin that it is about.
    pub(super) fn at(self, file: Option<PathBuf>, digest: Option<String>) -> LoadError {
        LoadError { file, courier: None, version: None, digest, fault: self }
    }
}

fn name(error: &LoadError) -> String {
    let file = error.file.as_deref().map(|path| path.display().to_string());
    match (&error.courier, &error.version, file) {
        (Some(courier), Some(version), Some(file)) => format!("{courier} {version} ({file})"),
        (Some(courier), Some(version), None) => format!("{courier} {version}"),
        (_, _, Some(file)) => file,
        _ => error.digest.clone().unwrap_or_else(|| "without a name".to_owned()),
    }
}

fn flaws(list: &[Flaw]) -> String {
    /// Enough to start mending; the rest is found on the next try.
    const SHOWN: usize = 10;
    list.iter().take(SHOWN).map(|flaw| flaw.to_string()).collect::<Vec<_>>().join("; ")
}

/// A plugin call that gave no answer. The next call gets a fresh instance whatever happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The plugin does not export it, or its description does not give it to the account kind. Final.
    #[error("plugin {courier} {version} does not offer {capability} to this account kind")]
    NotOffered {
        /// Whose plugin.
        courier: CourierId,
        /// Its version.
        version: String,
        /// The capability's interface.
        capability: &'static str,
    },
    /// The guest crashed. The same arguments would crash it again.
    #[error("plugin {courier} {version} crashed: {reason}")]
    Trap {
        /// Whose plugin.
        courier: CourierId,
        /// Its version.
        version: String,
        /// The trap's word, never a guest's.
        reason: String,
    },
    /// The call took longer than it may. Worth a retry where nothing had been sent.
    #[error("plugin {courier} {version} ran past its deadline of {deadline_ms} ms")]
    DeadlineExceeded {
        /// Whose plugin.
        courier: CourierId,
        /// Its version.
        version: String,
        /// The deadline.
        deadline_ms: u64,
    },
    /// The guest used more than it may. The same arguments would do so again.
    #[error("plugin {courier} {version} passed its limit on {limit}")]
    LimitExceeded {
        /// Whose plugin.
        courier: CourierId,
        /// Its version.
        version: String,
        /// Which one.
        limit: &'static str,
    },
    /// The guest returned what the contract forbids.
    #[error("plugin {courier} {version} returned a bad result: {what}")]
    BadResult {
        /// Whose plugin.
        courier: CourierId,
        /// Its version.
        version: String,
        /// What is wrong, and where.
        what: String,
    },
    /// Too many calls at once. Worth a retry soon.
    #[error("plugin {courier} {version} is busy")]
    Busy {
        /// Whose plugin.
        courier: CourierId,
        /// Its version.
        version: String,
    },
}

impl CallError {
    /// Returns the error's word in logs and metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotOffered { .. } => "not_offered",
            Self::Trap { .. } => "trap",
            Self::DeadlineExceeded { .. } => "deadline_exceeded",
            Self::LimitExceeded { .. } => "limit_exceeded",
            Self::BadResult { .. } => "bad_result",
            Self::Busy { .. } => "busy",
        }
    }

    /// Whether the guest was started, so that a request may have left.
    pub fn was_started(&self) -> bool {
        !matches!(self, Self::NotOffered { .. } | Self::Busy { .. })
    }
}

impl CallError {
    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::DeadlineExceeded { .. } | Self::Busy { .. })
    }

    /// Says in the contract's words what the error means to a booking; `request_sent`: whether a request had left before.
    pub fn to_failure(&self, request_sent: bool) -> Failure {
        let (kind, code) = match self {
            Self::NotOffered { .. } => (FailureKind::Unsupported, "unsupported"),
            Self::DeadlineExceeded { .. } => (FailureKind::Timeout, PLUGIN_TIMEOUT),
            Self::Busy { .. } => (FailureKind::Unavailable, PLUGIN_BUSY),
            Self::Trap { .. } | Self::LimitExceeded { .. } | Self::BadResult { .. } => {
                (FailureKind::UnexpectedAnswer, PLUGIN_FAILED)
            }
        };
        Failure { request_sent, ..Failure::new(kind, code, self.to_string()) }
    }
}
