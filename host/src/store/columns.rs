//! How plain types stand in columns: ids and words as text, times as microseconds, structures as JSON text.

use std::ops::Deref;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::database::Database;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Decode, Encode, Type};

use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::id::{
    ApiKeyId, CallId, CourierCallId, CredentialId, DocumentId, EventId, JobId, MerchantId, ParcelId, PickupId,
    ShipmentId, StoreId, TrackingId,
};
use crate::model::tracking::Status;

/// Implements a text column for types with `as_str` and a way to read it back.
macro_rules! text_columns {
    ($($name:ty = $parse:expr;)*) => {$(
        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            String: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as sqlx::Type<DB>>::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                <String as sqlx::Type<DB>>::compatible(info)
            }
        }

        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $name
        where
            String: sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut <DB as sqlx::Database>::ArgumentBuffer,
            ) -> std::result::Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                self.as_str().to_owned().encode(buffer)
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            String: sqlx::Decode<'r, DB>,
        {
            fn decode(value: <DB as sqlx::Database>::ValueRef<'r>) -> std::result::Result<Self, sqlx::error::BoxDynError> {
                let text = <String as sqlx::Decode<DB>>::decode(value)?;
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(&text).ok_or_else(|| format!("{text:?} is no {}", stringify!($name)).into())
            }
        }
    )*};
}
pub(super) use text_columns;

/// Declares an enum of words that stands in a column as its word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$word_doc])* $word,)*
        }

        impl $name {
            /// Returns the word in the API and in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }

            /// Reads a word.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($text => Some(Self::$word),)*
                    _ => None,
                }
            }
        }

        $crate::store::columns::text_columns! { $name = Self::parse; }
    };
}
pub(super) use words;

text_columns! {
    MerchantId = |text| text.parse().ok();
    StoreId = |text| text.parse().ok();
    ApiKeyId = |text| text.parse().ok();
    CredentialId = |text| text.parse().ok();
    ShipmentId = |text| text.parse().ok();
    ParcelId = |text| text.parse().ok();
    DocumentId = |text| text.parse().ok();
    TrackingId = |text| text.parse().ok();
    EventId = |text| text.parse().ok();
    PickupId = |text| text.parse().ok();
    JobId = |text| text.parse().ok();
    CourierCallId = |text| text.parse().ok();
    CallId = |text| text.parse().ok();
    CourierId = |text| text.parse().ok();
    Environment = Environment::parse;
    Status = Status::parse;
}

/// A structure that stands as JSON text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T, DB: Database> Type<DB> for Json<T>
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }

    fn compatible(info: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(info)
    }
}

impl<'q, T: Serialize, DB: Database> Encode<'q, DB> for Json<T>
where
    String: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buffer: &mut <DB as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        serde_json::to_string(&self.0)?.encode(buffer)
    }
}

impl<'r, T: DeserializeOwned, DB: Database> Decode<'r, DB> for Json<T>
where
    String: Decode<'r, DB>,
{
    fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <String as Decode<DB>>::decode(value)?;
        Ok(Self(serde_json::from_str(&text)?))
    }
}

/// A time as microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Micros(pub Timestamp);

/// A time that may be missing, as microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct MaybeMicros(pub Option<Timestamp>);

impl From<Micros> for Timestamp {
    fn from(time: Micros) -> Self {
        time.0
    }
}

impl From<MaybeMicros> for Option<Timestamp> {
    fn from(time: MaybeMicros) -> Self {
        time.0
    }
}

macro_rules! time_columns {
    ($($name:ident as $stored:ty, $write:expr, $read:expr;)*) => {$(
        impl<DB: Database> Type<DB> for $name
        where
            i64: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <i64 as Type<DB>>::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                <i64 as Type<DB>>::compatible(info)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            $stored: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut <DB as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let write: fn(&Self) -> $stored = $write;
                write(self).encode(buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            $stored: Decode<'r, DB>,
        {
            fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let read: fn($stored) -> Result<Self, jiff::Error> = $read;
                Ok(read(<$stored as Decode<DB>>::decode(value)?)?)
            }
        }
    )*};
}

time_columns! {
    Micros as i64, |time| time.0.as_microsecond(), |micros| Timestamp::from_microsecond(micros).map(Self);
    MaybeMicros as Option<i64>,
        |time| time.0.map(Timestamp::as_microsecond),
        |micros| micros.map(Timestamp::from_microsecond).transpose().map(Self);
}
