//! What the process tests have in common: the program without the environment of whoever runs the tests, and a Compass on
//! this machine that does what it is told to.

#![allow(dead_code, unused_imports, reason = "each test file takes what it needs")]

mod commands;
mod server;

use std::io::Write as _;
use std::process::{Command, Stdio};

pub(crate) use self::commands::{commands, events};
pub(crate) use self::server::{Bell, Server, server};

/// The cloud ID of all that follows, and of the server.
pub(crate) const SITE: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";
pub(crate) const COMPONENT: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
    0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";

/// The beginning of a `compass run deployment` that lacks only its command.
pub(crate) const DEPLOYMENT: [&str; 16] = [
    "run",
    "deployment",
    "--name",
    "Deploy shop",
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
    "--component",
    COMPONENT,
];
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

    /// With all that is needed to send to `url`.
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

    /// The command, for whoever does more with it than wait for its end.
    pub(crate) fn into_command(self) -> Command {
        self.command
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
