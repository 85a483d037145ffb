//! Tools of the tests that are not Rust's: found, or installed below the target folder.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::workspace;

/// Draws requests from the contract and holds the mock's answers against it. Its version is named, so that what it
/// draws changes when we want it to.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The program of schemathesis, in an environment of its own; none on a machine without Python, which is told.
///
/// # Errors
/// In CI, when it cannot be installed: a check that is left out in silence is none.
pub(crate) fn schemathesis() -> anyhow::Result<Option<PathBuf>> {
    let folder = target().join("tools").join(SCHEMATHESIS.replace("==", "-"));
    let program = folder.join("bin/schemathesis");
    // Written last, so that an installation that was cut off is made again.
    let finished = folder.join("finished");
    if finished.exists() {
        return Ok(Some(program));
    }
    let python = Command::new("python3").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !python.is_ok_and(|status| status.success()) {
        eprintln!("note: no python3, so that schemathesis does not try the mock (apt-get install python3-venv)");
        return Ok(None);
    }
    let install = || {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", SCHEMATHESIS]))?;
        workspace::write(&finished, "")
    };
    match install() {
        Ok(()) => Ok(Some(program)),
        Err(error) if env::var_os("CI").is_some() => Err(error),
        Err(error) => {
            eprintln!("note: schemathesis does not try the mock: {error:#}");
            Ok(None)
        }
    }
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace::root().join("target"), PathBuf::from)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{name}: cannot be run"))?;
    if !status.success() {
        bail!("{name}: {status}");
    }
    Ok(())
}
