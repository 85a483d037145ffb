//! The report of `--report`: what became of each record, one JSON object in each line, written when it is known. A report
//! is good whenever its writer dies: the last line may be cut off, all others are whole.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use compass_sdk::event::Event;
use compass_sdk::metric::{Metric, MetricTarget};
use serde::{Deserialize, Serialize};

use super::input::Print;
use super::item::Subject;
use crate::exit::Exit;
use crate::failure::Failure;

/// For help texts: the one place where the report is documented.
pub(super) const REPORT: &str = "\
The report has one JSON object in each line. The first says what it is of:
  report (the form's version: 1), kind (event or metric), file, sha256, bytes, records
Each other one says what became of a record; of several about one record the last counts:
  record, line     its place among the records and its line, counted from 1
  outcome          accepted, queued (the outbox has it), superseded (a newer one was queued
                   before it was sent), rejected (Compass refused it), invalid (it breaks a rule
                   and is not sent), not-delivered, or maybe-delivered (it was sent and no answer
                   came; a metric has this also while it is under way)
  kind, key        the event's kind, or metric; what it is told apart by: source and entity, or
                   the metric's IDs
  sequence         the event's updateSequenceNumber
  status           that of the last answer
  errors           the types of Compass's own errors
  message          what went wrong
  attempts         how often it was sent
  message_id       what the outbox has it as
Fields that are not known are absent. Fields may be added; none changes its meaning.";

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    Accepted,
    Queued,
    Superseded,
    Rejected,
    Invalid,
    NotDelivered,
    MaybeDelivered,
}

impl Outcome {
    /// What it is called in reports and messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Queued => "queued",
            Self::Superseded => "superseded",
            Self::Rejected => "rejected",
            Self::Invalid => "invalid",
            Self::NotDelivered => "not-delivered",
            Self::MaybeDelivered => "maybe-delivered",
        }
    }
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The form's version.
    report: u32,
    kind: String,
    /// For people: a file is told by what it consists of.
    file: String,
    sha256: String,
    bytes: u64,
    records: u64,
}

/// The form's version that this program writes and reads.
const VERSION: u32 = 1;

impl Head {
    pub(super) fn new(subject: Subject, file: String, print: Print, records: u64) -> Self {
        let Print { sha256, bytes } = print;
        Self { report: VERSION, kind: subject.name().to_owned(), file, sha256, bytes, records }
    }

    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// Why a report that begins like this is not one of `self`.
    pub(super) fn differs_from(&self, other: &Self) -> Option<String> {
        if other.report != self.report {
            return Some(format!("is of version {}; this program knows {VERSION}", other.report));
        }
        if other.kind != self.kind {
            return Some(format!("is of {}s, not of {}s", other.kind, self.kind));
        }
        if (other.records, other.bytes, &other.sha256) != (self.records, self.bytes, &self.sha256) {
            let of = |head: &Self| {
                let digest = head.sha256.get(..12).unwrap_or(&head.sha256);
                format!("{}: {} records, {} bytes, SHA-256 {digest}…", head.file, head.records, head.bytes)
            };
            return Some(format!("is of another file ({}), not of this one ({})", of(other), of(self)));
        }
        None
    }
}

/// What a record is told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Key {
    Event {
        source: String,
        entity: String,
    },
    #[serde(rename_all = "camelCase")]
    Source {
        metric_source_id: String,
    },
    #[serde(rename_all = "camelCase")]
    Definition {
        metric_definition_id: String,
        component_id: String,
    },
}

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) record: u64,
    pub(super) line: u64,
}

/// Any line but the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Entry {
    pub(super) record: u64,
    pub(super) line: u64,
    pub(super) outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sequence: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attempts: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_id: Option<String>,
}

impl Entry {
    pub(super) fn new(place: Place, outcome: Outcome) -> Self {
        Self {
            record: place.record,
            line: place.line,
            outcome,
            kind: None,
            key: None,
            sequence: None,
            status: None,
            errors: Vec::new(),
            message: None,
            attempts: None,
            message_id: None,
        }
    }

    pub(super) fn of_event(self, event: &Event) -> Self {
        let key = event.key();
        Self {
            kind: Some(event.kind().as_str()),
            key: Some(Key::Event { source: key.source().to_owned(), entity: key.entity().to_owned() }),
            sequence: event.sequence().map(i64::from),
            ..self
        }
    }

