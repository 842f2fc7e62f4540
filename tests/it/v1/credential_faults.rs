//! `/v1/credentials` when something is wrong: which field, whose fault, and no secret in any answer.

use crossdock_tests::{Database, free_address};
use serde_json::{Map, Value, json};

use crate::desk::Desk;

/// A courier's account as a merchant would type it in.
struct Entered {
    courier: String,
    request: Value,
    secrets: Vec<String>,
    required: Vec<String>,
}

async fn each(desk: &Desk) -> Vec<Entered> {
    let mut all = Vec::new();
    for courier in desk.courier_ids().await {
        let account = desk.prepare(&courier).await;
        let kind = &account.description["accounts"][0];
        let keys = |wanted: &dyn Fn(&Value) -> bool| -> Vec<String> {
            let fields = kind["fields"].as_array().into_iter().flatten().filter(|field| wanted(field));
            fields.filter_map(|field| field["key"].as_str().map(str::to_owned)).collect()
        };
        let secrets = keys(&|field| field["kind"] == "secret");
        let required = keys(&|field| field["required"] == true);
        all.push(Entered { courier, request: account.request, secrets, required });
    }
    all
}

impl Entered {
    fn fields(&self) -> &Map<String, Value> {
        self.request["fields"].as_object().expect("fields")
    }

    /// The same with another value for each secret, of the right shape and wrong.
    fn with_wrong_secrets(&self) -> Value {
        let mut request = self.request.clone();
        for key in &self.secrets {
            let right = self.fields()[key].as_str().expect("a secret");
            let last = if right.ends_with('4') { "5" } else { "4" };
            request["fields"][key] = json!(format!("{}{last}", &right[..right.len() - 1]));
        }
        request
    }

    /// The same, pointed at an address where nobody listens.
    fn at_nobody(&self) -> Value {
        let mut request = self.request.clone();
        let nobody = free_address();
        for (_, url) in request["endpoints"].as_object_mut().expect("endpoints") {
            *url = json!(format!("http://{nobody}/"));
        }
        request
    }

    #[track_caller]
    fn expect_no_secret(&self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        for key in &self.secrets {
            assert!(
                !text.contains(self.fields()[key].as_str().expect("a secret")),
                "{}: {key} stands in {text}",
                self.courier
            );
        }
    }
}

#[tokio::test]
async fn each_wrong_field_has_its_pointer() {
    let desk = Desk::open(Database::Sqlite, &[]).await;
    for entered in each(&desk).await {
        let mut request = entered.request.clone();
        let fields = request["fields"].as_object_mut().unwrap();
        fields.clear();
        fields.insert("nonsense".to_owned(), json!("x"));
        for path in ["/v1/credentials", "/v1/credentials/test"] {
            let problem = desk.client.post(path, &request).await.expect(422).problem();
            let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
            for key in entered.required.iter().map(String::as_str).chain(["nonsense"]) {
                assert!(pointers.contains(&format!("/fields/{key}").as_str()), "{}: {pointers:?}", entered.courier);
            }
            assert_eq!((problem.source.as_str(), problem.retryable), ("request", false));
        }
        let mut malformed = entered.request.clone();
        for key in &entered.secrets {
            malformed["fields"][key] = json!("a\u{7}b");
        }
        let problem = desk.client.post("/v1/credentials", &malformed).await.expect(422).problem();
        let pointers: Vec<String> = problem.errors.iter().map(|error| error.pointer.clone()).collect();
        let expected: Vec<String> = entered.secrets.iter().map(|key| format!("/fields/{key}")).collect();
        assert_eq!(pointers, expected, "{}", entered.courier);
    }
}

#[tokio::test]
async fn a_failed_test_says_whose_fault_it_was() {
    let desk = Desk::open(Database::Sqlite, &[]).await;
    for entered in each(&desk).await {
        let courier = &entered.courier;
        let works = desk.client.post("/v1/credentials/test", &entered.request).await.expect(200).json();
        assert_eq!(works["ok"], true, "{courier}: {works}");
        expect_cause(&desk, &entered, &entered.with_wrong_secrets(), "account").await;
        expect_cause(&desk, &entered, &entered.at_nobody(), "network").await;
    }
}

