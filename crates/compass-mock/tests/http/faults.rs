//! Faults, as clients see them.

use std::io::ErrorKind;
use std::time::Duration;

use compass_mock::{Fault, Mock, OperationId};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Site, deployment, events, metric, metrics};

/// Sends an event over a connection of its own and reads until it ends; the error is that of the socket.
async fn raw(mock: &Mock, number: i64) -> (String, Option<ErrorKind>) {
    let address = mock.origin().strip_prefix("http://").unwrap();
    let body = deployment("ci", "deploy", number).to_string();
    let request = format!(
        "POST /gateway/api/compass/v1/events?b=%2F&a=+ HTTP/1.1\r\nhost: {address}\r\n\
         authorization: Basic YWRhOnMzY3JldA==\r\ncontent-type: application/json\r\nX-Twice: 1\r\nx-twice: 2\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let ended = connection.read_to_end(&mut answer).await;
    (String::from_utf8(answer).unwrap(), ended.err().map(|error| error.kind()))
}

/// The answer without its date, which is nobody's choice.
fn undated(answer: &str) -> String {
    answer.lines().filter(|line| !line.starts_with("date: ")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn answers_are_sent_as_they_were_given() {
    let site = Site::plain().await;
    let answer = Fault::status(599).with_header("x-a", "1").with_header("x-a", "2").with_body("text/odd", "odd");
    site.mock.faults().script([Fault::status(503), answer]);
    let (empty, _) = raw(&site.mock, 1).await;
    assert_eq!(undated(&empty), "HTTP/1.1 503 Service Unavailable\nconnection: close\ncontent-length: 0\n");
    let (odd, _) = raw(&site.mock, 1).await;
    let head = "HTTP/1.1 599 <none>\nx-a: 1\nx-a: 2\ncontent-type: text/odd";
    assert_eq!(undated(&odd), format!("{head}\nconnection: close\ncontent-length: 3\n\nodd"));
    // Neither was processed, and both are on record.
    let received = site.mock.received();
    assert_eq!((received.events().len(), received.requests().len()), (0, 2));
    let request = &received.requests()[0];
    assert_eq!(request.target, "/gateway/api/compass/v1/events?b=%2F&a=+");
    assert_eq!(request.headers.get_all("x-twice").iter().collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(request.header("authorization"), Some("Basic YWRhOnMzY3JldA=="));
    assert_eq!(request.json().unwrap(), deployment("ci", "deploy", 1));
    assert_eq!((site.mock.take_requests().len(), site.mock.take_requests().len()), (2, 0));
}

#[tokio::test]
async fn resets_are_resets() {
    let site = Site::plain().await;
    site.mock.faults().script([Fault::reset_before(), Fault::reset_after()]);
    assert_eq!(raw(&site.mock, 1).await, (String::new(), Some(ErrorKind::ConnectionReset)));
    assert!(site.mock.received().events().is_empty());
    assert_eq!(raw(&site.mock, 2).await, (String::new(), Some(ErrorKind::ConnectionReset)));
    assert_eq!(site.mock.received().events().len(), 1);
    assert_eq!(site.mock.received().requests().len(), 2);
    site.mock.faults().clear();
    assert!(raw(&site.mock, 3).await.0.starts_with("HTTP/1.1 202 "));
}

#[tokio::test]
async fn truncated_answers_break_off_in_their_body() {
    let site = Site::plain().await;
    site.mock.faults().script([Fault::html(502).cut(), Fault::truncated()]);
    let (page, _) = raw(&site.mock, 1).await;
    let (head, body) = page.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 502 Bad Gateway"), "{head}");
    let length: usize = head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    assert!(body.starts_with("<!DOCTYPE html>") && body.len() == length / 2, "{page}");
    let (accepted, _) = raw(&site.mock, 1).await;
    assert!(accepted.starts_with("HTTP/1.1 202 ") && accepted.contains("content-length: 1\r\n"), "{accepted}");
    assert_eq!(site.mock.received().events().len(), 1, "processed, all the same");
    assert!(site.try_send(metrics(&metric())).await.unwrap_err().is_decode());
}

#[tokio::test]
async fn unfinished_answers_break_off_behind_their_body() {
    let site = Site::plain().await;
    site.mock.faults().script([Fault::status(200).json(&json!({ "a": 1 })).unfinished(), Fault::none().unfinished()]);
    let (answer, error) = raw(&site.mock, 1).await;
    assert!(answer.contains("content-length: 8\r\n") && answer.ends_with("\r\n\r\n{\"a\":1}"), "{answer}");
    assert_eq!(error, None);
    assert!(site.try_send(metrics(&metric())).await.unwrap_err().is_decode());
    assert_eq!(site.mock.received().metrics().len(), 1, "processed, all the same");
}

#[tokio::test]
async fn closed_connections_end_in_good_order() {
    let site = Site::plain().await;
    site.mock.faults().script([Fault::closed(), Fault::none()]);
    assert_eq!(raw(&site.mock, 1).await, (String::new(), None));
    let received = site.mock.received();
    assert_eq!((received.requests().len(), received.events().len()), (1, 0));
    assert!(raw(&site.mock, 1).await.0.starts_with("HTTP/1.1 202 "));
}

#[tokio::test]
async fn silence_ends_with_the_client() {
    let site = Site::plain().await;
    site.mock.faults().next(1, Fault::silent());
    {
        // Dropped with its connection as soon as the request is on record.
        let request = raw(&site.mock, 1);
        tokio::select! {
            answer = request => panic!("{answer:?}"),
            () = async { while site.mock.received().requests().is_empty() { tokio::task::yield_now().await } } => {}
        }
    }
    assert!(raw(&site.mock, 1).await.0.starts_with("HTTP/1.1 202 "));
    site.mock.stop().await.unwrap();
}

/// Tokio's clock stands still and jumps to where there is something to wait for.
#[tokio::test(start_paused = true)]
async fn latency_holds_an_answer_back() {
    let site = Site::plain().await;
    let hour = Duration::from_hours(1);
    site.mock.faults().next(1, Fault::latency(hour));
    site.mock.faults().next(1, Fault::status(503).after(hour));
    for (number, status) in [(1, 202), (2, 503), (3, 202)] {
        let before = tokio::time::Instant::now();
        assert_eq!(site.send(events(&deployment("ci", "deploy", number))).await.status, status);
        assert_eq!(before.elapsed() >= hour, number < 3);
    }
}

#[tokio::test]
async fn faults_are_for_the_api_alone() {
    let site = Site::plain().await;
    site.mock.faults().rate(1.0, Fault::status(503));
    assert_eq!(site.own("GET", "/_edge/tenant_info", "").await.status, 503);
    assert_eq!(site.send(crate::support::call("GET", "/nowhere")).await.status, 503);
    for path in ["/", "/__mock/health", "/__mock/events"] {
        assert_eq!(site.own("GET", path, "").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn faults_of_one_operation() {
    let site = Site::plain().await;
    site.mock.faults().only(OperationId::InsertMetricValue).rate(1.0, Fault::status(500).json(&json!({})));
    assert_eq!(site.send(events(&deployment("ci", "deploy", 1))).await.status, 202);
    assert_eq!(site.send(metrics(&metric())).await.status, 500);
    site.mock.reset();
    assert_eq!(site.send(metrics(&metric())).await.status, 200);
}

#[test]
fn what_is_no_answer_is_said_at_once() {
    let panics = |fault: fn() -> Fault| std::panic::catch_unwind(fault).is_err();
    assert!(panics(|| Fault::status(101)));
    assert!(panics(|| Fault::status(503).with_header("a b", "c")));
    assert!(!panics(|| Fault::status(999)));
}
