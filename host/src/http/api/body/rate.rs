//! Rates.

use serde::Serialize;
use utoipa::ToSchema;

use super::booking::MessageBody;
use super::moment::{MomentBody, WindowBody};
use super::money::PriceBody;
use super::service_point::ServicePointBody;
use super::{ExtensionsBody, from_extensions};
use crate::model::rate::Rate;

/// One service that can carry the shipment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Rate)]
pub struct RateBody {
    /// The courier's service code, as booking takes it.
    pub service: String,
    /// The courier's name for it.
    pub name: String,
    /// What it costs; null: the courier names no price.
    pub price: Option<PriceBody>,
    /// Working days from hand-over to delivery.
    pub transit_days: Option<u32>,
    /// When it would arrive.
    pub delivery: Option<WindowBody>,
    /// Until when it must be booked to be so.
    pub cut_off: Option<MomentBody>,
    /// `home`, `business`, `service-point`, `locker`, `mailbox` or `other`.
    pub delivery_kind: String,
    /// The service points that the courier offers with it, nearest first.
    pub service_points: Vec<ServicePointBody>,
    /// What booking must hand back as the option `rate-token`.
    pub token: Option<String>,
    /// Until when the token is good.
    pub token_expires: Option<MomentBody>,
    /// What the courier says of this service.
    pub messages: Vec<MessageBody>,
    /// Further keys.
    pub extensions: ExtensionsBody,
}

impl From<Rate> for RateBody {
    fn from(rate: Rate) -> Self {
        Self {
            service: rate.service,
            name: rate.name,
            price: rate.price.map(Into::into),
            transit_days: rate.transit_days,
            delivery: rate.delivery.map(Into::into),
            cut_off: rate.cut_off.map(Into::into),
            delivery_kind: rate.delivery_kind,
            service_points: rate.service_points.into_iter().map(Into::into).collect(),
            token: rate.token,
            token_expires: rate.token_expires.map(Into::into),
            messages: rate.messages.into_iter().map(Into::into).collect(),
            extensions: from_extensions(rate.extensions),
        }
    }
}
