//! API keys: from their making to their end.

use jiff::SignedDuration;

use super::{Host, hosts, new_key};
use crate::model::caller::Scope;
use crate::service::api_keys::{self, KeyCache};
use crate::service::{Error, merchants};
use crate::store::api_keys::ApiKeyKind;
use crate::store::page::Page;
use crate::vault::ExposeSecret;

const READ: [Scope; 1] = [Scope::ShipmentsRead];

async fn status(host: &Host, token: &str) -> u16 {
    host.get("/v1/couriers", token).await.status
}

#[tokio::test]
async fn a_key_works_until_it_is_revoked() {
    for mut host in hosts().await {
        let caller = host.merchant(&READ).await;
        assert_eq!(status(&host, &caller.token).await, 200);
        let typo = format!("{}x", &caller.token[..caller.token.len() - 1]);
        assert_eq!(status(&host, &typo).await, 401);
        let stranger = Host::on(crate::store::testing::sqlite().await).merchant(&READ).await;
        assert_eq!(status(&host, &stranger.token).await, 401);

        api_keys::revoke(&host.app, &caller.row.public_id).await.unwrap();
        let again = api_keys::revoke(&host.app, caller.row.id.as_str()).await.unwrap();
        assert!(again.revoked_at.is_some());
        host.forget_keys();
        assert_eq!(status(&host, &caller.token).await, 401);
        let unknown = api_keys::revoke(&host.app, "00000000").await;
        assert!(matches!(unknown, Err(Error::NotFound(_))));
    }
}

#[tokio::test]
async fn a_rotated_key_works_until_the_overlap_ends() {
    for mut host in hosts().await {
        let old = host.merchant(&READ).await;
        let overlap = SignedDuration::from_hours(24);
        let (row, token) = api_keys::rotate(&host.app, &old.row.public_id, overlap).await.unwrap();
        assert_eq!((row.scopes.0.len(), row.merchant_id), (1, Some(old.merchant)));
        let twice = api_keys::rotate(&host.app, &old.row.public_id, overlap).await;
        assert!(matches!(twice, Err(Error::Conflict { .. })));
        for (seconds, expected) in [(0, 200), (24 * 3600, 401)] {
            host.advance_s(seconds);
            host.forget_keys();
            assert_eq!(status(&host, &old.token).await, expected);
            assert_eq!(status(&host, token.expose_secret()).await, 200);
        }
    }
}

#[tokio::test]
async fn an_expired_key_is_refused_though_it_is_remembered() {
    for host in hosts().await {
        let caller = host.merchant(&READ).await;
        let mut new = new_key(Some(caller.merchant), ApiKeyKind::Live, &READ);
        new.expires_at = Some(host.app.clock.now() + SignedDuration::from_secs(60));
        let (_, token) = api_keys::create(&host.app, new).await.unwrap();
        assert_eq!(status(&host, token.expose_secret()).await, 200);
        host.advance_s(60);
        assert_eq!(status(&host, token.expose_secret()).await, 401);
    }
}

#[tokio::test]
async fn owner_kind_and_scopes_fit_together() {
    for host in hosts().await {
        let caller = host.merchant(&READ).await;
        let merchant = || Some(caller.merchant.clone());
        let wrong = [
            (new_key(None, ApiKeyKind::Live, &READ), "/merchant"),
            (new_key(merchant(), ApiKeyKind::Admin, &[]), "/merchant"),
            (new_key(merchant(), ApiKeyKind::Test, &[]), "/scopes"),
            (new_key(merchant(), ApiKeyKind::Live, &Scope::ALL), "/scopes"),
        ];
        for (new, pointer) in wrong {
            match api_keys::create(&host.app, new).await {
                Err(Error::Invalid { problems }) => assert_eq!(problems[0].pointer, pointer),
                _ => panic!("{pointer} was accepted"),
            }
        }
        let (admin, token) = api_keys::create(&host.app, new_key(None, ApiKeyKind::Admin, &[])).await.unwrap();
        assert_eq!(admin.scopes.0, ["admin"]);
        let refused = host.get("/v1/couriers", token.expose_secret()).await;
        assert_eq!(refused.problem().1, "wrong_key_kind");
        let page = Page::first(10);
        let own = api_keys::list(&host.app, merchant().as_ref(), &page).await.unwrap();
        assert_eq!((own.rows.len(), own.has_more), (1, false));
        assert_eq!(api_keys::list(&host.app, None, &page).await.unwrap().rows.len(), 2);
    }
}

#[tokio::test]
async fn a_disabled_merchant_is_told_so() {
    for mut host in hosts().await {
        let caller = host.merchant(&READ).await;
        merchants::disable(&host.app, &caller.merchant).await.unwrap();
        host.forget_keys();
        let refused = host.get("/v1/couriers", &caller.token).await;
        assert_eq!(refused.problem().1, "merchant_disabled");
    }
}

#[tokio::test]
async fn a_remembered_key_costs_no_query() {
    for host in hosts().await {
        let caller = host.merchant(&READ).await;
        let cache = KeyCache::default();
        let find = || api_keys::find(&host.app, &cache, &caller.token);
        assert!(find().await.unwrap().is_some());
        host.app.db.close().await;
        assert!(find().await.unwrap().is_some());
        // Without the memory the database would have been asked.
        let fresh = api_keys::find(&host.app, &KeyCache::default(), &caller.token).await;
        assert!(fresh.is_err());
    }
}
