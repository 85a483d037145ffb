//! `compass run` and the job that it runs in: neither fails for a reason of the other's, and nobody is told what is not so.
#![cfg(target_os = "linux")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use compass_mock::{Fault, Mock};
use serde_json::Value;
use support::{Compass, DEPLOYMENT, TOKEN, compass};

const PATH: &str = "/usr/bin:/bin";

/// A Compass on this machine.
struct Site {
    runtime: tokio::runtime::Runtime,
    mock: Mock,
}

impl Site {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mock = runtime.block_on(Mock::start()).unwrap();
        Self { runtime, mock }
    }

    fn states(&self) -> Vec<String> {
        let state = |event: &Value| event["deploymentProperties"]["state"].as_str().unwrap().to_owned();
        self.mock.received().events().iter().map(|event| state(&event.event)).collect()
    }

    fn stop(self) {
        self.runtime.block_on(self.mock.stop()).unwrap();
    }
}

fn deployment(how: &[&str], command: &[&str]) -> Compass {
    compass([&DEPLOYMENT[..], how, &["--"], command].concat()).env("PATH", PATH)
}

/// The program as a process of a session of its own, which heeds signals whoever runs the tests.
fn process(site: &Site, how: &[&str], command: &[&str]) -> Command {
    let mut process = Command::new("setsid");
    process.args(["--wait", "env", "--default-signal=HUP,INT,QUIT,TERM", env!("CARGO_BIN_EXE_compass")]);
    process.args(DEPLOYMENT).args(how).arg("--").args(command).env_clear().env("PATH", PATH).current_dir("/");
    process.env("COMPASS_BASE_URL", site.mock.base_url()).env("COMPASS_EMAIL", "me@example.com");
    process.env("COMPASS_API_TOKEN", TOKEN).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    process
}

fn last_line(text: &str) -> Value {
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_job_does_not_fail_because_nobody_reads_the_result() {
    let site = Site::start();
    for how in ["json", "text"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = process(&site, &["--output", how], &["true"]).stderr(full).status().unwrap();
        assert_eq!(status.code(), Some(0), "{how}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = process(&site, &["--output", how], &["true"]).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(0), "{how}");
    }
    assert_eq!(site.states().iter().filter(|state| *state == "SUCCESSFUL").count(), 4);
    site.stop();
}

#[test]
fn a_job_runs_also_where_there_are_no_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let run = |how: &[&str]| {
        let run = deployment(how, &["touch", "started"]).within(folder.path()).env("COMPASS_SITE", "example");
        // As in an image that has none.
        let run = run.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/dev/null");
        run.env("COMPASS_EMAIL", "me@example.com").env("COMPASS_API_TOKEN", TOKEN).run()
    };
    let strict = run(&["--strict"]);
    assert_ne!(strict.code, 0, "{strict:?}");
    assert!(!folder.path().join("started").exists());
    let ended = run(&["--output=json"]);
    assert_eq!((ended.code, &*ended.stdout), (0, ""), "{ended:?}");
    assert!(folder.path().join("started").exists());
    assert!(ended.stderr.starts_with("warning: Compass is not told of this deployment: "), "{ended:?}");
    let result = last_line(&ended.stderr);
    assert_eq!((&result["outcome"], &result["state"]), (&"ran".into(), &"SUCCESSFUL".into()));
    assert_eq!(result["untold"]["outcome"], "failed", "{result}");
}

#[test]
fn the_result_is_the_last_line_on_stderr_whatever_happens() {
    let site = Site::start();
    let json = ["--output", "json"];
    // Without credentials, told, refused by the program, and refused by the command line.
    let ended = deployment(&json, &["sh", "-c", "exit 3"]).env("COMPASS_SITE", "example").run();
    let result = last_line(&ended.stderr);
    assert_eq!((ended.code, &*ended.stdout, &result["exit"]), (3, "", &3.into()), "{ended:?}");
    assert_eq!(result["events"], serde_json::json!([]));
    assert_eq!(result["untold"]["problems"].as_array().map(Vec::len), Some(2), "{result}");
    let ended = deployment(&json, &["true"]).sending_to(&site.mock.base_url()).run();
    assert_eq!(last_line(&ended.stderr)["outcome"], "ran");
    for wrong in ["--started-at=yesterday", "--no-such-option"] {
        let ended = deployment(&[&json[..], &[wrong]].concat(), &["true"]).sending_to(&site.mock.base_url()).run();
        let result = last_line(&ended.stderr);
        assert_eq!((ended.code, &*ended.stdout), (2, ""), "{ended:?}");
        assert_eq!((&result["outcome"], &result["exit"]), (&"failed".into(), &2.into()), "{result}");
    }
    site.stop();
}

#[test]
fn the_command_does_not_get_the_credentials_unless_it_needs_them() {
    let site = Site::start();
    let script = "echo ${COMPASS_API_TOKEN-none} ${COMPASS_WEBHOOK_ID-none} $COMPASS_EMAIL";
    for (how, seen) in
        [(&[][..], "none none me@example.com\n"), (&["--keep-credentials"], "kept kept me@example.com\n")]
    {
        let run = deployment(how, &["sh", "-c", script]).sending_to(&site.mock.base_url());
        let ended = run.env("COMPASS_API_TOKEN", "kept").env("COMPASS_WEBHOOK_ID", "kept").run();
        assert_eq!(ended.stdout, seen, "{ended:?}");
    }
    // Nor does it without Compass.
    let run = deployment(&[], &["sh", "-c", script]).env("COMPASS_EMAIL", "me@example.com");
    let ended = run.env("COMPASS_API_TOKEN", "kept").run();
    assert_eq!(ended.stdout, "none none me@example.com\n", "{ended:?}");
    site.stop();
}

/// Sends a signal to the program from a moment on until it has ended. The command prints the ID of its parent, which is
/// the program, and its own, which `when` gets.
fn signalled(mut process: Command, signal: &str, when: impl Fn(&str) -> bool) -> (Option<i32>, String) {
    let mut child = process.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (program, command) = line.trim().split_once(' ').unwrap();
    while !when(command) {
        std::thread::yield_now();
    }
    let status = loop {
        // It may have ended meanwhile.
        Command::new("kill").args([&format!("-{signal}"), program]).stderr(Stdio::null()).status().unwrap();
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
    };
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    (status.code(), told)
}

#[test]
fn a_signal_after_the_commands_end_ends_the_wait() {
    let site = Site::start();
    site.mock.faults().next(9, Fault::silent());
    let command = ["sh", "-c", "echo $PPID $$; exit 3"];
    let process = process(&site, &["--wait", "600", "--output", "json"], &command);
    // The command is gone when the program has waited for it.
    let (code, told) = signalled(process, "TERM", |command| !Path::new("/proc").join(command).exists());
    let result = last_line(&told);
    assert_eq!(code, Some(3), "{told}");
    let events = result["events"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    for event in events {
        assert!(event["message"].as_str().unwrap().contains("SIGTERM"), "{result}");
    }
    site.stop();
}

#[test]
fn sigquit_is_told_and_handed_on() {
    let site = Site::start();
    let mut process = process(&site, &[], &["sh", "-c", "echo $PPID; exec sleep 60"]);
    let mut child = process.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(Command::new("kill").args(["-QUIT", line.trim()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(131));
    assert_eq!(site.states(), ["IN_PROGRESS", "CANCELLED"]);
    site.stop();
}
