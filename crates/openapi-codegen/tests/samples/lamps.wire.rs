//! What the client of `lamps.yaml` writes on the wire. The hook catches each request, so nothing is sent.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use lamps::{BoxFuture, Client, Hook, Operation, Part, types};

#[derive(Debug, Default)]
struct Caught {
    line: String,
    content_type: String,
    body: String,
}

#[derive(Clone, Debug, Default)]
struct Catch(Arc<Mutex<Caught>>);

impl Hook for Catch {
    fn send<'a>(
        &'a self,
        _: &'a reqwest::Client,
        mut request: reqwest::Request,
        _: Operation,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        Box::pin(async move {
            let line = format!("{} {}", request.method(), request.url());
            let content_type = request.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
            // A form is a stream; a response knows how to read one to its end.
            let body = request.body_mut().take().unwrap_or_else(|| reqwest::Body::from(""));
            let body = reqwest::Response::from(http::Response::new(body)).text().await?;
            *self.0.lock().unwrap() = Caught { line, content_type: content_type.unwrap_or_default(), body };
            Ok(http::Response::builder().status(204).body("").unwrap().into())
        })
    }
}

/// Nothing waits here, so a future that is asked often enough is ready.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..1000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
    panic!("something waits");
}

fn client() -> (Client, Catch) {
    let catch = Catch::default();
    let base_url = "https://lamps.example/api/".parse().unwrap();
    (Client::new(&base_url, reqwest::Client::new(), catch.clone()), catch)
}

/// The parts of a form: what stands in its headers, and its content.
fn parts(caught: &Caught) -> Vec<(String, String)> {
    let boundary = caught.content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = caught.body.strip_suffix(&format!("--{boundary}--\r\n")).unwrap();
    text.split(&format!("--{boundary}\r\n"))
        .skip(1)
        .map(|part| {
            let (head, content) = part.split_once("\r\n\r\n").unwrap();
            let head = head.replace("\r\n", "; ").replace("Content-Disposition: form-data; ", "");
            (head, content.strip_suffix("\r\n").unwrap().to_owned())
        })
        .collect()
}

fn file(text: &'static str) -> Part {
    Part::text(text).file_name("a.png").mime_str("image/png").unwrap()
}

fn pair(head: &str, content: &str) -> (String, String) {
    (head.to_owned(), content.to_owned())
}

#[test]
fn a_form_has_every_field_under_its_own_name_and_in_its_own_way() {
    let (client, catch) = client();
    now(client.attach_photos(
        "a/b",
        Some(true),
        None,
        file("cover"),
        Some(file("back")),
        Some(vec![file("one"), file("two")]),
        "the form",
        "the url",
        Some("the request"),
        Some("the body"),
        3,
        types::Colour::WarmWhite,
        Some(&"6e9a7c1c-0000-4000-8000-000000000001".parse().unwrap()),
        &types::Place { x: 1, y: None },
        Some(&vec!["x".to_owned()]),
        "desk",
        Some("alt"),
    ))
    .unwrap();
    let caught = catch.0.lock().unwrap();
    assert_eq!(caught.line, "POST https://lamps.example/api/lamps/a%2Fb/photo?notify=true");
    let png = |name: &str| format!("name=\"{name}\"; filename=\"a.png\"; Content-Type: image/png");
    assert_eq!(
        parts(&caught),
        [
            pair(&png("cover"), "cover"),
            pair(&png("backside"), "back"),
            pair(&png("others"), "one"),
            pair(&png("others"), "two"),
            pair("name=\"form\"", "the form"),
            pair("name=\"url\"", "the url"),
            pair("name=\"request\"", "the request"),
            pair("name=\"body\"", "the body"),
            pair("name=\"count\"", "3"),
            pair("name=\"colour\"", "warm-white"),
            pair("name=\"owner\"", "6e9a7c1c-0000-4000-8000-000000000001"),
            pair("name=\"place\"; Content-Type: application/json", "{\"x\":1}"),
            pair("name=\"tags\"; Content-Type: application/json", "[\"x\"]"),
            pair("name=\"type\"", "desk"),
            pair("name=\"Alt-Text\"", "alt"),
        ],
    );
}

#[test]
fn fields_that_may_be_left_out_are_left_out() {
    let (client, catch) = client();
    let place = types::Place { x: 1, y: None };
    let (cover, colour) = (file(""), types::Colour::Red);
    now(client.attach_photos(
        "1", None, None, cover, None, None, "", "", None, None, 0, colour, None, &place, None, "", None,
    ))
    .unwrap();
    let caught = catch.0.lock().unwrap();
    let names: Vec<String> = parts(&caught).into_iter().map(|(head, _)| head).collect();
    assert_eq!(names.len(), 7, "{names:?}");
    assert_eq!(caught.line, "POST https://lamps.example/api/lamps/1/photo");
}

#[test]
fn a_parameter_that_stands_twice_in_the_path_is_encoded_once() {
    let (client, catch) = client();
    now(client.twice("a b%")).unwrap();
    assert_eq!(catch.0.lock().unwrap().line, "GET https://lamps.example/api/same/a%20b%25/as/a%20b%25");
}

#[test]
fn verbs_that_reqwest_has_no_method_for_are_sent() {
    let (client, catch) = client();
    let _ = now(client.type_(&"1".parse().unwrap()));
    assert_eq!(catch.0.lock().unwrap().line, "OPTIONS https://lamps.example/api/lamps/1");
}

#[test]
fn numbers_that_an_enum_allows_are_in_the_schema() {
    let schema = schemars::schema_for!(types::Number);
    assert_eq!(schema.get("enum"), Some(&serde_json::json!([1, 2, 3])));
    assert!(serde_json::from_str::<types::Number>("4").is_err());
}
