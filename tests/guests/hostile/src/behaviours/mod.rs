//! One way to misbehave per file. A file that is added here needs a line in the tests' table (`tests/it/hostile`), and fails
//! them without.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

/// What a call for one number does.
pub type Misbehave = fn(&Call, &str) -> Vec<Result<types::Tracking, Failure>>;

macro_rules! behaviours {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+

        const ALL: &[(&str, Misbehave)] = &[$((stringify!($name), $name::misbehave)),+];
    };
}

behaviours! {
    bad_country,
    bad_moment,
    control_characters,
    crash,
    deep_recursion,
    endless_clock,
    endless_log,
    endless_loop,
    endless_requests,
    giant_answer,
    giant_failure,
    giant_list,
    giant_log_line,
    giant_request,
    huge_document,
    long_list,
    long_text,
    many_extensions,
    memory_growth,
    memory_held,
    million_log_lines,
    nameless_event,
    no_result,
    other_number,
    two_results,
}

/// Returns the behaviour whose name the number has: `ENDLESSLOOP` is `endless_loop`.
pub fn named(number: &str) -> Option<Misbehave> {
    let is_named = |name: &str| {
        name.chars().filter(|letter| *letter != '_').eq(number.chars().map(|letter| letter.to_ascii_lowercase()))
    };
    ALL.iter().find(|(name, _)| is_named(name)).map(|(_, misbehave)| *misbehave)
}
