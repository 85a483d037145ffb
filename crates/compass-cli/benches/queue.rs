//! What `--queue` costs a job: the time of the whole process, beside what the disk and a process that does nothing take.
//!
//! `cargo bench -p compass-cli --bench queue -- FOLDER` writes into a new folder below FOLDER (the current one without it), so
//! that FOLDER says which disk is measured.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Of so many runs the median is told.
const RUNS: usize = 51;
/// So many run one after another while nobody delivers: each finds the log of those before it.
const MANY: usize = 1_500;
const COMPONENT: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
    0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
const DEPLOYMENT: [&str; 18] = [
    "event",
    "deployment",
    "--name",
    "shop 1.4.2",
    "--url",
    "https://ci.example.com/42",
    "--event-source",
    "ci:acme/shop",
    "--pipeline-id",
    "shop",
    "--environment",
    "production",
    "--number",
    "42",
    "--state",
    "successful",
    "--component",
    COMPONENT,
];

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
    let folder = tempfile::Builder::new().prefix("queue-bench").tempdir_in(folder).expect("a folder to write to");
    let mut file = File::create(folder.path().join("disk")).expect("a file to write to");
    let sync = median(|| {
        file.rewind()
            .and_then(|()| file.write_all(&[7; 4096]))
            .and_then(|()| file.sync_data())
            .expect("a disk with room");
    });
    let nothing = median(|| run(folder.path(), &["--version"]));
    run(folder.path(), &queued());
    let queue = median(|| run(folder.path(), &queued()));
    let many = times(MANY, || run(folder.path(), &queued()));
    let most = sync * 3 + Duration::from_millis(10);
    println!("in {}", folder.path().display());
    println!("disk: write of 4 KiB and fdatasync: {:.2} ms, {:.0}/s", millis(sync), 1.0 / sync.as_secs_f64());
    println!("compass --version:                  {:.2} ms", millis(nothing));
    println!(
        "compass event deployment --queue:   {:.2} ms (goal: 3 syncs + 10 ms = {:.2} ms)",
        millis(queue),
        millis(most)
    );
    println!(
        "{MANY} of these:                      {:.2} ms, {:.2} ms at most",
        millis(many[MANY / 2]),
        millis(many[MANY - 1])
    );
}

fn queued() -> Vec<&'static str> {
    [&DEPLOYMENT[..], &["--queue", "--site", "example"]].concat()
}

fn run(folder: &Path, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compass"));
    command.env_clear().env("COMPASS_OUTBOX", folder.join("outbox.db")).current_dir("/").args(args);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("the program is built");
    assert!(status.success(), "{status}");
}

fn median(work: impl FnMut()) -> Duration {
    times(RUNS, work)[RUNS / 2]
}

/// How long each of so many runs took, from the shortest on.
fn times(runs: usize, mut work: impl FnMut()) -> Vec<Duration> {
    let mut times: Vec<_> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
