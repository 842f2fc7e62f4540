//! `Accept-Language`: in which language couriers are asked for their words.

use axum::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use utoipa::IntoParams;

use crate::model::locale::Locale;

/// Most languages of one header that are looked at; browsers send up to ten.
const MAX_LANGUAGES: usize = 20;

/// The header of a call whose answer holds a courier's words, for the documentation: `params(AcceptLanguageParam)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only describes what `wanted` reads")]
pub struct AcceptLanguageParam {
    /// In which language the courier's words are wanted, such as `nb-NO, en;q=0.5`; `en` if not said. The courier is asked for the first;
    /// one that does not have it answers in the language that it has.
    #[param(rename = "Accept-Language", example = "nb-NO")]
    accept_language: Option<String>,
}

/// Returns the language that the caller likes best. What is no language is passed over: words in English are no reason to refuse.
pub fn wanted(headers: &HeaderMap) -> Locale {
    let text = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best: Option<(u16, Locale)> = None;
    for entry in text.split(',').take(MAX_LANGUAGES) {
        let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let (Some(locale), quality) = (Locale::parse(tag.trim()), thousandths(parameters)) else { continue };
        if quality > best.as_ref().map_or(0, |(quality, _)| *quality) {
            best = Some((quality, locale));
        }
    }
    best.map_or_else(Locale::default, |(_, locale)| locale)
}

/// Reads `q=0.8` as 800; 1000 where nothing is said, 0 where it cannot be read.
fn thousandths(parameters: &str) -> u16 {
    match parameters.trim().strip_prefix("q=").map(str::trim) {
        None if parameters.trim().is_empty() => 1000,
        Some(text) => match text.parse::<f32>() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
            Ok(quality) if (0.0..=1.0).contains(&quality) => (quality * 1000.0).round() as u16,
            _ => 0,
        },
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_language_liked_best_is_taken() {
        let wanted = |text: &str| {
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_str(text).unwrap())]);
            wanted(&headers).as_str().to_owned()
        };
        assert_eq!(wanted("sv"), "sv");
        assert_eq!(wanted("en;q=0.5, nb-NO, sv;q=0.9"), "nb-NO");
        assert_eq!(wanted("*;q=1, da;q=0.1"), "da");
        for nothing in ["", "*", "sv;q=0", "sv;q=2", "sv;x=1", "x y"] {
            assert_eq!(wanted(nothing), "en", "{nothing}");
        }
    }
}
