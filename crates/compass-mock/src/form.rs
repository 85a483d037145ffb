//! Forms (RFC 7578), as a server reads them.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use multer::Multipart;

/// One part of a form. [`Request::form`](crate::Request::form) reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormPart {
    /// The field of the form.
    pub name: Option<String>,
    /// The name of the file.
    pub file_name: Option<String>,
    /// The media type.
    pub media_type: Option<String>,
    /// The content.
    pub content: Bytes,
}

/// What separates the parts.
pub(crate) fn boundary(content_type: &str) -> Result<String, multer::Error> {
    multer::parse_boundary(content_type)
}

/// All parts in their order.
pub(crate) async fn parts(boundary: String, body: Bytes) -> Result<Vec<FormPart>, multer::Error> {
    let mut form = Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        parts.push(FormPart {
            name: field.name().map(str::to_owned),
            file_name: field.file_name().map(str::to_owned),
            media_type: field.content_type().map(ToString::to_string),
            content: field.bytes().await?,
        });
    }
    Ok(parts)
}
