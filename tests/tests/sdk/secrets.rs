//! What clients and errors never show.

use std::error::Error as _;

use compass_mock::Fault;
use compass_sdk::{Compass, Error};
use serde_json::json;

use crate::{
    BASIC, EMAIL, PREFIX, TOKEN, builder,
    calls::{WEBHOOK, payload},
    client, clock,
    faults::{FAULTS, suffer_all},
    mock,
};

/// All that an error says of itself, and its causes of themselves.
fn said(error: &Error) -> String {
    let mut said = format!("{error}\n{error:#}\n{error:?}\n{error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        said += &format!("\n{error}\n{error:#}\n{error:?}\n{error:#?}");
        cause = error.source();
    }
    said
}

fn assert_hides(said: &str, case: &str) {
    // A webhook's URL is a secret as a whole, so that no path is shown at all.
    for secret in [TOKEN, BASIC, BASIC.trim_end_matches('='), WEBHOOK, PREFIX, "compass/v1"] {
        assert!(!said.contains(secret), "{case}: {secret} is in {said}");
    }
}

#[tokio::test]
async fn no_failure_shows_the_token_or_a_webhook() {
    let mut sources = 0;
    for fault in &FAULTS {
        for (caller, suffered) in suffer_all(fault).await {
            let Err(error) = suffered.outcome else { continue };
            sources += usize::from(error.source().is_some());
            assert_hides(&said(&error), &format!("{}, {caller:?}", fault.name));
        }
    }
    // There were causes to look at.
    assert!(sources > 20, "{sources}");
}

#[tokio::test]
async fn no_error_of_the_site_shows_the_token() {
    let server = mock().await;
    for answer in [Fault::status(401), Fault::closed(), Fault::status(200).with_body("text/html", "<html>")] {
        server.faults().script([answer]);
        let error = client(server.origin()).site().cloud_id().await.unwrap_err();
        assert_hides(&said(&error), "cloud ID");
        assert!(!said(&error).contains(server.origin()), "{error:?}");
    }
}

#[tokio::test]
async fn clients_and_what_they_are_made_of_do_not_show_the_token() {
    let server = mock().await;
    let builder = builder(server.origin(), &clock());
    assert_shown_without_token(&format!("{builder:?} {builder:#?}"));
    let with_url = Compass::builder().base_url(format!("https://{EMAIL}:{TOKEN}@example.com")).site(TOKEN);
    assert_shown_without_token(&format!("{with_url:?}"));
    let client = builder.build().unwrap();
    client.webhooks().invoke(WEBHOOK, &payload()).await.unwrap();
    assert_shown_without_token(&format!("{client:?} {client:#?} {:?}", client.events()));
}

/// The base URL may be shown.
fn assert_shown_without_token(shown: &str) {
    for secret in [TOKEN, BASIC, WEBHOOK] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Whoever sets up a client wrongly gives the token all the same.
#[test]
fn no_error_of_the_set_up_shows_the_token() {
    let begun = || Compass::builder().credentials(EMAIL, TOKEN);
    let with_newline = format!("{TOKEN}\n{TOKEN}");
    let in_url = format!("https://{EMAIL}:{TOKEN}@example.com/");
    let errors = [
        begun().build(),
        begun().site("a b").build(),
        begun().site(format!("https://{EMAIL}:{TOKEN}@example.atlassian.net")).build(),
        begun().site("example").base_url("https://example.com").build(),
        begun().base_url("http://example.com").build(),
        begun().base_url(in_url).build(),
        Compass::builder().site("example").credentials(EMAIL, with_newline).build(),
        Compass::builder().site("example").credentials("", TOKEN).build(),
        Compass::builder().site("example").credentials("a:b", TOKEN).build(),
        Compass::builder().site("example").credentials(TOKEN, "").build(),
    ];
    for error in errors {
        let error = error.unwrap_err();
        assert_hides(&said(&error), "set-up");
    }
}

/// IDs that would lead elsewhere are refused before anything is sent, and not shown either.
#[tokio::test]
async fn a_webhook_that_is_refused_is_not_shown() {
    let server = mock().await;
    let client = client(server.origin());
    for id in [".", "..", ""] {
        let error = client.webhooks().invoke(id, &payload()).await.unwrap_err();
        assert_eq!(error.attempts(), 0, "{error}");
        assert!(!error.may_have_been_sent() && !error.is_retryable(), "{error}");
        assert!(server.take_requests().is_empty(), "{id:?}");
    }
    // What has to be encoded is not shown in either spelling.
    server.faults().script([Fault::status(404)]);
    let error = client.webhooks().invoke("hook/of mine", &payload()).await.unwrap_err();
    assert!(!said(&error).contains("hook%2Fof"), "{error:?}");
    // Servers repeat the path.
    for answer in [
        Fault::status(404).with_body("text/plain", "Cannot POST /gateway/api/compass/v1/webhooks/hook%2Fof%20mine"),
        Fault::status(400)
            .json(&json!({ "errors": [{ "type": "FORMAT_INVALID", "message": "No hook/of mine here." }] })),
    ] {
        server.faults().script([answer]);
        let error = client.webhooks().invoke("hook/of mine", &payload()).await.unwrap_err();
        let said = format!("{} {}", said(&error), String::from_utf8_lossy(error.body()));
        assert!(!said.contains("hook/of") && !said.contains("hook%2Fof") && said.contains('…'), "{said}");
    }
    let said = said(&error);
    assert!(!said.contains("hook/of mine") && !said.contains("hook%2Fof"), "{said}");
}
