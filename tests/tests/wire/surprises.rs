//! What callers get for answers that the contract does not have. Real gateways give all of these.

use std::fmt::Write as _;

use compass_api::{Client, NoHook, Operation};
use compass_mock::Fault;
use serde_json::json;

use crate::{
    cases::{Arguments, call},
    client, documented, http, mock,
};

const HTML: &str = "<html>Sorry</html>";

fn html(status: u16) -> Fault {
    Fault::status(status).with_body("text/html", HTML)
}

/// Surprises by name; those that depend on it get the status of the operation's success.
type Surprise = (&'static str, fn(u16) -> Vec<Fault>);

const SURPRISES: [Surprise; 19] = [
    ("204 without a body", |_| vec![Fault::status(204)]),
    // Reqwest goes there unless told otherwise, with GET and without a body.
    ("303 to a page that answers 200", |_| vec![Fault::status(303).with_header("location", "/login"), html(200)]),
    ("304 without a body", |_| vec![Fault::status(304)]),
    ("400 without a body", |_| vec![Fault::status(400)]),
    ("401 without a body", |_| vec![Fault::status(401)]),
    ("403 with HTML", |_| vec![html(403)]),
    ("404 with other JSON", |_| vec![Fault::status(404).json(&json!(["no such page"]))]),
    ("422 with HTML", |_| vec![html(422)]),
    ("500 with HTML", |_| vec![html(500)]),
    ("502 with HTML", |_| vec![html(502)]),
    ("503 without a body", |_| vec![Fault::status(503)]),
    ("success without a body", |status| vec![Fault::status(status)]),
    ("success with HTML", |status| vec![html(status)]),
    ("success with half the JSON", |status| vec![Fault::status(status).with_body("application/json", r#"{"name":"a"#)]),
    ("success with other JSON", |status| vec![Fault::status(status).json(&json!({ "errors": [] }))]),
    ("success with JSON called plain text", |status| {
        vec![Fault::status(status).with_body("text/plain", r#""stored""#)]
    }),
    ("success with half the body, then the connection ends", |status| vec![html(status).cut()]),
    ("400 with half the body, then the connection ends", |_| vec![html(400).cut()]),
    ("no answer, the connection ends", |_| vec![Fault::closed()]),
];

/// Operations with the same outcome share a line.
#[tokio::test]
async fn each_undocumented_answer_reaches_the_caller_as_this() {
    let server = mock().await;
    let client = client(&server);
    let mut table = String::new();
    for (name, surprise) in SURPRISES {
        let mut outcomes: Vec<(String, Vec<&str>)> = Vec::new();
        for operation in Operation::ALL {
            let success = documented::of(operation).responses[0].status;
            assert!((200..300).contains(&success), "{operation}");
            server.faults().script(surprise(success));
            let outcome = call(&client, operation, &Arguments::default()).await.to_string();
            match outcomes.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, operations)) => operations.push(operation.id()),
                None => outcomes.push((outcome, vec![operation.id()])),
            }
        }
        let _ = writeln!(table, "{name}");
        for (outcome, operations) in outcomes {
            let _ = writeln!(table, "    {outcome}\n        {}", operations.join(", "));
        }
    }
    insta::assert_snapshot!("undocumented", table);
}

#[tokio::test]
async fn no_server_is_an_error_of_the_connection() {
    // Nothing listens on port 1, and unlike a port that was free a moment ago, it is never given to another test.
    let client = Client::new(&"http://127.0.0.1:1".parse().unwrap(), http(), NoHook);
    for operation in Operation::ALL {
        let outcome = call(&client, operation, &Arguments::default()).await;
        assert_eq!(outcome.to_string(), "CommunicationError, no status: while it connected", "{operation}");
    }
}
