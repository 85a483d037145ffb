//! Opening: makes a file that is not there, migrates an old one, and has a damaged one salvaged.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::ErrorCode;

use super::fault::Fault;
use super::file::{self, File, Identity, Site};
use super::header;
use super::salvage::{self, Salvage};
use super::schema::{self, Found};

/// One opening at a time in this process. A process that closes any handle of a file loses SQLite's locks on it, so
/// that nothing but SQLite may open it while it is in use.
static OPENING: Mutex<()> = Mutex::new(());

/// A file that is open, and what it took.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) file: File,
    /// The version that was migrated; 0 for a file that was made.
    pub(super) from: Option<i32>,
    pub(super) salvage: Option<Salvage>,
}

/// A file that was found damaged while it was in use.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) identity: Option<Identity>,
    pub(super) reason: String,
}

/// Opens the file, which [waits for nobody](File::wait_for_nobody) then. A broken one is replaced first, unless another process has
/// done so.
pub(super) fn open(site: &Site, patience: Duration, broken: Option<&Broken>) -> Result<Ready, Fault> {
    let _opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut ready = None;
    if broken.is_none() {
        let mut lock = site.lock(false, patience)?;
        if !salvage::is_begun(&mut lock)? && site.main.exists() {
            match inspect(site, patience) {
                Ok((file, Found::Current)) => {
                    file.wait_for_nobody()?;
                    file.empty_long_log();
                    ready = Some(Ready { file, from: None, salvage: None });
                }
                // Both need the lock alone.
                Ok((_, Found::Older(_))) => {}
                Err(fault) if fault.is_damage() => {}
                Err(fault) => return Err(fault),
            }
        }
    }
    match ready {
        Some(ready) => Ok(ready),
        None => open_alone(site, patience, broken),
    }
}

/// Opens a file with the lock held alone, so that it can be made, migrated or replaced. What others did before is looked
/// at again.
fn open_alone(site: &Site, patience: Duration, broken: Option<&Broken>) -> Result<Ready, Fault> {
    let mut lock = site.lock(true, patience)?;
    let mut salvage = None;
    if salvage::is_begun(&mut lock)? {
        salvage = Some(salvage::finish(site, patience, &mut lock, "another process began to salvage it, and died")?);
    } else if let Some(Broken { identity, reason }) = broken
        && Identity::of(&site.main) == *identity
    {
        salvage = Some(salvage::replace(site, patience, &mut lock, reason)?);
    }
    if !site.main.exists() {
        file::create(&site.main)?;
        site.sync_folder()?;
    }
    let (mut file, found) = match inspect(site, patience) {
        Err(fault) if fault.is_damage() && salvage.is_none() => {
            let reason = fault.at(&site.main).reason();
            salvage = Some(salvage::replace(site, patience, &mut lock, &reason)?);
            inspect(site, patience)?
        }
        inspected => inspected?,
    };
    let from = match found {
        Found::Current => None,
        Found::Older(version) => {
            schema::migrate(&mut file.db, version)?;
            (version < schema::VERSION).then_some(version)
        }
    };
    file.wait_for_nobody()?;
    Ok(Ready { file, from, salvage })
}

/// Opens a file, and says what it is.
fn inspect(site: &Site, patience: Duration) -> Result<(File, Found), Fault> {
    let inspected = File::connect(&site.main, patience).and_then(|file| {
        let found = schema::inspect(&file.db)?;
        let is_readonly = file.db.is_readonly("main")?;
        Ok((file, found, is_readonly))
    });
    match inspected {
        Ok((_, _, true)) => Err(header::blame(site)),
        Ok((file, found, false)) => Ok((file, found)),
        // No statement of these is wrong, so that what SQLite does not understand is the file.
        Err(Fault::Sql(error)) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
            Err(match header::ours_or_foreign(site, error.into()) {
                Fault::Sql(error) => Fault::Damaged(error.to_string()),
                foreign => foreign,
            })
        }
        Err(fault) if fault.is_damage() => Err(header::ours_or_foreign(site, fault)),
        Err(fault) => Err(fault),
    }
}
