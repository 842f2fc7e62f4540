//! The way to a courier that is a recording.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use crossdock_cases::{Answer, FailureKind as RecordedKind, HostFailure, Keep, KeepEncoding, Made, Player};
use crossdock_contract::Description;
use crossdock_contract::description::HmacAlgorithm;

use crate::model::credential::AccountView;
use crate::model::exchange::{self as exchange, CourierRequest, CourierResponse};
use crate::model::failure::{Failure, FailureKind, Problem};
use crate::outbound;
use crate::plugin::Wire;

/// Hands requests to a player, after the checks that they pass before they leave.
pub struct Played {
    player: Player,
    description: Arc<Description>,
    account: AccountView,
    refused: Mutex<Vec<String>>,
}

impl Played {
    /// Plays to this account of a plugin.
    pub fn new(player: Player, description: &Arc<Description>, account: &AccountView) -> Arc<Self> {
        let (description, account) = (Arc::clone(description), account.clone());
        Arc::new(Self { player, description, account, refused: Mutex::default() })
    }

    /// What was asked.
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// Requests that break a rule of the contract or of the description, with the rule.
    pub fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Wire for Played {
    async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure> {
        if let Err(failure) = outbound::check_request(&self.description, &self.account, &request) {
            let rule = format!("{}: {}", failure.code, failure.message);
            let line = format!("{} {} is refused by the host: {rule}", request.method.as_str(), request.path);
            self.refused.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            return Err(failure);
        }
        let answer = made(&request, |made| self.player.answer(made));
        let Answer { status, headers, body } = answer.map_err(failure_of)?;
        Ok(CourierResponse { status, headers, body })
    }

    fn verify(&self, _: HmacAlgorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        self.player.verifies()
    }

    fn scrub(&self, text: &str) -> String {
        text.to_owned()
    }

    fn take_kept(&self, _: u32) -> Option<Vec<u8>> {
        None
    }
}

/// Shows a request as the files of a case tell it.
pub fn made<T>(request: &CourierRequest, show: impl FnOnce(&Made<'_>) -> T) -> T {
    let keep: Vec<Keep> = request.keep.iter().map(keep).collect();
    show(&Made {
        endpoint: &request.endpoint,
        method: request.method.as_str(),
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        body: request.body.as_deref(),
        keep: &keep,
        repeatable: request.repeatable,
    })
}

fn keep(keep: &exchange::Keep) -> Keep {
    let encoding = match keep.encoding {
        exchange::KeepEncoding::Base64 => KeepEncoding::Base64,
        exchange::KeepEncoding::Hex => KeepEncoding::Hex,
        exchange::KeepEncoding::Text => KeepEncoding::Text,
        exchange::KeepEncoding::ByteArray => KeepEncoding::ByteArray,
        exchange::KeepEncoding::Body => KeepEncoding::Body,
    };
    Keep { pointer: keep.pointer.clone(), encoding }
}

fn failure_of(failure: HostFailure) -> Failure {
    let problem = |problem: crossdock_cases::Problem| Problem {
        pointer: problem.pointer,
        code: problem.code,
        detail: problem.detail,
    };
    Failure {
        kind: kind_of(failure.kind),
        code: failure.code,
        message: failure.message,
        problems: failure.problems.into_iter().map(problem).collect(),
        retry_after_ms: failure.retry_after_ms,
        courier_status: failure.courier_status,
        request_sent: failure.request_sent,
    }
}

fn kind_of(kind: RecordedKind) -> FailureKind {
    match kind {
        RecordedKind::Auth => FailureKind::Auth,
        RecordedKind::NotFound => FailureKind::NotFound,
        RecordedKind::InvalidInput => FailureKind::InvalidInput,
        RecordedKind::Conflict => FailureKind::Conflict,
        RecordedKind::RateLimited => FailureKind::RateLimited,
        RecordedKind::Unavailable => FailureKind::Unavailable,
        RecordedKind::Timeout => FailureKind::Timeout,
        RecordedKind::Unsupported => FailureKind::Unsupported,
        RecordedKind::UnexpectedAnswer => FailureKind::UnexpectedAnswer,
    }
}
