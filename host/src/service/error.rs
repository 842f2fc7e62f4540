//! What can go wrong in a use case, without HTTP.

use crate::model::courier::CourierId;
use crate::model::failure::{Failure, Problem};
use crate::model::id::{DocumentId, ShipmentId};
use crate::plugin::CallError;
use crate::store;
use crate::vault::VaultError;

/// A use case that gave no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The merchant has no such thing; another merchant's does not exist either.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Wrong input; final until the caller changes it.
    #[error("{}", problems.first().map_or("the request is wrong", |problem| &problem.detail))]
    Invalid {
        /// All that is wrong, with pointers into the request.
        problems: Vec<Problem>,
    },
    /// What is asked for does not fit to what is there.
    #[error("{detail}")]
    Conflict {
        /// A machine word.
        code: &'static str,
        /// What clashes, and what to do.
        detail: String,
    },
    /// Neither the courier nor this account offers it.
    #[error("{detail}")]
    Unsupported {
        /// A machine word: `unsupported` or `no_test_environment`.
        code: &'static str,
        /// What is not offered, and why.
        detail: String,
    },
    /// There are several labels of a format that cannot be joined into one file.
    #[error("the shipment has {} labels that cannot be joined as {format}", documents.len())]
    SeveralLabels {
        /// Of which shipment.
        shipment: ShipmentId,
        /// In which format.
        format: String,
        /// The labels, in the order of the parcels.
        documents: Vec<DocumentId>,
    },
    /// A request under the same idempotency key is under way.
    #[error("a request with this idempotency key is still under way")]
    StillRunning,
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// The courier refused, or did not answer.
    #[error("{courier}: {failure}")]
    Courier {
        /// Who.
        courier: CourierId,
        /// Why.
        failure: Box<Failure>,
    },
    /// The plugin broke. Every call starts afresh, so trying again may help.
    #[error(transparent)]
    Plugin(#[from] CallError),
    /// A stored secret cannot be opened: the root key is another one, or the row was tampered with.
    #[error("a stored secret cannot be opened: {0}")]
    Vault(#[from] VaultError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// Makes an error about one place in the request.
    pub fn invalid(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid { problems: vec![Problem { pointer: pointer.into(), code: code.into(), detail: detail.into() }] }
    }

    /// Makes an error of a courier's failure.
    pub fn courier(courier: &CourierId, failure: Failure) -> Self {
        Self::Courier { courier: courier.clone(), failure: Box::new(failure) }
    }
}

/// A use case's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
