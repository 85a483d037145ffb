//! Contracts from where they are: a file, or a URL.

use std::time::Duration;

use anyhow::{Context as _, bail};
use openapi_contract::Document;

use crate::workspace;

/// How long upstream may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A contract as it came.
pub(crate) struct Fetched {
    /// Its bytes, which are text.
    pub(crate) text: String,
    /// What they say.
    pub(crate) document: Document,
}

/// Whether it is to be fetched, and is no file.
pub(crate) fn is_url(from: &str) -> bool {
    from.starts_with("https://") || from.starts_with("http://")
}

/// Reads the file or fetches the URL; what is no contract is an error that names it.
pub(crate) fn contract(from: &str) -> anyhow::Result<Fetched> {
    let text = if is_url(from) { fetch(from)? } else { workspace::read(from.as_ref())? };
    let document = Document::parse(&text).map_err(|error| error.in_file(from))?;
    Ok(Fetched { text, document })
}

fn fetch(url: &str) -> anyhow::Result<String> {
    if url.starts_with("http://") {
        bail!("{url}: what everything is generated from is not fetched without TLS; use https");
    }
    // Nor is it after a redirect.
    let client = reqwest::blocking::Client::builder().timeout(PATIENCE).https_only(true).build();
    let answer = client.context("TLS cannot start")?.get(url).send();
    let response = answer.map_err(reqwest::Error::without_url).with_context(|| format!("{url}: cannot be reached"))?;
    let status = response.status();
    if !status.is_success() {
        bail!("{url}: answered {status}, not the contract");
    }
    response.text().map_err(reqwest::Error::without_url).with_context(|| format!("{url}: its answer broke off"))
}
