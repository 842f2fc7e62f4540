//! What a plugin's author does: start a plugin, test it, look at what it asks for, make one call by hand.

mod by_name;
mod call;
mod conformance;
mod new;

use std::path::Path;
use std::process::Stdio;

use crossdock_tests::{Ran, program};

/// Runs `crossdock plugin …` in a folder, with nothing of a host around it.
pub async fn plugin(folder: &Path, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Ran {
    let mut command = tokio::process::Command::new(program("crossdock"));
    command.arg("plugin").args(arguments).current_dir(folder).envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stdin, input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}
