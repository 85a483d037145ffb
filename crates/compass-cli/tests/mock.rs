//! `compass mock` as a process: what it prints, that it serves, and how it ends.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_compass");

/// An event of a flag, which needs the fewest fields.
const EVENT: &str = r#"{"cloudId":"c","componentId":"ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69","event":{"flag":{"displayName":"dark mode on","description":"","url":"https://flags.example.com/dark-mode","lastUpdated":"2026-09-01T12:00:00Z","updateSequenceNumber":1,"externalEventSourceId":"flags:acme/shop","flagProperties":{"id":"dark-mode"}}}}"#;

/// The program while it serves.
struct Served {
    process: Child,
    /// Host and port.
    address: String,
    /// What it printed first.
    first_line: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.arg("mock").args(arguments).env_clear();
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first_line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut first_line).unwrap();
        let (_, rest) = first_line.split_once("http://").unwrap_or_else(|| panic!("no URL in {first_line:?}"));
        let address = rest.split('/').next().unwrap().trim().to_owned();
        Self { process, address, first_line }
    }

    /// The whole answer, status line included.
    fn ask(&self, method: &str, path: &str, credentials: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             {credentials}content-length: {length}\r\n\r\n{body}",
            self.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn send(&self, credentials: &str) -> String {
        let answer = self.ask("POST", "/gateway/api/compass/v1/events", credentials, EVENT);
        answer.lines().next().unwrap().to_owned()
    }

    fn end(mut self, signal: &str) -> ExitStatus {
        let process = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
        self.process.wait().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `ada@example.com:token`.
const ADA: &str = "authorization: Basic YWRhQGV4YW1wbGUuY29tOnRva2Vu\r\n";
/// `ada@example.com:wrong`.
const STRANGER: &str = "authorization: Basic YWRhQGV4YW1wbGUuY29tOndyb25n\r\n";

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let output =
        Command::new(PROGRAM).arg("mock").args(arguments).env_clear().envs(environment.iter().copied()).output();
    let output = output.unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn it_serves_until_it_is_told_to_end() {
    for signal in ["-INT", "-TERM"] {
        let served = Served::start(&[]);
        assert_eq!(served.send(ADA), "HTTP/1.1 202 Accepted");
        assert!(served.ask("GET", "/", "", "").starts_with("HTTP/1.1 200 OK"));
        assert!(served.ask("GET", "/__mock/events", "", "").contains("dark-mode"));
        assert_eq!(served.end(signal).code(), Some(0), "{signal}");
    }
}

#[test]
fn the_url_alone_is_printed_when_asked_for() {
    let served = Served::start(&["--print-url"]);
    assert_eq!(served.first_line, format!("http://{}/gateway/api\n", served.address));
}

#[test]
fn what_arrived_is_there_again_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let arguments = ["--state", file.to_str().unwrap()];
    let served = Served::start(&arguments);
    assert_eq!(served.send(ADA), "HTTP/1.1 202 Accepted");
    assert_eq!(served.end("-TERM").code(), Some(0));

    let served = Served::start(&arguments);
    assert!(served.ask("GET", "/__mock/events", "", "").contains("dark-mode"));
    // The sequence number did not grow: that, too, is remembered.
    assert_eq!(served.send(ADA), "HTTP/1.1 202 Accepted");
    let events = served.ask("GET", "/__mock/events", "", "");
    assert!(events.contains(r#""ignored":[{"#), "{events}");
}

#[test]
fn a_state_that_cannot_be_read_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    std::fs::write(&file, "{\"version\": 1, ").unwrap();
    let (code, error) = run(&["--state", file.to_str().unwrap()], &[]);
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains(&*file.to_string_lossy()), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"version\": 1, ");
}

#[test]
fn only_the_credentials_of_the_environment_are_taken_when_asked_for() {
    let mut command = Command::new(PROGRAM);
    command.args(["mock", "--check-credentials", "--print-url"]).env_clear();
    command.env("COMPASS_EMAIL", "ada@example.com").env("COMPASS_API_TOKEN", "token");
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut first_line = String::new();
    BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut first_line).unwrap();
    let address = first_line.trim().strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    let served = Served { process, address, first_line };
    assert_eq!(served.send(STRANGER), "HTTP/1.1 401 Unauthorized");
    assert_eq!(served.send(ADA), "HTTP/1.1 202 Accepted");

    let (code, error) = run(&["--check-credentials"], &[("COMPASS_EMAIL", "ada@example.com")]);
    let expected = "error: COMPASS_API_TOKEN: not set, so that --check-credentials has nothing to compare with\n";
    assert_eq!((code, &*error), (Some(1), expected));
}

#[test]
fn a_port_that_is_taken_and_a_file_that_is_missing_are_told() {
    let served = Served::start(&[]);
    let (_, port) = served.address.split_once(':').unwrap();
    let (code, error) = run(&["--port", port], &[]);
    assert_eq!(code, Some(1));
    assert!(error.contains(port), "{error}");

    let missing = Path::new("missing/components.yaml");
    let (code, error) = run(&["--components", missing.to_str().unwrap()], &[]);
    assert_eq!(code, Some(1));
    assert!(error.starts_with("error: missing/components.yaml cannot be read: "), "{error}");
}

#[test]
fn the_help_says_what_there_is() {
    let output = Command::new(PROGRAM).args(["mock", "--help"]).env_clear().output().unwrap();
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}
