//! What can go wrong with a mock itself. What is wrong with a request is told to whoever sent it.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Why a mock could not be started, its state not be saved, or a request not be read as what it was taken for.
#[derive(Debug)]
#[non_exhaustive]
pub struct Error {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Setting { name: &'static str, message: String },
    Listen { address: SocketAddr, source: io::Error },
    File { path: PathBuf, doing: &'static str, source: io::Error },
    Content { path: PathBuf, message: String },
    Text { message: String },
    Ended,
}

impl Error {
    /// A setting of the builder has a value that cannot be.
    pub(crate) fn setting(name: &'static str, message: impl Into<String>) -> Self {
        Kind::Setting { name, message: message.into() }.into()
    }

    pub(crate) fn listen(address: SocketAddr, source: io::Error) -> Self {
        Kind::Listen { address, source }.into()
    }

    /// Something cannot be done with a file: `doing` is what, as in "cannot be read".
    pub(crate) fn file(path: &Path, doing: &'static str, source: io::Error) -> Self {
        Kind::File { path: path.to_owned(), doing, source }.into()
    }

    /// What stands in a file is wrong.
    pub(crate) fn content(path: &Path, message: impl Into<String>) -> Self {
        Kind::Content { path: path.to_owned(), message: message.into() }.into()
    }

    /// What stands in a text is wrong.
    pub(crate) fn text(message: impl Into<String>) -> Self {
        Kind::Text { message: message.into() }.into()
    }

    /// The runtime ended before the work was done.
    pub(crate) fn ended() -> Self {
        Kind::Ended.into()
    }

    /// The file that the error is about.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.kind {
            Kind::File { path, .. } | Kind::Content { path, .. } => Some(path),
            Kind::Setting { .. } | Kind::Listen { .. } | Kind::Text { .. } | Kind::Ended => None,
        }
    }

    /// Whether the port is taken by another program.
    #[must_use]
    pub fn is_port_taken(&self) -> bool {
        matches!(&self.kind, Kind::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Setting { name, message } => write!(f, "{name}: {message}"),
            Kind::Listen { address, .. } => {
                write!(f, "cannot listen on {address}: choose another port, or 0 for any that is free")
            }
            Kind::File { path, doing, .. } => write!(f, "{} {doing}", path.display()),
            Kind::Content { path, message } => write!(f, "{}: {message}", path.display()),
            Kind::Text { message } => f.write_str(message),
            Kind::Ended => f.write_str("the runtime ended before the state was saved"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.kind {
            Kind::Listen { source, .. } | Kind::File { source, .. } => Some(source),
            Kind::Setting { .. } | Kind::Content { .. } | Kind::Text { .. } | Kind::Ended => None,
        }
    }
}
