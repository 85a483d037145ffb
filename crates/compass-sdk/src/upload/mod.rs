//! Files to upload: where their content comes from, and what the API takes.

mod check;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use compass_api::{Operation, Part};
use futures_util::TryStream;

pub(crate) use self::check::Takes;
use crate::error::Error;

/// A file to upload.
///
/// ```
/// use compass_sdk::Upload;
///
/// let from_disk = Upload::path("openapi.yaml");
/// let from_memory = Upload::bytes("package-lock.json", r#"{"lockfileVersion": 3}"#);
/// assert_eq!(from_disk.file_name(), "openapi.yaml");
/// assert_eq!(from_memory.file_name(), "package-lock.json");
/// ```
#[derive(Clone)]
pub struct Upload {
    file_name: String,
    content: Content,
}

#[derive(Clone)]
pub(crate) enum Content {
    Path(PathBuf),
    Bytes(Bytes),
    /// It can be sent once.
    Stream(Arc<Mutex<Option<reqwest::Body>>>),
}

impl Upload {
    /// The file at a path, under its own name. It is checked before it is sent, for which YAML is read as a whole, and sent
    /// piece by piece, never as a whole in memory; it must not change in between.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { file_name, content: Content::Path(path) }
    }

    /// Content that is in memory.
    pub fn bytes(file_name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { file_name: file_name.into(), content: Content::Bytes(content.into()) }
    }

    /// Content that comes bit by bit. It is sent once: nothing brings it back for a retry, and only its name is checked,
    /// not what comes.
    pub fn stream<S>(file_name: impl Into<String>, content: S) -> Self
    where
        S: TryStream + Send + 'static,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        Bytes: From<S::Ok>,
    {
        let body = reqwest::Body::wrap_stream(content);
        Self { file_name: file_name.into(), content: Content::Stream(Arc::new(Mutex::new(Some(body)))) }
    }

    /// The same under another name.
    #[must_use]
    pub fn named(self, file_name: impl Into<String>) -> Self {
        Self { file_name: file_name.into(), ..self }
    }

    /// The name that the file is sent under.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    pub(crate) fn is_replayable(&self) -> bool {
        !matches!(self.content, Content::Stream(_))
    }

    /// Holds the file against what the operation takes.
    pub(crate) async fn check(&self, operation: Operation, takes: Takes) -> Result<(), Error> {
        check::check(self, takes)
            .await
            .map_err(|problem| Error::invalid(operation, format!("file {:?}: {problem}", self.file_name)))
    }

    /// The file as a part of a form, from its beginning.
    pub(crate) async fn part(&self) -> Result<Part, String> {
        let part = match &self.content {
            Content::Bytes(bytes) => Part::stream_with_length(bytes.clone(), length(bytes.len())),
            Content::Path(path) => {
                let open = async {
                    let file = tokio::fs::File::open(path).await?;
                    let length = file.metadata().await?.len();
                    Ok::<_, std::io::Error>((file, length))
                };
                let (file, length) = open.await.map_err(|error| format!("{}: {error}", path.display()))?;
                Part::stream_with_length(file, length)
            }
            Content::Stream(body) => {
                let body = body.lock().unwrap_or_else(PoisonError::into_inner).take();
                Part::stream(body.ok_or("its stream has been sent already: make a new one")?)
            }
        };
        let media_type = check::media_type(&self.file_name).unwrap_or("application/octet-stream");
        part.file_name(self.file_name.clone()).mime_str(media_type).map_err(|error| error.to_string())
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("file_name", &self.file_name).finish_non_exhaustive()
    }
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
