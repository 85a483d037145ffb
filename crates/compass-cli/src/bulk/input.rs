//! The file that records come from.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use crate::exit::Exit;
use crate::failure::Failure;

/// A file that can be read from its beginning as often as it takes.
#[derive(Debug)]
pub(super) struct Input {
    file: File,
    path: Option<PathBuf>,
}

/// What a file consists of, for telling it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Print {
    pub(super) sha256: String,
    pub(super) bytes: u64,
}

impl Input {
    /// Opens the file; what can be read only once (`-`, a pipe) is kept in a temporary file, which has no name.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let fail = |error| unreadable(path, &error);
        let mut once: Box<dyn Read> = if is_stdin(path) {
            Box::new(io::stdin().lock())
        } else {
            let file = File::open(path).map_err(fail)?;
            if file.metadata().map_err(fail)?.is_file() {
                return Ok(Self { file, path: Some(path.to_owned()) });
            }
            Box::new(file)
        };
        let mut file = tempfile::tempfile().map_err(|error| {
            Failure::new(Exit::Other, format!("no temporary file for {}: {error}", name(path)))
                .hint("write it to a file first, or set TMPDIR")
        })?;
        io::copy(&mut once, &mut file).map_err(fail)?;
        Ok(Self { file, path: Some(path.to_owned()).filter(|path| !is_stdin(path)) })
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The file from its beginning.
    pub(super) fn read(&self) -> io::Result<Printed<&File>> {
        (&self.file).rewind()?;
        Ok(Printed::new(&self.file))
    }
}

/// Whether standard input is meant, by whichever of its names.
pub(super) fn is_stdin(path: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path.as_os_str() == *name)
}

/// What messages call the file.
pub(super) fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("{}: cannot be read: {error}", name(path)))
}

/// Nothing is no success: what should have written the input may have failed.
pub(super) fn no_records(path: &Path) -> Failure {
    Failure::usage(format!("{}: there are no records in it", name(path)))
        .hint("look at what wrote it; where nothing is right, leave the command out")
}

/// A reader that tells what it has read.
#[derive(Debug)]
pub(super) struct Printed<R> {
    reader: R,
    seen: Seen,
}

/// What has been read so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(Rc<RefCell<(Sha256, u64)>>);

impl<R> Printed<R> {
    fn new(reader: R) -> Self {
        Self { reader, seen: Seen::default() }
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen.clone()
    }
}

impl Seen {
    pub(super) fn print(&self) -> Print {
        let (hash, bytes) = self.0.borrow().clone();
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Print { sha256, bytes }
    }
}

impl<R: Read> Read for Printed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let mut seen = self.seen.0.borrow_mut();
        seen.0.update(&buffer[..read]);
        seen.1 += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_input_has_several_names() {
        let names = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "./-", "stdin", "/dev/stdin2"];
        let meant: Vec<_> = names.into_iter().filter(|name| is_stdin(Path::new(name))).collect();
        assert_eq!(meant, ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);
    }
}
