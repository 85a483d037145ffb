//! `cargo xtask vendor`: replaces the vendored contract and its source record.

use anyhow::bail;
use openapi_contract::{Document, Format};
use openapi_drift::report::Report;

use crate::fetch::{self, Fetched};
use crate::source::{Source, sha256};
use crate::{Outcome, drift, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The new contract: a file, or an https URL; without it, the URL that the vendored one came from
    #[arg(value_name = "FILE|URL")]
    from: Option<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut source = Source::read(&Source::file())?;
    let from = args.from.clone().unwrap_or_else(|| source.url.clone());
    // What does not parse is refused before anything is replaced.
    let Fetched { text, document: new } = fetch::contract(&from)?;
    if new.format() != Format::Json {
        bail!("{from}: is YAML, but the vendored contract is JSON; convert it first");
    }
    let contract = workspace::contract();
    let hash = sha256(text.as_bytes());
    if hash == source.sha256 && source.verify(&contract).is_ok() {
        workspace::print(&format!("{}: is that contract already\n", workspace::shown(&contract)))?;
        return Ok(Outcome::Done);
    }
    // What stands there may be damaged: to replace it is how that is mended.
    let old = Document::read(&contract).ok();
    workspace::write(&contract, &text)?;
    source.sha256 = hash;
    source.as_of = chrono::Utc::now().date_naive().to_string();
    if fetch::is_url(&from) {
        source.url.clone_from(&from);
        "upstream's".clone_into(&mut source.descriptions);
    }
    source.write(&Source::file())?;
    let told = match old {
        Some(old) => differences(&old, &new, &from),
        None => "the one before could not be read\n".to_owned(),
    };
    workspace::print(&format!(
        "{}: replaced\n{told}next: `cargo xtask codegen`, then `cargo xtask test`; review every snapshot that changes\n",
        workspace::shown(&contract),
    ))?;
    Ok(Outcome::Done)
}

/// What changed between two contracts, for those who use the API.
fn differences(old: &Document, new: &Document, from: &str) -> String {
    if old.root() == new.root() {
        return "they differ in white space and the order of keys alone\n".to_owned();
    }
    let report = Report::new("the one before", from, openapi_drift::compare(old, new));
    report.to_text(drift::colour())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_white_space_is_told_from_other_words() {
        let old =
            Document::parse(r#"{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {}}"#).unwrap();
        let spaced = Document::parse(&old.to_text().replace(' ', "  ")).unwrap();
        assert_eq!(differences(&old, &spaced, "new.json"), "they differ in white space and the order of keys alone\n");
        let reworded = Document::parse(&old.to_text().replace("\"a\"", "\"b\"")).unwrap();
        assert_eq!(differences(&old, &reworded, "new.json"), "the one before → new.json\n\nno drift\n");
    }
}
