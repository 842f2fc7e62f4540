//! Serving all couriers on one address.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::common::intercept::{Gate, intercept};
use crate::common::world::World;
use crate::{COURIERS, control};

/// How long open requests may finish after a stop; tests leave none behind.
const STOP_GRACE: Duration = Duration::from_secs(1);

/// A running sandbox.
pub struct Sandbox {
    base_url: String,
    world: World,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Listens and serves until [`Sandbox::stop`] or drop; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn start(addr: SocketAddr, seed: u64) -> std::io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let world = World::new(seed);
        world.set_base_url(base_url.clone());
        let (stop, stopped) = oneshot::channel();
        let app = app(world.clone());
        let serving = tokio::spawn(async move {
            let shutdown = async {
                // A dropped sender means the sandbox was dropped: stop as well.
                let _ = stopped.await;
            };
            if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(shutdown).await {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        Ok(Self { base_url, world, stop: Some(stop), serving })
    }

    /// `http://address:port`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The sandbox's memory: for tests in the same process.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Stops serving and returns when the port is free.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The other end is gone only if serving ended before.
            let _ = stop.send(());
        }
        if tokio::time::timeout(STOP_GRACE, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
    }
}

/// All couriers and the control API as one service.
pub fn app(world: World) -> Router {
    let mut app = Router::new().nest("/_control", control::router());
    for courier in COURIERS {
        let gate = Gate { courier, world: world.clone() };
        // The fallback is inside: unknown paths are noted too, so a test sees what was asked instead.
        let router = (courier.router)().fallback(unknown_path).layer(from_fn_with_state(gate, intercept));
        app = app.nest(&format!("/{}", courier.id), router);
    }
    app.with_state(world)
}

async fn unknown_path() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    async fn ask(sandbox: &Sandbox, method: &str, path: &str, headers: &str, body: &str) -> String {
        let address = sandbox.base_url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\
             {headers}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A cut connection may end in a reset: what came before counts.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn order_fault(sandbox: &Sandbox, kind: &str) {
        let fault = format!(r#"{{"courier": "postnord", "operation": "book", "kind": "{kind}", "times": 1}}"#);
        assert!(ask(sandbox, "POST", "/_control/faults", "", &fault).await.contains(" 200 "));
    }

    #[tokio::test]
    async fn a_cut_connection_is_really_cut_before_or_after_the_booking() {
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), 3).await.unwrap();
        let path = format!("/postnord/rest/shipment/v3/edi?{}", crate::postnord::test_key());
        let order = crate::postnord::test_order("CUT-1").to_string();
        order_fault(&sandbox, "cut").await;
        let cut = ask(&sandbox, "POST", &path, "", &order).await;
        assert_eq!(cut, "");
        assert_eq!(sandbox.world().bookings.list(None, false).len(), 0);
        order_fault(&sandbox, "cut_after_booking").await;
        let cut = ask(&sandbox, "POST", &path, "", &order).await;
        let body = cut.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let promised = cut.split_once("content-length: ").and_then(|(_, rest)| rest.split("\r\n").next());
        assert_eq!(promised.unwrap().parse::<usize>().unwrap() / 2, body.len(), "{cut}");
        assert_eq!(sandbox.world().bookings.find_by_reference("postnord", "CUT-1").len(), 1);
        let whole = ask(&sandbox, "POST", &path, "", &order).await;
        assert!(whole.contains(" 201 ") && whole.contains("bookingId"), "{whole}");
        sandbox.stop().await;
    }

    #[tokio::test]
    async fn a_stopped_sandbox_frees_its_port() {
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), 3).await.unwrap();
        let address: SocketAddr = sandbox.base_url().strip_prefix("http://").unwrap().parse().unwrap();
        sandbox.stop().await;
        assert!(TcpStream::connect(address).await.is_err());
    }
}
