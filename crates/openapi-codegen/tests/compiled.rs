//! The samples are generated, put into crates, compiled with warnings as errors, and spoken to.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use openapi_codegen::new_crate;

/// The hand-written part of a crate, as `cargo xtask codegen --contract` takes it.
const LIB: &str = include_str!("../../compass-api/src/lib.rs");

/// One workspace for all samples, so that what they depend on is built once. It lies below the workspace's target
/// folder and stays there: the second run builds the samples alone. TLS is left out, as nothing is sent.
#[test]
fn every_sample_compiles_without_warnings_and_passes_its_tests() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("samples");
    let mut members = Vec::new();
    for sample in support::samples() {
        let folder = workspace.join(&sample.name);
        let generated = openapi_codegen::generate(&sample.document, "a test")
            .unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        // The crate stands in a workspace here, so it must not be one itself.
        let manifest = new_crate::manifest(&sample.name, &sample.name, &generated).replace("[workspace]\n\n", "");
        if sample.wire.exists() {
            write(&folder.join("tests/wire.rs"), &fs::read_to_string(&sample.wire).unwrap());
        }
        write(&folder.join("Cargo.toml"), &manifest);
        write(&folder.join("src/lib.rs"), &new_crate::library(&sample.name, LIB));
        generated.folder.write(&folder.join("src/generated")).unwrap();
        members.push(format!("\"{}\"", sample.name));
    }
    write(
        &workspace.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", ")),
    );
    // The versions that this workspace is tested with; cargo takes out what the samples do not need.
    fs::copy(support::workspace_file("Cargo.lock"), workspace.join("Cargo.lock")).unwrap();

    // Without network where the registry's cache is warm; on a fresh clone cargo may fetch what is missing.
    if !cargo(&workspace, &["fetch", "--offline"]).status.success() {
        passes(&cargo(&workspace, &["fetch"]));
    }
    passes(&cargo(&workspace, &["test", "--offline", "--workspace", "--no-default-features", "--tests", "--lib"]));
}

fn cargo(workspace: &Path, arguments: &[&str]) -> Output {
    let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let target = workspace.join("target");
    let mut command = Command::new(cargo);
    // What the outer cargo was told must not reach the inner one.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output()
        .unwrap_or_else(|error| panic!("cargo does not start: {error}"))
}

fn passes(output: &Output) {
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

/// Writes what has changed and leaves the rest alone, so that cargo has as little to do as possible.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
