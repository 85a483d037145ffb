//! What the tests run in: a folder, events, and the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::loopback::{Answer, Server};

pub(crate) const NO_ONE: &str = "http://127.0.0.1:9";
pub(crate) const SITE: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";

pub(crate) fn ari(resource: &str) -> String {
    let uuids = "0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    format!("ari:cloud:compass:{SITE}:{resource}/{uuids}")
}

pub(crate) fn flag(id: &str) -> Value {
    json!({ "flag": {
        "displayName": id, "description": "", "url": "https://flags.example.com", "lastUpdated": "2026-09-01T12:00:00Z",
        "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop", "flagProperties": { "id": id }
    } })
}

pub(crate) fn id(request: &Value) -> &str {
    request["event"]["flag"]["flagProperties"]["id"].as_str().unwrap()
}

pub(crate) fn ids(server: &Server) -> Vec<String> {
    let mut ids: Vec<_> = server.requests().iter().map(|request| id(request).to_owned()).collect();
    ids.sort();
    ids
}

/// Accepts everything, events and metrics.
pub(crate) fn accept(body: &Value) -> Answer {
    if body.get("event").is_some() {
        return (202, json!({ "statusCode": 202 }).to_string());
    }
    let recorded = json!({
        "metricSourceId": ari("metric-source"), "value": body["value"], "timestamp": "2026-09-01T12:00:00Z"
    });
    (200, recorded.to_string())
}

pub(crate) struct Folder(pub(crate) tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    pub(crate) fn events(&self, ids: &[&str]) -> &Self {
        let lines: String = ids.iter().map(|id| format!("{}\n", flag(id))).collect();
        self.write("events.jsonl", &lines)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, url: &str, args: &[&str]) -> Command {
        command(self.0.path(), url, args)
    }

    pub(crate) fn run(&self, server: &Server, args: &[&str]) -> Output {
        self.command(&server.url, args).output().unwrap()
    }
}

pub(crate) fn command(folder: &Path, url: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compass"));
    command.env_clear().env("COMPASS_BASE_URL", url).env("COMPASS_EMAIL", "me@example.com");
    command.env("COMPASS_API_TOKEN", "token-of-the-test").env("TMPDIR", std::env::temp_dir());
    command.current_dir(folder).args(args);
    command
}

/// All that a run showed. The token is never in it.
pub(crate) fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().map_or_else(|| "none".to_owned(), |code| code.to_string());
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    let all = format!("exit code: {code}\n--- stdout\n{out}--- stderr\n{err}");
    assert!(!all.contains("token-of-the-test"), "{all}");
    all
}
