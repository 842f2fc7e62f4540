//! Arguments: the model's types to the contract's.

use crate::model::address::{Address, Position, TaxId};
use crate::model::booking::{Booked, Order};
use crate::model::moment::{Moment, Window};
use crate::model::money::Money;
use crate::model::pickup::PickupRequest;
use crate::model::service_point::{Near, ServicePointSearch};
use crate::model::shipment::{Customs, Item, Parcel, ShipmentRequest};
use crate::model::webhook::IncomingWebhook;
use crate::plugin::bindings::pickups::exports::crossdock::courier::pickups as pickup_words;
use crate::plugin::bindings::service_points::exports::crossdock::courier::service_points as point_words;
use crate::plugin::bindings::shipments::exports::crossdock::courier::shipments as shipment_words;
use crate::plugin::bindings::types;
use crate::plugin::bindings::webhooks::exports::crossdock::courier::webhooks as webhook_words;

/// Turns what is to be sent.
pub fn shipment(shipment: &ShipmentRequest) -> types::Shipment {
    types::Shipment {
        sender: address(&shipment.sender),
        recipient: address(&shipment.recipient),
        return_to: shipment.return_to.as_ref().map(address),
        parcels: shipment.parcels.iter().map(parcel).collect(),
        service: shipment.service.clone(),
        options: shipment
            .options
            .iter()
            .map(|option| types::ChosenOption { code: option.code.clone(), value: option.value.clone() })
            .collect(),
        customs: shipment.customs.as_ref().map(customs),
        payments: shipment
            .payments
            .iter()
            .map(|payment| types::Payment {
                charge: payment.charge.clone(),
                payer: payment.payer.clone(),
                account_number: payment.account_number.clone(),
                postal_code: payment.postal_code.clone(),
                country: payment.country.clone(),
            })
            .collect(),
        references: shipment
            .references
            .iter()
            .map(|reference| types::Reference { kind: reference.kind.clone(), value: reference.value.clone() })
            .collect(),
        shipping_date: shipment.shipping_date.clone(),
        is_return: shipment.is_return,
        extensions: shipment.extensions.clone(),
    }
}

/// Turns an order.
pub fn order(order: &Order) -> shipment_words::Order {
    shipment_words::Order {
        shipment: shipment(&order.shipment),
        booking_reference: order.booking_reference.clone(),
        parcel_numbers: order.parcel_numbers.clone(),
        label_format: order.label_format.clone(),
        label_size: order.label_size.clone(),
        dry_run: order.dry_run,
        extensions: Vec::new(),
    }
}

/// Turns what is known of a booking.
pub fn booked(booked: &Booked) -> shipment_words::Booked {
    shipment_words::Booked {
        courier_shipment_id: booked.courier_shipment_id.clone(),
        tracking_numbers: booked.tracking_numbers.clone(),
        booking_reference: booked.booking_reference.clone(),
        service: booked.service.clone(),
        extensions: booked.extensions.clone(),
    }
}

/// Turns what is to be collected.
pub fn pickup_request(request: &PickupRequest) -> pickup_words::PickupRequest {
    pickup_words::PickupRequest {
        place: address(&request.place),
        window: window(&request.window),
        parcels: request.parcels,
        weight_grams: request.weight_grams,
        courier_shipment_ids: request.courier_shipment_ids.clone(),
        service: request.service.clone(),
        instructions: request.instructions.clone(),
        reference: request.reference.clone(),
        extensions: request.extensions.clone(),
    }
}

/// Turns a search for service points.
pub fn search(search: &ServicePointSearch) -> point_words::Search {
    point_words::Search {
        near: match &search.near {
            Near::Address(place) => point_words::Near::Address(address(place)),
            Near::Position(place) => point_words::Near::Position(position(*place)),
        },
        country: search.country.clone(),
        limit: search.limit,
        kind: search.kind.clone(),
        service: search.service.clone(),
    }
}

/// Turns a courier's call.
pub fn incoming(webhook: &IncomingWebhook) -> webhook_words::Incoming {
    webhook_words::Incoming {
        method: webhook.method.clone(),
        query: webhook.query.clone(),
        headers: webhook.headers.clone(),
        body: webhook.body.clone(),
    }
}

/// Turns an address.
pub fn address(address: &Address) -> types::Address {
    types::Address {
        person: address.person.clone(),
        company: address.company.clone(),
        lines: address.lines.clone(),
        street: address.street.clone(),
        street_number: address.street_number.clone(),
        entrance: address.entrance.clone(),
        floor: address.floor.clone(),
        door_code: address.door_code.clone(),
        city: address.city.clone(),
        postal_code: address.postal_code.clone(),
        region: address.region.clone(),
        country: address.country.clone(),
        phone: address.phone.clone(),
        email: address.email.clone(),
        residential: address.residential,
        tax_ids: address.tax_ids.iter().map(tax_id).collect(),
        position: address.position.map(position),
        instructions: address.instructions.clone(),
        extensions: address.extensions.clone(),
    }
}

fn tax_id(tax_id: &TaxId) -> types::TaxId {
    types::TaxId { kind: tax_id.kind.clone(), value: tax_id.value.clone(), country: tax_id.country.clone() }
}

fn position(position: Position) -> types::Position {
    types::Position {
        latitude_microdegrees: position.latitude_microdegrees,
        longitude_microdegrees: position.longitude_microdegrees,
    }
}

fn parcel(parcel: &Parcel) -> types::Parcel {
    types::Parcel {
        weight_grams: parcel.weight_grams,
        length_mm: parcel.length_mm,
        width_mm: parcel.width_mm,
        height_mm: parcel.height_mm,
        packaging: parcel.packaging.clone(),
        contents: parcel.contents.clone(),
        reference: parcel.reference.clone(),
        declared_value: parcel.declared_value.as_ref().map(money),
        items: parcel.items.iter().map(item).collect(),
        copies: parcel.copies,
        extensions: parcel.extensions.clone(),
    }
}

fn item(item: &Item) -> types::Item {
    types::Item {
        sku: item.sku.clone(),
        title: item.title.clone(),
        description: item.description.clone(),
        quantity: item.quantity,
        weight_grams: item.weight_grams,
        value: item.value.as_ref().map(money),
        origin_country: item.origin_country.clone(),
        hs_code: item.hs_code.clone(),
        extensions: item.extensions.clone(),
    }
}

fn customs(customs: &Customs) -> types::Customs {
    types::Customs {
        content_type: customs.content_type.clone(),
        incoterm: customs.incoterm.clone(),
        duties_paid_by: customs.duties_paid_by.clone(),
        invoice_number: customs.invoice_number.clone(),
        invoice_date: customs.invoice_date.clone(),
        signer: customs.signer.clone(),
        items: customs.items.iter().map(item).collect(),
        license_number: customs.license_number.clone(),
        certificate_number: customs.certificate_number.clone(),
        eel_pfc: customs.eel_pfc.clone(),
        aes: customs.aes.clone(),
        paperless: customs.paperless,
        extensions: customs.extensions.clone(),
    }
}

fn money(money: &Money) -> types::Money {
    types::Money { amount: money.amount.clone(), currency: money.currency.clone() }
}

fn window(window: &Window) -> types::Window {
    types::Window { earliest: window.earliest.as_ref().map(moment), latest: window.latest.as_ref().map(moment) }
}

fn moment(moment: &Moment) -> types::Moment {
    types::Moment { at: moment.at.clone(), local: moment.local.clone(), zone_known: moment.zone_known }
}
