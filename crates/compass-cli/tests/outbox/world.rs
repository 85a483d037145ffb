//! What the tests run in: a folder with an outbox, and commands that use it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{COMPONENT, Compass, Ended, Server, compass};

pub(crate) struct World {
    folder: tempfile::TempDir,
    /// Where requests go.
    pub(crate) url: String,
}

impl World {
    pub(crate) fn new(server: &Server) -> Self {
        Self::at(&server.url)
    }

    pub(crate) fn at(url: &str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), url: url.to_owned() }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn outbox(&self) -> PathBuf {
        self.folder().join("outbox.db")
    }

    /// A command that knows the outbox and where requests go, and no credentials.
    pub(crate) fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Compass {
        let command = compass(args).within(self.folder()).env("COMPASS_BASE_URL", &self.url);
        command.env("COMPASS_OUTBOX", self.outbox().to_str().unwrap())
    }

    /// The same with credentials.
    pub(crate) fn sending<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Compass {
        self.command(args).sending_to(&self.url)
    }

    /// Queues a flag, whose ID and number these are.
    pub(crate) fn queue(&self, id: &str, sequence: &str, how: &[&str]) -> Ended {
        self.command([&flag(id, sequence), how, &["--queue", "--output=json"]].concat()).run()
    }

    /// Queues a flag; answers its message's ID.
    pub(crate) fn queued(&self, id: &str, sequence: &str) -> String {
        let ended = self.queue(id, sequence, &[]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(ended.stderr, "");
        ended.json()["message_id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn deliver(&self, how: &[&str]) -> Ended {
        self.sending([&["outbox", "deliver", "--output=json"], how].concat()).run()
    }

    /// The data of a command that only looks.
    pub(crate) fn data(&self, args: &[&str]) -> Value {
        let ended = self.command([args, &["--output=json"]].concat()).run();
        assert_eq!((ended.code, &*ended.stderr), (0, ""), "{ended:?}");
        ended.json()["data"].clone()
    }

    pub(crate) fn status(&self) -> Value {
        self.data(&["outbox", "status"])
    }
}

fn flag<'a>(id: &'a str, sequence: &'a str) -> Vec<&'a str> {
    let feed = ["event", "flag", "--name", "Dark mode", "--url", "https://flags.example.com", "--at"];
    let own = ["2026-09-01T12:00:00Z", "--event-source", "ci:acme/shop", "--component", COMPONENT];
    [&feed[..], &own, &["--sequence", sequence, "--id", id]].concat()
}

/// The IDs and sequence numbers of the flags that came, in their order.
pub(crate) fn flags(server: &Server) -> Vec<(String, i64)> {
    let flag = |body: &Value| {
        let flag = &body["event"]["flag"];
        let id = flag["flagProperties"]["id"].as_str().unwrap().to_owned();
        (id, flag["updateSequenceNumber"].as_i64().unwrap())
    };
    server.bodies().iter().map(flag).collect()
}
