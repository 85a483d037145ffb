//! One line for each thing that was checked.

use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::output::{Report, in_one_line};

/// What came of a check.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) name: &'static str,
    verdict: Verdict,
    message: String,
    /// What to do.
    todo: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Pass,
    /// What was found out says neither.
    Open,
    Fail(Exit),
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Open => "open",
            Self::Fail(_) => "FAIL",
        }
    }
}

impl Check {
    pub(super) fn pass(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Pass, message: message.into(), todo: None }
    }

    pub(super) fn open(name: &'static str, message: impl Into<String>) -> Self {
        Self { verdict: Verdict::Open, ..Self::pass(name, message) }
    }

    pub(super) fn fail(name: &'static str, exit: Exit, message: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail(exit), ..Self::pass(name, message) }
    }

    pub(super) fn todo(self, todo: impl Into<String>) -> Self {
        Self { todo: Some(todo.into()), ..self }
    }

    pub(super) fn of_failure(name: &'static str, failure: Failure) -> Self {
        Self { todo: failure.hint, ..Self::fail(name, failure.exit, failure.message) }
    }

    pub(super) fn of_problem(name: &'static str, problem: Option<Problem>) -> Self {
        let (exit, message) = problem.map_or((Exit::Usage, "not set".to_owned()), |problem| {
            (problem.exit, format!("{}: {}", problem.place, problem.message))
        });
        Self::fail(name, exit, message)
    }

    /// What it stands for.
    pub(super) fn exit(&self) -> Exit {
        match self.verdict {
            Verdict::Pass | Verdict::Open => Exit::Delivered,
            Verdict::Fail(exit) => exit,
        }
    }

    fn json(&self) -> Value {
        let verdict = self.verdict.name().to_lowercase();
        json!({ "check": self.name, "verdict": verdict, "message": self.message, "todo": self.todo })
    }
}

/// All of them.
pub(super) fn report(checks: &[Check]) -> Report {
    let lines = checks.iter().map(|check| {
        let todo = check.todo.as_ref().map(|todo| format!("; {todo}")).unwrap_or_default();
        let line = format!("{}  {:11}  {}{todo}", check.verdict.name(), check.name, check.message);
        in_one_line(&line).into_owned()
    });
    Report::data(lines.collect::<Vec<_>>().join("\n"), &checks.iter().map(Check::json).collect())
}
