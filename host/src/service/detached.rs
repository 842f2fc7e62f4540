//! Work that goes on when its caller hangs up.

use std::future::Future;
use std::panic::resume_unwind;

use super::error::{Error, Result};

/// Runs work in a task of its own: what was done at a courier is written down even if nobody waits for the answer any more.
///
/// # Errors
///
/// Those of the work; `Conflict` if the process stops before it is done.
///
/// # Panics
///
/// If the work does.
pub async fn finish<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => {
                Err(Error::Conflict { code: "stopping", detail: "the host is stopping; look again later".to_owned() })
            }
        },
    }
}
