//! The Postman collection: it keeps the format's rules, and its requests are those of the samples.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::pages::{SAMPLES, docs};
use super::requests::{Body, Sent};
use super::samples::by_rust;
use super::world::{EMAIL, TOKEN, WEBHOOK_ID, folder, site};

fn collection() -> Value {
    let text = std::fs::read_to_string(docs().join("compass.postman_collection.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn rules() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(include_str!("collection.schema.json")).unwrap()).unwrap()
}

#[test]
fn the_collection_keeps_the_rules_of_its_format() {
    let errors: Vec<_> = rules().iter_errors(&collection()).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_collection_that_breaks_a_rule_is_found() {
    let mut broken = collection();
    broken["item"][0]["item"][0]["request"]["methode"] = "PUT".into();
    assert!(!rules().is_valid(&broken));
    let mut broken = collection();
    broken["info"].as_object_mut().unwrap().remove("schema");
    assert!(!rules().is_valid(&broken));
}

/// All requests, whatever the folders are.
fn requests(items: &Value) -> Vec<&Value> {
    let items = items.as_array().unwrap().iter();
    items
        .flat_map(|item| if item.get("item").is_some() { requests(&item["item"]) } else { vec![&item["request"]] })
        .collect()
}

/// A text with the variables filled in; none may be left.
fn filled(text: &Value, variables: &BTreeMap<String, String>) -> String {
    let text = variables
        .iter()
        .fold(text.as_str().unwrap().to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
    assert!(!text.contains("{{"), "a variable that the collection does not have: {text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_the_collection_is_accepted_and_is_that_of_a_sample() {
    let mock = site().await;
    let collection = collection();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    for variable in collection["variable"].as_array().unwrap() {
        variables.insert(variable["key"].as_str().unwrap().to_owned(), variable["value"].as_str().unwrap().to_owned());
    }
    for secret in ["apiToken", "webhookId", "email"] {
        assert_eq!(variables[secret], "", "{secret} has no value in a file that everybody reads");
    }
    let own = [
        ("baseUrl", &*mock.base_url()),
        ("email", EMAIL),
        ("apiToken", TOKEN),
        ("webhookId", WEBHOOK_ID),
        ("$timestamp", "7"),
    ];
    variables.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));

    let mut requests = requests(&collection["item"]);
    let place = |request: &&Value| match request["method"].as_str().unwrap() {
        "DELETE" => 2,
        "GET" => 1,
        _ => 0,
    };
    requests.sort_by_key(place);
    let mut sent = Vec::new();
    for request in &requests {
        let answer = send(request, &collection["auth"], &variables).await;
        assert!(answer.is_success(), "{answer}: {request:#}");
        let received = mock.take_requests();
        sent.push(without_sequence(Sent::of(&received[0])));
    }

    let samples = by_rust().await;
    for (key, sample) in samples {
        let sample = without_sequence(sample);
        assert_eq!(sent.iter().filter(|sent| **sent == sample).count(), 1, "{key}: {sample:#?}\n{sent:#?}");
    }
    assert_eq!(sent.len(), SAMPLES.len(), "requests of the collection = samples of the pages");
}

/// Sends a request as Postman would.
async fn send(request: &Value, auth: &Value, variables: &BTreeMap<String, String>) -> reqwest::StatusCode {
    let url = &request["url"];
    let raw = filled(&url["raw"], variables);
    let joined: Vec<_> = url["path"].as_array().unwrap().iter().map(|part| filled(part, variables)).collect();
    let whole = format!("{}/{}", filled(&url["host"][0], variables), joined.join("/"));
    assert_eq!(raw.split('?').next().unwrap(), whole, "the URL says the same in both ways");
    let query = url["query"].as_array().into_iter().flatten();
    let query: Vec<_> = query
        .map(|pair| format!("{}={}", filled(&pair["key"], variables), filled(&pair["value"], variables)))
        .collect();
    assert_eq!(raw.split_once('?').map_or("", |(_, query)| query), query.join("&"));

    let method: Method = request["method"].as_str().unwrap().parse().unwrap();
    let mut sending = reqwest::Client::new().request(method, raw);
    let auth = request.get("auth").unwrap_or(auth);
    if auth["type"] == "basic" {
        let basic = |key: &str| {
            let pair = auth["basic"].as_array().unwrap().iter().find(|pair| pair["key"] == key).unwrap();
            filled(&pair["value"], variables)
        };
        sending = sending.basic_auth(basic("username"), Some(basic("password")));
    }
    for header in request["header"].as_array().unwrap() {
        sending = sending.header(header["key"].as_str().unwrap(), header["value"].as_str().unwrap());
    }
    let body = &request["body"];
    match body["mode"].as_str() {
        None => {}
        Some("raw") => sending = sending.body(filled(&body["raw"], variables)),
        Some("formdata") => {
            let part = &body["formdata"][0];
            let name = part["src"].as_str().unwrap();
            let content = std::fs::read(folder().join(name)).unwrap();
            let file = Part::bytes(content)
                .file_name(name.to_owned())
                .mime_str(part["contentType"].as_str().unwrap())
                .unwrap();
            sending = sending.multipart(Form::new().part(part["key"].as_str().unwrap().to_owned(), file));
        }
        Some(other) => panic!("a body by {other}"),
    }
    sending.send().await.unwrap().status()
}

/// The clock's number is another one each time.
fn without_sequence(mut sent: Sent) -> Sent {
    if let Body::Json(body) = &mut sent.body {
        for kind in
            body.get_mut("event").and_then(Value::as_object_mut).into_iter().flat_map(|event| event.values_mut())
        {
            kind.as_object_mut().unwrap().remove("updateSequenceNumber");
        }
    }
    sent
}
