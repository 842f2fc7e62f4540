//! Where root keys come from: environment, file, systemd credential, or, in development, a file made on first start.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::error::RootKeyError;
use super::key_bytes::KEY_BYTES;
use super::root_key::{RootKey, RootKeys};
use crate::model::clock::Random;

/// Name of the credential that systemd hands over (`LoadCredential=crossdock-root-key:…`).
const CREDENTIAL_NAME: &str = "crossdock-root-key";

/// Name of the file that development makes in the data folder.
const DEVELOPMENT_FILE: &str = "root-key";

/// The current key and older ones: more rotations than one backup's life has.
const KEYS_MAX: usize = 16;

/// Room for 16 keys in hex with comments; a file beyond it is not a key file.
const FILE_MAX_BYTES: u64 = 8 * 1024;

/// What the operator configured.
pub struct RootKeySettings {
    /// `CROSSDOCK_ROOT_KEY`: keys themselves, the current one first, separated by commas or white space.
    pub inline: Option<SecretString>,
    /// `CROSSDOCK_ROOT_KEY_FILE`: the file that holds them.
    pub file: Option<PathBuf>,
    /// `CREDENTIALS_DIRECTORY`, set by systemd.
    pub credentials_dir: Option<PathBuf>,
    /// Where development keeps its key.
    pub data_dir: PathBuf,
    /// Whether a key may be made in the data folder: in development only.
    pub create_missing: bool,
}

/// Where the keys were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootKeyOrigin {
    /// The environment variable.
    Environment,
    /// A file of the operator's.
    File(PathBuf),
    /// A credential handed over by systemd.
    SystemdCredential(PathBuf),
    /// The development key in the data folder.
    Development(PathBuf),
}

impl fmt::Display for RootKeyOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => formatter.write_str("CROSSDOCK_ROOT_KEY"),
            Self::File(path) => write!(formatter, "root key file {}", path.display()),
            Self::SystemdCredential(path) => write!(formatter, "systemd credential {}", path.display()),
            Self::Development(path) => write!(formatter, "development root key {}", path.display()),
        }
    }
}

/// Root keys, and what the operator should hear about them.
pub struct LoadedRootKeys {
    /// The keys.
    pub keys: RootKeys,
    /// Where they were found.
    pub origin: RootKeyOrigin,
    /// To be logged as warnings; without secrets.
    pub warnings: Vec<String>,
}

/// Loads the root keys from the one configured source; environment or file, then systemd, then development's own file.
///
/// # Errors
///
/// Every message says what to do; `Missing` if no source has a key and none may be made.
pub fn load_root_keys(settings: &RootKeySettings, random: &dyn Random) -> Result<LoadedRootKeys, RootKeyError> {
    match (&settings.inline, &settings.file) {
        (Some(_), Some(_)) => return Err(RootKeyError::Ambiguous),
        (Some(inline), None) => {
            let origin = RootKeyOrigin::Environment;
            let keys = parse_text(inline.expose_secret(), &origin)?;
            return Ok(LoadedRootKeys { keys, origin, warnings: Vec::new() });
        }
        (None, Some(path)) => return load_file(RootKeyOrigin::File(path.clone()), path),
        (None, None) => {}
    }
    if let Some(path) = settings.credentials_dir.as_ref().map(|dir| dir.join(CREDENTIAL_NAME))
        && path.exists()
    {
        return load_file(RootKeyOrigin::SystemdCredential(path.clone()), &path);
    }
    if !settings.create_missing {
        return Err(RootKeyError::Missing);
    }
    let path = settings.data_dir.join(DEVELOPMENT_FILE);
    let made = make_development_key(&path, random).map_err(|source| file_error("write", &path, source))?;
    let mut loaded = load_file(RootKeyOrigin::Development(path.clone()), &path)?;
    let verb = if made { "made a new" } else { "using the" };
    loaded.warnings.push(format!(
        "{verb} development root key {}: it lies beside the data that it protects, which production mode refuses",
        path.display()
    ));
    Ok(loaded)
}

/// Tells whether development has made its key already.
pub fn has_development_key(data_dir: &Path) -> bool {
    data_dir.join(DEVELOPMENT_FILE).exists()
}

/// Makes a new root key and writes it in front of the others in their file; the old ones stay, to unwrap.
///
/// # Errors
///
/// `NotAFile` if the keys come from the environment or from systemd, `TooMany` if the file is full.
pub fn add_root_key(loaded: LoadedRootKeys, random: &dyn Random) -> Result<LoadedRootKeys, RootKeyError> {
    let LoadedRootKeys { keys, origin, .. } = loaded;
    let path = match &origin {
        RootKeyOrigin::File(path) | RootKeyOrigin::Development(path) => path.clone(),
        RootKeyOrigin::Environment | RootKeyOrigin::SystemdCredential(_) => {
            return Err(RootKeyError::NotAFile { origin: origin.to_string() });
        }
    };
    let count = keys.kids().count() + 1;
    if count > KEYS_MAX {
        return Err(RootKeyError::TooMany { origin: origin.to_string(), count, max: KEYS_MAX });
    }
    // A link is followed, so that what it points to is replaced and not the link.
    let target = fs::canonicalize(&path).map_err(|source| file_error("read", &path, source))?;
    let mut older = Vec::with_capacity(count - 1);
    let mut text = Zeroizing::new(String::with_capacity(count * (2 * KEY_BYTES)));
    let new = RootKey::generate(random);
    push_line(&mut text, &new);
    for kid in keys.kids() {
        let key = keys.find(kid).and_then(|key| RootKey::from_slice(key.key().expose()));
        older.extend(key);
    }
    older.iter().for_each(|key| push_line(&mut text, key));
    write_file(&target, text.as_bytes(), random, |from, to| fs::rename(from, to))
        .map_err(|source| file_error("write", &path, source))?;
    Ok(LoadedRootKeys { keys: RootKeys::new(new, older), origin, warnings: Vec::new() })
}

