use clap::CommandFactory;
use clap::error::ErrorKind;

use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split(' '))
}

fn refusal(line: &str) -> clap::Error {
    match parse(line) {
        Ok(_) => panic!("{line} was accepted"),
        Err(error) => error,
    }
}

#[test]
fn the_tree_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_documented_command_is_understood() {
    let merchant = "mer_01JD0000000000000000000000";
    let lines = [
        "crossdock serve --config x.toml --listen 127.0.0.1:0 --data-dir d --plugins-dir p".to_owned(),
        "crossdock serve --allow-private-networks 127.0.0.0/8,::1/128 --log-bodies".to_owned(),
        "crossdock serve --record-calls=false --replay-policy warn".to_owned(),
        "crossdock --data-dir d serve".to_owned(),
        "crossdock migrate".to_owned(),
        "crossdock merchant create --name Acme --json".to_owned(),
        "crossdock merchant list --json".to_owned(),
        format!("crossdock merchant disable {merchant}"),
        format!("crossdock key create --merchant {merchant} --scopes shipments:read,labels:buy --test --json"),
        "crossdock key create --admin --json".to_owned(),
        format!("crossdock key list --merchant {merchant}"),
        "crossdock key revoke abcd1234".to_owned(),
        "crossdock key rotate abcd1234 --overlap-hours 1".to_owned(),
        "crossdock plugin list --json".to_owned(),
        "crossdock plugin inspect acme".to_owned(),
        "crossdock plugin check acme.wasm".to_owned(),
        format!("crossdock plugin accept acme --digest {} --json", "0".repeat(64)),
        "crossdock plugin new acme --lang rust --sdk ../crossdock/sdk --json".to_owned(),
        "crossdock plugin test".to_owned(),
        "crossdock plugin test acme.wasm --fixtures fixtures --thorough --json".to_owned(),
        "crossdock plugin call acme.wasm auth.check --base-url api=http://127.0.0.1:1 --secret key --test".to_owned(),
        "crossdock plugin build plugins/acme --out acme.wasm".to_owned(),
        "crossdock root-key rotate".to_owned(),
        "crossdock root-key rotate --rewrap-only --json".to_owned(),
        format!("crossdock merchant-key rotate --merchant {merchant}"),
        format!("crossdock merchant-key rotate --merchant {merchant} --reseal-only --json"),
        "crossdock doctor --json".to_owned(),
    ];
    for line in lines {
        if let Err(error) = parse(&line) {
            panic!("{line}: {error}");
        }
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let lines = [
        "crossdock fly",
        "crossdock merchant create",
        "crossdock merchant create --name ",
        "crossdock merchant disable shp_1",
        "crossdock key create --scopes a",
        "crossdock key create --merchant mer_01JD0000000000000000000000",
        "crossdock key create --admin --merchant mer_01JD0000000000000000000000",
        "crossdock key create --admin --test",
        "crossdock serve --listen nowhere",
        "crossdock serve --replay-policy perhaps",
        "crossdock plugin new Acme",
        "crossdock plugin new acme --lang cobol",
    ];
    for line in lines {
        let error = refusal(line);
        assert_eq!(error.exit_code(), 2, "{line}");
        assert_ne!(error.kind(), ErrorKind::DisplayHelp, "{line}");
    }
}

#[test]
fn every_flag_of_the_configuration_has_its_variable() {
    let command = Cli::command();
    let flags = command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version"));
    let mut count = 0;
    for flag in flags {
        let expected = format!("CROSSDOCK_{}", flag.get_id().as_str().to_uppercase());
        assert_eq!(flag.get_env().and_then(|name| name.to_str()), Some(expected.as_str()));
        count += 1;
    }
    assert_eq!(count, 17);
}

#[test]
fn the_root_key_itself_is_no_flag() {
    assert_eq!(refusal("crossdock serve --root-key abc").kind(), ErrorKind::UnknownArgument);
}

#[test]
fn an_error_is_one_line_with_its_causes() {
    let error = anyhow::anyhow!("the\n  cause").context("what failed");
    assert_eq!(one_line(&error), "what failed: the cause");
}
