//! Where a value stands, and whether what stands there is personal data.

use crate::outbound::is_personal_key;

/// Parts of keys below which everything is somebody's.
const PARTIES: [&str; 14] = [
    "address",
    "consignee",
    "consignor",
    "contact",
    "neighbor",
    "neighbour",
    "person",
    "receiver",
    "recipient",
    "returnto",
    "sender",
    "shipper",
    "shipfrom",
    "shipto",
];

/// Parts of keys whose values tell who a merchant is to the courier.
const ACCOUNTS: [&str; 6] = ["account", "agreement", "contract", "customer", "login", "user"];

/// What an enum's key ends with: words that decide which way a plugin goes, and that say nothing about anybody.
const CHOICES: [&str; 8] = ["count", "format", "kind", "language", "status", "type", "unit", "version"];

/// Keys that end with `code` and are no enum's.
const PERSONAL_CODES: [&str; 5] = ["accesscode", "doorcode", "postalcode", "postcode", "zipcode"];

/// Keys that have a personal part by chance.
const NOT_PERSONAL: [&str; 14] = [
    "capacity",
    "countryname",
    "currencyname",
    "eventname",
    "filename",
    "layoutname",
    "productname",
    "province",
    "region",
    "servicename",
    "signal",
    "state",
    "statusname",
    "warehouse",
];

/// Where a value stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Somewhere above is a person or an address.
    is_within_party: bool,
    /// Its key says that it is personal.
    is_personal: bool,
    /// Whether a time here says who somebody is.
    is_birth: bool,
    /// Whether a number here is a coordinate.
    pub is_position: bool,
}

impl Place {
    /// A place whose value is replaced whatever it is called.
    pub const PERSONAL: Self = Self { is_within_party: false, is_personal: true, is_birth: false, is_position: false };

    /// Returns the place below a key.
    pub fn below(self, key: &str) -> Self {
        let key: String = key.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let has = |parts: &[&str]| parts.iter().any(|part| key.contains(part));
        let is_code = key.ends_with("code") && !PERSONAL_CODES.iter().any(|code| key.ends_with(code));
        let is_choice = CHOICES.iter().any(|end| key.ends_with(end)) || key.contains("country") || is_code;
        // A consignment is parcels, and has "sign" in it.
        let is_choice = is_choice || key.starts_with("consignment");
        if is_choice || NOT_PERSONAL.contains(&key.as_str()) {
            return Self { is_within_party: self.is_within_party, ..Self::default() };
        }
        let is_within_party = self.is_within_party || has(&PARTIES) || key == "place";
        Self {
            is_within_party,
            is_personal: is_within_party || has(&ACCOUNTS) || is_personal_key(&key),
            is_birth: key.contains("birth"),
            is_position: has(&["latitude", "longitude", "microdegrees"])
                || ["lat", "lon", "lng"].contains(&key.as_str()),
        }
    }

    /// Whether a text here is personal. A time is not, unless it is of a birth.
    pub fn is_personal(self, text: &str) -> bool {
        self.is_personal && (self.is_birth || !is_moment(text))
    }

    /// Whether a number here is personal: below a person stand sizes and distances, too.
    pub fn is_personal_number(self, key: &str) -> bool {
        let key = key.to_ascii_lowercase();
        self.is_personal && (is_personal_key(&key) || ACCOUNTS.iter().any(|part| key.contains(part)))
    }
}

/// Whether a text is a date, or a date and a time.
pub fn is_moment(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_date = bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_date && (bytes.len() == 10 || matches!(bytes[10], b'T' | b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_accounts_are_found_and_enums_left() {
        let root = Place::default();
        for key in
            ["name", "postalCode", "phone_number", "signed_by", "customerNumber", "RECIPIENT", "door_code", "lines"]
        {
            let place = if key == "lines" { root.below("sender").below(key) } else { root.below(key) };
            assert!(place.is_personal("Kari"), "{key}");
        }
        for key in ["status", "countryCode", "eventName", "statusCode", "number", "address_type", "service"] {
            assert!(!root.below(key).is_personal("Kari"), "{key}");
        }
        assert!(!root.below("sender").below("country").is_personal("SE"));
        assert!(!root.below("signed_at").is_personal("2026-11-21T10:00:00+01:00"));
        assert!(root.below("birth_date").is_personal("1985-03-12"));
        assert!(root.below("latitude").is_position);
        assert!(!root.below("sender").below("distance").is_personal_number("distance"));
    }
}
