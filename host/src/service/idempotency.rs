//! One answer for one key: what was answered before is answered again, and nothing is done twice.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::model::booking::Booking;
use crate::model::courier::CourierId;
use crate::model::failure::Failure;
use crate::model::id::{MerchantId, ShipmentId};
use crate::store::Tx;
use crate::store::idempotency::{self as rows, Begun, IdempotencyPlace, IdempotencyRecord, IdempotencyState};
use crate::store::shipments::ShipmentState;

use super::connection::BOOK_DEADLINE;
use super::error::{Error, Result};
use super::shipments::{self, ShipmentView};

/// How long an answer is kept: a booking is settled after 24 hours at the latest, and a caller may come back after that.
pub const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// How long after a booking's deadline a request that is still `running` is taken for one whose process died.
const GRACE: SignedDuration = SignedDuration::from_secs(15);

/// Which request it is.
#[derive(Debug, Clone)]
pub struct Key {
    /// The caller's key.
    pub key: String,
    /// Upper-case.
    pub method: &'static str,
    /// The path's template.
    pub path: &'static str,
    /// Digest of the canonical body.
    pub fingerprint: String,
}

/// An answer as it goes to the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP's number; only `http` gives it a meaning.
    pub status: u16,
    /// The body's type.
    pub content_type: &'static str,
    /// Which version of a row that can be changed it shows.
    pub version: Option<i64>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer, and whether it was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The answer; `None` where nobody waits for one.
    pub answer: Option<Answer>,
    /// Whether it was given before.
    pub is_replay: bool,
}

impl Answered {
    /// An answer that is given for the first time.
    pub fn fresh(answer: Answer) -> Self {
        Self { answer: Some(answer), is_replay: false }
    }

    /// Nobody waits.
    pub fn none() -> Self {
        Self { answer: None, is_replay: false }
    }

    fn again(answer: Answer) -> Self {
        Self { answer: Some(answer), is_replay: true }
    }
}

/// Which key a caller whose request failed tries again with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextKey {
    /// The same: nothing was done, trying again may help, and the key was given back.
    Same,
    /// A new one: this answer is kept for the key.
    New,
}

impl NextKey {
    /// Nothing came of a request that failed so; its key is given back where the caller is told to try again, since a kept
    /// answer would be all that a retry ever gets.
    pub fn after(failure: &Failure) -> Self {
        if failure.kind.is_retryable() { Self::Same } else { Self::New }
    }
}

/// How `http` writes answers, so that they can be kept in the outcome's transaction.
#[derive(Clone, Copy)]
pub struct Render {
    /// Of a shipment.
    pub shipment: fn(&ShipmentView) -> Answer,
    /// Of a booking that was only checked.
    pub dry_run: fn(&CourierId, &Booking) -> Answer,
    /// Of an error after which nothing was done, and of what to do about it.
    pub error: fn(Error, NextKey) -> Answer,
}

/// Returns the answer to a request that came before; `None` if it is new.
///
/// # Errors
///
/// `KeyReused` if it was another request, `StillRunning` if it has no outcome yet.
pub async fn replay(app: &App, merchant: &MerchantId, key: &Key, render: Render) -> Result<Option<Answered>> {
    let Some(record) = record(app, merchant, key).await? else { return Ok(None) };
    match &record.shipment_id {
        Some(shipment) if kept(&record).is_none() => current(app, merchant, shipment, &record, render).await.map(Some),
        _ => settled(&record, app.clock.now()).map(Some),
    }
}

/// Claims a key for a request that changes nothing but our own rows; `Some` is the answer that was given before.
///
/// # Errors
///
/// As [`replay`].
pub async fn claim(app: &App, merchant: &MerchantId, key: &Key) -> Result<Option<Answered>> {
    let now = app.clock.now();
    if let Some(record) = record(app, merchant, key).await? {
        return settled(&record, now).map(Some);
    }
    let mut tx = app.db.begin(merchant).await?;
    let is_new = begin(&mut tx, merchant, key, None, now).await?;
    tx.commit().await?;
    if is_new { Ok(None) } else { Err(Error::StillRunning) }
}

/// Keeps the answer to a request whose key was claimed; without one it failed, and its key is given back.
///
/// # Errors
///
/// `Store` if that cannot be written down.
pub async fn release(app: &App, merchant: &MerchantId, key: &Key, answer: Option<&Answer>) -> Result<()> {
    let mut tx = app.db.begin(merchant).await?;
    match answer {
        Some(answer) => finish(&mut tx, merchant, key, answer).await?,
        None => rows::forget(&mut tx, merchant, &place(key)).await?,
    }
    Ok(tx.commit().await?)
}

