use super::*;
use crate::model::clock::OsRandom;

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn settings(data_dir: &Path) -> RootKeySettings {
    RootKeySettings {
        inline: None,
        file: None,
        credentials_dir: None,
        data_dir: data_dir.to_owned(),
        create_missing: false,
    }
}

fn kids(loaded: &LoadedRootKeys) -> Vec<String> {
    loaded.keys.kids().map(|kid| kid.as_str().to_owned()).collect()
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn load(settings: &RootKeySettings) -> Result<LoadedRootKeys, RootKeyError> {
    load_root_keys(settings, &OsRandom)
}

fn error(settings: &RootKeySettings) -> RootKeyError {
    match load(settings) {
        Ok(_) => panic!("a root key was found"),
        Err(error) => error,
    }
}

#[test]
fn hex_base64_and_raw_bytes_are_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let inline = |text: &str| {
        let settings = RootKeySettings { inline: Some(text.into()), ..settings(folder.path()) };
        kids(&load(&settings).unwrap())
    };
    let expected = inline(HEX);
    assert_eq!(inline(BASE64), expected);
    assert_eq!(inline(BASE64.trim_end_matches('=')), expected);
    let file = folder.path().join("raw");
    fs::write(&file, hex::decode(HEX).unwrap()).unwrap();
    let from_file = RootKeySettings { file: Some(file), ..settings(folder.path()) };
    assert_eq!(kids(&load(&from_file).unwrap()), expected);
}

#[test]
fn older_keys_follow_the_current_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    fs::write(&file, format!("# current\n{OTHER}\n{HEX} # until the backups of spring are gone\n")).unwrap();
    let from_file = load(&RootKeySettings { file: Some(file), ..settings(folder.path()) }).unwrap();
    let inline = format!("{OTHER},{BASE64}");
    let from_text = load(&RootKeySettings { inline: Some(inline.into()), ..settings(folder.path()) }).unwrap();
    assert_eq!(kids(&from_file), kids(&from_text));
    assert_eq!(kids(&from_file).len(), 2);
}

#[test]
fn what_is_no_key_is_refused_without_being_shown() {
    let folder = tempfile::tempdir().unwrap();
    let zeroes = "A".repeat(43) + "=";
    let twice = format!("{HEX} {BASE64}");
    for text in ["", "# nothing", "hunter2-hunter2", &HEX[1..], &zeroes, &twice] {
        let error = error(&RootKeySettings { inline: Some(text.into()), ..settings(folder.path()) });
        assert!(matches!(error, RootKeyError::Invalid { .. }), "{text}");
        assert!(!error.to_string().contains("hunter2"));
    }
}

#[test]
fn without_a_source_production_refuses_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    // Not even a development key that lies there is taken.
    fs::write(folder.path().join(DEVELOPMENT_FILE), BASE64).unwrap();
    let error = error(&settings(folder.path()));
    assert!(matches!(error, RootKeyError::Missing));
    assert!(error.to_string().contains("openssl rand -base64 32"));
}

#[test]
fn two_sources_are_one_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let both = RootKeySettings { inline: Some(HEX.into()), file: Some("/nowhere".into()), ..settings(folder.path()) };
    assert!(matches!(error(&both), RootKeyError::Ambiguous));
    let missing = RootKeySettings { file: Some(folder.path().join("none")), ..settings(folder.path()) };
    assert!(matches!(error(&missing), RootKeyError::File { act: "read", .. }));
}

#[test]
fn systemd_hands_over_a_credential() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(CREDENTIAL_NAME), BASE64).unwrap();
    let with_systemd = RootKeySettings { credentials_dir: Some(folder.path().to_owned()), ..settings(folder.path()) };
    let loaded = load(&with_systemd).unwrap();
    assert!(matches!(loaded.origin, RootKeyOrigin::SystemdCredential(_)));
    assert!(matches!(add_root_key(loaded, &OsRandom), Err(RootKeyError::NotAFile { .. })));
}

#[test]
fn development_makes_a_key_once_and_warns() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let development = RootKeySettings { create_missing: true, ..settings(&data_dir) };
    let first = load(&development).unwrap();
    let second = load(&development).unwrap();
    assert_eq!(kids(&first), kids(&second));
    assert!(first.warnings.iter().any(|warning| warning.starts_with("made a new development root key")));
    assert_eq!(second.warnings.len(), 1);
    assert_eq!(fs::read_dir(&data_dir).unwrap().count(), 1, "nothing is left beside the key");
    #[cfg(unix)]
    assert_eq!(mode(&data_dir.join(DEVELOPMENT_FILE)), 0o600);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    fs::write(&file, BASE64).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let loaded = load(&RootKeySettings { file: Some(file), ..settings(folder.path()) }).unwrap();
    assert!(loaded.warnings[0].contains("chmod 600"));
}

#[test]
fn a_new_key_goes_in_front_and_the_old_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    fs::write(&file, BASE64).unwrap();
    let settings = RootKeySettings { file: Some(file.clone()), ..settings(folder.path()) };
    let before = kids(&load(&settings).unwrap());
    let added = add_root_key(load(&settings).unwrap(), &OsRandom).unwrap();
    let after = kids(&load(&settings).unwrap());
    assert_eq!(kids(&added), after);
    assert_eq!(after.len(), 2);
    assert_eq!(after[1], before[0]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    #[cfg(unix)]
    assert_eq!(mode(&file), 0o600);
}

#[test]
fn a_full_file_takes_no_further_key() {
    let folder = tempfile::tempdir().unwrap();
    let settings = RootKeySettings { create_missing: true, ..settings(folder.path()) };
    let mut loaded = load(&settings).unwrap();
    for _ in 1..KEYS_MAX {
        loaded = add_root_key(loaded, &OsRandom).unwrap();
    }
    assert!(matches!(add_root_key(loaded, &OsRandom), Err(RootKeyError::TooMany { .. })));
}
