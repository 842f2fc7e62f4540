//! What a plugin can be asked, with its arguments: for calls that are written down and asked again.

use serde::{Deserialize, Serialize};

use super::Extensions;
use super::address::Address;
use super::booking::{Booked, Order};
use super::pickup::PickupRequest;
use super::service_point::ServicePointSearch;
use super::shipment::ShipmentRequest;
use super::webhook::IncomingWebhook;

/// An operation with its arguments, whatever version of the contract the plugin that answers has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", content = "arguments")]
#[expect(missing_docs, reason = "the contract's operations with the contract's arguments")]
pub enum Question {
    #[serde(rename = "auth.check")]
    Check,
    #[serde(rename = "tracking.track")]
    Track { numbers: Vec<String> },
    #[serde(rename = "rates.quote")]
    Quote { shipment: Box<ShipmentRequest> },
    #[serde(rename = "shipments.create")]
    Create { order: Box<Order> },
    #[serde(rename = "shipments.cancel")]
    CancelShipment { shipment: Booked },
    #[serde(rename = "shipments.label")]
    Label { shipment: Booked, format: String },
    #[serde(rename = "shipments.find-by-reference")]
    FindByReference { booking_reference: String },
    #[serde(rename = "pickups.schedule")]
    SchedulePickup { request: Box<PickupRequest> },
    #[serde(rename = "pickups.cancel")]
    CancelPickup { confirmation_number: String, extensions: Extensions },
    #[serde(rename = "manifests.close")]
    CloseManifest { date: String, courier_shipment_ids: Vec<String> },
    #[serde(rename = "service-points.find")]
    FindServicePoints { search: Box<ServicePointSearch> },
    #[serde(rename = "addresses.validate")]
    ValidateAddress { address: Box<Address> },
    #[serde(rename = "webhooks.receive")]
    ReceiveWebhook { request: IncomingWebhook },
    #[serde(rename = "subscriptions.subscribe")]
    Subscribe { numbers: Vec<String> },
    #[serde(rename = "subscriptions.unsubscribe")]
    Unsubscribe { id: String },
    #[serde(rename = "subscriptions.list")]
    ListSubscriptions,
}

impl Question {
    /// Returns the operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::Check => "auth.check",
            Self::Track { .. } => "tracking.track",
            Self::Quote { .. } => "rates.quote",
            Self::Create { .. } => "shipments.create",
            Self::CancelShipment { .. } => "shipments.cancel",
            Self::Label { .. } => "shipments.label",
            Self::FindByReference { .. } => "shipments.find-by-reference",
            Self::SchedulePickup { .. } => "pickups.schedule",
            Self::CancelPickup { .. } => "pickups.cancel",
            Self::CloseManifest { .. } => "manifests.close",
            Self::FindServicePoints { .. } => "service-points.find",
            Self::ValidateAddress { .. } => "addresses.validate",
            Self::ReceiveWebhook { .. } => "webhooks.receive",
            Self::Subscribe { .. } => "subscriptions.subscribe",
            Self::Unsubscribe { .. } => "subscriptions.unsubscribe",
            Self::ListSubscriptions => "subscriptions.list",
        }
    }
}
