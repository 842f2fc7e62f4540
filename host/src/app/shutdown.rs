//! Ending: the first signal drains, the second ends at once.

use std::io;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Exit code after a second signal: 128 and the number of SIGINT, as shells have it.
const ENDED_AT_ONCE: i32 = 130;

/// A queue of two suffices: a third signal changes nothing.
const SIGNALS_MAX: usize = 2;

/// Listens for SIGTERM and SIGINT; the token is cancelled by the first of them.
///
/// Whoever holds the token takes nothing new, ends what is in flight, and returns. A second signal ends the process.
///
/// # Errors
///
/// If the system does not let us listen.
pub fn listen() -> io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let (sender, receiver) = mpsc::channel(SIGNALS_MAX);
    forward_signals(sender)?;
    tokio::spawn(drain_then_end(receiver, token.clone(), || std::process::exit(ENDED_AT_ONCE)));
    Ok(token)
}

async fn drain_then_end(mut signals: mpsc::Receiver<&'static str>, token: CancellationToken, end: impl FnOnce()) {
    let Some(signal) = signals.recv().await else {
        return;
    };
    tracing::info!(signal, "draining; a second signal ends at once");
    token.cancel();
    let Some(signal) = signals.recv().await else {
        return;
    };
    tracing::warn!(signal, "ended at once by a second signal");
    end();
}

#[cfg(unix)]
fn forward_signals(sender: mpsc::Sender<&'static str>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    for (kind, name) in [(SignalKind::terminate(), "SIGTERM"), (SignalKind::interrupt(), "SIGINT")] {
        let mut signals = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                if sender.send(name).await.is_err() {
                    return;
                }
            }
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn forward_signals(sender: mpsc::Sender<&'static str>) -> io::Result<()> {
    tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && sender.send("SIGINT").await.is_ok() {} });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn the_first_signal_drains_and_the_second_ends() {
        let (sender, receiver) = mpsc::channel(SIGNALS_MAX);
        let (token, ended) = (CancellationToken::new(), AtomicBool::new(false));
        let watch = drain_then_end(receiver, token.clone(), || ended.store(true, Ordering::SeqCst));
        let press = async {
            sender.send("SIGTERM").await.unwrap();
            token.cancelled().await;
            assert!(!ended.load(Ordering::SeqCst));
            sender.send("SIGTERM").await.unwrap();
        };
        tokio::join!(watch, press);
        assert!(ended.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn one_signal_alone_never_ends_at_once() {
        let (sender, receiver) = mpsc::channel(SIGNALS_MAX);
        let token = CancellationToken::new();
        sender.send("SIGINT").await.unwrap();
        drop(sender);
        drain_then_end(receiver, token.clone(), || panic!("ended")).await;
        assert!(token.is_cancelled());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_real_sigterm_cancels_the_token() {
        let token = listen().unwrap();
        let own_id = std::process::id().to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &own_id]).status().unwrap();
        assert!(sent.success());
        token.cancelled().await;
    }
}
