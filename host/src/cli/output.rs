//! What a command answers: one JSON object, or lines for people.

use std::io::{self, Write};

use serde::Serialize;

/// Prints an answer on standard output: the object if `json`, else the lines.
///
/// # Errors
///
/// If standard output cannot be written, such as a pipe that was closed.
pub fn print(
    json: bool,
    object: &impl Serialize,
    lines: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    write_answer(&mut io::stdout().lock(), json, object, lines)
}

fn write_answer(
    out: &mut dyn Write,
    json: bool,
    object: &impl Serialize,
    lines: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    if json {
        writeln!(out, "{}", serde_json::to_string(object)?)?;
    } else {
        lines(out)?;
    }
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_one_line_and_nothing_else() {
        let mut out = Vec::new();
        let object = serde_json::json!({"kid": "0123abcd"});
        write_answer(&mut out, true, &object, |out| writeln!(out, "for people")).unwrap();
        assert_eq!(out, b"{\"kid\":\"0123abcd\"}\n");
        out.clear();
        write_answer(&mut out, false, &object, |out| writeln!(out, "for people")).unwrap();
        assert_eq!(out, b"for people\n");
    }
}
