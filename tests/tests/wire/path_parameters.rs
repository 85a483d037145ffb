//! Path parameters that would lead to another operation.

use std::collections::HashMap;

use compass_mock::Fault;

use crate::{
    cases::{Arguments, call},
    client, documented, mock,
    outcome::Kind,
    support::TakeRequest,
};

#[tokio::test]
async fn path_parameters_that_lead_elsewhere_are_refused_before_anything_is_sent() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let client = client(&server);
    let mut refused = 0;
    for documented in documented::operations() {
        let operation = documented.operation;
        // A UUID can be none of these.
        let texts = documented.parameters.iter().filter(|parameter| parameter.in_path && !parameter.is_uuid);
        for name in texts.map(|parameter| parameter.name) {
            for value in ["", ".", ".."] {
                let instead = HashMap::from([(name.to_owned(), value.to_owned())]);
                let outcome = call(&client, operation, &Arguments { instead, ..Arguments::default() }).await;
                assert_eq!((outcome.kind, outcome.status), (Kind::InvalidRequest, None), "{operation}: {outcome}");
                assert!(outcome.content.contains(&format!("{value:?}")), "{operation}: {outcome}");
                refused += 1;
            }
        }
        // Had one of them been sent, it would have come before this one.
        call(&client, operation, &Arguments::default()).await;
        let _ = server.take_request();
    }
    assert_eq!(refused, 3 * 9, "three values for each text in a path");
}

/// Only whole segments of dots lead elsewhere.
#[tokio::test]
async fn dots_among_other_characters_are_sent() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    for value in ["...", ".a", "..b", "a..", "%2e", "%2E%2e", ".%2e", " ..", "..\t"] {
        let instead = HashMap::from([("webhookId".to_owned(), value.to_owned())]);
        let operation = compass_api::Operation::HandleWebhookInvocation;
        call(&client(&server), operation, &Arguments { instead, ..Arguments::default() }).await;
        let request = server.take_request();
        let segment = request.path().rsplit('/').next().unwrap();
        assert_eq!(percent_encoding::percent_decode_str(segment).decode_utf8().unwrap(), value, "{segment}");
    }
}
