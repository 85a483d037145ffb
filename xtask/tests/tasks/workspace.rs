//! A workspace to try the tasks in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A copy of what codegen reads and writes, so that tests can spoil it.
pub(crate) struct Workspace(TempDir);

impl Workspace {
    pub(crate) fn new() -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for folder in [
            "openapi",
            "docs",
            "crates/compass-api/src",
            "crates/compass-cli/tests/reference/generated",
            "crates/compass-mock/src/generated",
        ] {
            copy_folder(&real.join(folder), &copy.path(folder));
        }
        fs::create_dir(copy.path("xtask")).unwrap();
        copy
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    pub(crate) fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap()
    }

    pub(crate) fn write(&self, below: &str, text: &str) {
        fs::write(self.path(below), text).unwrap();
    }

    /// Runs a task; the words are split at spaces, `@` stands for the workspace's folder.
    pub(crate) fn run(&self, words: &str) -> Run {
        let folder = self.0.path().display().to_string();
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(words.split(' ').map(|word| word.replace('@', &folder)))
            .env("CARGO_MANIFEST_DIR", self.path("xtask"))
            .output()
            .unwrap();
        Run::of(&output, &folder)
    }
}

/// How a task ended, with the workspace's folder written as `@`.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    fn of(output: &Output, folder: &str) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace(folder, "@");
        Self { code: output.status.code().unwrap(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
