//! What a process says it did is what it did: against the mock.

use std::process::Stdio;

use compass_mock::Mock;

use crate::world::{Folder, shown};

/// A Compass, and what it runs on as long as this lives.
struct Site {
    mock: Mock,
    _runtime: tokio::runtime::Runtime,
}

impl Site {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { mock: runtime.block_on(Mock::start()).unwrap(), _runtime: runtime }
    }

    /// What `COMPASS_BASE_URL` is.
    fn url(&self) -> String {
        self.mock.base_url()
    }
}

#[test]
fn an_empty_input_is_a_failure_of_what_wrote_it() {
    let (folder, site) = (Folder::new(), Site::new());
    for file in ["-", "/dev/stdin"] {
        for args in [&["event", "send", file][..], &["metric", "send", file], &["validate", file]] {
            let run = folder.command(&site.url(), args).stdin(Stdio::null()).output().unwrap();
            let told = shown(&run);
            assert_eq!(run.status.code(), Some(2), "{told}");
            assert!(told.contains("error: standard input: there are no records in it\nhint: "), "{told}");
        }
    }
}

#[test]
fn standard_input_by_its_path_has_the_token_or_the_records_too() {
    let folder = Folder::new();
    let run = folder.command("http://127.0.0.1:9", &["event", "send", "/dev/stdin", "--token-stdin"]).output().unwrap();
    let told = shown(&run);
    assert_eq!(run.status.code(), Some(2), "{told}");
    assert!(told.contains("error: --token-stdin: standard input has the records already"), "{told}");
}

/// Where the report may have no more bytes, what it cannot have is not sent, and going on sends each value once.
#[cfg(unix)]
#[test]
fn a_report_at_its_limit_loses_and_repeats_nothing() {
    let (folder, site) = (Folder::new(), Site::new());
    let uuids = "0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    let source = format!("ari:cloud:compass:{}:metric-source/{uuids}", site.mock.cloud_id());
    let rows: String = (1..=10).map(|value| format!("{source},{value}\n")).collect();
    folder.write("values.csv", &format!("metricSourceId,value\n{rows}"));
    // Without the trap, the signal would end the program. Shells count in 512 or 1024 bytes.
    let script = "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$@\"";
    let program = env!("CARGO_BIN_EXE_compass");
    let first = ["-c", script, program, "metric", "send", "values.csv", "--report", "report.jsonl"];
    let mut limited = std::process::Command::new("/bin/sh");
    limited.env_clear().env("COMPASS_BASE_URL", site.url()).env("COMPASS_EMAIL", "me@example.com");
    limited.env("COMPASS_API_TOKEN", "any").current_dir(folder.path("")).args(first);
    let run = limited.output().unwrap();
    let told = shown(&run);
    assert_eq!(run.status.code(), Some(1), "{told}");
    assert!(told.contains("error: report.jsonl: the report cannot be written: "), "{told}");
    let report = folder.read("report.jsonl");
    assert!(report.ends_with("}\n"), "{report}");
    let under_way = report.lines().filter(|line| line.contains("under way")).count();
    let arrived = || site.mock.received().metrics().len();
    assert_eq!(arrived(), under_way, "{told}\n{report}");
    assert!((1..10).contains(&under_way), "{report}");
    let run =
        folder.command(&site.url(), &["metric", "send", "values.csv", "--resume", "report.jsonl"]).output().unwrap();
    assert_eq!(arrived(), 10, "{}", shown(&run));
}
