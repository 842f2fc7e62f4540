//! The PostgreSQL cluster of the tests: somebody else's by its URL, or one that lives as long as this process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Names a throw-away cluster by a superuser's URL.
const URL_VARIABLE: &str = "CROSSDOCK_TEST_POSTGRES_URL";

/// Makes a cluster that is reached by a socket, says where, and removes it once its standard input ends: that is when we end,
/// however we do. `mktemp` replaces the `XXXXXX` of its template; the folder stands in `/tmp` because a socket's path may have at
/// most 107 bytes, and other temporary folders may be longer.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
for bin in /usr/lib/postgresql/*/bin; do PATH="$bin:$PATH"; done
folder=$(mktemp -d /tmp/crossdock-pg.XXXXXX) || exit 1
cd "$folder"
if initdb -D data -U postgres -A trust --no-sync -E UTF8 --locale=C >log 2>&1 &&
    pg_ctl -w -t 60 -D data -l log -o "-c listen_addresses='' -c unix_socket_directories=$folder -c max_connections=300 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB" start >>log 2>&1
then
    echo "$folder"
    read -r _
    pg_ctl -m immediate -D data stop >/dev/null 2>&1
else
    echo "failed: $(tail -n 1 log)"
fi
cd /
rm -rf "$folder"
"#;

/// Returns a superuser's URL of the test cluster, which it starts if need be.
pub(super) async fn superuser_url() -> String {
    #[expect(clippy::disallowed_methods, reason = "a test has no command line")]
    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return url;
    }
    tokio::task::spawn_blocking(|| own_cluster().to_owned()).await.expect("the test cluster starts")
}

fn own_cluster() -> &'static str {
    // The child is kept so that its standard input stays open until this process ends.
    static CLUSTER: OnceLock<(String, Child)> = OnceLock::new();
    let (url, _) = CLUSTER.get_or_init(start);
    url
}

fn start() -> (String, Child) {
    let mut command = Command::new("sh");
    if is_root() {
        // PostgreSQL refuses to run as root.
        command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
    }
    let mut child = command
        .args(["-c", SCRIPT])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("no shell to start PostgreSQL for the tests: {error}"));
    let mut folder = String::new();
    let stdout = child.stdout.take().expect("the script's output is a pipe");
    BufReader::new(stdout).read_line(&mut folder).expect("the script answers");
    let folder = folder.trim();
    assert!(
        Path::new(folder).is_absolute(),
        "no PostgreSQL for the tests: set {URL_VARIABLE}, or install postgresql ({folder})"
    );
    (format!("postgres://postgres@localhost/postgres?host={folder}"), child)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
