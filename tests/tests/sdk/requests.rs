//! What is sent.

use compass_api::Operation;
use compass_mock::{Mock, Outcome, Request};
use compass_sdk::event::{Event, Kind, Target};
use serde_json::Value;
use workspace_tests::contract;

use crate::{
    BASIC, PREFIX,
    calls::{LOCK_FILE_ID, call, metric_by_definition},
    client, cloud_id, component, events, mock,
    support::{self, TakeRequest},
};

/// The request of an operation, which the mock has accepted.
async fn sent(server: &Mock, operation: Operation) -> Request {
    let client = client(server.origin());
    if matches!(operation, Operation::GetAttachment | Operation::DeleteAttachment) {
        call(&client, Operation::UploadAttachment).await.unwrap();
        let _ = server.take_requests();
    }
    call(&client, operation).await.unwrap_or_else(|error| panic!("{operation}: {error}"));
    server.take_request()
}

/// The request of an event, which the mock has accepted.
async fn sent_event(server: &Mock, target: Target, event: &Event) -> Request {
    client(server.origin()).events().send(&target, event).await.unwrap();
    server.take_request()
}

/// The request as text, without the credentials.
fn transcript(request: &Request) -> String {
    support::transcript(request).replace(&format!("Basic {BASIC}"), "CREDENTIALS")
}

/// The same with a body that people can read.
fn pretty(request: &Request) -> String {
    let transcript = transcript(request);
    let (head, _) = transcript.split_once("\n\n").unwrap();
    format!("{head}\n\n{:#}", request.json().unwrap())
}

#[tokio::test]
async fn each_operation_sends_this_and_is_accepted() {
    let server = mock().await;
    for operation in Operation::ALL {
        let request = sent(&server, operation).await;
        let template = format!("{PREFIX}{}", operation.path());
        assert_eq!(request.method, operation.method(), "{operation}");
        assert_eq!(request.path().split('/').count(), template.split('/').count(), "{operation}: {}", request.target);
        insta::assert_snapshot!(operation.id(), transcript(&request));
    }
}

/// By method and path, so that an operation that is called in the place of another is missed.
#[tokio::test]
async fn operations_of_the_sdk_are_those_of_the_contract() {
    let server = mock().await;
    let mut seen = std::collections::BTreeSet::new();
    for operation in Operation::ALL {
        let request = sent(&server, operation).await;
        seen.insert((request.method.clone(), request.path().to_owned()));
    }
    let paths = contract::document()["paths"].as_object().unwrap();
    let in_contract: usize = paths.values().map(|methods| methods.as_object().unwrap().len()).sum();
    assert_eq!((in_contract, Operation::ALL.len(), seen.len()), (11, 11, 11));
}

#[tokio::test]
async fn webhooks_carry_no_credentials_and_all_others_carry_them_once() {
    let server = mock().await;
    for operation in Operation::ALL {
        let request = sent(&server, operation).await;
        let credentials: Vec<_> = request.headers.get_all("authorization").iter().collect();
        if operation == Operation::HandleWebhookInvocation {
            assert!(credentials.is_empty(), "{operation}: {credentials:?}");
        } else {
            assert_eq!(credentials, [&format!("Basic {BASIC}")], "{operation}");
        }
        assert!(request.header("cookie").is_none(), "{operation}");
    }
}

#[tokio::test]
async fn events_of_each_kind_send_this_fit_the_contract_and_are_accepted() {
    let server = mock().await;
    for kind in Kind::ALL {
        let full = sent_event(&server, component().into(), &events::full(kind)).await;
        let required = sent_event(&server, Target::EventSource(cloud_id()), &events::required(kind)).await;
        for request in [&full, &required] {
            contract::check("CreateStreamlinedEventRequest", &request.json().unwrap()).unwrap();
            let kinds: Vec<_> = request.json().unwrap()["event"].as_object().unwrap().keys().cloned().collect();
            assert_eq!(kinds, [kind.as_str()]);
        }
        assert_eq!(required.json().unwrap().get("componentId"), None);
        let received = server.received();
        let [.., first, second] = &received.events()[..] else { panic!("{received:?}") };
        assert_eq!([first, second].map(|event| event.kind.as_str()), [kind.as_str(); 2]);
        // The same again is no update, where there is a sequence number to tell.
        let again = if kind == Kind::PullRequest { Outcome::Saved } else { Outcome::Ignored };
        assert_eq!([first.outcome, second.outcome], [Outcome::Saved, again], "{kind}");
        let text = format!("{}\n\n--- with required fields alone\n{}", pretty(&full), pretty(&required));
        insta::assert_snapshot!(format!("event_{kind}"), text);
    }
}

/// So that "every field" and "required" above are what they say.
#[test]
fn full_events_have_every_field_of_the_contract_and_others_only_what_it_requires() {
    for kind in Kind::ALL {
        let schema = format!("#/components/schemas/CompassEventInputDto/properties/{kind}");
        let json = |event: Event| serde_json::to_value(event).unwrap()[kind.as_str()].take();
        fields(contract::schema(&schema), &json(events::full(kind)), &mut |place, is_there, _| {
            assert!(is_there, "{kind}: {place} is missing");
        });
        fields(contract::schema(&schema), &json(events::required(kind)), &mut |place, is_there, is_required| {
            assert_eq!(is_there, is_required, "{kind}: {place}");
        });
    }
}

/// Tells of each field that the contract has for an object, and for those within it.
fn fields(schema: &Value, json: &Value, tell: &mut impl FnMut(&str, bool, bool)) {
    let branches = schema["oneOf"].as_array().or(schema["allOf"].as_array());
    for branch in branches.into_iter().flatten() {
        fields(branch, json, tell);
    }
    if let Some(reference) = schema["$ref"].as_str() {
        fields(contract::schema(reference), json, tell);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
        let own = json.get(name);
        tell(name, own.is_some(), is_required);
        if let Some(own) = own {
            fields(property, own, tell);
        }
    }
}

#[tokio::test]
async fn metrics_by_source_and_by_definition_fit_the_contract() {
    let schema = "/paths/~1compass~1v1~1metrics/post/requestBody/content/application~1json/schema";
    let server = mock().await;
    let by_source = sent(&server, Operation::InsertMetricValue).await;
    contract::check(schema, &by_source.json().unwrap()).unwrap();

    client(server.origin()).metrics().insert(&metric_by_definition()).await.unwrap();
    let by_definition = server.take_request();
    contract::check(schema, &by_definition.json().unwrap()).unwrap();
    insta::assert_snapshot!("metric_by_definition", transcript(&by_definition));
}

/// The contract wants it so; the ID is in clear text where the file is uploaded.
#[tokio::test]
async fn the_id_of_a_lock_file_is_base64_where_it_is_deleted() {
    let server = mock().await;
    let request = sent(&server, Operation::DeleteLockFile).await;
    let last = request.path().rsplit('/').next().unwrap();
    // By coreutils' `basenc --base64url`, and one whose plain Base64 would have a slash.
    assert_eq!(LOCK_FILE_ID, "web/\u{fc}ber?/package-lock.json");
    let decoded = percent_encoding::percent_decode_str(last).decode_utf8().unwrap();
    assert_eq!(decoded, "d2ViL8O8YmVyPy9wYWNrYWdlLWxvY2suanNvbg==");

    client(server.origin()).lock_files(&component()).delete("???>>>").await.unwrap();
    assert!(server.take_request().path().ends_with("/Pz8_Pj4-"));
}
