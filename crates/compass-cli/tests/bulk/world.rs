//! What the tests run in: a folder, events, and the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

pub(crate) use crate::support::SITE;
use crate::support::{Server, TOKEN};

pub(crate) const NO_ONE: &str = "http://127.0.0.1:9";

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
    let mut ids: Vec<_> = server.bodies().iter().map(|request| id(request).to_owned()).collect();
    ids.sort();
    ids
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
    command.env("COMPASS_API_TOKEN", TOKEN).env("TMPDIR", std::env::temp_dir());
    command.current_dir(folder).args(args);
    command
}

/// All that a run showed. The token is never in it.
pub(crate) fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().map_or_else(|| "none".to_owned(), |code| code.to_string());
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    let all = format!("exit code: {code}\n--- stdout\n{out}--- stderr\n{err}");
    assert!(!all.contains(TOKEN), "{all}");
    all
}
