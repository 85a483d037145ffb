//! What samples are run in: a mock, the files that they upload, the variables that they read.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use compass_mock::Mock;
use compass_sdk::limiter::Limits;
use compass_sdk::{Compass, RetryPolicy};

use super::pages::SAMPLES;

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const TOKEN: &str = "never-to-be-shown-1f6a11";
pub(crate) const WEBHOOK_ID: &str = "1c7be0d4-52f9-4e0a-93b8-6a2d4f7c8e15";
const CLOUD_ID: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";

/// The folder with the files of all samples, which is this process's folder from now on: the Rust samples read their files
/// from where they run. No test here reads anything by a relative path.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reference");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in SAMPLES.iter().filter_map(|shown| shown.file.as_ref()) {
        std::fs::write(folder.join(name), text).unwrap();
    }
    // Failures are looked at one by one: nothing is sent again.
    std::fs::write(folder.join("compass.toml"), "[client.retry]\nmax_attempts = 1\n").unwrap();
    std::env::set_current_dir(&folder).unwrap();
    folder
});

/// A site of its own.
pub(crate) async fn site() -> Mock {
    LazyLock::force(&FOLDER);
    Mock::builder().cloud_id(CLOUD_ID).rate_limit(false).attachments(true).start().await.unwrap()
}

pub(crate) fn folder() -> &'static Path {
    &FOLDER
}

pub(crate) fn client(mock: &Mock) -> Compass {
    let compass = Compass::builder().base_url(mock.base_url()).credentials(EMAIL, TOKEN);
    compass.retry(RetryPolicy::never()).limits(Limits::unlimited()).build().unwrap()
}

/// Runs a sample for a shell, with nothing in its environment but what the index tells to set.
pub(crate) async fn shell(sample: &str, mock: &Mock) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_compass")).parent().unwrap().to_path_buf();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([program].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-euc", sample]).env_clear().env("PATH", path).current_dir(folder());
    shell.env("COMPASS_BASE_URL", mock.base_url()).env("COMPASS_WEBHOOK_ID", WEBHOOK_ID);
    shell.env("COMPASS_EMAIL", EMAIL).env("COMPASS_API_TOKEN", TOKEN);
    let output = tokio::task::spawn_blocking(move || shell.output().unwrap()).await.unwrap();
    let told = format!("{output:?}");
    assert!(!told.contains(TOKEN) && !told.contains("panicked"), "{told}");
    output
}
