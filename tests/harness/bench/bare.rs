//! The bare handler: axum, one client, the plugin's parser as native code, the host's own tables. No keys, no vault, no
//! sandbox, no limits, no scrubbing: what is left is what any server would have to do.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{self, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use crossdock::model::clock::{Clock as _, OsRandom, SystemClock};
use crossdock::model::courier::CourierId;
use crossdock::model::id::{CourierCallId, CredentialId, EventId, MerchantId, TrackingId};
use crossdock::model::tracking::{Tracking, TrackingEvent};
use crossdock::store::courier_calls::{self, CourierCall};
use crossdock::store::trackings::{self, News, TrackingDetail, TrackingRow};
use crossdock::store::{self, DatabaseUrl, Db, Tx, tracking_events};
use crossdock_sdk::testing::case::CallFile;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::native;

/// As the host's queue of records (service::courier_calls).
const QUEUE_LENGTH: usize = 8_192;
/// As the host's batches.
const BATCH: usize = 512;
/// As long as the host gathers.
const GATHER: Duration = Duration::from_millis(50);
/// Events that are read back, as in the host.
const MAX_EVENTS: u32 = 1_000;
/// Idle connections kept to the sandbox, as `outbound` keeps them.
const MAX_IDLE_CONNECTIONS: usize = 32;

/// How the handler is set up; passed to its process as JSON.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Setup {
    /// A SQLite file with the host's tables, the merchant and the credential.
    pub database: String,
    /// The merchant whose rows are written.
    pub merchant: MerchantId,
    /// The credential that the rows name.
    pub credential: CredentialId,
    /// The sandbox's URL.
    pub sandbox: String,
    /// UPS's client id and secret at the sandbox.
    pub client: (String, String),
    /// Whether each request leaves a row in the log of courier calls.
    pub log_rows: bool,
}

struct Bare {
    setup: Setup,
    courier: CourierId,
    db: Db,
    http: reqwest::Client,
    token: String,
    facts: CallFile,
    calls: Option<mpsc::Sender<CourierCall>>,
}

/// Serves until the process is killed; prints its URL first.
///
/// # Errors
///
/// When the database or the sandbox is not there.
pub async fn serve(setup: Setup) -> anyhow::Result<()> {
    let db = Db::connect(&DatabaseUrl::Sqlite(Path::new(&setup.database).to_owned())).await?;
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .pool_max_idle_per_host(MAX_IDLE_CONNECTIONS)
        .build()?;
    let token = token(&http, &setup).await?;
    let calls = setup.log_rows.then(|| {
        let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
        tokio::spawn(write_calls(db.clone(), receiver));
        sender
    });
    let bare = Arc::new(Bare { courier: "ups".parse()?, facts: native::facts(), setup, db, http, token, calls });
    let app = Router::new().route("/tracking/{number}", get(track)).with_state(bare);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    drop(stdout);
    Ok(axum::serve(listener, app).await?)
}

async fn token(http: &reqwest::Client, setup: &Setup) -> anyhow::Result<String> {
    let answer: Value = http
        .post(format!("{}/ups/security/v1/oauth/token", setup.sandbox))
        .basic_auth(&setup.client.0, Some(&setup.client.1))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials")
        .send()
        .await?
        .json()
        .await?;
    let token = answer["access_token"].as_str();
    Ok(token.ok_or_else(|| anyhow::anyhow!("no token: {answer}"))?.to_owned())
}

async fn track(State(bare): State<Arc<Bare>>, extract::Path(number): extract::Path<String>) -> Response {
    match answer(&bare, &number).await {
        Ok(body) => Json(body).into_response(),
        Err(error) => (http::StatusCode::BAD_GATEWAY, format!("{error:#}")).into_response(),
    }
}

async fn answer(bare: &Bare, number: &str) -> anyhow::Result<Value> {
    let started_at = SystemClock.now();
    let started = Instant::now();
    let url = format!(
        "{}/ups/api/track/v1/details/{number}?locale=en_US&returnSignature=false&returnMilestones=false&returnPOD=false",
        bare.setup.sandbox
    );
    let response = bare
        .http
        .get(url)
        .bearer_auth(&bare.token)
        .header("transId", number)
        .header("transactionSrc", "crossdock")
        .send()
        .await?;
    let status = response.status().as_u16();
    let body = response.bytes().await?;
    let size = i64::try_from(body.len()).unwrap_or(i64::MAX);
    let said = native::track(status, body.into(), &bare.facts, number).map_err(|words| anyhow::anyhow!(words))?;
    if let Some(calls) = &bare.calls {
        // As in the host, nobody waits for it; a full queue drops.
        let _ = calls.try_send(call(bare, number, status, size, started.elapsed(), started_at));
    }
    let (row, events) = write(bare, &said).await?;
    Ok(
        json!({"number": row.number, "status": row.status, "refreshed_at": row.refreshed_at, "detail": row.detail.0, "events": events}),
    )
}

