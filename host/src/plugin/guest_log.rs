//! What guests write to the log: bounded, scrubbed, and never mistaken for the host's own words.

use tracing::Level;

use super::bindings::log::Level as GuestLevel;
use super::call::Call;
use super::limits;
use crate::model::courier::CourierId;

/// Bytes of a line that are scrubbed: what is kept of it, and the longest token (16 KiB) behind that.
const UNSCRUBBED_BYTES: usize = limits::MAX_LOG_LINE_BYTES + (16 << 10);

/// The lines of one call.
pub struct GuestLog {
    courier: String,
    version: String,
    left: u32,
    dropped: u32,
}

impl GuestLog {
    /// Makes the log of one call of a plugin; `None` while it describes itself.
    pub fn new(plugin: Option<(&CourierId, &str)>, lines: u32) -> Self {
        let (courier, version) = match plugin {
            Some((courier, version)) => (courier.to_string(), version.to_owned()),
            None => (String::new(), String::new()),
        };
        Self { courier, version, left: lines, dropped: 0 }
    }

    /// Writes a line.
    pub fn write(&mut self, call: &Call, level: GuestLevel, message: &str, fields: &[(String, String)]) {
        let Some(left) = self.left.checked_sub(1) else {
            self.dropped += 1;
            return;
        };
        self.left = left;
        let level = match level {
            GuestLevel::Debug => Level::DEBUG,
            GuestLevel::Info => Level::INFO,
            // A guest's trouble is not the operator's: `error` would call somebody.
            GuestLevel::Warn | GuestLevel::Error => Level::WARN,
        };
        if is_off(level) {
            return;
        }
        let line = line(message, fields);
        let line = clean(&call.wire.scrub(&line), limits::MAX_LOG_LINE_BYTES);
        self.emit(call, level, &line);
    }

    /// Writes what a guest with WASI printed, a line each.
    pub fn printed(&mut self, call: &Call, text: &str) {
        for printed in text.lines() {
            self.write(call, GuestLevel::Info, printed, &[]);
        }
    }

    /// Says how many lines were dropped, if any.
    pub fn close(&self, call: &Call) {
        if self.dropped > 0 {
            let (courier, version, dropped) = (&self.courier, &self.version, self.dropped);
            tracing::warn!(
                courier,
                plugin.version = version,
                call.id = call.call_id,
                dropped,
                "plugin wrote too many log lines"
            );
        }
    }

    fn emit(&self, call: &Call, level: Level, line: &str) {
        let (courier, version, id) = (&self.courier, &self.version, &call.call_id);
        let merchant = call.merchant.as_ref().map(tracing::field::display);
        match level {
            Level::DEBUG => {
                tracing::debug!(target: "plugin", courier, plugin.version = version, call.id = id, merchant.id = merchant, guest = line, "plugin says");
            }
            Level::INFO => {
                tracing::info!(target: "plugin", courier, plugin.version = version, call.id = id, merchant.id = merchant, guest = line, "plugin says");
            }
            _ => {
                tracing::warn!(target: "plugin", courier, plugin.version = version, call.id = id, merchant.id = merchant, guest = line, "plugin says");
            }
        }
    }
}

fn is_off(level: Level) -> bool {
    level > tracing::level_filters::LevelFilter::current()
}

/// Joins message and fields. It is cut before it is scrubbed for cost, and after it for good: a secret that the first
/// cut splits lies behind what the second leaves.
fn line(message: &str, fields: &[(String, String)]) -> String {
    let mut line = String::with_capacity(message.len().min(UNSCRUBBED_BYTES));
    line.push_str(message);
    for (name, value) in fields.iter().take(limits::MAX_PAIRS) {
        if line.len() >= UNSCRUBBED_BYTES {
            break;
        }
        line.push(' ');
        line.push_str(name);
        line.push('=');
        line.push_str(value);
    }
    line.truncate(line.floor_char_boundary(UNSCRUBBED_BYTES));
    line
}

/// Replaces control characters by blanks and cuts to so many bytes.
pub fn clean(text: &str, max_bytes: usize) -> String {
    cut(text, max_bytes).chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Cuts a text to at most so many bytes, between two characters.
pub fn cut(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters_and_loses_its_control_characters() {
        assert_eq!(cut("aåb", 2), "a");
        assert_eq!(clean("a\u{1b}[31mb\r\nc", 64), "a [31mb  c");
    }

    #[test]
    fn fields_stand_behind_the_message() {
        assert_eq!(line("asked", &[("code".to_owned(), "31".to_owned())]), "asked code=31");
    }
}
