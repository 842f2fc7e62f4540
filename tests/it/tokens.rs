//! Access tokens: one exchange for all calls of all hosts, whatever happens to a host or to a secret meanwhile.

use std::time::Duration;

use crossdock_tests::wait::{SOON, until};
use crossdock_tests::{Client, Database};
use futures::future::{join, join_all};
use serde_json::json;

use crate::desk::Desk;

/// A courier with access tokens.
const COURIER: &str = "ups";
/// Calls of each host at once.
const AT_ONCE: usize = 8;
/// A lease lasts 30 s; then another host takes over.
const LEASE_AND_MORE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn two_hosts_fetch_one_token_for_all_calls_and_renew_a_revoked_one_once() {
    for database in Database::both().await {
        let word = database.word();
        let desk = Desk::open(database, &[]).await;
        desk.connect(COURIER).await;
        let path = tracking(&desk).await;
        let second = desk.host.beside().await;
        let before = desk.couriers.token_requests(COURIER).await;
        let other = desk.client.at(&second.base_url);
        join(track_at_once(&desk.client, &path), track_at_once(&other, &path)).await;
        assert_eq!(desk.couriers.token_requests(COURIER).await, before + 1, "{word}");
        desk.couriers.revoke_tokens().await;
        join(track_at_once(&desk.client, &path), track_at_once(&other, &path)).await;
        assert_eq!(desk.couriers.token_requests(COURIER).await, before + 2, "{word}: after a 401, one renews");
    }
}

#[tokio::test]
async fn another_host_takes_over_from_one_that_dies_in_the_exchange() {
    join_all(Database::both().await.map(|database| async {
        let mut desk = Desk::open(database, &[]).await;
        desk.connect(COURIER).await;
        let path = tracking(&desk).await;
        let second = desk.host.beside().await;
        let slow = json!({"courier": COURIER, "operation": "token", "kind": "slow", "delay_ms": 120_000, "times": 1});
        desk.couriers.fault(&slow).await.expect(200);
        let before = desk.couriers.token_requests(COURIER).await;
        let (client, asked_for) = (desk.client.clone(), path.clone());
        let asked = tokio::spawn(async move { client.try_get(&asked_for).await });
        until("the courier's receiving of the exchange", SOON, async || {
            (desk.couriers.token_requests(COURIER).await > before).then_some(())
        })
        .await;
        desk.host.kill_9().await;
        assert!(asked.await.expect("the caller ends").is_none(), "the host answered");
        let client = desk.client.at(&second.base_url);
        until("the other host's taking over", LEASE_AND_MORE, async || {
            let reply = client.get(&path).await;
            assert!([200, 504].contains(&reply.status), "{}: {:?}", reply.status, reply.json());
            (reply.status == 200).then_some(())
        })
        .await;
        assert_eq!(desk.couriers.token_requests(COURIER).await, before + 2);
    }))
    .await;
}

#[tokio::test]
async fn changed_secrets_never_meet_the_old_token() {
    for database in Database::both().await {
        let desk = Desk::open(database, &[]).await;
        let second = desk.host.beside().await;
        let account = desk.connect(COURIER).await;
        let track = tracking(&desk).await;
        let other = desk.client.at(&second.base_url);
        for client in [&desk.client, &other] {
            client.get(&track).await.expect(200);
        }
        let old = last_authorization(&desk).await;
        let path = format!("/v1/credentials/{}", account.credential);
        let fields = &crossdock_sandbox::second_credentials()[COURIER];
        desk.client.patch(&path, &json!({ "fields": fields })).await.expect(200);
        let mut seen = Vec::new();
        for client in [&other, &desk.client] {
            client.get(&track).await.expect(200);
            seen.push(last_authorization(&desk).await);
        }
        assert!(seen.iter().all(|sent| *sent != old), "an old token was sent for new secrets");
        assert_eq!(seen[0], seen[1], "both hosts share the new one");
    }
}

#[tokio::test]
async fn a_failed_exchange_pauses_all_hosts_but_not_a_person() {
    for database in Database::both().await {
        let desk = Desk::open(database, &[]).await;
        let second = desk.host.beside().await;
        let account = desk.connect(COURIER).await;
        let track = tracking(&desk).await;
        let broken = json!({"courier": COURIER, "operation": "token", "kind": "status", "times": 1});
        desk.couriers.fault(&broken).await.expect(200);
        let before = desk.couriers.token_requests(COURIER).await;
        let other = desk.client.at(&second.base_url);
        for client in [&desk.client, &other, &desk.client] {
            let problem = client.get(&track).await.problem();
            assert_eq!((problem.source.as_str(), problem.retryable), ("courier", true), "{problem:?}");
        }
        assert_eq!(desk.couriers.token_requests(COURIER).await, before + 1, "one try, then a pause for all");
        let test = format!("/v1/credentials/{}/test", account.credential);
        let outcome = other.post(&test, &json!({})).await.expect(200).json();
        assert_eq!(outcome["ok"], true, "{outcome}");
        desk.client.get(&track).await.expect(200);
        assert_eq!(desk.couriers.token_requests(COURIER).await, before + 2);
    }
}

/// A call that needs a token: the tracking of a parcel that the courier's imitation knows.
async fn tracking(desk: &Desk) -> String {
    format!("/v1/tracking/{}?courier={COURIER}", desk.couriers.known_number(COURIER).await)
}

async fn track_at_once(client: &Client, path: &str) {
    for reply in join_all((0..AT_ONCE).map(|_| client.get(path))).await {
        reply.expect(200);
    }
}

async fn last_authorization(desk: &Desk) -> String {
    let requests = desk.couriers.requests(COURIER).await;
    let last = requests.iter().rev().find(|request| request["operation"] == "track").expect("a tracking request");
    let headers = last["headers"].as_array().expect("a list");
    let found = headers.iter().find(|pair| pair[0] == "authorization").expect("a header");
    found[1].as_str().expect("text").to_owned()
}
