//! What became of a message that was accepted, and how the program says so.
//!
//! Exit code 0 says that it is queued: the outage of a moment, or of hours, is no failure of whoever queues. An answer of
//! Compass is another matter. Whoever waits for it is told what waiting does not mend: 3 for a message that was refused,
//! 4 for credentials that were, although the message is safe in the outbox.

use std::path::Path;

use compass_outbox::store::{Answer, Closed, Kept, State, Why};
use compass_outbox::{MessageId, Receipt};
use serde_json::{Map, Value, json};

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
    Superseded { attempts: u32 },
    /// Compass refused it.
    Dead { attempts: u32, answer: Option<Answer> },
    /// Somebody gave it up.
    Dropped { attempts: u32 },
    /// The outbox does not know it any more.
    Forgotten,
    /// It was accepted, and the outbox could not be read since. It counts as queued: that is what was last known.
    Unknown,
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
            State::Superseded => Self::Superseded { attempts },
            State::Dead => Self::Dead { attempts, answer },
            State::Dropped => Self::Dropped { attempts },
        }
    }

    /// What programs are told of a message that was accepted, whatever became of it; what is not known is absent.
    pub(crate) fn fields(&self, id: MessageId, outbox: &Path) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("message_id".to_owned(), json!(id));
        fields.insert("outbox".to_owned(), json!(outbox.display().to_string()));
        let (attempts, answer, closed) = match self {
            Self::Queued { attempts, answer } | Self::Dead { attempts, answer } => {
                (Some(attempts), answer.as_ref(), None)
            }
            Self::Closed { attempts, closed } => (Some(attempts), None, Some(closed)),
            Self::Delivered { attempts } | Self::Superseded { attempts } | Self::Dropped { attempts } => {
                (Some(attempts), None, None)
            }
            Self::Forgotten | Self::Unknown => (None, None, None),
        };
        let known = [
            ("attempts", attempts.map(|attempts| json!(attempts))),
            ("answer", answer.map(answer_json)),
            ("closed", closed.map(|closed| closed_json(closed))),
        ];
        fields.extend(known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        fields
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
        let Subject { text, operation, fields: own } = subject;
        let of_outbox = fate.fields(id, path);
        let own = own.as_object().cloned().unwrap_or_default();
        let result = |outcome: &str, exit: Exit| {
            let mut json = Map::new();
            json.insert("outcome".to_owned(), json!(outcome));
            json.insert("operation".to_owned(), json!(operation.id()));
            json.extend(own.clone());
            json.insert("exit".to_owned(), json!(exit.code()));
            json.extend(of_outbox.clone());
            Value::from(json)
        };
        let failed = |failure: Failure| {
            let failure = failure.with("operation", json!(operation.id()));
            let fields = own.iter().chain(&of_outbox);
            Err(fields.fold(failure, |failure, (name, value)| failure.with(name, value.clone())))
        };
        let queued = format!("queued: {text}, as {id}");
        match &fate {
            Fate::Queued { answer, .. } => {
                if let Some(answer) = answer {
                    say("note", &format!("not delivered yet: {}", answer.message));
                }
                Ok(Report::receipt(queued, result("queued", Exit::Delivered)))
            }
            // That nobody knows more was told where it could not be read.
            Fate::Unknown => Ok(Report::receipt(queued, result("queued", Exit::Delivered))),
            Fate::Closed { closed, .. } => {
                let exit = exit_of(closed);
                say(
                    "warning",
                    &format!("it is safe in the outbox, and not sent; {}: {}", why(closed), closed_text(closed)),
                );
                say("hint", advice(closed));
                Ok(Report::receipt(queued, result("queued", exit)).exit(exit))
            }
            Fate::Delivered { .. } => {
                Ok(Report::receipt(format!("accepted: {text}"), result("accepted", Exit::Delivered)))
            }
            Fate::Superseded { .. } => Ok(Report::receipt(
                format!("superseded: {text}: a newer one was queued, and is sent instead"),
                result("superseded", Exit::Delivered),
            )),
            Fate::Dead { answer, .. } => {
                let what = answer.as_ref().map_or("no reason is known", |answer| &answer.message);
                failed(Failure::new(Exit::Refused, format!("{text}: {what}")).hint(format!(
                    "it is a dead letter: `compass outbox show {id}` has the answer, `retry` and `drop` end it"
                )))
            }
            Fate::Dropped { .. } => {
                failed(Failure::new(Exit::NotDelivered, format!("{text}: somebody gave it up, as {id}")))
            }
            Fate::Forgotten => {
                let message = format!("{text}: {} does not know {id} any more", path.display());
                failed(Failure::new(Exit::NotDelivered, message))
            }
        }
    }
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
