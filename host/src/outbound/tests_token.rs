use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::ExposeSecret as _;

use super::*;
use crate::model::clock::OsRandom;
use crate::model::id::{CredentialId, MerchantId};
use crate::outbound::testing::MovedClock;

/// One host of several: they share a clock and a store.
fn tokens(clock: &Arc<MovedClock>, store: &Arc<dyn TokenStore>) -> Tokens {
    Tokens::new(clock.clone(), Arc::new(OsRandom), Arc::clone(store))
}

fn memory() -> Arc<dyn TokenStore> {
    Arc::new(MemoryTokens::default())
}

fn saved() -> TokenPlace {
    let owner =
        (MerchantId::new(Timestamp::UNIX_EPOCH, &OsRandom), CredentialId::new(Timestamp::UNIX_EPOCH, &OsRandom));
    TokenPlace {
        owner: Some(owner),
        account: "digest".to_owned(),
        token: "oauth".to_owned(),
        base_url: "https://a.example/".to_owned(),
    }
}

fn wish(place: &TokenPlace) -> Wish<'static> {
    Wish {
        place: place.clone(),
        renew_before: None,
        rejected: None,
        is_manual: false,
        deadline: Instant::now() + Duration::from_secs(60),
    }
}

fn token(text: &str, clock: &MovedClock, seconds: i64) -> StoredToken {
    let now = clock.now();
    StoredToken {
        value: Arc::new(SecretString::from(text.to_owned())),
        fetched_at: now,
        expires_at: now + SignedDuration::from_secs(seconds),
    }
}

fn refusal() -> Failure {
    Failure::new(FailureKind::Auth, "token-refused", "no")
}

fn text(got: Result<Arc<SecretString>, Failure>) -> String {
    got.unwrap().expose_secret().to_owned()
}

