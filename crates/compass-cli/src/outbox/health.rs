//! The health file of `compass outbox deliver --watch`: replaced as a whole, so that whoever reads it sees all of it.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use compass_outbox::store::Why;
use compass_outbox::worker::Progress;
use serde_json::{Value, json};

use super::show::{closed_json, written};
use crate::output::say;

/// A worker that is busy changes many times a second; nobody looks that often.
const EVERY: Duration = Duration::from_secs(1);

/// How a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Starting,
    Idle,
    Delivering,
    Paused,
    Held,
    OutboxFails,
    Stopped,
}

impl Health {
    const fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Idle => "idle",
            Self::Delivering => "delivering",
            Self::Paused => "paused",
            Self::Held => "held",
            Self::OutboxFails => "outbox-fails",
            Self::Stopped => "stopped",
        }
    }

    /// The worst that there is to say.
    fn of(progress: &Progress) -> Self {
        if progress.store_error.is_some() {
            return Self::OutboxFails;
        }
        match progress.report.closed.first().map(|closed| &closed.why) {
            Some(Why::Paused { .. }) => Self::Paused,
            Some(Why::Held) => Self::Held,
            None if progress.sending > 0 || progress.status.as_ref().is_some_and(|status| status.queued > 0) => {
                Self::Delivering
            }
            None => Self::Idle,
        }
    }
}

/// The file.
#[derive(Debug)]
pub(super) struct HealthFile {
    path: PathBuf,
    last: Mutex<Last>,
}

#[derive(Debug)]
struct Last {
    health: Health,
    at: Instant,
    json: Value,
    failed: bool,
}

impl HealthFile {
    /// Writes the file for the first time, so that a place where it cannot be written is seen at once.
    pub(super) fn begin(path: PathBuf) -> std::io::Result<Self> {
        let json = json!({
            "state": Health::Starting.name(), "time": written(Utc::now()), "last_success": null, "queued": null, "dead": null,
            "sending": 0, "closed": [], "error": null, "pid": std::process::id(),
        });
        let last = Last { health: Health::Starting, at: Instant::now(), json, failed: false };
        let file = Self { path, last: Mutex::new(last) };
        file.write(&file.locked().json)?;
        Ok(file)
    }

    /// Tells how it is now, unless that was just told and is the same.
    pub(super) fn tell(&self, progress: &Progress) {
        let health = Health::of(progress);
        let mut last = self.locked();
        let status = progress.status.as_ref();
        let success = progress.report.last_success.or(status.and_then(|status| status.last_success));
        last.json = json!({
            "state": health.name(),
            "time": written(progress.at),
            "last_success": success.map(written),
            "queued": status.map(|status| status.queued),
            "dead": status.map(|status| status.dead),
            "sending": progress.sending,
            "closed": progress.report.closed.iter().map(closed_json).collect::<Value>(),
            "error": progress.store_error,
            "pid": std::process::id(),
        });
        if health != last.health || last.at.elapsed() >= EVERY {
            last.health = health;
            last.at = Instant::now();
            self.put(&mut last);
        }
    }

    /// The end; `error` is why, if it is not because somebody wanted it.
    pub(super) fn end(&self, error: Option<&str>) {
        let mut last = self.locked();
        last.json["state"] = json!(Health::Stopped.name());
        last.json["time"] = json!(written(Utc::now()));
        last.json["sending"] = json!(0);
        if let Some(error) = error {
            last.json["error"] = json!(error);
        }
        self.put(&mut last);
    }

    /// What cannot be written is told once: delivering goes on.
    fn put(&self, last: &mut Last) {
        let written = self.write(&last.json);
        if let (Err(error), false) = (&written, last.failed) {
            say("warning", &format!("--health: {}: {error}", self.path.display()));
        }
        last.failed = written.is_err();
    }

    fn write(&self, json: &Value) -> std::io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file =
            tempfile::Builder::new().prefix(".compass-health").tempfile_in(folder.unwrap_or(".".as_ref()))?;
        writeln!(file, "{json}")?;
        // For whoever watches it, who may be somebody else.
        #[cfg(unix)]
        file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
