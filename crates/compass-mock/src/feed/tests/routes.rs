//! What the router answers, without a browser.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt;
use tokio::sync::broadcast;
use tower_service::Service;

use crate::feed::{FILES, News, live::KEEP_ALIVE, routes};

async fn get(router: &mut Router, path: &str) -> Response {
    let request = Request::get(path).body(Body::empty()).expect("a path");
    router.call(request).await.unwrap_or_else(|never| match never {})
}

/// What comes next on a stream.
async fn told(response: &mut Response) -> Option<String> {
    let frame = response.body_mut().frame().await?.expect("the stream does not fail");
    Some(String::from_utf8(frame.into_data().expect("data").into()).expect("text"))
}

#[tokio::test]
async fn files_are_served_as_what_they_are_and_may_load_nothing_foreign() {
    let mut router = routes(broadcast::Sender::new(1));
    for file in &FILES {
        let response = get(&mut router, file.path).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", file.path);
        let headers = response.headers();
        assert_eq!(headers[header::CONTENT_TYPE], file.media_type);
        assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("ASCII");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
        let body = response.into_body().collect().await.expect("a file").to_bytes();
        assert_eq!(body, file.content);
    }
}

#[test]
fn every_file_that_the_page_names_is_served() {
    let served: Vec<_> = FILES.iter().map(|file| file.path).collect();
    for file in &FILES {
        // What a page loads stands between quotes: `/__mock/feed.css` in the HTML, `./card.js` in a script.
        let is_file = |text: &&str| matches!(text.rsplit_once('.'), Some((_, "js" | "css")));
        for name in file.content.split('"').filter(is_file) {
            let path = name.replace("./", "/__mock/");
            assert!(served.contains(&&*path), "{} names {name}", file.path);
        }
    }
}

#[tokio::test]
async fn the_stream_tells_what_arrives_and_ends_with_its_sender() {
    let news = broadcast::Sender::new(4);
    let mut router = routes(news.clone());
    let mut stream = get(&mut router, "/__mock/stream").await;
    assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(told(&mut stream).await.unwrap(), "retry: 1000\n\n");
    news.send(News::Received(r#"{"id":1}"#.into())).unwrap();
    assert_eq!(told(&mut stream).await.unwrap(), "event: received\ndata: {\"id\":1}\n\n");
    news.send(News::Reset).unwrap();
    assert_eq!(told(&mut stream).await.unwrap(), "event: reset\ndata: all\n\n");
    drop(news);
    assert_eq!(told(&mut stream).await, None);
    assert_eq!(get(&mut router, "/__mock/stream").await.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn who_lags_is_told_to_fetch_all_and_nothing_twice() {
    let news = broadcast::Sender::new(2);
    let mut stream = get(&mut routes(news.clone()), "/__mock/stream").await;
    told(&mut stream).await;
    for id in ["1", "2", "3", "4"] {
        news.send(News::Received(id.into())).unwrap();
    }
    assert_eq!(told(&mut stream).await.unwrap(), "event: reload\ndata: all\n\n");
    news.send(News::Received("5".into())).unwrap();
    assert_eq!(told(&mut stream).await.unwrap(), "event: received\ndata: 5\n\n");
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_is_kept_alive() {
    let news = broadcast::Sender::new(1);
    let mut stream = get(&mut routes(news.clone()), "/__mock/stream").await;
    told(&mut stream).await;
    let start = tokio::time::Instant::now();
    assert_eq!(told(&mut stream).await.unwrap(), ":\n\n");
    assert_eq!((start.elapsed().as_secs(), KEEP_ALIVE), (15, Duration::from_secs(15)));
}
