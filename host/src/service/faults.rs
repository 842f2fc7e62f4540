//! Places where a test lets the process die, to show that nothing is lost and nothing done twice.

/// The environment variable that names the place; read in development builds only.
#[cfg(debug_assertions)]
const VARIABLE: &str = "CROSSDOCK_DIE_AT";

/// Dies at once, without any cleaning up, where a test asked for it. Release builds never do.
pub fn reach(place: &str) {
    #[cfg(debug_assertions)]
    {
        #[expect(clippy::disallowed_methods, reason = "no configuration: only tests set it, on a process of their own")]
        let asked = std::env::var(VARIABLE);
        if asked.as_deref() == Ok(place) {
            std::process::abort();
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = place;
}
