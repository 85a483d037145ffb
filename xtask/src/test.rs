//! `cargo xtask test`: every check of this workspace; the tests, which say most, come last.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::Context as _;

use crate::packages::{self, PACKAGES};
use crate::{Outcome, tools, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leave out the steps that take longest: packaging each library crate on its own
    #[arg(long)]
    quick: bool,
}

/// The step that `--quick` leaves out.
const PACKAGING: &str = "packages";

/// The step whose warnings are errors.
const DOCUMENTATION: &str = "documentation";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let packages = PACKAGES.map(|name| ["--package", name]).concat();
    let xtask = ["run", "--quiet", "--locked", "--package", "xtask", "--"];
    let steps: [(&str, Vec<&str>); 9] = [
        ("formatting", vec!["fmt", "--all", "--check"]),
        ("generated code", [&xtask[..], &["codegen", "--check"]].concat()),
        // Offline: a contract does not drift from itself, and the list of accepted drift can be read.
        ("drift", [&xtask[..], &["drift", "--against", "openapi/compass-v1.json"]].concat()),
        ("lints", vec!["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
        (DOCUMENTATION, vec!["doc", "--workspace", "--no-deps", "--locked"]),
        (PACKAGING, [vec!["package", "--locked", "--allow-dirty"], packages].concat()),
        ("doc tests", vec!["test", "--workspace", "--locked", "--doc"]),
        // Programs, which the test of the documentation runs; `cargo test --examples` would make tests of them.
        ("examples", vec!["build", "--workspace", "--locked", "--examples"]),
        ("tests", vec!["test", "--workspace", "--locked", "--lib", "--bins", "--tests"]),
    ];
    let schemathesis = tools::schemathesis()?;
    for (name, arguments) in &steps {
        if args.quick && *name == PACKAGING {
            continue;
        }
        let started = Instant::now();
        if *name == PACKAGING {
            packages::forget_unpacked(&cargo_home()?)?;
        }
        eprintln!("== {name}: cargo {}", arguments.join(" "));
        let variable = match *name {
            DOCUMENTATION => Some(("RUSTDOCFLAGS", "-D warnings")),
            // As the workspace's profile builds what our crates depend on: most of that is there already then. A package has no
            // profile.
            PACKAGING => Some(("CARGO_PROFILE_DEV_DEBUG", "false")),
            _ => None,
        };
        if !cargo(arguments, variable, schemathesis.as_deref())? {
            eprintln!("error: {name} failed");
            return Ok(Outcome::Failed);
        }
        eprintln!("== {name}: passed in {:.0} s", started.elapsed().as_secs_f64());
    }
    Ok(Outcome::Done)
}

/// Where cargo keeps what it downloads and unpacks.
fn cargo_home() -> anyhow::Result<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .context("cargo's home is not known: set CARGO_HOME")
}

/// Runs cargo in the workspace; says whether it succeeded.
fn cargo(arguments: &[&str], variable: Option<(&str, &str)>, schemathesis: Option<&Path>) -> anyhow::Result<bool> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(&cargo);
    command.args(arguments).current_dir(workspace::root());
    // Snapshots and the book's pages are compared, never written, whatever the caller's environment says.
    command.env("INSTA_UPDATE", "no").env_remove("DOCS_UPDATE");
    command.envs(variable);
    if let Some(program) = schemathesis {
        command.env("COMPASS_SCHEMATHESIS", program);
    }
    let status = command.status().with_context(|| format!("{}: cannot be run", cargo.to_string_lossy()))?;
    Ok(status.success())
}
