//! What a hook can see and do.

use std::sync::{Arc, Mutex};

use compass_api::{BoxFuture, Client, Hook, Operation};
use compass_mock::Fault;

use crate::{
    base,
    cases::{Arguments, call},
    http, mock,
    outcome::Kind,
    support::TakeRequest,
};

/// A call of a hook's method, and whether the request could be sent a second time.
type Call = (&'static str, Operation, bool);

/// Keeps what it sees, and passes it on.
#[derive(Clone, Debug, Default)]
struct Witness(Arc<Mutex<Vec<Call>>>);

impl Hook for Witness {
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: Operation,
    ) -> BoxFuture<'a, Result<(), String>> {
        self.0.lock().unwrap().push(("before", operation, request.try_clone().is_some()));
        Box::pin(async { Ok(()) })
    }

    fn send<'a>(
        &'a self,
        client: &'a reqwest::Client,
        request: reqwest::Request,
        operation: Operation,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        self.0.lock().unwrap().push(("send", operation, request.try_clone().is_some()));
        Box::pin(client.execute(request))
    }
}

#[tokio::test]
async fn a_hook_sees_each_operation_before_and_while_it_is_sent() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let witness = Witness::default();
    let client = Client::new(&base(&server, ""), http(), witness.clone());
    for operation in Operation::ALL {
        call(&client, operation, &Arguments::default()).await;
        // Reqwest streams forms: an upload must be called again to be sent again.
        let again = match operation {
            Operation::UploadLockFile | Operation::UploadAttachment | Operation::UploadApiSpec => false,
            Operation::GetAttachment
            | Operation::DeleteAttachment
            | Operation::DeleteApiSpec
            | Operation::HandleWebhookInvocation
            | Operation::InsertMetricValue
            | Operation::CreateCompassEvent
            | Operation::EvaluateEntitlements
            | Operation::DeleteLockFile => true,
        };
        let seen = std::mem::take(&mut *witness.0.lock().unwrap());
        assert_eq!(seen, [("before", operation, again), ("send", operation, again)]);
        let _ = server.take_request();
    }
}

/// Adds a header to each request, with the operation's name.
#[derive(Debug)]
struct Label;

impl Hook for Label {
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: Operation,
    ) -> BoxFuture<'a, Result<(), String>> {
        request.headers_mut().insert("x-operation", operation.id().parse().unwrap());
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_hook_can_add_a_header() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let client = Client::new(&base(&server, ""), http(), Label);
    for operation in Operation::ALL {
        call(&client, operation, &Arguments::default()).await;
        assert_eq!(server.take_request().header("x-operation"), Some(operation.id()));
    }
}

/// Lets nothing out but one operation.
#[derive(Debug)]
struct Only(Operation);

impl Hook for Only {
    fn before<'a>(&'a self, _: &'a mut reqwest::Request, operation: Operation) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move { if operation == self.0 { Ok(()) } else { Err(format!("{operation} is not for today")) } })
    }
}

#[tokio::test]
async fn a_hook_can_refuse_before_anything_is_sent() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    for allowed in Operation::ALL {
        let client = Client::new(&base(&server, ""), http(), Only(allowed));
        for operation in Operation::ALL.into_iter().filter(|operation| *operation != allowed) {
            let outcome = call(&client, operation, &Arguments::default()).await;
            assert_eq!((outcome.kind, outcome.status), (Kind::Custom, None), "{operation}: {outcome}");
            assert_eq!(outcome.content, format!("{operation} is not for today"));
        }
        // Had one of the others been sent, it would have come before this one.
        call(&client, allowed, &Arguments::default()).await;
        assert_eq!(server.take_request().method, allowed.method());
    }
}

/// Sends up to three times, until there is an answer other than 503.
#[derive(Debug)]
struct Thrice;

impl Hook for Thrice {
    fn send<'a>(
        &'a self,
        client: &'a reqwest::Client,
        request: reqwest::Request,
        _: Operation,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        Box::pin(async move {
            for _ in 0..2 {
                let Some(copy) = request.try_clone() else { break };
                let answer = client.execute(copy).await;
                if !answer.as_ref().is_ok_and(|answer| answer.status() == 503) {
                    return answer;
                }
            }
            client.execute(request).await
        })
    }
}

#[tokio::test]
async fn a_hook_can_send_again() {
    let server = mock().await;
    let client = Client::new(&base(&server, ""), http(), Thrice);
    server.faults().script([Fault::status(503), Fault::status(503), Fault::status(202)]);
    let outcome = call(&client, Operation::CreateCompassEvent, &Arguments::default()).await;
    assert_eq!((outcome.kind, outcome.status), (Kind::Ok, Some(202)), "{outcome}");
    let requests = server.take_requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!((&request.target, &request.body), (&requests[0].target, &requests[0].body));
    }

    server.faults().script([Fault::status(202)]);
    call(&client, Operation::CreateCompassEvent, &Arguments::default()).await;
    let _ = server.take_request();
}

#[tokio::test]
async fn the_last_of_several_failures_reaches_the_caller() {
    let server = mock().await;
    let client = Client::new(&base(&server, ""), http(), Thrice);
    server.faults().script([Fault::status(503)]);
    let outcome = call(&client, Operation::DeleteLockFile, &Arguments::default()).await;
    assert_eq!((outcome.kind, outcome.status), (Kind::UnexpectedResponse, Some(503)), "{outcome}");
    assert_eq!(server.take_requests().len(), 3);
}
