//! Says what a contract becomes: `cargo run -p openapi-codegen --example generate CONTRACT [FOLDER]`. With a folder, the
//! generated module is written there.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use openapi_contract::Document;
use openapi_contract::lower::lower;

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
    let mut args = std::env::args().skip(1);
    let contract = Document::read(args.next().ok_or("which contract? give a file, JSON or YAML")?)?;
    let lowered = lower(&contract)?;
    let generated = openapi_codegen::generate(&lowered.document, "the example `generate`")?;
    for operation in &generated.operations {
        println!("{:6} {}: Client::{}", operation.method, operation.path, operation.rust_name);
    }
    println!("{} files", generated.folder.files().count());
    if let Some(folder) = args.next() {
        for written in generated.folder.write(Path::new(&folder))? {
            println!("wrote {}", written.path.display());
        }
    }
    Ok(())
}
