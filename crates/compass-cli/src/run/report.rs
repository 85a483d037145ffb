//! Telling people and programs how a run went. The command's own output stays in one piece: this goes to stderr, after it.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use super::courier::{Arrived, Told};
use super::ending::Ending;
use super::plan::{Piped, Plan};
use crate::event::command_name;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, explain, say};
use crate::program::Globals;

/// How a run went.
pub(super) struct Course {
    pub(super) ending: Ending,
    /// What Compass was told.
    pub(super) told: Vec<Told>,
    /// Why it was told nothing.
    pub(super) untold: Option<Failure>,
}

/// Says how it went.
pub(super) fn report<K: Piped>(globals: &Globals, plan: &Plan<'_, K>, course: &Course, strict: bool) {
    let Course { ending, told, untold } = course;
    if let Some(error) = &ending.error {
        say("error", error);
    }
    if globals.output == Format::Json {
        let events: Vec<Value> = told.iter().map(Told::json).collect();
        let mut json = json!({
            "outcome": "ran",
            "kind": K::KIND.as_str(),
            "state": ending.state.as_str(),
            "exit": ending.code,
            "events": events,
        });
        if let Some(failure) = untold {
            json["untold"] = failure.json();
        }
        json["started_at"] = json!(plan.started());
        return last_line(&json);
    }
    let kind = command_name(K::KIND);
    for Told { state, sequence, result, .. } in told {
        match result {
            Ok(_) if globals.quiet => {}
            Ok(arrived) => {
                let sequence = sequence.map(|number| format!(", sequence {number}")).unwrap_or_default();
                let (what, id) = match arrived {
                    Arrived::AtCompass => ("Compass accepted", String::new()),
                    Arrived::InOutbox(id) => ("queued", format!(", as {id}")),
                    Arrived::Superseded(id) => ("superseded by the next one", format!(", as {id}")),
                };
                say("note", &format!("{what}: {kind} {}{sequence}{id}", state.as_str()));
            }
            Err(failure) => {
                let what = if failure.may_have_arrived() { "may not have been told" } else { "was not told" };
                let message = format!("Compass {what}: {kind} {}: {}", state.as_str(), failure.message);
                lines(if strict { "error" } else { "warning" }, &message, failure);
            }
        }
    }
}

/// Says why the command was not started, and gives back how the program ends.
pub(super) fn refuse(globals: &Globals, failure: &Failure) -> Exit {
    explain(failure);
    if globals.output == Format::Json {
        last_line(&failure.json());
    }
    failure.exit
}

/// A failure that changes nothing.
pub(super) fn warn(failure: &Failure) {
    lines("warning", &failure.message, failure);
}

fn lines(label: &str, message: &str, failure: &Failure) {
    say(label, message);
    for (label, line) in failure.lines().into_iter().skip(1) {
        say(label, &line);
    }
}

/// The result for programs: the last line of stderr, as it is.
pub(crate) fn last_line(json: &Value) {
    // Whoever does not read it, or has no room for it, has no reason to fail the job.
    let _ = writeln!(io::stderr().lock(), "{json}");
}

impl Told {
    fn json(&self) -> Value {
        let mut json = match &self.result {
            Ok(Arrived::AtCompass) => json!({ "outcome": "accepted" }),
            Ok(Arrived::InOutbox(_)) => json!({ "outcome": "queued" }),
            Ok(Arrived::Superseded(_)) => json!({ "outcome": "superseded" }),
            Err(failure) => failure.json(),
        };
        json["state"] = json!(self.state.as_str());
        json["sequence"] = json!(self.sequence);
        if self.of_outbox.is_empty() {
            return json;
        }
        if self.result.is_ok() {
            json["exit"] = json!(Exit::Delivered.code());
        }
        for (name, value) in &self.of_outbox {
            json[name] = value.clone();
        }
        // It is safe there, so that nobody has to send it again, whatever it is that somebody has to mend.
        if self.of_outbox.contains_key("closed") {
            json["outcome"] = json!("queued");
        }
        json
    }
}
