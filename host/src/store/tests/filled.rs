//! A merchant with one row of everything.

use super::samples::*;
use crate::model::clock::OsRandom;
use crate::model::id::*;
use crate::store::credential_tokens::{SealedToken, TokenPlace};
use crate::store::credentials::Credential;
use crate::store::idempotency::IdempotencyPlace;
use crate::store::stores::Store;
use crate::store::*;

/// One row of everything that is merchant A's.
pub struct Rows {
    pub shop: StoreId,
    pub key: ApiKeyId,
    pub credential: Credential,
    pub shipment: ShipmentId,
    pub document: DocumentId,
    pub pickup: PickupId,
    pub tracking: TrackingId,
    pub job: JobId,
    pub token: TokenPlace,
    pub request: IdempotencyPlace,
}

pub async fn fill(db: &Db, merchant: &MerchantId) -> Rows {
    let shop = Store { id: StoreId::new(at(0), &OsRandom), name: "Shop".to_owned(), created_at: at(0) };
    let key = api_key(Some(merchant), "AAAAAAAA");
    let credential = credential("main");
    let shipment = shipment(&credential.id, 0);
    let document = document(&shipment.id);
    let pickup = pickup(&credential.id);
    let tracking = tracking(&credential.id, Some(&shipment.id));
    let job = job(Some(merchant), 0);
    let token = TokenPlace {
        credential_id: credential.id.clone(),
        token: "main".to_owned(),
        base_url: "https://a.test".to_owned(),
        account: "digest".to_owned(),
    };
    let sealed = SealedToken { sealed: "sealed".to_owned(), key_version: 1, fetched_at: at(0), expires_at: at(100) };
    let request = IdempotencyPlace { key: "k".to_owned(), method: "POST".to_owned(), path: "/v1".to_owned() };
    let mut scoped = db.begin(merchant).await.unwrap();
    let tx = &mut scoped;
    stores::insert(tx, merchant, &shop).await.unwrap();
    api_keys::insert(tx, &key).await.unwrap();
    credentials::insert(tx, merchant, &credential).await.unwrap();
    let lease = credential_tokens::lease(tx, merchant, &token, "me", at(0), at(30)).await.unwrap().unwrap();
    assert!(credential_tokens::save(tx, merchant, &token, "me", lease.version, &sealed).await.unwrap());
    shipments::insert(tx, merchant, &shipment).await.unwrap();
    documents::insert(tx, merchant, &document, Some(b"label")).await.unwrap();
    pickups::insert(tx, merchant, &pickup).await.unwrap();
    trackings::insert_new(tx, merchant, &tracking).await.unwrap();
    jobs::enqueue(tx, &job, at(0)).await.unwrap();
    idempotency::begin(tx, merchant, &request, "f", at(0), at(100)).await.unwrap();
    idempotency::link_shipment(tx, merchant, &request, &shipment.id).await.unwrap();
    recorded_calls::insert(tx, merchant, &recorded_call(merchant, "tracking.track", 0)).await.unwrap();
    scoped.commit().await.unwrap();
    let mut tx = db.begin_maintenance().await.unwrap();
    courier_calls::insert_batch(&mut tx, &[courier_call(Some(merchant), 0, "ok")]).await.unwrap();
    tx.commit().await.unwrap();
    Rows {
        shop: shop.id,
        key: key.id,
        credential,
        shipment: shipment.id,
        document: document.id,
        pickup: pickup.id,
        tracking: tracking.id,
        job: job.id,
        token,
        request,
    }
}
