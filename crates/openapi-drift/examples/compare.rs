//! Compares two contracts: `cargo run -p openapi-drift --example compare BASE REVISION`. Ends with 1 if something breaks.

use std::process::ExitCode;

use openapi_contract::{Document, Error};
use openapi_drift::compare;
use openapi_drift::report::{Colour, Report};

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [base, revision] = &files[..] else {
        eprintln!("error: give two contracts, the older one first");
        return ExitCode::from(2);
    };
    match report(base, revision) {
        Ok(report) => {
            print!("{}", report.to_text(Colour::None));
            if report.summary().failing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn report(base: &str, revision: &str) -> Result<Report, Error> {
    let changes = compare(&Document::read(base)?, &Document::read(revision)?);
    Ok(Report::new(base, revision, changes))
}
