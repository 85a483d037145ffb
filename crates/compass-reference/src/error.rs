//! The one error of this crate.

use std::fmt;

/// Why there is no reference: what is wrong, in which file, where in it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Error {
    file: String,
    path: String,
    message: String,
}

impl Error {
    /// Something wrong in the contract, at a JSON pointer.
    pub(crate) fn contract(pointer: impl fmt::Display, message: impl Into<String>) -> Self {
        Self { file: "the contract".to_owned(), path: pointer.to_string(), message: message.into() }
    }

    /// Something wrong in an example's file. An empty path is the whole file.
    pub(crate) fn example(file: &str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), path: path.into(), message: message.into() }
    }

    /// The name of the example's file, or that it is the contract.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The JSON pointer of what is wrong; empty for the file as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, path, message } = self;
        if path.is_empty() { write!(f, "{file}: {message}") } else { write!(f, "{file}: {path}: {message}") }
    }
}

impl std::error::Error for Error {}
