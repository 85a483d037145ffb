//! `cargo xtask overlay` and `cargo xtask lower`: single stages, open to any document.

use std::path::PathBuf;

use anyhow::Context as _;
use openapi_contract::overlay::Overlay;
use openapi_contract::{Document, Effect};

use crate::{Outcome, Output, workspace};

#[derive(clap::Args)]
pub(crate) struct OverlayArgs {
    /// The overlay: JSON or YAML, version 1.0 or 1.1
    overlay: PathBuf,
    /// The OpenAPI document: JSON or YAML, version 3.0 or 3.1
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn overlay(args: &OverlayArgs) -> anyhow::Result<Outcome> {
    let overlay = Overlay::read(&args.overlay)?;
    let document = Document::read(&args.file)?;
    let applied = overlay.apply(&document).with_context(|| args.file.display().to_string())?;
    // The standard allows an action to match nothing; whoever wrote it will want to know.
    for unmatched in &applied.unmatched {
        let (index, target) = (unmatched.index, &unmatched.target);
        eprintln!("warning: {}: /actions/{index}: \"{target}\" selects nothing", args.overlay.display());
    }
    args.output.write(&applied.document.to_text())?;
    Ok(Outcome::Done)
}

#[derive(clap::Args)]
pub(crate) struct LowerArgs {
    /// The OpenAPI document: JSON or YAML, version 3.0 or 3.1
    file: PathBuf,
    #[command(flatten)]
    output: Output,
    /// Write the list of changes to this file, as JSON
    #[arg(long, value_name = "OUT.json")]
    report: Option<PathBuf>,
}

pub(crate) fn lower(args: &LowerArgs) -> anyhow::Result<Outcome> {
    let document = Document::read(&args.file)?;
    let lowered = openapi_contract::lower::lower(&document).map_err(|error| error.in_file(&args.file))?;
    if let Some(report) = &args.report {
        let json = serde_json::to_string_pretty(&lowered.changes).context("the report cannot be written as JSON")?;
        workspace::write(report, &format!("{json}\n"))?;
    }
    args.output.write(&lowered.document.to_text())?;
    let count = |effect| lowered.changes.iter().filter(|change| change.effect == effect).count();
    eprintln!(
        "{}: {} changes, of which {} widen a schema and {} drop something",
        args.file.display(),
        lowered.changes.len(),
        count(Effect::Widened),
        count(Effect::Dropped),
    );
    Ok(Outcome::Done)
}
