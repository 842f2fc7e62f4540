//! What serde says about a request, in the words of JSON: names of our types tell a caller nothing, and the value that
//! stands in serde's words may be a secret.

use super::json::escape;
use super::problem::FieldError;

/// Between the member that is not known and those that are.
const EXPECTED: &str = "`, expected ";

/// Makes an error of serde's words; `message` is without the place at its end.
pub(crate) fn field_error(pointer: String, message: &str) -> FieldError {
    if let Some(name) = quoted_after(message, "missing field `") {
        return FieldError::new(format!("{pointer}/{}", escape(name)), "required", "is required");
    }
    if let Some(name) = quoted_after(message, "duplicate field `") {
        return twice(&member(&pointer, name));
    }
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let (name, known) = rest.rsplit_once(EXPECTED).unwrap_or((rest.split('`').next().unwrap_or(rest), "none"));
        let known = known.replace("one of ", "").replace('`', "");
        return FieldError::new(member(&pointer, name), "unknown_field", format!("is not known here; known: {known}"));
    }
    if let Some((_, known)) = message.strip_prefix("unknown variant `").and_then(|rest| rest.rsplit_once(EXPECTED)) {
        return FieldError::new(pointer, "invalid_choice", format!("must be {}", known.replace('`', "")));
    }
    let code = if message.starts_with("invalid type") { "invalid_type" } else { "invalid_value" };
    let detail = match message.rsplit_once("expected ") {
        Some((_, expected)) => format!("must be {}", in_json_words(expected)),
        None => message.to_owned(),
    };
    FieldError::new(pointer, code, detail)
}

/// Makes the error for a member that stands twice: which of them is meant cannot be known.
pub(crate) fn twice(pointer: &str) -> FieldError {
    FieldError::new(pointer, "duplicate_field", "stands more than once; send it once")
}

/// The member's pointer; serde points at the member itself or at the object that it is in.
fn member(pointer: &str, name: &str) -> String {
    let name = escape(name);
    let parent = pointer.strip_suffix(&format!("/{name}")).unwrap_or(pointer);
    format!("{parent}/{name}")
}

fn in_json_words(expected: &str) -> String {
    let whole = |least: &str, most: &str| format!("a whole number from {least} to {most}");
    match expected {
        "u8" => whole("0", "255"),
        "u16" => whole("0", "65535"),
        "u32" => whole("0", "4294967295"),
        "u64" | "usize" => whole("0", "18446744073709551615"),
        "i32" => whole("-2147483648", "2147483647"),
        "i64" => whole("-9223372036854775808", "9223372036854775807"),
        "f32" | "f64" => "a number".to_owned(),
        "a sequence" => "an array".to_owned(),
        "a map" => "an object".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "unit" => "null".to_owned(),
        _ if expected.starts_with("struct ") => "an object".to_owned(),
        _ if expected.starts_with("enum ") || expected == "variant identifier" => "one of the known words".to_owned(),
        _ => expected.to_owned(),
    }
}

fn quoted_after<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message.strip_prefix(start)?.strip_suffix('`')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pointer: &str, message: &str) -> (String, String, String) {
        let FieldError { pointer, code, detail } = field_error(pointer.to_owned(), message);
        (pointer, code, detail)
    }

    #[test]
    fn serde_s_words_become_the_caller_s() {
        let cases = [
            ("/a", "missing field `b`", "/a/b", "required", "is required"),
            ("", "duplicate field `b`", "/b", "duplicate_field", "stands more than once; send it once"),
            (
                "/x`y",
                "unknown field `x`y`, expected one of `a`, `b`",
                "/x`y",
                "unknown_field",
                "is not known here; known: a, b",
            ),
            ("/a", "unknown field `x`, there are no fields", "/a/x", "unknown_field", "is not known here; known: none"),
            (
                "/a",
                "invalid type: null, expected struct Body with 2 elements",
                "/a",
                "invalid_type",
                "must be an object",
            ),
            (
                "/a",
                "invalid value: integer `-5`, expected u32",
                "/a",
                "invalid_value",
                "must be a whole number from 0 to 4294967295",
            ),
            ("/a", "unknown variant `hunter2`, expected `x` or `y`", "/a", "invalid_choice", "must be x or y"),
        ];
        for (place, message, pointer, code, detail) in cases {
            assert_eq!(words(place, message), (pointer.to_owned(), code.to_owned(), detail.to_owned()));
        }
    }
}