/// One transaction as in `service::tracking::write`: the row, its events, and the events read back.
async fn write(bare: &Bare, said: &Tracking) -> store::Result<(TrackingRow, Vec<TrackingEvent>)> {
    let merchant = &bare.setup.merchant;
    let now = SystemClock.now();
    let detail = TrackingDetail::from(said);
    let mut tx = bare.db.begin(merchant).await?;
    let before = trackings::find(&mut tx, merchant, &bare.courier, &said.number, false).await?;
    let (row, events) = if let Some(before) = before {
        let mut events = stored_events(&mut tx, merchant, &before.id).await?;
        let new = write_new(&mut tx, merchant, &before.id, &events, said).await?;
        let is_changed = !new.is_empty();
        let news = News { status: said.status, detail: &detail, is_changed, now };
        trackings::update(&mut tx, merchant, &before.id, before.version, &news).await?;
        events.extend(new);
        let row = TrackingRow {
            status: said.status,
            detail: store::Json(detail),
            version: before.version + i64::from(is_changed),
            refreshed_at: Some(now),
            updated_at: now,
            ..before
        };
        (row, events)
    } else {
        let row = TrackingRow {
            id: TrackingId::new(now, &OsRandom),
            courier: bare.courier.clone(),
            number: said.number.clone(),
            is_test: false,
            credential_id: bare.setup.credential.clone(),
            shipment_id: None,
            status: said.status,
            detail: store::Json(detail),
            version: 1,
            refreshed_at: Some(now),
            created_at: now,
            updated_at: now,
        };
        trackings::insert_new(&mut tx, merchant, &row).await?;
        let events = write_new(&mut tx, merchant, &row.id, &[], said).await?;
        (row, events)
    };
    tx.commit().await?;
    Ok((row, events))
}

async fn stored_events(tx: &mut Tx, merchant: &MerchantId, tracking: &TrackingId) -> store::Result<Vec<TrackingEvent>> {
    let rows = tracking_events::list(tx, merchant, tracking, MAX_EVENTS).await?;
    Ok(rows.into_iter().map(|row| row.event.0).collect())
}

async fn write_new(
    tx: &mut Tx,
    merchant: &MerchantId,
    tracking: &TrackingId,
    known: &[TrackingEvent],
    said: &Tracking,
) -> store::Result<Vec<TrackingEvent>> {
    let now = SystemClock.now();
    let mut new = Vec::new();
    for event in said.events.iter().filter(|event| !known.iter().any(|old| old.courier_key == event.courier_key)) {
        let id = EventId::new(now, &OsRandom);
        if tracking_events::insert_new(tx, merchant, tracking, &id, event, now).await? {
            new.push(event.clone());
        }
    }
    Ok(new)
}

fn call(bare: &Bare, number: &str, status: u16, size: i64, took: Duration, started_at: jiff::Timestamp) -> CourierCall {
    let id = CourierCallId::new(started_at, &OsRandom);
    CourierCall {
        call_id: id.as_str().to_owned(),
        id,
        merchant_id: Some(bare.setup.merchant.clone()),
        courier: bare.courier.clone(),
        plugin_version: "native".to_owned(),
        credential_id: Some(bare.setup.credential.clone()),
        operation: "track".to_owned(),
        method: "GET".to_owned(),
        endpoint: "api".to_owned(),
        path: format!("/track/v1/details/{number}"),
        status: Some(i64::from(status)),
        outcome: "ok".to_owned(),
        duration_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        request_bytes: 0,
        response_bytes: size,
        request_headers: store::Json(vec![("transactionsrc".to_owned(), "crossdock".to_owned())]),
        response_headers: store::Json(vec![("content-type".to_owned(), "application/json".to_owned())]),
        request_body: None,
        response_body: None,
        error: None,
        started_at,
    }
}

/// Batches as `service::courier_calls::write_all` does.
async fn write_calls(db: Db, mut queue: mpsc::Receiver<CourierCall>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let until = tokio::time::Instant::now() + GATHER;
        while batch.len() < BATCH
            && let Ok(Some(call)) = tokio::time::timeout_at(until, queue.recv()).await
        {
            batch.push(call);
        }
        write_batch(&db, &batch).await.expect("the log of courier calls can be written");
        batch.clear();
    }
}

async fn write_batch(db: &Db, batch: &[CourierCall]) -> store::Result<()> {
    let mut tx = db.begin_maintenance().await?;
    courier_calls::insert_batch(&mut tx, batch).await?;
    tx.commit().await
}