fn load_file(origin: RootKeyOrigin, path: &Path) -> Result<LoadedRootKeys, RootKeyError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(FILE_MAX_BYTES as usize + 1));
    let file = File::open(path).map_err(|source| file_error("read", path, source))?;
    let mut warnings = Vec::new();
    warnings.extend(readable_by_others(&file, path));
    file.take(FILE_MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|source| file_error("read", path, source))?;
    if bytes.len() as u64 > FILE_MAX_BYTES {
        return Err(invalid(&origin, "it is larger than 8 KiB"));
    }
    let keys = match RootKey::from_slice(&bytes) {
        Some(raw) => RootKeys::new(raw, Vec::new()),
        None => {
            let text = std::str::from_utf8(&bytes).map_err(|_| invalid(&origin, "it is neither 32 bytes nor text"))?;
            parse_text(text, &origin)?
        }
    };
    Ok(LoadedRootKeys { keys, origin, warnings })
}

/// Reads keys divided by commas or white space; a line's rest from `#` on is a comment.
fn parse_text(text: &str, origin: &RootKeyOrigin) -> Result<RootKeys, RootKeyError> {
    let mut keys: Vec<RootKey> = Vec::new();
    let words = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let words = words.flat_map(|line| line.split([',', ' ', '\t'])).map(str::trim).filter(|word| !word.is_empty());
    for word in words {
        let key = parse_key(word).ok_or_else(|| invalid(origin, "a key is not 32 bytes as base64 or hex"))?;
        if keys.iter().any(|other| other.kid() == key.kid()) {
            return Err(invalid(origin, "the same key stands there twice"));
        }
        keys.push(key);
    }
    if keys.len() > KEYS_MAX {
        return Err(RootKeyError::TooMany { origin: origin.to_string(), count: keys.len(), max: KEYS_MAX });
    }
    let mut keys = keys.into_iter();
    let current = keys.next().ok_or_else(|| invalid(origin, "it is empty"))?;
    Ok(RootKeys::new(current, keys.collect()))
}

fn parse_key(word: &str) -> Option<RootKey> {
    // Room for more than a key, so that too long a one is noticed and not cut.
    let mut decoded = Zeroizing::new([0u8; KEY_BYTES + 4]);
    let length = if word.len() == 2 * KEY_BYTES {
        hex::decode_to_slice(word, &mut decoded[..KEY_BYTES]).ok()?;
        KEY_BYTES
    } else {
        let engines = [BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD];
        engines.iter().find_map(|engine| engine.decode_slice(word, &mut *decoded).ok())?
    };
    let bytes = &decoded[..length];
    // One byte all over is a placeholder that somebody forgot to replace.
    let is_placeholder = bytes.iter().all(|byte| *byte == bytes[0]);
    if is_placeholder { None } else { RootKey::from_slice(bytes) }
}

/// Writes a key file unless there is one; `true` if it was written. Of two hosts that start at once, one wins.
fn make_development_key(path: &Path, random: &dyn Random) -> io::Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut text = Zeroizing::new(String::with_capacity(2 * KEY_BYTES));
    push_line(&mut text, &RootKey::generate(random));
    match write_file(path, text.as_bytes(), random, |from, to| fs::hard_link(from, to)) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
        Ok(()) => Ok(true),
    }
}

/// Writes beside the file, readable by its owner only, and puts it in place when it is on disk.
fn write_file(
    path: &Path,
    bytes: &[u8],
    random: &dyn Random,
    place: impl FnOnce(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let mut suffix = [0u8; 8];
    random.fill(&mut suffix);
    let beside = path.with_extension(format!("new-{}", hex::encode(suffix)));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| place(&beside, path));
    // After a rename there is nothing left to remove.
    let _ = fs::remove_file(&beside);
    written?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn push_line(text: &mut String, key: &RootKey) {
    let mut line = [0u8; 44];
    let length =
        BASE64_STANDARD.encode_slice(key.key().expose(), &mut line).expect("32 bytes are 44 characters of base64");
    text.extend(line[..length].iter().map(|byte| char::from(*byte)));
    text.push('\n');
    zeroize::Zeroize::zeroize(&mut line);
}

#[cfg(unix)]
fn readable_by_others(file: &File, path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().ok()?.permissions().mode() & 0o777;
    let advice = || format!("root key file {0} has mode {mode:o}: run `chmod 600 {0}`", path.display());
    (mode & 0o077 != 0).then(advice)
}

#[cfg(not(unix))]
fn readable_by_others(_file: &File, _path: &Path) -> Option<String> {
    None
}

fn invalid(origin: &RootKeyOrigin, why: &'static str) -> RootKeyError {
    RootKeyError::Invalid { origin: origin.to_string(), why }
}

fn file_error(act: &'static str, path: &Path, source: io::Error) -> RootKeyError {
    RootKeyError::File { act, path: path.to_owned(), source }
}

#[cfg(test)]
#[path = "root_source_tests.rs"]
mod tests;
