//! What clients and errors say of credentials.

use compass_api::{BoxFuture, Client, Hook, Operation};
use compass_mock::Fault;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde_json::json;

use crate::{
    base,
    cases::{Arguments, call},
    client, http, mock,
    outcome::Kind,
    support::TakeRequest,
};

pub(crate) const SECRET: &str = "bWVAZXhhbXBsZS5jb206c2VjcmV0";

/// As the crate's documentation shows it.
#[derive(Debug)]
pub(crate) struct Auth(HeaderValue);

impl Auth {
    pub(crate) fn new() -> Self {
        let mut header: HeaderValue = format!("Basic {SECRET}").parse().unwrap();
        header.set_sensitive(true);
        Self(header)
    }
}

impl Hook for Auth {
    fn before<'a>(&'a self, request: &'a mut reqwest::Request, _: Operation) -> BoxFuture<'a, Result<(), String>> {
        request.headers_mut().insert(AUTHORIZATION, self.0.clone());
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_sensitive_header_is_sent_and_never_shown() {
    let server = mock().await;
    let client = Client::new(&base(&server, ""), http(), Auth::new());
    assert!(!format!("{client:?} {client:#?}").contains(SECRET), "{client:?}");

    let answers = [
        (Fault::status(400).json(&json!({ "errors": [] })), Kind::ErrorResponse),
        (Fault::status(400), Kind::InvalidResponsePayload),
        (Fault::status(502), Kind::UnexpectedResponse),
        (Fault::status(400).json(&json!({ "errors": [] })).cut(), Kind::ResponseBodyError),
        (Fault::closed(), Kind::CommunicationError),
    ];
    for (answer, kind) in answers {
        server.faults().script([answer]);
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
    let server = mock().await;
    for (answer, kind) in [
        (Fault::status(502), Kind::UnexpectedResponse),
        (Fault::closed(), Kind::CommunicationError),
        (Fault::status(400), Kind::InvalidResponsePayload),
        (Fault::status(400).json(&json!({ "errors": [] })).cut(), Kind::ResponseBodyError),
    ] {
        server.faults().script([answer]);
        let outcome = call(&client(&server), Operation::HandleWebhookInvocation, &Arguments::default()).await;
        assert_eq!(outcome.kind, kind, "{outcome}");
        assert!(!outcome.said.contains("webhookId"), "{}", outcome.said);
    }
}
