//! Every operation of the generated client on the wire: what it sends, and what its caller gets for each answer.
//!
//! The server is the mock, which judges our requests by the contract. The snapshots are meant to be read: `snapshots/*requests*` has one
//! request for each operation, the others what callers get for documented and undocumented answers. After a change
//! that is wanted, `INSTA_UPDATE=always cargo test -p workspace-tests --test wire` writes them anew.

mod accepted;
mod base_url;
mod cases;
mod count;
mod documented;
mod forms;
mod hooks;
mod outcome;
mod path_parameters;
mod requests;
mod responses;
mod secrets;
mod surprises;

#[path = "../support/mock.rs"]
mod support;

use compass_api::{Client, NoHook, Url};
use compass_mock::Mock;

/// The site's cloud ID.
const CLOUD_ID: &str = "6c1ddb6e-8f2c-4b5e-9d5c-0d6a8ee0f9a1";

/// The mock of that site.
async fn mock() -> Mock {
    support::start(CLOUD_ID).await
}

/// Without the proxy that the environment may ask for: a test must reach its own server.
fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The server's URL with a path behind it.
fn base(server: &Mock, path: &str) -> Url {
    format!("{}{path}", server.origin()).parse().unwrap()
}

/// The plain client, with the base URL's path as it is in production.
fn client(server: &Mock) -> Client {
    Client::new(&base(server, PREFIX), http(), NoHook)
}

/// What stands before the contract's paths.
const PREFIX: &str = "/gateway/api";
