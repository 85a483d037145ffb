//! What git tells.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Something to ask git about the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question<'a> {
    /// The branch: none while `HEAD` is detached, as most CI systems leave it.
    Branch,
    /// The hash of `HEAD`.
    Commit,
    /// The remote that is called `origin`.
    Remote,
    /// When this commit was made.
    CommitTime(&'a str),
}

impl Question<'_> {
    /// The command, as one would type it; a commit is left out.
    pub(super) const fn command(self) -> &'static str {
        match self {
            Self::Branch => "git symbolic-ref --quiet --short HEAD",
            Self::Commit => "git rev-parse --verify --quiet HEAD",
            Self::Remote => "git config --get remote.origin.url",
            Self::CommitTime(_) => "git show --no-patch --format=%cI",
        }
    }

    fn arguments(self) -> impl Iterator<Item = String> {
        let commit = match self {
            Self::Branch | Self::Commit | Self::Remote => None,
            Self::CommitTime(commit) => Some(commit.to_owned()),
        };
        self.command().split(' ').skip(1).map(str::to_owned).chain(commit)
    }
}

/// Who answers what git would.
pub(crate) trait Git {
    /// The answer in one line; none where git is missing, where the directory is in no repository, or where git refuses
    /// because the repository is somebody else's, as in containers.
    fn ask(&self, question: Question<'_>) -> Option<String>;
}

/// The program.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// Where to run it: the current directory unless there is one.
    directory: Option<PathBuf>,
}

impl Git for Program {
    fn ask(&self, question: Question<'_>) -> Option<String> {
        let mut command = Command::new("git");
        command.args(question.arguments()).stdin(Stdio::null()).stderr(Stdio::null());
        // In a partial clone git would fetch a commit that is not there, however long that takes, and ask the terminal for
        // a password. The first is for gits from 2.45 on, the second keeps older ones from going anywhere.
        command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "none").env("GIT_TERMINAL_PROMPT", "0");
        if let Some(directory) = &self.directory {
            // Asked for, it counts more than what a hook of git leaves in the environment.
            command.current_dir(directory).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
        }
        let output = command.output().ok()?;
        let line = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !line.is_empty()).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Runs git in the directory, without anybody's configuration, and on no other repository than the one there. False
    /// where there is no git.
    fn git(directory: &Path, arguments: &[&str]) -> bool {
        let status = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
            .args(arguments)
            .current_dir(directory)
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .env("GIT_CONFIG_GLOBAL", directory.join("none"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_COMMITTER_DATE", "2026-09-01T12:00:00+02:00")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }

    #[test]
    fn a_real_repository_tells() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        if !git(path, &["init", "--initial-branch=trunk"]) {
            // No git here: then there is nothing to prove but that this is no error.
            assert_eq!(Program::default().ask(Question::Commit), None);
            return;
        }
        let program = Program { directory: Some(path.to_owned()) };
        assert_eq!(program.ask(Question::Branch).as_deref(), Some("trunk"));
        assert_eq!(program.ask(Question::Commit), None, "nothing was committed yet");
        assert_eq!(program.ask(Question::Remote), None);
        assert!(git(path, &["commit", "--allow-empty", "--message=one"]));
        assert!(git(path, &["remote", "add", "origin", "git@example.com:acme/shop.git"]));
        let commit = program.ask(Question::Commit).unwrap();
        assert_eq!(commit.len(), 40);
        let time = program.ask(Question::CommitTime(&commit));
        assert_eq!(time.as_deref(), Some("2026-09-01T12:00:00+02:00"));
        assert_eq!(program.ask(Question::Remote).as_deref(), Some("git@example.com:acme/shop.git"));
        assert!(git(path, &["checkout", "--detach"]));
        assert_eq!(program.ask(Question::Branch), None, "HEAD is detached");
    }

    #[test]
    fn a_partial_clone_fetches_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let (origin, clone) = (directory.path().join("origin"), directory.path().join("clone"));
        std::fs::create_dir(&origin).unwrap();
        if !git(&origin, &["init", "--initial-branch=trunk"]) {
            return;
        }
        for (name, value) in [("uploadpack.allowFilter", "true"), ("uploadpack.allowAnySHA1InWant", "true")] {
            assert!(git(&origin, &["config", name, value]));
        }
        assert!(git(&origin, &["commit", "--allow-empty", "--message=one"]));
        let url = format!("file://{}", origin.display());
        assert!(git(directory.path(), &["clone", "--filter=blob:none", &url, "clone"]));
        assert!(git(&origin, &["commit", "--allow-empty", "--message=two"]));
        let later = Program { directory: Some(origin) }.ask(Question::Commit).unwrap();
        let program = Program { directory: Some(clone) };
        assert_eq!(program.ask(Question::CommitTime(&later)), None);
        let known = program.ask(Question::Commit).unwrap();
        assert!(program.ask(Question::CommitTime(&known)).is_some());
    }

    #[test]
    fn a_missing_directory_is_no_error() {
        let program = Program { directory: Some("/nowhere/at/all".into()) };
        assert_eq!(program.ask(Question::Commit), None);
    }
}
