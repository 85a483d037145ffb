//! What became of a message that was accepted, and how the program says so.
//!
//! Exit code 0 says that it is queued: the outage of a moment, or of hours, is no failure of whoever queues. An answer of
//! Compass is another matter. Whoever waits for it is told what waiting does not mend: 3 for a message that was refused,
//! 4 for credentials that were, although the message is safe in the outbox.

use std::path::Path;

use compass_outbox::store::{Answer, Closed, Kept, State, Why};
use compass_outbox::{MessageId, Receipt};
use serde_json::{Value, json};

use super::queue::Subject;
use super::show::{answer_json, closed_json, closed_text, why};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Report, say};

/// Where a message stands when the command ends that has queued it.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It waits; if it was tried, with what the last attempt came to.
    Queued { attempts: u32, answer: Option<Answer> },
    /// It waits for a way that is closed.
    Closed { attempts: u32, closed: Box<Closed> },
    /// Compass has it.
    Delivered { attempts: u32 },
    /// A newer one replaced it.
    Superseded,
    /// Compass refused it.
    Dead { attempts: u32, answer: Option<Answer> },
    /// Somebody gave it up.
    Dropped,
    /// The outbox does not know it any more.
    Forgotten,
}

impl Fate {
    /// That of a message nobody has tried to send.
    pub(crate) fn untried() -> Self {
        Self::Queued { attempts: 0, answer: None }
    }

    /// What became of it; these ways are closed to whoever tried.
    pub(super) fn of(kept: &Kept, closed: &[Closed]) -> Self {
        let (attempts, answer) = (kept.attempts, kept.answer.clone());
        match kept.state {
            State::Queued => match closed.first() {
                Some(closed) => Self::Closed { attempts, closed: Box::new(closed.clone()) },
                None => Self::Queued { attempts, answer },
            },
            State::Delivered => Self::Delivered { attempts },
            State::Superseded => Self::Superseded,
            State::Dead => Self::Dead { attempts, answer },
            State::Dropped => Self::Dropped,
        }
    }
}

/// How a command ends that meets a way that is closed.
pub(crate) fn exit_of(closed: &Closed) -> Exit {
    match closed.why {
        Why::Paused { .. } => Exit::Authentication,
        Why::Held => Exit::NotDelivered,
    }
}

/// A message that was accepted.
pub(super) struct Accepted<'a> {
    pub(super) receipt: Receipt,
    pub(super) fate: Fate,
    pub(super) path: &'a Path,
}

impl Accepted<'_> {
    /// What the command has to say of it.
    pub(super) fn report(self, subject: Subject) -> Result<Report, Failure> {
        let Self { receipt: Receipt { id, .. }, fate, path } = self;
        let Subject { text, operation, fields } = subject;
        let result = |outcome: &str, exit: Exit, attempts: u32| {
            let mut json = json!({ "outcome": outcome, "operation": operation.id() });
            if let (Value::Object(json), Value::Object(fields)) = (&mut json, fields) {
                json.extend(fields);
            }
            json["exit"] = json!(exit.code());
            json["message_id"] = json!(id);
            json["outbox"] = json!(path.display().to_string());
            json["attempts"] = json!(attempts);
            json
        };
        let queued = format!("queued: {text}, as {id}");
        Ok(match fate {
            Fate::Queued { attempts, answer } => {
                let mut json = result("queued", Exit::Delivered, attempts);
                if let Some(answer) = &answer {
                    json["answer"] = answer_json(answer);
                    say("note", &format!("not delivered yet: {}", answer.message));
                }
                Report::receipt(queued, json)
            }
            Fate::Closed { attempts, closed } => {
                let exit = exit_of(&closed);
                let mut json = result("queued", exit, attempts);
                json["closed"] = closed_json(&closed);
                say(
                    "warning",
                    &format!("it is safe in the outbox, and not sent; {}: {}", why(&closed), closed_text(&closed)),
                );
                say("hint", advice(&closed));
                Report::receipt(queued, json).exit(exit)
            }
            Fate::Delivered { attempts } => {
                Report::receipt(format!("accepted: {text}"), result("accepted", Exit::Delivered, attempts))
            }
            Fate::Superseded => Report::receipt(
                format!("superseded: {text}: a newer one was queued, and is sent instead"),
                result("superseded", Exit::Delivered, 0),
            ),
            Fate::Dead { attempts, answer } => {
                let what = answer.as_ref().map_or("no reason is known", |answer| &answer.message);
                let failure = Failure::new(Exit::Refused, format!("{text}: {what}"))
                    .hint(format!(
                        "it is a dead letter: `compass outbox show {id}` has the answer, `retry` and `drop` end it"
                    ))
                    .with("operation", json!(operation.id()))
                    .with("attempts", json!(attempts))
                    .with("answer", json!(answer.as_ref().map(answer_json)));
                return Err(of(failure, id));
            }
            Fate::Dropped => {
                return Err(of(Failure::new(Exit::NotDelivered, format!("{text}: somebody gave it up, as {id}")), id));
            }
            Fate::Forgotten => {
                let message = format!("{text}: {} does not know {id} any more", path.display());
                return Err(of(Failure::new(Exit::NotDelivered, message), id));
            }
        })
    }
}

fn of(failure: Failure, id: MessageId) -> Failure {
    failure.with("message_id", json!(id))
}

/// What opens a way again.
pub(super) fn advice(closed: &Closed) -> &'static str {
    match closed.why {
        Why::Paused { .. } => {
            "give the right email and API token: other ones are tried at once, the same ones after the pause or after \
             `compass outbox resume`"
        }
        Why::Held => {
            "check site or base URL, and whether there is a newer compass; `compass outbox resume` tries again"
        }
    }
}
