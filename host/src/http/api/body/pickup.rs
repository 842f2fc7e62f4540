//! Having parcels collected.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::AddressBody;
use super::booking::MessageBody;
use super::moment::{WindowBody, WindowRequest};
use super::money::MoneyBody;
use super::{ExtensionsBody, check_extensions, to_extensions};
use crate::http::validate::{Findings, Validate};
use crate::model::pickup::{Pickup, PickupRequest};

/// Most parcels of one pickup.
const MAX_PARCELS: u64 = 10_000;

/// Heaviest pickup in grams: a lorry of 40 t.
const MAX_WEIGHT_GRAMS: u64 = 40_000_000;

const MAX_TEXT_CHARS: usize = 500;

/// What is to be collected, where and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PickupDetails)]
pub struct PickupDetailsBody {
    /// Where.
    pub place: AddressBody,
    /// When.
    pub window: WindowRequest,
    /// How many parcels.
    #[schema(minimum = 1)]
    pub parcels: u32,
    /// How heavy together.
    #[schema(minimum = 1)]
    pub weight_grams: u32,
    /// The courier's service code.
    #[serde(default)]
    pub service: Option<String>,
    /// Words for the driver.
    #[serde(default)]
    pub instructions: Option<String>,
    /// Further keys.
    #[serde(default)]
    pub extensions: ExtensionsBody,
}

impl Validate for PickupDetailsBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        self.place.validate(&at("place"), findings);
        self.place.check_party(&at("place"), findings);
        self.window.validate(&at("window"), findings);
        findings.range(&at("parcels"), self.parcels.into(), 1..=MAX_PARCELS);
        findings.range(&at("weight_grams"), self.weight_grams.into(), 1..=MAX_WEIGHT_GRAMS);
        findings.optional_text(&at("service"), self.service.as_deref(), MAX_TEXT_CHARS);
        findings.optional_text(&at("instructions"), self.instructions.as_deref(), MAX_TEXT_CHARS);
        check_extensions(pointer, &self.extensions, findings);
    }
}

impl PickupDetailsBody {
    /// Makes the request for the plugin, with what the host adds.
    pub fn into_request(self, courier_shipment_ids: Vec<String>, reference: String) -> PickupRequest {
        PickupRequest {
            place: self.place.into(),
            window: self.window.into(),
            parcels: self.parcels,
            weight_grams: self.weight_grams,
            courier_shipment_ids,
            service: self.service,
            instructions: self.instructions,
            reference,
            extensions: to_extensions(self.extensions),
        }
    }
}

/// A pickup that the courier confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ConfirmedPickup)]
pub struct ConfirmedPickupBody {
    /// The courier's number for it.
    pub confirmation_number: String,
    /// When it will come.
    pub window: Option<WindowBody>,
    /// What it costs.
    pub charge: Option<MoneyBody>,
    /// What the courier said beside it.
    pub messages: Vec<MessageBody>,
}

impl From<Pickup> for ConfirmedPickupBody {
    fn from(pickup: Pickup) -> Self {
        Self {
            confirmation_number: pickup.confirmation_number,
            window: pickup.window.map(Into::into),
            charge: pickup.charge.map(Into::into),
            messages: pickup.messages.into_iter().map(Into::into).collect(),
        }
    }
}
