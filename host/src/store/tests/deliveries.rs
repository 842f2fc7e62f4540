//! Parcels, papers and trackings.

use std::slice;

use super::samples::*;
use crate::model::clock::OsRandom;
use crate::model::id::*;
use crate::model::moment::Moment;
use crate::model::tracking::{Status, TrackingEvent};
use crate::store::parcels::ParcelRow;
use crate::store::testing::databases;
use crate::store::trackings::{self, TrackingDetail, TrackingRow};
use crate::store::{Json, documents, parcels, tracking_events};

pub fn parcel(shipment: &ShipmentId) -> ParcelRow {
    ParcelRow {
        id: ParcelId::new(at(0), &OsRandom),
        shipment_id: shipment.clone(),
        position: 0,
        is_return: false,
        tracking_number: Some("T1".to_owned()),
        barcodes: Json(vec!["B1".to_owned()]),
        extensions: Json::default(),
        created_at: at(0),
    }
}

#[tokio::test]
async fn papers_keep_their_bytes_and_parcels_their_numbers() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let credential = saved_credential(&test_db.db, &merchant).await;
        let shipment = saved_shipment(&test_db.db, &merchant, &credential).await;
        let paper = document(&shipment);
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        documents::insert(&mut tx, &merchant, &paper, Some(b"%PDF\0")).await.unwrap();
        assert_eq!(documents::list(&mut tx, &merchant, &shipment).await.unwrap(), slice::from_ref(&paper));
        let content = documents::content(&mut tx, &merchant, &paper.id).await.unwrap();
        assert_eq!(content.as_deref(), Some(b"%PDF\0".as_slice()), "{}", test_db.system);
        let parcel = parcel(&shipment);
        parcels::insert(&mut tx, &merchant, &parcel).await.unwrap();
        assert_eq!(parcels::list(&mut tx, &merchant, &shipment).await.unwrap(), slice::from_ref(&parcel));
        let found = parcels::find_by_number(&mut tx, &merchant, &courier(), "T1", false).await;
        assert_eq!(found.unwrap(), Some(parcel));
        // Another courier's number, or one of the test data, only looks the same.
        let elsewhere = "elsewhere".parse().unwrap();
        for (courier, is_test) in [(elsewhere, false), (courier(), true)] {
            let found = parcels::find_by_number(&mut tx, &merchant, &courier, "T1", is_test).await;
            assert_eq!(found.unwrap(), None, "{}", test_db.system);
        }
    }
}

#[tokio::test]
async fn an_event_is_kept_once_and_a_tracking_changes_by_version() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let credential = saved_credential(&test_db.db, &merchant).await;
        let tracking = tracking(&credential, None);
        let event = event("e1");
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        assert!(trackings::insert_new(&mut tx, &merchant, &tracking).await.unwrap());
        let twin = TrackingRow { id: TrackingId::new(at(1), &OsRandom), ..tracking.clone() };
        assert!(!trackings::insert_new(&mut tx, &merchant, &twin).await.unwrap());
        for expected in [true, false] {
            let id = EventId::new(at(0), &OsRandom);
            let is_new = tracking_events::insert_new(&mut tx, &merchant, &tracking.id, &id, &event, at(1)).await;
            assert_eq!(is_new.unwrap(), expected, "{}", test_db.system);
        }
        let events = tracking_events::list(&mut tx, &merchant, &tracking.id, 10).await.unwrap();
        assert_eq!(events.iter().map(|row| &row.event.0).collect::<Vec<_>>(), [&event]);

        let detail = TrackingDetail { courier_code: Some("31".to_owned()), ..TrackingDetail::default() };
        for (expected, wins) in [(1, true), (1, false)] {
            let status = Status::InTransit;
            let news = trackings::News { status, detail: &detail, is_changed: true, now: at(5) };
            let is_written = trackings::update(&mut tx, &merchant, &tracking.id, expected, &news).await.unwrap();
            assert_eq!(is_written, wins);
        }
        let row = trackings::find(&mut tx, &merchant, &courier(), "T1", false).await.unwrap().unwrap();
        assert_eq!((row.status, row.version, row.refreshed_at), (Status::InTransit, 2, Some(at(5))));
        assert_eq!(row.detail.0, detail);
    }
}

fn event(key: &str) -> TrackingEvent {
    TrackingEvent {
        occurred_at: Some(Moment {
            at: Some("2026-11-20T10:00:00+01:00".to_owned()),
            local: "2026-11-20T10:00:00".to_owned(),
            zone_known: true,
        }),
        status: Status::InTransit,
        incident_reason: None,
        courier_code: None,
        courier_text: Some("Sorterad".to_owned()),
        city: None,
        postal_code: None,
        region: None,
        country: None,
        place: None,
        position: None,
        parcel: None,
        courier_key: key.to_owned(),
        informational: false,
    }
}
