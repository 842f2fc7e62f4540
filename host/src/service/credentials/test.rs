//! Trying an account, and saying what was the cause if it does not work.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::credential::CheckedAccount;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::CredentialId;
use crate::model::question::Question;
use crate::plugin::CallError;
use crate::service::audit;
use crate::service::connection::{ASK_DEADLINE, Connection, plugin};
use crate::service::error::{Error, Result};
use crate::service::recordings;
use crate::store::credentials;

use super::fields::{self, Entered};

/// What a failed test was due to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestCause {
    /// The courier rejects the account.
    Account,
    /// The courier could not be reached.
    Network,
    /// The courier answered, but not as it should.
    Courier,
    /// A limit of the courier or of the host.
    Limit,
    /// The plugin broke.
    Plugin,
}

impl TestCause {
    /// Returns the cause's word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Network => "network",
            Self::Courier => "courier",
            Self::Limit => "limit",
            Self::Plugin => "plugin",
        }
    }
}

/// How a test ended.
#[derive(Debug)]
pub enum TestOutcome {
    /// The account works.
    Works(CheckedAccount),
    /// It does not, or nobody knows.
    Failed(Box<Failure>),
    /// The plugin broke.
    Broke(CallError),
}

impl TestOutcome {
    /// Returns what it was due to, if it failed.
    pub fn cause(&self) -> Option<TestCause> {
        match self {
            Self::Works(_) => None,
            Self::Broke(_) => Some(TestCause::Plugin),
            Self::Failed(failure) => Some(match failure.kind {
                FailureKind::Auth | FailureKind::InvalidInput | FailureKind::NotFound | FailureKind::Conflict => {
                    TestCause::Account
                }
                FailureKind::Timeout => TestCause::Network,
                FailureKind::Unavailable if failure.courier_status.is_none() => TestCause::Network,
                FailureKind::RateLimited => TestCause::Limit,
                FailureKind::Unavailable | FailureKind::Unsupported | FailureKind::UnexpectedAnswer => {
                    TestCause::Courier
                }
            }),
        }
    }

    /// Returns the outcome's word in the database: `ok` or a failure kind's word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Works(_) => "ok",
            Self::Failed(failure) => failure.kind.as_str(),
            Self::Broke(_) => "plugin",
        }
    }

    /// Returns words for a person, if it failed.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Works(_) => None,
            Self::Failed(failure) => Some(failure.message.clone()),
            // What exactly broke stands in the log: a refused result may hold anything.
            Self::Broke(error) => Some(format!("the courier's plugin gave no answer: {}", error.as_str())),
        }
    }

    pub(super) fn into_result(self, courier: &CourierId) -> Result<Self> {
        match self {
            Self::Works(_) => Ok(self),
            // Where nothing can be tested, nothing failed.
            Self::Failed(failure) if failure.kind == FailureKind::Unsupported => Ok(Self::Failed(failure)),
            Self::Failed(failure) => Err(Error::Courier { courier: courier.clone(), failure }),
            Self::Broke(error) => Err(error.into()),
        }
    }
}

/// Tries a stored credential and keeps how it ended.
///
/// # Errors
///
/// `NotFound`; a failed test is no error.
pub async fn test(app: &App, merchant: &Merchant, id: &CredentialId) -> Result<TestOutcome> {
    let stored = super::find(app, merchant, id).await?;
    let connection = Connection::open(app, merchant.id(), &stored).await?.speaking(merchant.locale());
    let outcome = try_account(app, &connection).await;
    let mut tx = app.db.begin(merchant.id()).await?;
    credentials::record_test(&mut tx, merchant.id(), id, outcome.word(), outcome.detail().as_deref(), app.clock.now())
        .await?;
    audit::write(app, &mut tx, merchant, "credential.tested", id.as_str(), [("outcome", outcome.word())]).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Tries what a merchant typed in, without saving it.
///
/// # Errors
///
/// `Invalid` with a pointer per wrong field; a failed test is no error.
pub async fn test_unsaved(
    app: &App,
    merchant: &Merchant,
    courier: &CourierId,
    entered: Entered,
) -> Result<TestOutcome> {
    let plugin = plugin(app, courier)
        .map_err(|_| Error::invalid("/courier", "unknown_courier", format!("no courier {courier} is installed")))?;
    let account = fields::check(app, merchant, plugin.description(), entered)?;
    let connection = Connection::unsaved(plugin, merchant, account.view, account.secrets);
    Ok(try_account(app, &connection).await)
}

pub(super) async fn try_account(app: &App, connection: &Connection) -> TestOutcome {
    if !connection.offers("auth", "check") {
        let words = "this courier has no way to test an account; it is saved untested";
        return TestOutcome::Failed(Box::new(Failure::new(FailureKind::Unsupported, "no_test", words)));
    }
    let running = connection.start_by_hand(app, "check", ASK_DEADLINE);
    let outcome = connection.plugin.check(running.call).await;
    recordings::finish(running.recording, &outcome, || Question::Check);
    match outcome {
        Ok(Ok(account)) => TestOutcome::Works(account),
        Ok(Err(failure)) => TestOutcome::Failed(Box::new(failure)),
        Err(error) => TestOutcome::Broke(error),
    }
}
