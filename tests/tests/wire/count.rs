//! Everything is there once.

use std::collections::BTreeSet;

use compass_api::Operation;
use compass_mock::Fault;

use crate::{
    cases::{Arguments, call},
    client, documented, mock,
};

#[test]
fn the_client_has_the_operations_of_the_contract_under_their_methods_and_paths() {
    let contract: Vec<_> = documented::operations()
        .into_iter()
        .map(|documented| (documented.operation.id(), documented.method, documented.path))
        .collect();
    let client: Vec<_> = Operation::ALL
        .into_iter()
        .map(|operation| (operation.id(), operation.method().to_owned(), operation.path()))
        .collect();
    assert_eq!(client, contract);
}

#[tokio::test]
async fn operations_in_the_contract_and_in_the_client_and_cases_on_the_wire_are_eleven() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let client = client(&server);
    for operation in Operation::ALL {
        call(&client, operation, &Arguments::default()).await;
    }
    // Method and path tell every operation from every other.
    let seen: BTreeSet<_> =
        server.take_requests().iter().map(|request| (request.method.clone(), request.path().to_owned())).collect();
    assert_eq!((documented::operations().len(), Operation::ALL.len(), seen.len()), (11, 11, 11));
}
