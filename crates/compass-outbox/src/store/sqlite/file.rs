//! The file of an outbox: where it is, who may open it when, and whether it is still the one that was opened.
//!
//! Beside it lies `<name>.lock`. Whoever opens the file holds that lock for as long as opening takes, together with
//! others who do; whoever makes, migrates or replaces the file holds it alone. So nobody opens a file of which half has
//! been moved away. Who has the file open already asks after each commit whether it is still there (see
//! [`File::is_moved`]).

use std::ffi::OsString;
use std::fs::{self, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::fault::Fault;

/// How often it is looked whether another process is still in the way.
const LOOK: Duration = Duration::from_millis(2);
/// How many prepared statements are kept: there are about as many.
const STATEMENTS: usize = 96;
/// How many KiB of the file are kept in memory at most (negative: KiB and not pages): the indices that sorting in looks into.
const CACHE: i64 = -8 << 10;
/// A log of more bytes is emptied by whoever opens the file: of some more pages than the 1,000 at which SQLite does so itself.
const LONG: u64 = 4 << 20;
/// To how many bytes the log is cut when it begins anew: four times the 1,000 pages after which SQLite empties it.
const LOG: i64 = 16 << 20;

/// Where an outbox is: an absolute path, so that it stays the same when the process changes its folder.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) main: PathBuf,
    folder: PathBuf,
    name: OsString,
}

impl Site {
    /// Finds the file, and makes the folders that it needs, for this user alone.
    pub(super) fn prepare(path: &Path) -> Result<Self, Fault> {
        let failed = |what: &str, error| Fault::System(what.to_owned(), error);
        let path = std::path::absolute(path).map_err(|error| failed("the path cannot be made absolute", error))?;
        let path = if path.is_symlink() { fs::canonicalize(&path).unwrap_or(path) } else { path };
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Fault::Foreign("this is no path of a file".to_owned()));
        };
        let advice = "its folder cannot be made: name another path, or give this user the right to write there";
        make_folder(folder).map_err(|error| failed(advice, error))?;
        let folder = fs::canonicalize(folder).map_err(|error| failed("its folder cannot be found", error))?;
        Ok(Self { main: folder.join(name), name: name.to_owned(), folder })
    }

    /// A file beside the outbox, whose name begins as that of the outbox does.
    pub(super) fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.name.clone();
        name.push(suffix);
        self.folder.join(name)
    }

    /// Makes what was made, renamed or removed in the folder last.
    pub(super) fn sync_folder(&self) -> Result<(), Fault> {
        // Elsewhere a folder cannot be opened as a file, and the file system sees to it.
        if cfg!(unix) {
            let synced = fs::File::open(&self.folder).and_then(|folder| folder.sync_all());
            synced.map_err(|error| Fault::System("its folder cannot be synced to disk".to_owned(), error))?;
        }
        Ok(())
    }

    /// Takes the lock, alone or with others.
    pub(super) fn lock(&self, alone: bool, patience: Duration) -> Result<fs::File, Fault> {
        let path = self.beside(".lock");
        let mut options = OpenOptions::new();
        let file = private(options.read(true).write(true).create(true).truncate(false)).open(&path);
        let file = file.map_err(|error| {
            let advice = "give this user the right to write the outbox's folder, or make room";
            Fault::System(format!("its lock {} cannot be opened: {advice}", path.display()), error)
        })?;
        let is_held = |error: &TryLockError| matches!(error, TryLockError::WouldBlock);
        match patiently(patience, is_held, || if alone { file.try_lock() } else { file.try_lock_shared() }) {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Fault::Busy(format!(
                "another process has held {} for {patience:?}, to make, migrate or repair the outbox: try again later",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => {
                let advice = "put the outbox on a local disk, because this file system has no locks";
                Err(Fault::System(format!("{} cannot be locked: {advice}", path.display()), error))
            }
        }
    }
}

/// Tries until it works, or another process has been in the way for so long.
///
/// Whoever waits looks for its turn every [`LOOK`], however long it has waited. SQLite's own waiting looks the more rarely the
/// longer it lasts, so that whoever has come last is first: beside two that sort in a third waited for seconds.
pub(super) fn patiently<T, E>(
    patience: Duration,
    is_busy: impl Fn(&E) -> bool,
    mut attempt: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    let since = Instant::now();
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && since.elapsed() < patience => std::thread::sleep(LOOK),
            done => return done,
        }
    }
}

