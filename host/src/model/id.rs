//! Ids: prefixed text, one type for each thing, so that two of them cannot be swapped.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::clock::Random;

/// Letters and digits of an id's second part: Crockford's base 32.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Length of an id's second part: 128 bits in base 32.
const BODY_LENGTH: usize = 26;

/// Text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an id that this host gave out: {0} and 26 letters and digits")]
pub struct InvalidId(&'static str);

/// Makes the 26 characters of a new id: milliseconds first, so that ids sort by their time (UUIDv7).
pub fn new_body(now: Timestamp, random: &dyn Random) -> String {
    let mut bytes = [0u8; 16];
    random.fill(&mut bytes);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0).to_be_bytes();
    bytes[..6].copy_from_slice(&millis[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut value = u128::from_be_bytes(bytes);
    let mut text = [0u8; BODY_LENGTH];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(value & 31) as usize];
        value >>= 5;
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

fn is_body(text: &str) -> bool {
    text.len() == BODY_LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// Makes a new id.
            pub fn new(now: Timestamp, random: &dyn Random) -> Self {
                Self(format!("{}{}", $prefix, new_body(now, random)))
            }

            /// Returns the id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match text.strip_prefix($prefix) {
                    Some(body) if is_body(body) => Ok(Self(text.to_owned())),
                    _ => Err(InvalidId($prefix)),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A merchant: the tenant.
    MerchantId = "mer_";
    /// A merchant's shop.
    StoreId = "sto_";
    /// An API key; not the key itself.
    ApiKeyId = "key_";
    /// A merchant's account at a courier.
    CredentialId = "cred_";
    /// A shipment.
    ShipmentId = "shp_";
    /// A parcel of a shipment.
    ParcelId = "pcl_";
    /// A document, such as a label.
    DocumentId = "lbl_";
    /// What is known of a tracking number.
    TrackingId = "trk_";
    /// An event: of tracking, or of the audit log.
    EventId = "evt_";
    /// A pickup.
    PickupId = "pck_";
    /// A job.
    JobId = "job_";
    /// A logged request to a courier.
    CourierCallId = "call_";
    /// A call of our API.
    RequestId = "req_";
    /// A call of a plugin.
    CallId = "plc_";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn an_id_is_read_back_and_sorts_by_time() {
        let earlier = ShipmentId::new(Timestamp::from_millisecond(1_000).unwrap(), &OsRandom);
        let later = ShipmentId::new(Timestamp::from_millisecond(2_000).unwrap(), &OsRandom);
        assert!(earlier < later);
        assert_eq!(earlier.as_str().parse::<ShipmentId>().unwrap(), earlier);
        assert!(earlier.as_str().parse::<MerchantId>().is_err());
        assert!("shp_short".parse::<ShipmentId>().is_err());
    }
}
