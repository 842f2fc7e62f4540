//! Rows to test with.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::address::Address;
use crate::model::booking::Order;
use crate::model::clock::OsRandom;
use crate::model::courier::CourierId;
use crate::model::credential::{AccountUsed, Environment};
use crate::model::id::*;
use crate::model::moment::Window;
use crate::model::pickup::PickupRequest;
use crate::model::shipment::ShipmentRequest;
use crate::model::tracking::Status;
use crate::store::api_keys::{ApiKey, ApiKeyKind};
use crate::store::courier_calls::CourierCall;
use crate::store::credentials::Credential;
use crate::store::documents::DocumentRow;
use crate::store::jobs::NewJob;
use crate::store::merchants::Merchant;
use crate::store::pickups::{PickupRow, PickupState};
use crate::store::recorded_calls::RecordedRow;
use crate::store::shipments::NewShipment;
use crate::store::trackings::TrackingRow;
use crate::store::{Db, Json, credentials, merchants, shipments};

/// A time so many seconds after some start.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

pub fn courier() -> CourierId {
    "acme".parse().unwrap()
}

pub async fn merchant(db: &Db) -> MerchantId {
    let id = MerchantId::new(at(0), &OsRandom);
    let row = Merchant { id: id.clone(), name: "A shop".to_owned(), disabled_at: None, created_at: at(0) };
    let mut tx = db.begin_maintenance().await.unwrap();
    merchants::insert(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub fn credential(label: &str) -> Credential {
    Credential {
        id: CredentialId::new(at(0), &OsRandom),
        courier: courier(),
        store_id: None,
        label: label.to_owned(),
        account_kind: "default".to_owned(),
        environment: Environment::Production,
        fields: Json(BTreeMap::from([("customer".to_owned(), "7".to_owned())])),
        endpoints: Json::default(),
        secrets: Json(BTreeMap::from([("key".to_owned(), "v1.sealed".to_owned())])),
        key_version: 1,
        version: 1,
        tested_outcome: None,
        tested_detail: None,
        tested_at: None,
        last_used_at: None,
        disabled_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// Stores a credential and returns its id.
pub async fn saved_credential(db: &Db, merchant: &MerchantId) -> CredentialId {
    let row = credential("main");
    let mut tx = db.begin(merchant).await.unwrap();
    credentials::insert(&mut tx, merchant, &row).await.unwrap();
    tx.commit().await.unwrap();
    row.id
}

pub fn address() -> Address {
    Address {
        lines: vec!["Storgatan 1".to_owned()],
        city: "Stockholm".to_owned(),
        country: "SE".to_owned(),
        ..Address::default()
    }
}

pub fn shipment(credential: &CredentialId, seconds: i64) -> NewShipment {
    let request = ShipmentRequest {
        sender: address(),
        recipient: address(),
        return_to: None,
        parcels: Vec::new(),
        service: Some("standard".to_owned()),
        options: Vec::new(),
        customs: None,
        payments: Vec::new(),
        references: Vec::new(),
        shipping_date: None,
        is_return: false,
        extensions: Vec::new(),
    };
    NewShipment {
        id: ShipmentId::new(at(seconds), &OsRandom),
        credential_id: credential.clone(),
        account: AccountUsed { label: "Main".to_owned(), ..AccountUsed::default() },
        courier: courier(),
        store_id: None,
        is_test: false,
        reference: Some(format!("order-{seconds}")),
        request: Order {
            shipment: request,
            booking_reference: new_body(at(seconds), &OsRandom),
            parcel_numbers: vec![1],
            label_format: "pdf".to_owned(),
            label_size: None,
            dry_run: false,
        },
        plugin_version: "1.0.0".to_owned(),
        created_at: at(seconds),
    }
}

/// Stores a shipment's intent and returns its id.
pub async fn saved_shipment(db: &Db, merchant: &MerchantId, credential: &CredentialId) -> ShipmentId {
    let row = shipment(credential, 0);
    let mut tx = db.begin(merchant).await.unwrap();
    shipments::insert(&mut tx, merchant, &row).await.unwrap();
    tx.commit().await.unwrap();
    row.id
}

pub fn job(merchant: Option<&MerchantId>, seconds: i64) -> NewJob {
    NewJob {
        id: JobId::new(at(seconds), &OsRandom),
        merchant_id: merchant.cloned(),
        kind: "settle".to_owned(),
        args: serde_json::json!({"shipment": "shp"}),
        priority: 1,
        max_attempts: 3,
        run_at: at(seconds),
        unique_key: None,
    }
}

pub fn api_key(merchant: Option<&MerchantId>, public_id: &str) -> ApiKey {
    ApiKey {
        id: ApiKeyId::new(at(0), &OsRandom),
        merchant_id: merchant.cloned(),
        public_id: public_id.to_owned(),
        hash: vec![0, 1, 255],
        kind: if merchant.is_some() { ApiKeyKind::Live } else { ApiKeyKind::Admin },
        name: "till".to_owned(),
        scopes: Json(vec!["shipments:read".to_owned()]),
        ip_allow_list: Json::default(),
        limits: Json::default(),
        replaced_by: None,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        created_at: at(0),
    }
}

pub fn courier_call(merchant: Option<&MerchantId>, seconds: i64, outcome: &str) -> CourierCall {
    CourierCall {
        id: CourierCallId::new(at(seconds), &OsRandom),
        merchant_id: merchant.cloned(),
        courier: courier(),
        plugin_version: "1.0.0".to_owned(),
        credential_id: None,
        operation: "track".to_owned(),
        call_id: "plc".to_owned(),
        method: "GET".to_owned(),
        endpoint: "api".to_owned(),
        path: "/track".to_owned(),
        status: Some(200),
        outcome: outcome.to_owned(),
        duration_ms: 12,
        request_bytes: 0,
        response_bytes: 900,
        request_headers: Json(vec![("accept".to_owned(), "application/json".to_owned())]),
        response_headers: Json::default(),
        request_body: None,
        response_body: Some(vec![0, 159]),
        error: None,
        started_at: at(seconds),
    }
}

pub fn recorded_call(merchant: &MerchantId, operation: &str, seconds: i64) -> RecordedRow {
    RecordedRow {
        id: CallId::new(at(seconds), &OsRandom),
        merchant_id: merchant.clone(),
        courier: courier(),
        operation: operation.to_owned(),
        plugin_version: "1.0.0".to_owned(),
        sealed: "v1.sealed".to_owned(),
        key_version: 1,
        recorded_at: at(seconds),
    }
}

pub fn document(shipment: &ShipmentId) -> DocumentRow {
    DocumentRow {
        id: DocumentId::new(at(0), &OsRandom),
        shipment_id: shipment.clone(),
        category: "label".to_owned(),
        format: "pdf".to_owned(),
        page_size: None,
        dpi: None,
        tracking_number: None,
        size_bytes: 5,
        sha256: "00".to_owned(),
        object_key: None,
        created_at: at(0),
    }
}

pub fn pickup(credential: &CredentialId) -> PickupRow {
    let request = PickupRequest {
        place: address(),
        window: Window { earliest: None, latest: None },
        parcels: 1,
        weight_grams: 100,
        courier_shipment_ids: Vec::new(),
        service: None,
        instructions: None,
        reference: "r".to_owned(),
        extensions: Vec::new(),
    };
    PickupRow {
        id: PickupId::new(at(0), &OsRandom),
        credential_id: credential.clone(),
        courier: courier(),
        is_test: false,
        state: PickupState::Intent,
        request: Json(request),
        pickup: None,
        failure: None,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn tracking(credential: &CredentialId, shipment: Option<&ShipmentId>) -> TrackingRow {
    TrackingRow {
        id: TrackingId::new(at(0), &OsRandom),
        courier: courier(),
        number: "T1".to_owned(),
        is_test: false,
        credential_id: credential.clone(),
        shipment_id: shipment.cloned(),
        status: Status::PreTransit,
        detail: Json::default(),
        version: 1,
        refreshed_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}
