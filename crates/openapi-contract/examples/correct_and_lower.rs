//! Corrects a contract with overlays and says it in the words of OpenAPI 3.0.3:
//! `cargo run -p openapi-contract --example correct_and_lower CONTRACT [OVERLAY…]`. The document goes to standard output,
//! what was changed to standard error.

use std::error::Error;
use std::process::ExitCode;

use openapi_contract::lower::lower;
use openapi_contract::overlay::Overlay;
use openapi_contract::{Change, Document};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut files = std::env::args().skip(1);
    let mut document = Document::read(files.next().ok_or("which contract? give a file, JSON or YAML")?)?;
    let mut changes = Vec::new();
    for overlay in files {
        let applied = Overlay::read(overlay)?.apply(&document)?;
        document = applied.document;
        changes.extend(applied.changes);
    }
    let lowered = lower(&document)?;
    changes.extend(lowered.changes);
    for Change { stage, rule, pointer, effect, .. } in &changes {
        eprintln!("{stage}: {effect}: {rule} at {pointer}");
    }
    print!("{}", lowered.document.to_text());
    Ok(())
}
