//! Where requests go.

use compass_api::{Client, NoHook, Operation};
use compass_mock::Fault;

use crate::{
    base,
    cases::{Arguments, call},
    http, mock,
    support::TakeRequest,
};

#[tokio::test]
async fn a_base_url_may_have_a_path_and_end_in_slashes() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let bases = [("", ""), ("/", ""), ("/gateway/api", "/gateway/api"), ("/gateway/api/", "/gateway/api"), ("//", "")];
    for (given, prefix) in bases {
        let client = Client::new(&base(&server, given), http(), NoHook);
        assert_eq!(client.base_url(), format!("{}{prefix}", server.origin()));
        for operation in Operation::ALL {
            call(&client, operation, &Arguments::default()).await;
            let path = server.take_request().path().to_owned();
            // The fixed beginning of the path; the rest is the matter of other tests.
            let fixed = operation.path().split('{').next().unwrap();
            assert!(path.starts_with(&format!("{prefix}{fixed}")), "{given:?}, {operation}: {path}");
        }
    }
}

/// Credentials are the hook's business, and a query has no place before a path.
#[tokio::test]
async fn users_queries_and_fragments_of_a_base_url_are_neither_sent_nor_shown() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let mut base = base(&server, "/gateway/api?token=secret#secret");
    base.set_username("somebody").unwrap();
    base.set_password(Some("secret")).unwrap();
    let client = Client::new(&base, http(), NoHook);
    assert!(!format!("{client:?}").contains("secret"), "{client:?}");
    for operation in Operation::ALL {
        call(&client, operation, &Arguments::default()).await;
        let request = server.take_request();
        assert!(request.target.starts_with("/gateway/api/compass/v1/"), "{operation}: {}", request.target);
        assert!(!request.target.contains("secret"), "{operation}: {}", request.target);
        assert_eq!(request.header("authorization"), None, "{operation}");
    }
}
