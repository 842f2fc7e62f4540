use std::collections::BTreeMap;

use serde_json::json;

use super::tape::MAX_DEPTH;
use super::*;

#[derive(Debug, PartialEq, FromJson)]
#[json(rename_all = "camelCase")]
struct Order {
    #[json(required)]
    order_id: String,
    parcels: Vec<Parcel>,
    #[json(alias = "remark")]
    note: Option<String>,
    #[json(rename = "type")]
    kind: String,
    size: Option<Size>,
    #[json(present)]
    urgent: bool,
    events: Vec<Result<Size, String>>,
    #[json(flatten)]
    rest: Rest,
    #[json(strict)]
    refusal: Option<Size>,
    days: BTreeMap<String, Size>,
    inner: Option<Box<Self>>,
}

#[derive(Debug, Default, PartialEq, FromJson)]
#[json(default)]
struct Rest {
    weight: String,
}

#[derive(Debug, PartialEq, FromJson)]
struct Parcel {
    size: Size,
}

#[derive(Debug, PartialEq, FromJson)]
struct Size {
    mm: u32,
}

fn read(tree: serde_json::Value) -> Result<Order, String> {
    super::read(tree.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn odd_answers_are_read() {
    let tree = json!({"orderId": 17, "parcels": {"size": {"mm": "3"}}, "remark": " a ", "type": null, "size": "x",
        "urgent": "", "events": [null, {"mm": 1}, {"mm": "x"}, 4], "weight": 12.5, "refusal": null, "days": {"monday": {"mm": 2}, "sunday": null}, "inner": {"orderId": 18}});
    let order = read(tree).expect("readable");
    let errors = |words: &str| Err(words.to_owned());
    assert_eq!(
        order,
        Order {
            order_id: "17".to_owned(),
            parcels: vec![Parcel { size: Size { mm: 3 } }],
            note: Some("a".to_owned()),
            kind: String::new(),
            size: None,
            urgent: true,
            events: vec![
                Ok(Size { mm: 1 }),
                errors("[2].mm: expected a number, found x"),
                errors("[3]: expected an object, found a number"),
            ],
            rest: Rest { weight: "12.5".to_owned() },
            refusal: None,
            days: BTreeMap::from([("monday".to_owned(), Size { mm: 2 })]),
            inner: Some(Box::new(read(json!({"orderId": 18})).expect("readable"))),
        }
    );
}

#[test]
fn what_is_wrong_is_named_with_its_path() {
    assert_eq!(read(json!({"orderId": " "})), Err("orderId: missing".to_owned()));
    assert_eq!(read(json!([])), Err("expected an object, found a list".to_owned()));
    let tree = json!({"orderId": "1", "parcels": [{"size": {"mm": 1}}, {}]});
    assert_eq!(read(tree), Err("parcels[1].size: missing".to_owned()));
    let wrong =
        |member: &str, value: serde_json::Value| read(json!({"orderId": "1", member: value})).expect_err("wrong");
    assert_eq!(wrong("refusal", "no".into()), "refusal: expected an object, found text");
    assert_eq!(wrong("days", json!({"monday": {"mm": -1}})), "days.monday.mm: expected a number, found -1");
    assert_eq!(wrong("weight", json!([1])), "weight: expected text, found a list");
}

#[test]
fn one_stands_for_a_list_and_null_for_none() {
    let parcels = |value: serde_json::Value| {
        let order = read(json!({"orderId": 1, "parcels": value})).expect("readable");
        order.parcels.into_iter().map(|parcel| parcel.size.mm).collect::<Vec<_>>()
    };
    let sized = |mm: u32| json!({"size": {"mm": mm}});
    assert_eq!(parcels(sized(1)), [1]);
    assert_eq!(parcels(json!([null, sized(1), sized(2), null])), [1, 2]);
    for nothing in [json!(null), json!(" "), json!([])] {
        assert!(parcels(nothing).is_empty());
    }
}

#[test]
fn numbers_and_flags_are_text_and_text_is_theirs() {
    let numbers = super::read::<Vec<f64>>(br#"[1, "2.5", -0.5]"#);
    assert_eq!(numbers, Ok(vec![1.0, 2.5, -0.5]));
    assert_eq!(super::read::<Vec<i32>>(br#"[-1, " 7 "]"#), Ok(vec![-1, 7]));
    assert_eq!(super::read::<Vec<bool>>(br#"[true, "False"]"#), Ok(vec![true, false]));
    let written = super::read::<Vec<String>>(b"[12.50, 3.0, 370438104400000011, -7, true]");
    assert_eq!(written, Ok(["12.5", "3", "370438104400000011", "-7", "true"].map(str::to_owned).to_vec()));
    let words = |body: &str| super::read::<u32>(body.as_bytes()).expect_err("no number").to_string();
    assert_eq!(words("1.5"), "expected a number, found 1.5");
    assert_eq!(words("true"), "expected a number, found true");
    assert_eq!(words("[]"), "expected a number, found a list");
    assert_eq!(words("4294967296"), "expected a number, found 4294967296");
}

#[test]
fn a_list_may_be_asked_for() {
    #[derive(Debug, PartialEq)]
    struct Sizes(Vec<Size>);

    impl FromJson for Sizes {
        fn from_json(json: Json) -> Result<Self, JsonError> {
            json.list().map(Self)
        }
    }

    assert_eq!(super::read(br#"[{"mm": 1}]"#), Ok(Sizes(vec![Size { mm: 1 }])));
    let error = super::read::<Sizes>(br#"{"mm": 1}"#).expect_err("no list");
    assert_eq!(error.to_string(), "expected a list, found an object");
}

#[test]
fn a_byte_order_mark_is_passed_by() {
    assert_eq!(super::read("\u{feff}{\"mm\": 1}".as_bytes()), Ok(Size { mm: 1 }));
    assert!(super::read::<Size>(b"{\"mm\": 1} {}").is_err(), "two things are none");
}

#[test]
fn a_body_that_goes_deeper_than_any_answer_is_refused() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(super::read::<()>(deep(MAX_DEPTH).as_bytes()), Ok(()));
    for levels in [MAX_DEPTH + 1, 100_000] {
        let words = super::read::<()>(deep(levels).as_bytes()).expect_err("too deep").to_string();
        assert!(words.contains("deep"), "{words}");
    }
}