/// Makes the file, empty, for this user alone, unless it is there.
pub(super) fn create(path: &Path) -> Result<(), Fault> {
    match private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Fault::System(
            "the file cannot be made: name another path, give this user the right to write there, or make room"
                .to_owned(),
            error,
        )),
    }
}

/// Gives a new file the rights and the owner of the one that it replaces: when root salvages, the file's user needs it, too. Whoever may
/// not give files away keeps it, and others have the rights that they had.
#[cfg(unix)]
pub(super) fn give_to_owner_of(old: &Path, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt, chown};
    let (old, made) = (fs::metadata(old)?, fs::metadata(new)?);
    if (old.uid(), old.gid()) != (made.uid(), made.gid()) {
        match chown(new, Some(old.uid()), Some(old.gid())) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            given => given?,
        }
    }
    // A copy from a backup may be for reading only.
    let rights = PermissionsExt::mode(&old.permissions()) | 0o600;
    fs::set_permissions(new, PermissionsExt::from_mode(rights))
}

/// Elsewhere a file has the rights of its folder.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it may fail")]
pub(super) fn give_to_owner_of(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// An open file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) db: Connection,
    path: PathBuf,
    identity: Option<Identity>,
}

/// What tells a file from another one of the same name. Nothing where an open file cannot be renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata(path).ok().map(|metadata| Self(metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    pub(super) fn of(_: &Path) -> Option<Self> {
        None
    }
}

impl File {
    /// Opens a file that is there. The lock is held meanwhile.
    pub(super) fn connect(path: &Path, patience: Duration) -> Result<Self, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(patience)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        // A short process pays for its own commit, and not for moving those of others from the log into the file, unless
        // the log is long.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        db.pragma_update(None, "synchronous", "FULL")?;
        // On macOS a plain sync leaves the data in the drive's own cache; elsewhere this changes nothing.
        db.pragma_update(None, "fullfsync", true)?;
        db.pragma_update(None, "checkpoint_fullfsync", true)?;
        db.pragma_update(None, "cell_size_check", true)?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        db.pragma_update(None, "cache_size", CACHE)?;
        // One large batch would leave a log of its size for ever.
        db.pragma_update(None, "journal_size_limit", LOG)?;
        Ok(Self { db, path: path.to_owned(), identity: Identity::of(path) })
    }

    /// From here on no statement waits for other processes: whoever uses the connection does, [`patiently`].
    pub(super) fn wait_for_nobody(&self) -> rusqlite::Result<()> {
        self.db.busy_timeout(Duration::ZERO)
    }

    /// Moves the log into the file, and cuts it to nothing unless others read or write at this moment. Answers whether it did.
    pub(super) fn empty_log(&self) -> rusqlite::Result<bool> {
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
    }

    /// Empties a [long](LONG) log, unless others are in the way: then the next one to open the file tries again.
    ///
    /// How much of the log is in the file already is remembered only in the memory that processes share, for as long as one
    /// has the file open. One that comes alone, as a job in CI does, would read the whole log, move all of it once more, and
    /// add to it, so that it grew for ever. What stands in the log behind damage goes with it: SQLite reads none of that, and
    /// what is committed next would be written over it.
    pub(super) fn empty_long_log(&self) {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        if fs::metadata(log).map_or(0, |log| log.len()) <= LONG {
            return;
        }
        if let Err(error) = self.empty_log() {
            // Whoever has to write is told of a full disk or of one that fails.
            tracing::debug!(%error, "the log could not be emptied");
        }
    }

    /// Whether the path leads elsewhere by now: another process found the file damaged, and replaced it. What was
    /// committed since may be in the old file only, and is done again in the new one. What was committed before is in
    /// both, because the old one was read after it was moved.
    pub(super) fn is_moved(&self) -> bool {
        self.identity.is_some() && Identity::of(&self.path) != self.identity
    }

    /// Which file it is.
    pub(super) fn identity(&self) -> Option<Identity> {
        self.identity
    }
}
