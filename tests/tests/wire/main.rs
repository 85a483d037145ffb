//! Every operation of the generated client on the wire: what it sends, and what its caller gets for each answer.
//!
//! The server is real and on the loopback device. The snapshots are meant to be read: `snapshots/*requests*` has one
//! request for each operation, the others what callers get for documented and undocumented answers. After a change
//! that is wanted, `INSTA_UPDATE=always cargo test -p workspace-tests --test wire` writes them anew.

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

use compass_api::{Client, NoHook, Url};
use workspace_tests::loopback::Server;

/// Without the proxy that the environment may ask for: a test must reach its own server.
fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The server's URL with a path behind it.
fn base(server: &Server, path: &str) -> Url {
    format!("{}{path}", server.origin()).parse().unwrap()
}

/// The plain client, with the base URL's path as it is in production.
fn client(server: &Server) -> Client {
    Client::new(&base(server, PREFIX), http(), NoHook)
}

/// What stands before the contract's paths.
const PREFIX: &str = "/gateway/api";
