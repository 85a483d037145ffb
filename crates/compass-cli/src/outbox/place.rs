//! The outbox's file: found, opened, and what that has to tell.

use std::error::Error as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use compass_outbox::store::{Opened, Salvage, SqliteOptions, SqliteStore};
use compass_outbox::{Outbox, StoreError, StoreErrorKind};

use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::output::say;
use crate::settings::Settings;

/// Where the outbox is, and how it is opened.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    path: PathBuf,
    options: SqliteOptions,
}

impl Place {
    /// The place that the settings say. What is missing or wrong is added to the problems.
    pub(crate) fn of(settings: &Settings, problems: &mut Vec<Problem>) -> Option<Self> {
        let options = settings.outbox_options(problems);
        settings.outbox(problems).map(|path| Self { path, options })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is an outbox, or one that is being repaired.
    pub(super) fn exists(&self) -> bool {
        let mut lock = self.path.clone().into_os_string();
        lock.push(".lock");
        self.path.exists() || Path::new(&lock).metadata().is_ok_and(|lock| lock.len() > 0)
    }

    /// Opens the outbox, and makes it if there is none. What that took is told on stderr.
    pub(crate) fn open(&self) -> Result<OpenOutbox, StoreError> {
        let Opened { store, migrated_from, salvage, .. } = SqliteStore::open(&self.path, self.options)?;
        let path = self.path.clone();
        if let Some(version) = migrated_from {
            say("note", &format!("{}: migrated from version {version}", path.display()));
        }
        if let Some(salvage) = salvage {
            tell(&path, &salvage);
        }
        let salvages = Box::new(store.watch_salvages());
        Ok(OpenOutbox { outbox: Outbox::with_store(store), path, salvages })
    }
}

/// An outbox that is open. When it is closed, it tells what was found damaged meanwhile.
pub(crate) struct OpenOutbox {
    outbox: Outbox,
    path: PathBuf,
    salvages: Box<dyn Fn() -> Vec<Salvage> + Send + Sync>,
}

impl Deref for OpenOutbox {
    type Target = Outbox;

    fn deref(&self) -> &Outbox {
        &self.outbox
    }
}

impl Drop for OpenOutbox {
    fn drop(&mut self) {
        for salvage in (self.salvages)() {
            tell(&self.path, &salvage);
        }
    }
}

/// What became of a damaged file.
fn tell(path: &Path, salvage: &Salvage) {
    let Salvage { damaged, reason, salvaged, lost, .. } = salvage;
    say("warning", &format!("{}: it was damaged ({reason}): {salvaged} messages were salvaged", path.display()));
    for id in lost {
        say("", &format!("{id}: lost: nothing but its ID can be read"));
    }
    say("hint", &format!("the damaged file is kept as {}", damaged.display()));
}

/// What is said of an outbox that did not do what it was asked; `so` says what follows from that.
pub(crate) fn failure(error: &StoreError, so: &str) -> Failure {
    let cause = error.source().map(|source| format!(" ({source})")).unwrap_or_default();
    let failure = Failure::new(Exit::NotDelivered, format!("{error}{cause}; {so}"));
    match error.kind() {
        StoreErrorKind::Full => failure.hint(
            "`compass outbox status` says what it has; `deliver` empties it, `drop` gives dead letters up, \
             COMPASS_OUTBOX_MAX_MESSAGES and COMPASS_OUTBOX_MAX_BYTES raise the bounds",
        ),
        StoreErrorKind::Newer => failure.hint("use the newer compass, or name another file by --outbox"),
        StoreErrorKind::Foreign => failure.hint("name another file by --outbox or COMPASS_OUTBOX"),
        // Their messages say what to do. The list is open: so does whatever it gains.
        _ => failure,
    }
}
