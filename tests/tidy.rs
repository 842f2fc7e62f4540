//! The invariants of the design that a program can check.

#[path = "tidy/contracts.rs"]
mod contracts;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/manifests.rs"]
mod manifests;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/source.rs"]
mod source;

use std::collections::BTreeSet;

use source::{Source, read_all, root};

/// The couriers that are planned, also before their folders exist under `plugins/`.
const PLANNED_COURIERS: [&str; 10] =
    ["aramex", "bring", "budbee", "dhl", "fedex", "instabox", "porterbuddy", "postnord", "smsa", "ups"];

#[test]
fn each_mechanism_keeps_to_its_place() {
    report(&read_all(), |source| rules::PLACES.iter().flat_map(|place| rules::misplaced(source, place)).collect());
}

#[test]
fn arrows_between_modules_point_downwards() {
    report(&read_all(), layers::upward_arrows);
}

#[test]
fn the_host_knows_no_courier_by_name() {
    let sources = read_all();
    let names = courier_names(&sources);
    assert!(names.len() >= PLANNED_COURIERS.len());
    report(&sources, |source| rules::courier_names(source, &names));
}

#[test]
fn nothing_is_unfinished_or_silenced_without_a_reason() {
    report(&read_all(), rules::unfinished);
}

#[test]
fn no_test_sleeps() {
    report(&read_all(), rules::sleeping_unit_tests);
}

#[test]
fn files_are_short_enough_to_read() {
    report(&read_all(), rules::too_long);
}

#[test]
fn no_path_of_one_machine_is_committed() {
    report(&read_all(), rules::machine_paths);
}

#[test]
fn every_dependency_is_used() {
    fail_on(&manifests::unused_dependencies(&read_all()));
}

#[test]
fn links_lead_to_files() {
    let root = root();
    report(&read_all(), |source| manifests::dead_links(source, |path| root.join(path).exists()));
}

#[test]
fn released_contracts_and_kept_components_are_as_they_were() {
    let (count, wrong) = contracts::check(&root());
    assert!(count >= 3, "{count} folders were found");
    fail_on(&wrong);
}

#[test]
fn planted_mistakes_are_found() {
    let planted = |path: &str, text: &str| Source::planted(path, text);
    let sql = planted("host/src/jobs/a.rs", "// sqlx is fine here\nuse sqlx::Row;");
    let wrong: Vec<String> = rules::PLACES.iter().flat_map(|place| rules::misplaced(&sql, place)).collect();
    assert!(wrong.len() == 1 && wrong[0].starts_with("host/src/jobs/a.rs:2: "), "{wrong:?}");

    let names = ["bring".to_owned(), "ups".to_owned()];
    let text = "// things that bring joy to groups\nlet groups = 1;\nlet x = \"ups\";\n// Bring says so";
    let wrong = rules::courier_names(&planted("host/src/a.rs", text), &names);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert_eq!(rules::courier_names(&planted("host/src/a.rs", "mod ups_client;"), &names).len(), 1);

    // Planted: the rule must find all three, or real ones would pass.
    let text = "#[expect(x)]\n#[expect(\n    y,\n    reason = \"z\"\n)]\nfn a() { todo!() }\n#[ignore]";
    assert_eq!(rules::unfinished(&planted("host/src/a.rs", text)).len(), 3);

    let text = "fn a() { sleep(x) }\n#[cfg(test)]\nmod tests {\n    fn b() { sleep(x) }\n}";
    assert_eq!(rules::sleeping_unit_tests(&planted("host/src/a.rs", text)).len(), 1);

    let long = "let a = 1;\n".repeat(401);
    assert_eq!(rules::too_long(&planted("host/src/a.rs", &long)).len(), 1);
    assert_eq!(rules::machine_paths(&planted("a.md", "see /home/ann/x\nGET /users/home/x")).len(), 1);
}

/// The folders under `plugins/`, and the couriers that will be there.
fn courier_names(sources: &[Source]) -> Vec<String> {
    let folders = sources.iter().filter_map(|source| source.path.strip_prefix("plugins/")?.split_once('/'));
    let names: BTreeSet<&str> = folders.map(|(folder, _)| folder).chain(PLANNED_COURIERS).collect();
    names.into_iter().map(str::to_owned).collect()
}

fn report(sources: &[Source], rule: impl Fn(&Source) -> Vec<String>) {
    assert!(sources.len() > 10, "the repository was not found");
    fail_on(&sources.iter().flat_map(rule).collect::<Vec<_>>());
}

fn fail_on(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} found:\n  {}", wrong.len(), wrong.join("\n  "));
}
