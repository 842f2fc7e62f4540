//! What a booking made, and what couriers say beside their answers.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ExtensionsBody, from_extensions};
use crate::http::problem::Problem;
use crate::model::booking::BookedParcel;
use crate::model::failure::{Level, Message, PartFailure};

/// Something that the courier said beside its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageBody {
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// The courier's code, or empty.
    pub code: String,
    /// The courier's words.
    pub text: String,
    /// JSON Pointer into the request.
    pub pointer: Option<String>,
    /// The tracking number or the index of the parcel that it concerns.
    pub concerns: Option<String>,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        let level = match message.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        let Message { code, text, pointer, concerns, .. } = message;
        Self { level, code, text, pointer, concerns }
    }
}

/// What failed beside a part that went well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PartFailure)]
pub struct PartFailureBody {
    /// Place of the parcel in the order, from 0; null when it is not about one parcel.
    pub parcel: Option<u32>,
    /// Why.
    pub problem: Problem,
}

impl From<PartFailure> for PartFailureBody {
    fn from(PartFailure { parcel, failure }: PartFailure) -> Self {
        Self { parcel, problem: Problem::from_failure(&failure) }
    }
}

/// One parcel of a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BookedParcel)]
pub struct BookedParcelBody {
    /// Place of the parcel in the order, from 0.
    pub index: u32,
    /// Its number.
    pub tracking_number: Option<String>,
    /// Further numbers printed on it.
    pub barcodes: Vec<String>,
    /// Further keys.
    pub extensions: ExtensionsBody,
}

impl From<BookedParcel> for BookedParcelBody {
    fn from(parcel: BookedParcel) -> Self {
        Self {
            index: parcel.index,
            tracking_number: parcel.tracking_number,
            barcodes: parcel.barcodes,
            extensions: from_extensions(parcel.extensions),
        }
    }
}
