//! What clients and errors say of credentials.

use compass_api::{BoxFuture, Client, Hook, Operation};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde_json::json;
use workspace_tests::loopback::{Answer, Server};

use crate::{
    base,
    cases::{Arguments, call},
    client, http,
    outcome::Kind,
};

const SECRET: &str = "bWVAZXhhbXBsZS5jb206c2VjcmV0";

/// As the crate's documentation shows it.
#[derive(Debug)]
struct Auth(HeaderValue);

impl Hook for Auth {
    fn before<'a>(&'a self, request: &'a mut reqwest::Request, _: Operation) -> BoxFuture<'a, Result<(), String>> {
        request.headers_mut().insert(AUTHORIZATION, self.0.clone());
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_sensitive_header_is_sent_and_never_shown() {
    let server = Server::start().await;
    let mut header: HeaderValue = format!("Basic {SECRET}").parse().unwrap();
    header.set_sensitive(true);
    let client = Client::new(&base(&server, ""), http(), Auth(header));
    assert!(!format!("{client:?} {client:#?}").contains(SECRET), "{client:?}");

    let answers = [
        (Answer::json(400, &json!({ "errors": [] })), Kind::ErrorResponse),
        (Answer::empty(400), Kind::InvalidResponsePayload),
        (Answer::empty(502), Kind::UnexpectedResponse),
        (Answer::with_body(400, "application/json", "{").cut(), Kind::ResponseBodyError),
        (Answer::nothing(), Kind::CommunicationError),
    ];
    for (answer, kind) in answers {
        server.script([answer]);
        let outcome = call(&client, Operation::CreateCompassEvent, &Arguments::default()).await;
        assert_eq!(outcome.kind, kind, "{outcome}");
        assert!(!outcome.said.is_empty() && !outcome.said.contains(SECRET), "{}", outcome.said);
        // It was there to be shown.
        assert_eq!(server.take_request().header("authorization"), Some(&*format!("Basic {SECRET}")));
    }
}

/// Whoever knows a webhook's URL may post to it, so that no error shows it.
#[tokio::test]
async fn no_error_shows_a_webhooks_url() {
    let server = Server::start().await;
    for (answer, kind) in [
        (Answer::empty(502), Kind::UnexpectedResponse),
        (Answer::nothing(), Kind::CommunicationError),
        (Answer::empty(400), Kind::InvalidResponsePayload),
        (Answer::with_body(400, "application/json", "{").cut(), Kind::ResponseBodyError),
    ] {
        server.script([answer]);
        let outcome = call(&client(&server), Operation::HandleWebhookInvocation, &Arguments::default()).await;
        assert_eq!(outcome.kind, kind, "{outcome}");
        assert!(!outcome.said.contains("webhookId"), "{}", outcome.said);
    }
}
