//! Parcels that move: booked through the host, pushed on by the couriers' clock, tracked through the host.

use crossdock_tests::Database;

use crate::desk::Desk;

/// Short enough to meet each station of the sandbox's parcels, which are delivered after 30 hours, from a service point
/// after 50.
const STEP_SECONDS: i64 = 4 * 3600;
const STEPS: usize = 14;

#[tokio::test]
async fn parcels_move_until_they_are_delivered() {
    let desk = Desk::open(Database::Sqlite, &[]).await;
    let mut booked = Vec::new();
    for courier in desk.courier_ids().await {
        let account = desk.connect(&courier).await;
        let body = account.booking();
        let shipment =
            desk.client.post_once("/v1/shipments", &body, &format!("moving-{courier}")).await.expect(201).json();
        let number = shipment["parcels"][0]["tracking_number"].as_str().expect("a tracking number").to_owned();
        booked.push((courier, number, Vec::new()));
    }
    for _ in 0..STEPS {
        for (courier, number, seen) in &mut booked {
            let tracked = desk.client.get(&format!("/v1/tracking/{number}?courier={courier}")).await.expect(200).json();
            let status = tracked["status"].as_str().expect("a status").to_owned();
            let events = tracked["events"].as_array().map_or(0, Vec::len);
            if seen.last().is_none_or(|(last, _)| *last != status) {
                assert!(seen.last().is_none_or(|(_, before)| events > *before), "{courier}: {status} without an event");
                seen.push((status, events));
            }
        }
        desk.couriers.advance_seconds(STEP_SECONDS).await;
    }
    for (courier, number, seen) in booked {
        let statuses: Vec<&str> = seen.iter().map(|(status, _)| status.as_str()).collect();
        assert_eq!(statuses.first(), Some(&"pre_transit"), "{courier} {number}: {statuses:?}");
        assert_eq!(statuses.last(), Some(&"delivered"), "{courier} {number}: {statuses:?}");
        for station in ["in_transit", "out_for_delivery"] {
            assert!(statuses.contains(&station), "{courier} {number} was never {station}: {statuses:?}");
        }
    }
}