    pub(super) fn of_metric(self, metric: &Metric) -> Self {
        let key = match metric.target() {
            MetricTarget::Source(source) => Key::Source { metric_source_id: source.to_string() },
            MetricTarget::Definition { definition, component } => {
                Key::Definition { metric_definition_id: definition.to_string(), component_id: component.to_string() }
            }
        };
        Self { kind: Some("metric"), key: Some(key), ..self }
    }
}

/// What a report is written to.
pub(super) trait Medium: Write {
    /// Leaves out what stands behind `end`.
    fn cut(&self, end: u64) -> io::Result<()>;
}

impl Medium for File {
    fn cut(&self, end: u64) -> io::Result<()> {
        self.set_len(end)
    }
}

/// Writes a report.
#[derive(Debug)]
pub(super) struct Writer<F = File> {
    file: F,
    path: PathBuf,
    /// Where its last whole line ends.
    end: u64,
    /// A line could not be written, so that none may follow it.
    broken: bool,
}

impl Writer {
    /// Begins a report. A file that is there stays as it is: it may be the report of what was sent before.
    pub(super) fn create(path: &Path, head: &Head) -> Result<Self, Failure> {
        let file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
            let failure = Failure::usage(format!("--report: {}: {error}", path.display()));
            if error.kind() == io::ErrorKind::AlreadyExists {
                failure.hint("go on with what it has by --resume instead of --report, or remove it")
            } else {
                failure
            }
        })?;
        let mut writer = Self::lock(file, path)?;
        writer.write(head)?;
        Ok(writer)
    }

    /// Keeps others from writing it. What it has is left out unless [`go_on`](Self::go_on) is called.
    pub(super) fn lock(file: File, path: &Path) -> Result<Self, Failure> {
        match file.try_lock() {
            // Where files cannot be locked, nobody is told of two that write.
            Ok(()) | Err(std::fs::TryLockError::Error(_)) => {
                Ok(Self { file, path: path.to_owned(), end: 0, broken: false })
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(Failure::usage(format!("{}: another compass writes this report", path.display())))
            }
        }
    }

    /// Goes on behind `end`; what stands there is left out.
    pub(super) fn go_on(&mut self, end: u64) -> io::Result<()> {
        self.file.cut(end)?;
        self.end = self.file.seek(SeekFrom::Start(end))?;
        Ok(())
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }
}

impl<F: Medium> Writer<F> {
    /// Writes a line, whole, so that it is there whatever happens next.
    pub(super) fn write(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let path = self.path.display();
        let unwritable = |why: &dyn std::fmt::Display| {
            Failure::new(Exit::Other, format!("{path}: the report cannot be written: {why}"))
        };
        if self.broken {
            return Err(unwritable(&"an earlier line of it could not"));
        }
        let mut text = serde_json::to_vec(line).map_err(|error| unwritable(&error))?;
        text.push(b'\n');
        if let Err(error) = self.file.write_all(&text) {
            self.broken = true;
            // Half a line is no line to `--resume` as long as it is the last one, should it stay.
            let _ = self.file.cut(self.end);
            return Err(unwritable(&error));
        }
        self.end += text.len() as u64;
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// A disk with room for so many bytes.
    struct Disk {
        text: RefCell<Vec<u8>>,
        room: usize,
    }

    impl Write for Disk {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            let mut text = self.text.borrow_mut();
            let fits = buffer.len().min(self.room - text.len());
            text.extend_from_slice(&buffer[..fits]);
            if fits == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(fits) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Medium for Disk {
        fn cut(&self, end: u64) -> io::Result<()> {
            self.text.borrow_mut().truncate(usize::try_from(end).unwrap());
            Ok(())
        }
    }

    #[test]
    fn half_a_line_does_not_stay_and_no_other_follows() {
        let disk = Disk { text: RefCell::default(), room: 12 };
        let mut report = Writer { file: disk, path: PathBuf::from("r"), end: 0, broken: false };
        report.write(&"first").unwrap();
        let failure = report.write(&"second").unwrap_err();
        assert!(failure.message.starts_with("r: the report cannot be written: "), "{failure:?}");
        report.file.room = 1000;
        let failure = report.write(&"third").unwrap_err();
        assert_eq!(failure.message, "r: the report cannot be written: an earlier line of it could not");
        assert_eq!(*report.file.text.borrow(), b"\"first\"\n");
    }
}