#[tokio::test]
async fn a_courier_s_fault_and_its_limit_are_told_apart() {
    for (kind, cause) in [
        (json!({"kind": "rate_limit", "retry_after_s": 7}), "limit"),
        (json!({"kind": "status", "status": 500}), "courier"),
    ] {
        // A host of its own for each: what a courier said about a token is remembered for a while.
        let desk = Desk::open(Database::Sqlite, &[]).await;
        for entered in each(&desk).await {
            let mut fault = kind.clone();
            fault["courier"] = json!(entered.courier);
            desk.couriers.fault(&fault).await;
            expect_cause(&desk, &entered, &entered.request, cause).await;
            desk.couriers.heal().await;
        }
    }
}

/// Tests the account, then tries to save it: the cause is the same, and nothing is saved.
async fn expect_cause(desk: &Desk, entered: &Entered, request: &Value, cause: &str) {
    let tested = desk.client.post("/v1/credentials/test", request).await.expect(200);
    entered.expect_no_secret(&tested.body);
    let verdict = tested.json();
    assert_eq!((&verdict["ok"], &verdict["cause"]), (&json!(false), &json!(cause)), "{}: {verdict}", entered.courier);
    let refused = desk.client.post("/v1/credentials", request).await;
    entered.expect_no_secret(&refused.body);
    let problem = refused.problem();
    assert!(refused.status >= 400 && problem.errors[0].code == cause, "{}: {problem:?}", entered.courier);
    assert_eq!(problem.source, "courier", "{}: {problem:?}", entered.courier);
    let saved = desk.client.get(&format!("/v1/credentials?courier={}", entered.courier)).await.expect(200).json();
    assert_eq!(saved["data"], json!([]), "{}: a failed test saves nothing", entered.courier);
}

#[tokio::test]
async fn secrets_are_asked_again_before_an_account_is_redirected_and_never_shown() {
    let desk = Desk::open(Database::Sqlite, &[]).await;
    for entered in each(&desk).await {
        let saved = desk.client.post("/v1/credentials", &entered.request).await.expect(201);
        entered.expect_no_secret(&saved.body);
        let path = saved.header("location").expect("an address").to_owned();
        let again = desk.client.post("/v1/credentials", &entered.request).await.expect(409).problem();
        assert_eq!((again.code.as_str(), again.source.as_str()), ("duplicate", "request"), "{}", entered.courier);
        for redirect in [json!({"endpoints": {}}), json!({"environment": "test"})] {
            let refused = desk.client.patch(&path, &redirect).await.expect(422).problem();
            assert_eq!(refused.code, "secrets_required", "{}: {refused:?}", entered.courier);
            let pointers: Vec<String> = refused.errors.into_iter().map(|error| error.pointer).collect();
            let expected: Vec<String> = entered.secrets.iter().map(|key| format!("/fields/{key}")).collect();
            assert_eq!(pointers, expected, "{}", entered.courier);
        }
        let secrets: Map<String, Value> =
            entered.secrets.iter().map(|key| (key.clone(), entered.fields()[key].clone())).collect();
        let changed = desk.client.patch(&path, &json!({"environment": "test", "fields": secrets})).await.expect(200);
        assert_eq!(changed.json()["environment"], "test");
        let tested = desk.client.post(&format!("{path}/test"), &json!({})).await.expect(200);
        let answers = [changed, tested, desk.client.get(&path).await, desk.client.get("/v1/credentials").await];
        for answer in answers {
            entered.expect_no_secret(&answer.body);
        }
        let shown = desk.client.get(&path).await.expect(200).json();
        for key in &entered.secrets {
            assert_eq!(shown["fields"][key], "********", "{}", entered.courier);
        }
    }
    for entered in each(&desk).await {
        entered.expect_no_secret(desk.host.log().as_bytes());
    }
}
