//! Reading requests leniently: a courier says itself what is missing.

use serde_json::Value;

/// Text at a pointer, trimmed; a number counts as text; blank counts as missing.
pub fn text(value: &Value, pointer: &str) -> Option<String> {
    let text = match value.pointer(pointer)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A number at a pointer, whether written as number or as text.
pub fn number(value: &Value, pointer: &str) -> Option<f64> {
    match value.pointer(pointer)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The entries at a pointer: of a list, or the single object that stands there.
pub fn entries<'a>(value: &'a Value, pointer: &str) -> Vec<&'a Value> {
    match value.pointer(pointer) {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(single) => vec![single],
    }
}

/// A list of text at a pointer; a single text counts as a list of one.
pub fn texts(value: &Value, pointer: &str) -> Vec<String> {
    entries(value, pointer).into_iter().filter_map(|entry| text(entry, "")).collect()
}

/// Rounds to whole units, at least zero.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range just before")]
pub fn whole(amount: f64) -> u64 {
    amount.round().clamp(0.0, 1e12) as u64
}

/// Money with two decimals from hundredths.
pub fn money(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Grams as a decimal number of kilograms with up to three decimals.
pub fn kilograms(grams: u64) -> f64 {
    // Weights are far below 2^52, where every whole number is exact.
    #[expect(clippy::cast_precision_loss, reason = "weights are small")]
    let grams = grams as f64;
    grams / 1000.0
}
