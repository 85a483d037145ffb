//! A shell that runs a page's commands, one after another, and tells their outputs apart.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use tempfile::TempDir;

use crate::page::Command;

/// Stands between the outputs of two commands.
const MARK: &str = "<<a command has ended>>";
/// The port that pages show. Each session has one of its own instead, because tests run beside one another.
const PORT: &str = "8080";

/// A folder that links to all that the checkout has, with `compass` and `cargo` on the `PATH`.
pub(crate) struct Session {
    folder: TempDir,
    port: String,
}

impl Session {
    /// A folder for these commands.
    pub(crate) fn new(root: &Path, commands: &[&Command]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (work, programs) = (folder.path().join("work"), folder.path().join("bin"));
        for new in [&work, &programs, &folder.path().join("tmp"), &folder.path().join("home")] {
            fs::create_dir(new).unwrap();
        }
        // Without `.git`, so that git looks for no repository; what is built is no page's affair.
        for entry in root.read_dir().unwrap().map(Result::unwrap) {
            if entry.file_name() != ".git" && entry.file_name() != "target" {
                symlink(entry.path(), work.join(entry.file_name())).unwrap();
            }
        }
        symlink(env!("CARGO_BIN_EXE_compass"), programs.join("compass")).unwrap();
        let cargo = programs.join("cargo");
        fs::write(&cargo, cargo_for(root, commands)).unwrap();
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        Self { folder, port }
    }

    /// Runs the commands; what each printed, as a page would show it.
    pub(crate) fn run(&self, commands: &[&Command]) -> Vec<String> {
        let path = std::env::var("PATH").unwrap();
        let script = self.folder.path().join("script");
        fs::write(&script, self.script(commands)).unwrap();
        let output = Process::new("sh")
            .arg(&script)
            .env_clear()
            .env("PATH", format!("{}:{path}", self.folder.path().join("bin").display()))
            .env("HOME", self.folder.path().join("home"))
            .current_dir(self.folder.path().join("work"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let tmp = format!("{}/", self.folder.path().join("tmp").display());
        let text = text.replace(&tmp, "/tmp/").replace(&format!(":{}", self.port), &format!(":{PORT}"));
        let mut printed: Vec<String> = text.split(MARK).map(|part| part.trim_matches('\n').to_owned()).collect();
        // What follows the last mark is what the shell itself has to say.
        let rest = printed.pop().unwrap();
        assert!(rest.is_empty() && output.stderr.is_empty(), "{rest}\n{}", String::from_utf8_lossy(&output.stderr));
        printed
    }

    /// The commands, with a mark after each that leaves `$?` as it was.
    fn script(&self, commands: &[&Command]) -> String {
        let tmp = format!("{}/", self.folder.path().join("tmp").display());
        let mut script = format!(
            "exec 2>&1\nbackground=\ntrap 'kill $background' EXIT\nmark() {{ set -- $?; printf '\\n{MARK}\\n'; return $1; }}\n"
        );
        let mut descriptor = 3;
        for command in commands {
            let text = command.text.replace("/tmp/", &tmp).replace(PORT, &self.port);
            if command.background().is_some() {
                let text = text.trim_end_matches('&');
                let pipe = self.folder.path().join(format!("pipe{descriptor}")).display().to_string();
                // Shows as many lines as the page does, and goes on when they have come; or the program has ended.
                script.push_str(&format!(
                    "mkfifo '{pipe}'\n{text} > '{pipe}' 2>&1 &\nbackground=\"$background $!\"\nexec {descriptor}< '{pipe}'\n\
                     for _ in $(seq {}); do IFS= read -r line <&{descriptor} && printf '%s\\n' \"$line\"; done\n",
                    command.output.len()
                ));
                descriptor += 1;
            } else {
                script.push_str(&text);
                script.push('\n');
            }
            script.push_str("mark\n");
        }
        script.push_str("trap - EXIT\n[ -z \"$background\" ] || kill $background\n");
        script
    }
}

/// A `cargo` that runs what has been built already, as `cargo xtask test` does before its tests: another build would
/// resolve features anew and take minutes. What is not there is built.
fn cargo_for(root: &Path, commands: &[&Command]) -> String {
    let is_said = |what: &str| commands.iter().any(|command| command.text.contains(what));
    let profile = Path::new(env!("CARGO_BIN_EXE_compass")).parent().unwrap();
    let built = |path: PathBuf, what: &[&str]| {
        if !path.is_file() {
            let mut cargo = Process::new(env!("CARGO"));
            let target = profile.parent().unwrap();
            cargo
                .args(["build", "--quiet", "--locked", "--workspace"])
                .args(what)
                .current_dir(root)
                .env("CARGO_TARGET_DIR", target);
            assert!(cargo.status().unwrap().success(), "{what:?}: cannot be built");
        }
        path.display().to_string()
    };
    let compass = env!("CARGO_BIN_EXE_compass");
    let mut cases = format!("'run -q -p compass-cli -- '*) shift 5; exec {compass} \"$@\" ;;\n");
    if is_said("cargo xtask ") {
        let xtask = built(profile.join("xtask"), &["--bin", "xtask"]);
        cases.push_str(&format!("'xtask '*) shift; exec {xtask} \"$@\" ;;\n"));
    }
    for (package, example) in examples(root).into_iter().filter(|(_, example)| is_said(&format!("--example {example}")))
    {
        let program = built(profile.join("examples").join(&example), &["--example", &example]);
        cases.push_str(&format!(
            "'run -q -p {package} --example {example} '*) shift 6; [ \"$1\" != -- ] || shift; exec {program} \"$@\" ;;\n"
        ));
    }
    format!("#!/bin/sh\ncase \"$* \" in\n{cases}*) echo \"no such command in this test: cargo $*\"; exit 99 ;;\nesac\n")
}

/// Every example of the workspace, with its package.
fn examples(root: &Path) -> Vec<(String, String)> {
    let mut examples = Vec::new();
    for folder in root.join("crates").read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        let package = folder.file_name().unwrap().to_string_lossy().into_owned();
        for entry in folder.join("examples").read_dir().into_iter().flatten().map(|entry| entry.unwrap().path()) {
            if entry.extension().is_some_and(|extension| extension == "rs") {
                examples.push((package.clone(), entry.file_stem().unwrap().to_string_lossy().into_owned()));
            }
        }
    }
    examples
}
