//! What the scripts run in: the mock, a checkout, and a `PATH` with stand-ins for what cannot be run here.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use compass_mock::{Mock, ReceivedEvent};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{COMPONENT, TOKEN};
use crate::yaml::Variables;

/// Nobody listens there.
pub(crate) const NO_ONE: &str = "http://127.0.0.1:9";

/// `install` puts the program below `--root`, as the real one does after it has built it.
const CARGO: &str = r#"#!/bin/sh
printf 'cargo %s\n  in %s\n  toolchain %s\n' "$*" "$PWD" "${RUSTUP_TOOLCHAIN:-}" >> LOG
[ "$1" = install ] || exit 64
while [ $# -gt 0 ]; do if [ "$1" = --root ]; then root=$2; fi; shift; done
mkdir -p "$root/bin" && ln -s PROGRAM "$root/bin/compass"
"#;
const RUSTUP: &str = "#!/bin/sh\nprintf 'rustup %s\\n' \"$*\" >> LOG\n";
/// `run` gives the program nothing but the variables that `-e` names, as a container has nothing else; and where the mock is.
const DOCKER: &str = r#"#!/bin/sh
printf 'docker %s\n' "$*" >> LOG
case $1 in build | push) exit 0 ;; run) shift ;; *) exit 64 ;; esac
names=COMPASS_BASE_URL
while [ "${1#-}" != "$1" ]; do
    case $1 in --rm) shift ;; -e) names="$names $2"; shift 2 ;; *) exit 64 ;; esac
done
shift
for name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z_0-9]*\)=.*/\1/p'); do
    case " $names " in *" $name "*) ;; *) unset "$name" ;; esac
done
exec PROGRAM "$@"
"#;

/// How a script ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) said: String,
}

pub(crate) struct World {
    mock: Mock,
    _threads: Runtime,
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let threads = Runtime::new().unwrap();
        let mock = threads.block_on(Mock::builder().credentials("me@example.com", TOKEN).start()).unwrap();
        let world = Self { mock, _threads: threads, folder: tempfile::tempdir().unwrap() };
        for folder in ["work", "home", "temp", "tools", "program"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_compass"), world.path("program/compass")).unwrap();
        for (name, text) in [("cargo", CARGO), ("rustup", RUSTUP), ("docker", DOCKER)] {
            let log = world.path("log").display().to_string();
            let text = text.replace("PROGRAM", env!("CARGO_BIN_EXE_compass")).replace("LOG", &log);
            world.executable(&format!("tools/{name}"), &text);
        }
        for name in ["deploy.sh", "build.sh"] {
            world.executable(&format!("work/{name}"), &format!("#!/bin/sh\necho {name} ran\n"));
        }
        // Whether it is tried again is not what is asked here, and would take its time.
        fs::write(world.path("work/compass.toml"), "[client.retry]\nmax_attempts = 1\n").unwrap();
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn executable(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Lets what is deployed or built fail from now on.
    pub(crate) fn breaks(&self, name: &str) {
        self.executable(&format!("work/{name}"), "#!/bin/sh\nexit 7\n");
    }

    /// What the stand-ins were called with.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// The variables of a fixture of the detection, and what every job has. The program is on the `PATH` if the system
    /// starts jobs in an image that has it.
    pub(crate) fn variables(&self, fixture: &str, has_program: bool) -> Variables {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src/detect/fixtures").join(fixture).with_extension("env");
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
        let mut variables: Variables = lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let program = if has_program { format!("{}:", self.path("program").display()) } else { String::new() };
        variables.insert("PATH".to_owned(), format!("{program}{}:/usr/bin:/bin", self.path("tools").display()));
        variables.insert("HOME".to_owned(), self.path("home").display().to_string());
        variables.insert("RUNNER_TEMP".to_owned(), self.path("temp").display().to_string());
        variables.insert("COMPASS_BASE_URL".to_owned(), self.mock.base_url());
        variables
    }

    /// Runs a script in the checkout.
    pub(crate) fn run(&self, shell: &[&str], script: &str, variables: &Variables) -> Ended {
        let mut command = Command::new(shell[0]);
        command.env_clear().envs(variables).args(&shell[1..]).arg("-c").arg(script);
        let output = command.current_dir(self.path("work")).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(!said.contains(TOKEN) && !said.contains("panicked"), "{said}");
        Ended { code: output.status.code().unwrap(), said }
    }

    /// All events that came, in order, in one line each: without times and numbers, which are of the clock.
    pub(crate) fn told(&self) -> String {
        self.mock.received().events().iter().map(|event| line(event)).collect()
    }

    /// The last event that came.
    pub(crate) fn last(&self) -> Value {
        let events = self.mock.received().events();
        let event = events.last().unwrap_or_else(|| panic!("nothing came"));
        event.event.clone()
    }
}

/// What a job's secrets and settings are called, and what they are.
pub(crate) fn settings() -> Variables {
    let settings = [
        ("COMPASS_API_TOKEN", TOKEN),
        ("COMPASS_EMAIL", "me@example.com"),
        // What is empty is not set: requests go to the mock instead.
        ("COMPASS_SITE", ""),
        ("COMPASS_COMPONENT", COMPONENT),
    ];
    settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn line(event: &ReceivedEvent) -> String {
    let kind = event.kind.as_str();
    let body = &event.event;
    let own = &body[format!("{kind}Properties")];
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    assert_eq!(event.component_id.as_deref(), Some(COMPONENT), "{event:?}");
    let mut line = format!("  {kind} {} {:?}\n", text(&own["state"]), event.outcome);
    let environment = &own["environment"];
    if environment.is_object() {
        let (id, category) = (text(&environment["environmentId"]), text(&environment["category"]));
        let _ = writeln!(line, "    environment {id} {category}");
    }
    let _ = writeln!(line, "    pipeline    {}", text(&own["pipeline"]["pipelineId"]));
    let _ = writeln!(line, "    url         {}", text(&body["url"]));
    let _ = writeln!(line, "    source      {}", text(&body["externalEventSourceId"]));
    let ends = ["startedAt", "completedAt"].map(|end| if own[end].is_string() { end } else { "-" });
    let _ = writeln!(line, "    times       {} {}", ends[0], ends[1]);
    line
}
