//! The mock as tests of clients use it.

use std::fmt::Write as _;

use compass_mock::{Mock, Request};

/// A mock of the site with this cloud ID. It lets everybody send as much as they like: limits are the matter of tests of
/// the limiter, whose clock is another.
pub(crate) async fn start(cloud_id: &str) -> Mock {
    Mock::builder().cloud_id(cloud_id).rate_limit(false).attachments(true).start().await.unwrap()
}

/// For tests that send one request at a time.
pub(crate) trait TakeRequest {
    /// The only request since the last were taken.
    fn take_request(&self) -> Request;
}

impl TakeRequest for Mock {
    fn take_request(&self) -> Request {
        let mut requests = self.take_requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }
}

/// A request as text: its target, its headers by name, its body. What changes from run to run is called `HOST` and
/// `BOUNDARY`.
pub(crate) fn transcript(request: &Request) -> String {
    let mut text = format!("{} {}\n", request.method, request.target);
    let mut headers: Vec<_> = request.headers.iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        let value = if name == "host" { "HOST" } else { &*String::from_utf8_lossy(value.as_bytes()) };
        let _ = writeln!(text, "{name}: {value}");
    }
    let _ = write!(text, "\n{}", String::from_utf8_lossy(&request.body));
    if let Some((_, boundary)) = request.header("content-type").and_then(|value| value.split_once("; boundary=")) {
        text = text.replace(boundary, "BOUNDARY");
    }
    text.replace("\r\n", "\n")
}

/// What uploads send: one part. Field, name of the file, media type and content.
pub(crate) type Uploaded = (Option<String>, Option<String>, Option<String>, Vec<u8>);

/// The only part of a form.
pub(crate) fn uploaded(request: &Request) -> Uploaded {
    let mut parts = request.form().unwrap();
    assert_eq!(parts.len(), 1, "{parts:?}");
    let part = parts.remove(0);
    (part.name, part.file_name, part.media_type, part.content.into())
}

/// A part named `file`.
pub(crate) fn file(name: &str, media_type: &str, content: &str) -> Uploaded {
    (Some("file".to_owned()), Some(name.to_owned()), Some(media_type.to_owned()), content.into())
}
