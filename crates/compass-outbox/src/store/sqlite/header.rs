//! The first bytes of a file that SQLite does not open: whose it is, and what can be mended of it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::file::Site;
use super::salvage::PARTS;
use super::schema;

/// How many bytes a header has.
const LENGTH: u64 = 100;
/// How SQLite's files begin.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Where the application's ID is in a file.
const APPLICATION_AT: usize = 68;

/// The first bytes of a file.
///
/// Whoever closes a file loses all locks of the process on it. So this is asked only of a file that is of no use as it is.
fn head(path: &Path) -> Result<Vec<u8>, Fault> {
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LENGTH).read_to_end(&mut head));
    match read {
        Ok(_) => Ok(head),
        // Without its bytes nobody can say what it is: that moves no file.
        Err(error) => {
            let advice = "it cannot be read: give this user the right to, or look for a disk that fails";
            Err(Fault::System(advice.to_owned(), error))
        }
    }
}

/// A copy of a file whose header is damaged, with the header that all outboxes have; none if it is whole.
pub(super) fn mended(damaged: &Path, site: &Site) -> Result<Option<PathBuf>, Fault> {
    let found = head(damaged)?;
    if (found.len() as u64) < LENGTH {
        return Ok(None);
    }
    let mut right = found.clone();
    right[..16].copy_from_slice(MAGIC);
    // Pages of 4096 bytes, written and read with a log, nothing reserved, and the fractions that must be.
    right[16..24].copy_from_slice(&[0x10, 0, 2, 2, 0, 64, 32, 32]);
    // Schema format 4, and texts in UTF-8.
    right[44..48].copy_from_slice(&4_u32.to_be_bytes());
    right[56..60].copy_from_slice(&1_u32.to_be_bytes());
    if right == found {
        return Ok(None);
    }
    let failed = |error| Fault::System("the file is damaged, and cannot be copied: make room".to_owned(), error);
    let mended = site.beside(".mended");
    for part in PARTS {
        let (mut from, mut to) = (damaged.as_os_str().to_owned(), mended.as_os_str().to_owned());
        from.push(part);
        to.push(part);
        let (from, to) = (Path::new(&from), Path::new(&to));
        if to.exists() {
            fs::remove_file(to).map_err(failed)?;
        }
        // What is in the shared memory follows from the log.
        if part != "-shm" && from.exists() {
            fs::copy(from, to).map_err(failed)?;
        }
    }
    let written = fs::OpenOptions::new().write(true).open(&mended).and_then(|mut file| file.write_all(&right));
    written.map_err(failed)?;
    Ok(Some(mended))
}

/// Whether a file that cannot be read is an outbox at all. Another program's file must not be moved.
pub(super) fn ours_or_foreign(site: &Site, fault: Fault) -> Fault {
    let head = match head(&site.main) {
        Ok(head) => head,
        Err(unreadable) => return unreadable,
    };
    let application = head.get(APPLICATION_AT..APPLICATION_AT + 4);
    let is_cut = head.len() < APPLICATION_AT + 4 && (MAGIC.starts_with(&head) || head.starts_with(MAGIC));
    // A file system may leave a file of zeros where a machine lost its power.
    let is_blank = head.iter().all(|byte| *byte == 0);
    let says_ours = application == Some(schema::APPLICATION.to_be_bytes().as_slice());
    // What is found damaged in other ways than SQLite's has our tables.
    if says_ours || is_cut || is_blank || matches!(fault, Fault::Damaged(_)) {
        return fault;
    }
    Fault::Foreign("this is no outbox: name another path for the outbox. It was not touched".to_owned())
}

/// Says why a file opens for reading only: it is its header, or the system.
pub(super) fn blame(site: &Site) -> Fault {
    match head(&site.main) {
        Ok(head) if head.get(18).is_some_and(|version| *version > 2) => {
            return Fault::Damaged("its header says that it cannot be written".to_owned());
        }
        Ok(_) => {}
        Err(unreadable) => return unreadable,
    }
    Fault::System(
        "it cannot be written: give this user the right to write the file and its folder".to_owned(),
        std::io::ErrorKind::PermissionDenied.into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What cannot be read is neither ours nor anybody's: nothing is moved.
    #[test]
    fn a_file_that_cannot_be_read_is_not_taken_for_a_damaged_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let site = Site::prepare(&folder.path().join("outbox.db")).expect("a site");
        // Root may read any file, and nobody a folder.
        fs::create_dir(&site.main).expect("a folder in its place");
        let fault = ours_or_foreign(&site, Fault::Damaged("a row".to_owned()));
        assert!(matches!(fault, Fault::System(..)), "{fault:?}");
        assert!(matches!(blame(&site), Fault::System(..)));
    }
}