#[tokio::test(start_paused = true)]
async fn fifty_callers_of_two_hosts_share_one_exchange_and_a_token_near_its_end_is_renewed() {
    let (clock, store, place) = (Arc::new(MovedClock::default()), memory(), saved());
    let (one, two) = (tokens(&clock, &store), tokens(&clock, &store));
    let exchanges = AtomicU32::new(0);
    let fetch = async || {
        let exchange = exchanges.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok(token(&format!("token-{exchange}"), &clock, 100))
    };
    let wish = wish(&place);
    let all = (0..50).map(|n| if n % 2 == 0 { one.get(&wish, fetch) } else { two.get(&wish, fetch) });
    for got in futures::future::join_all(all).await {
        assert_eq!(text(got), "token-0");
    }
    assert_eq!(exchanges.load(Ordering::SeqCst), 1);
    clock.advance_s(79);
    assert_eq!(text(one.get(&wish, fetch).await), "token-0");
    clock.advance_s(1);
    assert_eq!(text(one.get(&wish, fetch).await), "token-1");
    let rejected = SecretString::from("token-1");
    let wish = Wish { rejected: Some(&rejected), ..wish };
    assert_eq!(text(one.get(&wish, fetch).await), "token-2");
    assert_eq!(text(two.get(&wish, fetch).await), "token-2", "the other host has renewed it");
    assert_eq!(exchanges.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_description_may_ask_for_an_earlier_or_a_later_renewal() {
    let (clock, store, place) = (Arc::new(MovedClock::default()), memory(), saved());
    let tokens = tokens(&clock, &store);
    let renewed_after = async |asked_s: Option<i64>, age_s: i64| {
        let mut wish = wish(&TokenPlace { account: format!("{asked_s:?}/{age_s}"), ..place.clone() });
        wish.renew_before = asked_s.map(SignedDuration::from_secs);
        text(tokens.get(&wish, async || Ok(token("first", &clock, 7200))).await);
        clock.advance_s(age_s);
        text(tokens.get(&wish, async || Ok(token("second", &clock, 7200))).await) == "second"
    };
    assert!(!renewed_after(None, 6299).await && renewed_after(None, 6300).await, "15 minutes before its end");
    assert!(!renewed_after(Some(60), 7139).await && renewed_after(Some(60), 7140).await);
    assert!(!renewed_after(Some(7000), 3599).await && renewed_after(Some(7000), 3600).await, "half of it at most");
}

#[tokio::test]
async fn a_failure_is_not_repeated_for_30_seconds_at_any_host_unless_a_person_asks() {
    let (clock, store, place) = (Arc::new(MovedClock::default()), memory(), saved());
    let (one, two) = (tokens(&clock, &store), tokens(&clock, &store));
    let tries = AtomicU32::new(0);
    let refused = async || {
        tries.fetch_add(1, Ordering::SeqCst);
        Err(refusal())
    };
    let wish = wish(&place);
    for host in [&one, &two, &one] {
        assert_eq!(host.get(&wish, refused).await.err().unwrap().code, "token-refused");
    }
    assert_eq!(tries.load(Ordering::SeqCst), 1);
    clock.advance_s(10);
    assert_eq!(two.get(&wish, refused).await.err().unwrap().retry_after_ms, Some(20_000));
    clock.advance_s(20);
    assert!(two.get(&wish, refused).await.is_err());
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    let by_hand = Wish { is_manual: true, ..wish };
    assert_eq!(text(one.get(&by_hand, async || Ok(token("mended", &clock, 3600))).await), "mended");
    let wish = Wish { is_manual: false, ..by_hand };
    assert_eq!(text(two.get(&wish, refused).await), "mended", "a test by hand ends the pause for all");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_gone_holds_the_others_up_until_its_lease_ends() {
    let (clock, store, place) = (Arc::new(MovedClock::default()), memory(), saved());
    let now = clock.now();
    store.lease(&place, "gone", now, end_of_lease(now)).await.unwrap().unwrap();
    let tokens = tokens(&clock, &store);
    let wish = wish(&place);
    let waiting = tokens.get(&wish, async || Ok(token("mine", &clock, 3600)));
    let dying = async {
        tokio::time::advance(Duration::from_secs(5)).await;
        clock.advance_s(30);
    };
    let (got, ()) = tokio::join!(waiting, dying);
    assert_eq!(text(got), "mine");
    assert!(!store.save(&place, "gone", 0, &token("late", &clock, 3600)).await.unwrap());
    let short = Wish { deadline: Instant::now() + Duration::from_secs(1), place: saved(), ..wish };
    store.lease(&short.place, "gone", clock.now(), end_of_lease(clock.now())).await.unwrap().unwrap();
    let failure = tokens.get(&short, async || Ok(token("never", &clock, 3600))).await.err().unwrap();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Timeout, "token-timeout"));
}

#[tokio::test]
async fn who_lost_the_lease_uses_what_the_other_stored() {
    let (clock, store, place) = (Arc::new(MovedClock::default()), memory(), saved());
    let tokens = tokens(&clock, &store);
    let overtaken = async || {
        clock.advance_s(30);
        let now = clock.now();
        let kept = store.lease(&place, "faster", now, end_of_lease(now)).await.unwrap().unwrap();
        assert!(store.save(&place, "faster", kept.version, &token("theirs", &clock, 3600)).await.unwrap());
    };
    let wish = wish(&place);
    let late = async || {
        overtaken().await;
        Ok(token("late", &clock, 3600))
    };
    assert_eq!(text(tokens.get(&wish, late).await), "theirs");
    clock.advance_s(3600);
    let refused = async || {
        overtaken().await;
        Err(refusal())
    };
    assert_eq!(text(tokens.get(&wish, refused).await), "theirs", "read again before giving up");
    let kept = store.read(&place).await.unwrap();
    assert!(kept.failed.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_renewed_while_the_courier_takes_its_time_and_given_back_when_the_caller_goes() {
    let (clock, store, place) = (Arc::new(MovedClock::default()), memory(), saved());
    let tokens = tokens(&clock, &store);
    let wish = wish(&place);
    let slow = async || {
        for _ in 0..4 {
            clock.advance_s(10);
            tokio::time::advance(Duration::from_secs(10)).await;
            tokio::task::yield_now().await;
            let now = clock.now();
            assert!(store.lease(&place, "other", now, end_of_lease(now)).await.unwrap().is_none());
        }
        Ok(token("slow", &clock, 3600))
    };
    assert_eq!(text(tokens.get(&wish, slow).await), "slow");
    clock.advance_s(3600);
    let hung_up = tokens.get(&wish, async || std::future::pending().await);
    assert!(tokio::time::timeout(Duration::from_millis(1), hung_up).await.is_err());
    tokio::task::yield_now().await;
    let now = clock.now();
    assert!(store.lease(&place, "other", now, end_of_lease(now)).await.unwrap().is_some());
}

#[tokio::test]
async fn without_the_database_a_host_fetches_its_own() {
    struct Down;
    #[async_trait::async_trait]
    impl TokenStore for Down {
        async fn read(&self, _: &TokenPlace) -> Result<KeptToken, TokenStoreError> {
            Err(TokenStoreError("down".to_owned()))
        }
        async fn lease(
            &self,
            _: &TokenPlace,
            _: &str,
            _: Timestamp,
            _: Timestamp,
        ) -> Result<Option<KeptToken>, TokenStoreError> {
            Err(TokenStoreError("down".to_owned()))
        }
        async fn renew(&self, _: &TokenPlace, _: &str, _: Timestamp) -> Result<bool, TokenStoreError> {
            Err(TokenStoreError("down".to_owned()))
        }
        async fn save(&self, _: &TokenPlace, _: &str, _: i64, _: &StoredToken) -> Result<bool, TokenStoreError> {
            Err(TokenStoreError("down".to_owned()))
        }
        async fn release(&self, _: &TokenPlace, _: &str, _: LeaseEnd) -> Result<(), TokenStoreError> {
            Err(TokenStoreError("down".to_owned()))
        }
    }
    let clock = Arc::new(MovedClock::default());
    let store: Arc<dyn TokenStore> = Arc::new(Down);
    let (tokens, place) = (tokens(&clock, &store), saved());
    let wish = wish(&place);
    assert_eq!(text(tokens.get(&wish, async || Ok(token("own", &clock, 3600))).await), "own");
    assert_eq!(text(tokens.get(&wish, async || Err(refusal())).await), "own");
}
