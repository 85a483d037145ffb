//! What arrives is what was accepted: by the client of the SDK, at the mock.

use compass_mock::{Fault, Mock};
use compass_sdk::Compass;
use compass_sdk::limiter::Limits;
use serde_json::Value;

use super::messages::{build, component, custom, deployment, flag, incident, metric, push};
use crate::envelope::{Destination, Envelope};
use crate::message::Message;
use crate::outbox::Outbox;
use crate::store::{State, Which, Why};
use crate::worker::{Body, Came, to_compass};

async fn parts() -> (Mock, Compass, Outbox) {
    let mock = Mock::builder().credentials("me@example.com", "right").start().await.unwrap();
    let compass = client(&mock, "right");
    (mock, compass, Outbox::with_store(super::memory::Memory::default()))
}

fn client(mock: &Mock, token: &str) -> Compass {
    Compass::builder().base_url(mock.base_url()).credentials("me@example.com", token).build().unwrap()
}

/// Each request to the API as it arrived.
fn bodies(mock: &Mock) -> Vec<Value> {
    mock.received().requests().iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

#[tokio::test]
async fn every_message_arrives_as_it_was_accepted() {
    let (mock, compass, outbox) = parts().await;
    let destination = Destination::of(&compass);
    let events =
        [push("1", 1), build("2", 1), custom("3", 1), deployment("4", "prod", 1, 1), flag("5", 1), incident("6", 1)];
    let mut messages: Vec<_> = events.iter().map(|event| Message::event(&destination, &component(), event)).collect();
    messages.push(Message::metric(&destination, &metric(87.5)));
    let receipts = outbox.enqueue_all(messages).await.unwrap();
    let mut accepted = Vec::new();
    for receipt in receipts {
        let envelope: Envelope = outbox.get(receipt.id).await.unwrap().unwrap().envelope;
        accepted.push(serde_json::from_str::<Value>(envelope.body.get()).unwrap());
    }
    let report = outbox.worker(&compass).deliver(std::future::pending()).await.unwrap();
    assert_eq!((report.delivered, report.later, report.dead), (7, 0, 0));
    let mut arrived = bodies(&mock);
    let as_text = |value: &Value| value.to_string();
    arrived.sort_by_key(as_text);
    accepted.sort_by_key(as_text);
    assert_eq!(arrived, accepted);
    mock.stop().await.unwrap();
}

#[tokio::test]
async fn what_the_api_refuses_is_dead_until_it_is_retried() {
    let (mock, compass, outbox) = parts().await;
    let refusal = serde_json::json!({ "errors": [{ "type": "COMPONENT_NOT_FOUND", "message": "There is none." }] });
    mock.faults().next(1, Fault::status(404).json(&refusal));
    let message = Message::event(&Destination::of(&compass), &component(), &push("1", 1));
    let id = outbox.enqueue(message).await.unwrap().id;
    let deliver = || async { outbox.worker(&compass).limits(Limits::Unlimited).deliver(std::future::pending()).await };
    assert_eq!(deliver().await.unwrap().dead, 1);
    let answer = outbox.get(id).await.unwrap().unwrap().answer.unwrap();
    assert_eq!((answer.status, answer.may_have_arrived), (Some(404), false));
    assert!(answer.message.contains("COMPONENT_NOT_FOUND: There is none."), "{}", answer.message);
    assert_eq!(outbox.retry(Which::AllDead).await.unwrap(), 1);
    assert_eq!(deliver().await.unwrap().delivered, 1);
    mock.stop().await.unwrap();
}

#[tokio::test]
async fn a_wrong_token_pauses_and_the_right_one_goes_on() {
    let (mock, compass, outbox) = parts().await;
    let message = Message::event(&Destination::of(&compass), &component(), &push("1", 1));
    let id = outbox.enqueue(message).await.unwrap().id;
    let report = outbox.worker(&client(&mock, "wrong-token")).deliver(std::future::pending()).await.unwrap();
    assert_eq!((report.delivered, report.closed.len()), (0, 1));
    assert!(matches!(report.closed[0].why, Why::Paused { .. }));
    assert!(!format!("{report:?} {}", serde_json::to_string(&report).unwrap()).contains("wrong-token"));
    outbox.worker(&compass).deliver(std::future::pending()).await.unwrap();
    assert_eq!(outbox.get(id).await.unwrap().unwrap().state, State::Delivered);
    mock.stop().await.unwrap();
}

#[tokio::test]
async fn a_page_with_a_success_is_no_delivery() {
    let (mock, compass, outbox) = parts().await;
    let message = Message::event(&Destination::of(&compass), &component(), &push("1", 1));
    let id = outbox.enqueue(message).await.unwrap().id;
    let envelope = outbox.get(id).await.unwrap().unwrap().envelope;
    for status in [200, 202] {
        mock.faults().next(1, Fault::html(status));
        let failure = to_compass(&compass).deliver(&envelope).await.unwrap_err();
        assert_eq!((failure.came, failure.may_have_arrived), (Came::Response(status, Body::Page), true));
    }
    mock.stop().await.unwrap();
}
