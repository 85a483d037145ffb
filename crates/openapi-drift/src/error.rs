//! The one error of this crate.

use std::fmt;

/// Why a list of accepted drift could not be read.
///
/// `Display` names the entry and the key where they are known, the value, what is wrong with it, and what to do.
#[derive(Debug)]
#[non_exhaustive]
pub struct Error {
    entry: Option<usize>,
    key: Option<String>,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { entry: None, key: None, message: message.into(), source: None }
    }

    pub(crate) fn of_key(key: &str, message: impl Into<String>) -> Self {
        Self { key: Some(key.to_owned()), ..Self::new(message) }
    }

    pub(crate) fn in_entry(mut self, number: usize) -> Self {
        self.entry = Some(number);
        self
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The number of the entry in the file, the first being 1; `None` where the file as such is at fault.
    #[must_use]
    pub fn entry(&self) -> Option<usize> {
        self.entry
    }

    /// The key that is at fault, where it is one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(entry) = self.entry {
            write!(f, "entry {entry}: ")?;
        }
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
