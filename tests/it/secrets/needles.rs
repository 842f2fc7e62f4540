//! What a secret may look like when it has got somewhere.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Shortest form that is looked for, in bytes: less would be found by chance.
const MIN_BYTES: usize = 8;

/// Secrets in every form that is looked for. A table over the first two bytes keeps a scan of a whole memory short.
pub struct Needles {
    forms: Vec<(String, Vec<u8>)>,
    starts: Vec<bool>,
}

impl Default for Needles {
    fn default() -> Self {
        Self { forms: Vec::new(), starts: vec![false; 1 << 16] }
    }
}

impl Needles {
    /// Looks for these secrets.
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut needles = Self::default();
        secrets.into_iter().for_each(|secret| needles.add(secret));
        needles
    }

    /// Looks for one secret more.
    pub fn add(&mut self, secret: &str) {
        for (form, bytes) in forms(secret) {
            if bytes.len() >= MIN_BYTES {
                self.starts[usize::from(bytes[0]) << 8 | usize::from(bytes[1])] = true;
                self.forms.push((format!("{secret} {form}"), bytes));
            }
        }
    }

    /// Returns which secret is in there, and in which form.
    pub fn find(&self, haystack: &[u8]) -> Option<&str> {
        for (place, pair) in haystack.windows(2).enumerate() {
            if self.starts[usize::from(pair[0]) << 8 | usize::from(pair[1])] {
                let rest = &haystack[place..];
                if let Some((what, _)) = self.forms.iter().find(|(_, form)| rest.starts_with(form)) {
                    return Some(what);
                }
            }
        }
        None
    }
}

/// Every form of a secret that is looked for.
pub fn forms(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let json = serde_json::to_string(secret).unwrap();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let mut all = vec![
        ("plain", secret.as_bytes().to_vec()),
        ("as JSON", json[1..json.len() - 1].as_bytes().to_vec()),
        ("of a form", form.into_bytes()),
        ("percent-encoded", percent.clone().into_bytes()),
        ("percent-encoded in lower case", lower_escapes(&percent).into_bytes()),
        ("in hexadecimal", hex::encode(secret).into_bytes()),
        ("in upper hexadecimal", hex::encode_upper(secret).into_bytes()),
        ("in UTF-16LE", secret.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("in UTF-16BE", secret.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ];
    for offset in 0..3 {
        let padded = [vec![0; offset], secret.as_bytes().to_vec()].concat();
        let (first, last) = ((offset * 8).div_ceil(6), padded.len() * 8 / 6);
        for encoded in [STANDARD.encode(&padded), URL_SAFE.encode(&padded)] {
            all.push(("in base64", encoded.as_bytes()[first..last].to_vec()));
        }
    }
    all
}

fn lower_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        lower.push('%');
        lower.push_str(&part[..2].to_lowercase());
        lower.push_str(&part[2..]);
    }
    lower
}

#[test]
fn every_form_is_found() {
    let secret = "MARKED s3cret/+&\"1";
    let needles = Needles::of([secret]);
    for (form, bytes) in forms(secret) {
        let hidden = [b"abc\0M".to_vec(), bytes, b"xyz".to_vec()].concat();
        assert!(needles.find(&hidden).is_some(), "{form}");
    }
    for user in ["", "u", "us", "use"] {
        assert!(needles.find(STANDARD.encode(format!("{user}:{secret}")).as_bytes()).is_some());
    }
    assert_eq!(needles.find(b"MARKED another text of some length"), None);
}
