//! Clients that reach nothing.

use std::io;

use compass_sdk::{Compass, ErrorKind, RetryPolicy};
use reqwest::dns::{Name, Resolve, Resolving};

use crate::exit::Exit;
use crate::failure::Failure;

/// Finds no host.
struct Nowhere;

impl Resolve for Nowhere {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::ready(Err(io::Error::other("a dry run connects to nothing").into())))
    }
}

/// An HTTP client that finds no host, and neither proxies nor certificates.
pub(crate) fn offline() -> Result<reqwest::Client, Failure> {
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().dns_resolver(Nowhere).build();
    client.map_err(|error| Failure::new(Exit::Other, format!("the HTTP client cannot be set up: {error}")))
}

/// Lets the SDK check what it checks before it sends, files above all: `send` goes as far as looking for a host, which is
/// not found.
pub(crate) fn check<T>(send: impl AsyncFnOnce(&Compass) -> Result<T, compass_sdk::Error>) -> Result<(), Failure> {
    let compass = Compass::builder()
        .base_url("https://nowhere.invalid")
        .credentials("nobody", "nothing")
        .http_client(offline()?)
        .retry(RetryPolicy::never())
        .build()?;
    match crate::send::runtime()?.block_on(send(&compass)) {
        Err(error) if error.kind() != ErrorKind::Transport => Err(error.into()),
        Ok(_) | Err(_) => Ok(()),
    }
}
