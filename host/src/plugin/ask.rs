//! Asking a plugin what was written down as a [`Question`]: through the same functions as every call.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::call::Call;
use super::error::CallError;
use super::plugin::Plugin;
use crate::model::failure::Failure;
use crate::model::question::Question;

/// An answer that can be written down: `{"ok": …}` or `{"err": failure}`, or a list of such.
pub trait Said {
    /// Returns it as JSON.
    fn said(&self) -> Value;
}

impl<T: Serialize> Said for Result<T, Failure> {
    fn said(&self) -> Value {
        match self {
            Ok(result) => json!({ "ok": result }),
            Err(failure) => json!({ "err": failure }),
        }
    }
}

impl<T: Serialize> Said for Vec<Result<T, Failure>> {
    fn said(&self) -> Value {
        self.iter().map(Said::said).collect()
    }
}

impl Plugin {
    /// Asks a question, and returns what was said to it.
    ///
    /// # Errors
    ///
    /// As the operation's own function.
    pub async fn ask(self: &Arc<Self>, call: Call, question: &Question) -> Result<Value, CallError> {
        Ok(match question {
            Question::Check => self.check(call).await?.said(),
            Question::Track { numbers } => self.track(call, numbers).await?.said(),
            Question::Quote { shipment } => self.quote(call, shipment).await?.said(),
            Question::Create { order } => self.create(call, order).await?.said(),
            Question::CancelShipment { shipment } => self.cancel_shipment(call, shipment).await?.said(),
            Question::Label { shipment, format } => self.label(call, shipment, format).await?.said(),
            Question::FindByReference { booking_reference } => {
                self.find_by_reference(call, booking_reference).await?.said()
            }
            Question::SchedulePickup { request } => self.schedule_pickup(call, request).await?.said(),
            Question::CancelPickup { confirmation_number, extensions } => {
                self.cancel_pickup(call, confirmation_number, extensions.clone()).await?.said()
            }
            Question::CloseManifest { date, courier_shipment_ids } => {
                self.close_manifest(call, date, courier_shipment_ids).await?.said()
            }
            Question::FindServicePoints { search } => self.find_service_points(call, search).await?.said(),
            Question::ValidateAddress { address } => self.validate_address(call, address).await?.said(),
            Question::ReceiveWebhook { request } => self.receive_webhook(call, request).await?.said(),
            Question::Subscribe { numbers } => self.subscribe(call, numbers).await?.said(),
            Question::Unsubscribe { id } => self.unsubscribe(call, id).await?.said(),
            Question::ListSubscriptions => self.list_subscriptions(call).await?.said(),
        })
    }
}
