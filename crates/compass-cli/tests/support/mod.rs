//! What the process tests have in common: the program without the environment of whoever runs the tests, and a server on
//! this machine that answers what it is told to.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

pub(crate) const COMPONENT: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
    0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
pub(crate) const SOURCE: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-source/\
    0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
pub(crate) const DEFINITION: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-definition/\
    0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
pub(crate) const TOKEN: &str = "never-to-be-shown-1f6a11";

/// How the program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// All of it, for snapshots.
    pub(crate) fn told(&self) -> String {
        format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// The program in an environment and folder of its own.
pub(crate) struct Compass {
    command: Command,
    stdin: String,
}

pub(crate) fn compass<'a>(args: impl IntoIterator<Item = &'a str>) -> Compass {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compass"));
    command.env_clear().args(args).current_dir("/");
    Compass { command, stdin: String::new() }
}

impl Compass {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With all that is needed to send to `url`, without waits between attempts.
    pub(crate) fn sending_to(self, url: &str) -> Self {
        self.env("COMPASS_BASE_URL", url).env("COMPASS_EMAIL", "me@example.com").env("COMPASS_API_TOKEN", TOKEN)
    }

    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn within(mut self, folder: &std::path::Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    pub(crate) fn run(mut self) -> Ended {
        let piped = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // Whoever does not read it may have ended already.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let ended = Ended {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!ended.told().contains(TOKEN) && !ended.told().contains("panicked"), "{ended:?}");
        ended
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// A server that answers each request with the next answer, and the last one for ever.
pub(crate) struct Server {
    pub(crate) url: String,
    came: Arc<Mutex<Vec<Came>>>,
}

/// `answers` are status lines and bodies.
pub(crate) fn server(answers: &'static [(&'static str, &'static str)]) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/gateway/api", listener.local_addr().unwrap());
    let came = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&came);
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                if lines.read_line(&mut line).unwrap() < 3 {
                    break;
                }
                head.push(line.trim().to_owned());
            }
            let value =
                |name: &str| head.iter().find_map(|line| line.to_lowercase().strip_prefix(name).map(str::to_owned));
            let length = value("content-length:").map_or(0, |length| length.trim().parse().unwrap());
            let mut body = vec![0; length];
            lines.read_exact(&mut body).unwrap();
            let body = String::from_utf8_lossy(&body).into_owned();
            kept.lock().unwrap().push(Came { line: head.remove(0), headers: head, body });
            let (status, body) = answers[number.min(answers.len() - 1)];
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    Server { url, came }
}

impl Server {
    pub(crate) fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }
}

/// The smallest command of each kind, its times and number fixed.
pub(crate) fn events() -> Vec<(&'static str, Vec<&'static str>)> {
    let feed = [
        "--name",
        "It's done",
        "--url",
        "https://ci.example.com/42",
        "--at",
        "2026-09-01T12:00:00Z",
        "--sequence",
        "7",
        "--event-source",
        "ci:acme/shop",
    ];
    let own: [(&str, &[&str]); 9] = [
        ("alert", &["--id", "alert-1"]),
        ("build", &["--pipeline-id", "shop-42", "--state", "in-progress", "--started-at", "2026-09-01T11:00:00Z"]),
        ("custom", &["--id", "load-test-42", "--icon", "checkpoint"]),
        (
            "deployment",
            &["--pipeline-id", "shop", "--environment", "production", "--number", "42", "--state", "SUCCESSFUL"],
        ),
        ("flag", &["--id", "dark-mode"]),
        ("incident", &["--id", "incident-1", "--state", "open", "--started-at", "2026-09-01T11:00:00+02:00"]),
        ("lifecycle", &["--id", "shop", "--stage", "end-of-life"]),
        ("push", &["--id", "4f0e8f3b", "--branch", "main"]),
        (
            "vulnerability",
            &["--id", "CVE-2026-0042", "--state", "open", "--severity", "high", "--started-at", "2026-09-01T11:00:00Z"],
        ),
    ];
    let mut events: Vec<_> =
        own.into_iter().map(|(kind, own)| (kind, [&["event", kind], own, &feed[..]].concat())).collect();
    let pull_request = [
        "event",
        "pull-request",
        "--id",
        "42",
        "--url",
        "https://git.example.com/pulls/42",
        "--repository-url",
        "git@example.com:acme/shop",
        "--status",
        "merged",
        "--at",
        "2026-09-01T12:00:00Z",
    ];
    events.insert(7, ("pull-request", pull_request.to_vec()));
    events
}