/// Returns what is known of a request that came before and has not expired.
async fn record(app: &App, merchant: &MerchantId, key: &Key) -> Result<Option<IdempotencyRecord>> {
    let mut tx = app.db.begin_read(merchant).await?;
    let record = rows::get(&mut tx, merchant, &place(key)).await?;
    match record.filter(|record| record.expires_at > app.clock.now()) {
        Some(record) if record.fingerprint != key.fingerprint => Err(Error::KeyReused),
        record => Ok(record),
    }
}

/// The answer that was kept, or why there is none.
fn settled(record: &IdempotencyRecord, now: Timestamp) -> Result<Answered> {
    if let Some(answer) = kept(record) {
        return Ok(Answered::again(answer));
    }
    if is_abandoned(record, now) {
        let detail = "the host stopped before its answer was kept; look at the list before asking again".to_owned();
        return Err(Error::Conflict { code: "outcome_unknown", detail });
    }
    Err(Error::StillRunning)
}

/// What is known by now of a booking whose answer was never kept: its process died, or its outcome came later.
async fn current(
    app: &App,
    merchant: &MerchantId,
    id: &ShipmentId,
    record: &IdempotencyRecord,
    render: Render,
) -> Result<Answered> {
    let view = shipments::load(app, merchant, id).await?;
    let shipment = &view.shipment;
    match (shipment.state, &shipment.failure) {
        (ShipmentState::Intent, _) if !is_abandoned(record, app.clock.now()) => Err(Error::StillRunning),
        (ShipmentState::Failed, Some(failure)) => {
            let error = Error::courier(&shipment.courier, failure.0.clone());
            Ok(Answered::again((render.error)(error, NextKey::New)))
        }
        _ => Ok(Answered::again((render.shipment)(&view))),
    }
}

fn is_abandoned(record: &IdempotencyRecord, now: Timestamp) -> bool {
    let deadline = SignedDuration::try_from(BOOK_DEADLINE).unwrap_or(SignedDuration::MAX);
    now.duration_since(record.created_at) > deadline.saturating_add(GRACE)
}

/// Records a request as running; `false` if it came before. In the transaction that writes the intent; `shipment` is what it books.
pub async fn begin(
    tx: &mut Tx,
    merchant: &MerchantId,
    key: &Key,
    shipment: Option<&ShipmentId>,
    now: Timestamp,
) -> Result<bool> {
    let place = place(key);
    let expires_at = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
    match (rows::begin(tx, merchant, &place, &key.fingerprint, now, expires_at).await?, shipment) {
        (Begun::Before(_), _) => Ok(false),
        (Begun::New, Some(shipment)) => Ok(rows::link_shipment(tx, merchant, &place, shipment).await?),
        (Begun::New, None) => Ok(true),
    }
}

/// Keeps the answer, in the transaction that writes the outcome.
pub async fn finish(tx: &mut Tx, merchant: &MerchantId, key: &Key, answer: &Answer) -> Result<()> {
    let mut headers = vec![(CONTENT_TYPE.to_owned(), answer.content_type.to_owned())];
    headers.extend(answer.version.map(|version| (VERSION.to_owned(), version.to_string())));
    rows::finish(tx, merchant, &place(key), IdempotencyState::Done, answer.status, &headers, &answer.body).await?;
    Ok(())
}

/// Keeps the answer to a request that failed, or gives its key back, in the transaction that writes the outcome.
pub async fn fail(tx: &mut Tx, merchant: &MerchantId, key: &Key, answer: &Answer, next: NextKey) -> Result<()> {
    match next {
        NextKey::New => finish(tx, merchant, key, answer).await,
        NextKey::Same => Ok(rows::forget(tx, merchant, &place(key)).await?),
    }
}

fn place(key: &Key) -> IdempotencyPlace {
    IdempotencyPlace { key: key.key.clone(), method: key.method.to_owned(), path: key.path.to_owned() }
}

fn kept(record: &IdempotencyRecord) -> Option<Answer> {
    let status = u16::try_from(record.status?).ok()?;
    let header = |name| record.headers.iter().find(|(kept, _)| kept == name).map(|(_, value)| value.as_str());
    let is_problem = header(CONTENT_TYPE) == Some(PROBLEM_JSON);
    let content_type = if is_problem { PROBLEM_JSON } else { JSON };
    (record.state == IdempotencyState::Done).then(|| Answer {
        status,
        content_type,
        version: header(VERSION).and_then(|version| version.parse().ok()),
        body: record.body.clone().unwrap_or_default(),
    })
}

/// What is kept beside a body: its type.
const CONTENT_TYPE: &str = "content-type";
/// What is kept beside a body: the version of the row that it shows.
const VERSION: &str = "version";
/// The type of an answer's body.
pub const JSON: &str = "application/json";
/// The type of a problem's body (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
