//! Countries, languages and the account's own facts.

use crossdock_sdk::{Call, countries};

/// The one endpoint: PostNord's gateway.
pub const API: &str = "api";

/// Countries of PostNord's own companies.
const HOME: [&str; 4] = ["SE", "DK", "NO", "FI"];

/// The language as PostNord takes it (CONFIRMED: Track & Trace v7, `locale`), English for any other.
pub fn language(call: &Call) -> &'static str {
    match call.language().as_str() {
        "sv" => "sv",
        "da" => "da",
        "fi" => "fi",
        "nb" | "nn" | "no" => "no",
        _ => "en",
    }
}

/// A country in two letters; PostNord writes two or three.
pub fn country(code: Option<&str>) -> Option<String> {
    countries::alpha2(code?.trim())
}

/// The country whose clock counts where an answer names no place: a Nordic one that the answer names, or Sweden, whose clock
/// Norway and Denmark share. ASSUMED: PostNord documents no zone for its times.
pub fn clock<'a>(named: impl Iterator<Item = Option<&'a str>>) -> String {
    named.filter_map(country).find(|code| HOME.contains(&code.as_str())).unwrap_or_else(|| "SE".to_owned())
}

/// The country of the company that the contract is with (CONFIRMED: Booking 3.5, `issuerCode`).
pub fn issuer_country(call: &Call) -> &'static str {
    match call.field("issuer_code").as_deref() {
        Some("Z11") => "DK",
        Some("Z13") => "NO",
        Some("Z14") => "FI",
        _ => "SE",
    }
}
