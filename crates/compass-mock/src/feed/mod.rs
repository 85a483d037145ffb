//! The activity feed page: what arrived, as Compass would show it, for whoever develops an event source and wants to
//! see what became of an event.
//!
//! The page is plain files without a build step, split by idea. It reads `/__mock/events` once and follows [`live`] from there on.
//! Nothing here knows how events are kept: the page itself works out which update is the latest of its key, so that an
//! event needs to be told only once.

mod live;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::sync::broadcast;

/// What the stream tells.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// An event arrived; its JSON, as `/__mock/events` gives it.
    Received(Arc<str>),
    /// All that had arrived is forgotten.
    Reset,
}

/// What the page may do: load its own files, and talk to its own server. Whatever an event says, it cannot run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

/// The page and its files, and the live stream at `/__mock/stream`.
///
/// The router does not keep the sender: when the caller's own is dropped, the streams end, and with them what keeps a
/// server from stopping.
pub(crate) fn routes(news: broadcast::Sender<News>) -> Router {
    let live = live::Live::of(&news);
    drop(news);
    let live = get(live::stream).with_state(live);
    FILES.iter().fold(Router::new().route("/__mock/stream", live), |router, file| {
        router.route(file.path, get(async || file.into_response()))
    })
}

/// A file of the page, as it stands in this folder.
struct File {
    path: &'static str,
    media_type: &'static str,
    content: &'static str,
}

const FILES: [File; 10] = [
    File { path: "/", media_type: "text/html; charset=utf-8", content: include_str!("index.html") },
    style("/__mock/theme.css", include_str!("theme.css")),
    style("/__mock/feed.css", include_str!("feed.css")),
    style("/__mock/card.css", include_str!("card.css")),
    script("/__mock/feed.js", include_str!("feed.js")),
    script("/__mock/live.js", include_str!("live.js")),
    script("/__mock/entries.js", include_str!("entries.js")),
    script("/__mock/kinds.js", include_str!("kinds.js")),
    script("/__mock/card.js", include_str!("card.js")),
    script("/__mock/samples.js", include_str!("samples.js")),
];

const fn style(path: &'static str, content: &'static str) -> File {
    File { path, media_type: "text/css; charset=utf-8", content }
}

const fn script(path: &'static str, content: &'static str) -> File {
    File { path, media_type: "text/javascript; charset=utf-8", content }
}

impl IntoResponse for &File {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.media_type),
            (header::CACHE_CONTROL, "no-cache"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        (headers, self.content).into_response()
    }
}
