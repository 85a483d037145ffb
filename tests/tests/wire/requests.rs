//! What each operation sends.

use std::collections::HashMap;

use compass_api::{Operation, types};
use compass_mock::{Fault, Mock, Request};
use percent_encoding::percent_decode_str;
use reqwest::{Url, header::HeaderName};
use workspace_tests::{contract, equal};

use crate::{
    PREFIX,
    cases::{Arguments, call, json_body, metric_by_definition},
    client,
    documented::{self, Documented, Parameter},
    mock,
    support::{TakeRequest, transcript},
};

/// The request of an operation; the answer does not matter.
async fn sent(server: &Mock, operation: Operation, given: &Arguments) -> Request {
    server.faults().script([Fault::status(503)]);
    call(&client(server), operation, given).await;
    server.take_request()
}

#[tokio::test]
async fn each_operation_sends_this() {
    let server = mock().await;
    for operation in Operation::ALL {
        let request = sent(&server, operation, &Arguments::default()).await;
        insta::assert_snapshot!(operation.id(), transcript(&request));
    }
}

#[tokio::test]
async fn no_request_has_headers_that_nobody_asked_for() {
    let server = mock().await;
    for operation in Operation::ALL {
        let request = sent(&server, operation, &Arguments::default()).await;
        // Above all no `api-version`, which progenitor adds on its own and Compass does not know.
        let mut expected = vec!["accept", "host"];
        if !request.body.is_empty() {
            expected.splice(1..1, ["content-length", "content-type"]);
        }
        let mut names: Vec<_> = request.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{operation}");
    }
}

#[tokio::test]
async fn json_is_asked_for_where_the_contract_answers_with_it() {
    let server = mock().await;
    for operation in Operation::ALL {
        let request = sent(&server, operation, &Arguments::default()).await;
        let mut bodies = documented::of(operation).responses.into_iter().filter_map(|response| response.body);
        let is_json = bodies.any(|(media_type, ..)| media_type == "application/json");
        assert_eq!(request.header("accept"), Some(if is_json { "application/json" } else { "*/*" }), "{operation}");
    }
}

#[tokio::test]
async fn json_bodies_say_what_the_caller_said_and_fit_the_contract() {
    let server = mock().await;
    for operation in Operation::ALL {
        let Some(meant) = json_body(operation) else { continue };
        let request = sent(&server, operation, &Arguments::default()).await;
        assert_eq!(request.header("content-type"), Some("application/json"), "{operation}");
        assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()), "{operation}");
        // The contract alone takes nothing but a string for a webhook: see `openapi/overlays`.
        if operation == Operation::HandleWebhookInvocation {
            assert_eq!(request.json().unwrap(), meant);
            continue;
        }
        let schema = format!("{}/requestBody/content/application~1json/schema", documented::of(operation).pointer);
        contract::check(&schema, &request.json().unwrap()).unwrap();
        equal::same_value(&schema, &meant, &request.json().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn a_metric_by_definition_is_sent_as_such() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let body: types::InsertMetricByMetricDefinitionRequestDto = serde_json::from_value(metric_by_definition()).unwrap();
    client(&server).insert_metric_value(&body.into()).await.unwrap_err();
    let request = server.take_request().json().unwrap();
    equal::same_value("InsertMetricByMetricDefinitionRequestDto", &metric_by_definition(), &request).unwrap();
}

/// JSON has no word for it. Whoever builds values has to refuse it, as the contract would.
#[tokio::test]
async fn a_metric_that_is_not_a_number_is_sent_as_null() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let mut body: types::InsertMetricByMetricDefinitionRequestDto =
        serde_json::from_value(metric_by_definition()).unwrap();
    body.value = f64::NAN;
    client(&server).insert_metric_value(&body.into()).await.unwrap_err();
    let request = server.take_request().json().unwrap();
    assert!(request["value"].is_null(), "{request}");
    contract::check("InsertMetricByMetricDefinitionRequestDto", &request).unwrap_err();
}

/// All of ASCII, some of what is beyond, and what looks like encoding or like a way up. The backslash has a test of
/// its own, [`a_backslash_in_a_path_parameter_stays_in_its_place`].
fn awkward() -> impl Iterator<Item = String> {
    let ascii = (0..128u8).map(char::from).filter(|character| *character != '\\');
    let beyond = "\u{a0}\u{fc}\u{65e5}\u{2028}\u{1f600}".chars();
    let longer = ["%2F", "%2e%2e", "../", "..%2f", "a b+c", "&a=b", "?x#y", ";v=1", "//", "ari:cloud:compass:c:x/1/2"];
    ascii.chain(beyond).map(String::from).chain(longer.map(String::from))
}

#[tokio::test]
async fn every_character_arrives_in_path_and_query() {
    let server = mock().await;
    for documented in documented::operations() {
        for around in awkward() {
            let given = Arguments { around, ..Arguments::default() };
            assert_arrives(&sent(&server, documented.operation, &given).await, &documented, &given);
        }
    }
}

/// The URL Standard reads a backslash as a slash, so that `..\events` for a webhook's ID would become an event.
/// Progenitor's own encoding leaves the backslash as it is; the generated `path_segment` does not.
#[tokio::test]
async fn a_backslash_in_a_path_parameter_stays_in_its_place() {
    let server = mock().await;
    let documented = documented::of(Operation::HandleWebhookInvocation);
    let instead = HashMap::from([("webhookId".to_owned(), "..\\events".to_owned())]);
    let given = Arguments { instead, ..Arguments::default() };
    assert_arrives(&sent(&server, documented.operation, &given).await, &documented, &given);
}

/// Decodes the request as a server would, and compares it with what the contract makes of the arguments.
fn assert_arrives(request: &Request, documented: &Documented, given: &Arguments) {
    let operation = documented.operation;
    let target = &request.target;
    assert_eq!(request.method.as_str(), documented.method, "{operation}");
    assert!(request.target.bytes().all(|byte| byte.is_ascii_graphic()), "{operation}: {target:?}");

    let value = |parameter: &Parameter| {
        if parameter.is_uuid { Arguments::COMPONENT.to_string() } else { given.text(parameter.name) }
    };
    let template = format!("{PREFIX}{}", documented.path);
    let segments = template.split('/').map(|segment| {
        let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        name.map_or(segment.to_owned(), |name| {
            let mut parameters = documented.parameters.iter();
            value(parameters.find(|parameter| parameter.in_path && parameter.name == name).unwrap())
        })
    });
    let arrived = request.path().split('/').map(|segment| percent_decode_str(segment).decode_utf8().unwrap());
    assert_eq!(arrived.collect::<Vec<_>>(), segments.collect::<Vec<_>>(), "{operation}: {target:?}");

    let mut query: Vec<_> = documented
        .parameters
        .iter()
        .filter(|parameter| !parameter.in_path)
        .map(|parameter| (parameter.name.to_owned(), value(parameter)))
        .collect();
    query.sort();
    let url = Url::parse(&format!("http://host{target}")).unwrap();
    let mut arrived: Vec<_> = url.query_pairs().into_owned().collect();
    arrived.sort();
    assert_eq!(arrived, query, "{operation}: {target:?}");
}
