//! Going on with a report: which records need not be sent again.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use serde::Deserialize;

use super::report::{Head, Outcome, Writer};
use crate::failure::Failure;

/// Numbers of records: a bit for each, so that memory is of no concern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers(Vec<u64>);

impl Numbers {
    pub(super) fn set(&mut self, number: u64, is_in: bool) {
        // A number beyond memory is of no record that was counted.
        let Ok(word) = usize::try_from(number / 64) else { return };
        if word >= self.0.len() {
            if !is_in {
                return;
            }
            self.0.resize(word + 1, 0);
        }
        let bit = 1 << (number % 64);
        if is_in {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
    }

    pub(super) fn has(&self, number: u64) -> bool {
        let word = usize::try_from(number / 64).ok().and_then(|word| self.0.get(word));
        word.is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    pub(super) fn len(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// All that are in, the lowest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        (0..).step_by(64).zip(&self.0).flat_map(|(first, word)| {
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit: u64| first + bit)
        })
    }
}

/// What a report says of the records before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Before {
    /// By Compass.
    pub(super) accepted: Numbers,
    /// By the outbox, which may have delivered them since.
    pub(super) queued: Numbers,
    /// Replaced by newer ones before they were sent.
    pub(super) superseded: Numbers,
    /// Sent, and nobody knows whether they arrived.
    pub(super) maybe: Numbers,
}

impl Before {
    /// Whether a record is to be sent if it is valid: it was not accepted, and does no harm if it arrives. `repeats` says
    /// that it may arrive twice.
    pub(super) fn leaves(&self, record: u64, repeats: bool) -> bool {
        let is_done = [&self.accepted, &self.queued, &self.superseded].iter().any(|numbers| numbers.has(record));
        !is_done && (repeats || !self.maybe.has(record))
    }

    /// How many records need not be sent again.
    pub(super) fn skipped(&self) -> Skipped {
        Skipped { accepted: self.accepted.len(), queued: self.queued.len(), superseded: self.superseded.len() }
    }

    /// The last line about a record counts.
    fn note(&mut self, record: u64, outcome: Outcome) {
        let Self { accepted, queued, superseded, maybe } = self;
        for numbers in [&mut *accepted, &mut *queued, &mut *superseded, &mut *maybe] {
            numbers.set(record, false);
        }
        let numbers = match outcome {
            Outcome::Accepted => accepted,
            Outcome::Queued => queued,
            Outcome::Superseded => superseded,
            Outcome::MaybeDelivered => maybe,
            Outcome::Rejected | Outcome::Invalid | Outcome::NotDelivered => return,
        };
        numbers.set(record, true);
    }
}

/// How many records need not be sent again, by what became of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Skipped {
    accepted: u64,
    queued: u64,
    superseded: u64,
}

impl Skipped {
    pub(super) fn all(self) -> u64 {
        self.accepted + self.queued + self.superseded
    }

    /// Those that there are, in words.
    pub(super) fn parts(self) -> [(u64, &'static str); 3] {
        let Self { accepted, queued, superseded } = self;
        [(accepted, "accepted before"), (queued, "queued before"), (superseded, "superseded before")]
    }
}

/// What counts of a line.
#[derive(Deserialize)]
struct Known {
    record: u64,
    outcome: Outcome,
}

/// Reads a report of the file that `head` is of, and opens it for what comes next.
pub(super) fn resume(path: &Path, head: &Head) -> Result<(Before, Writer), Failure> {
    let fail = |what: String| Failure::usage(format!("--resume: {}: {what}", path.display()));
    let io = |error: io::Error| fail(format!("cannot be read: {error}"));
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(io)?;
    // First: what another run adds while this one reads would be cut off, and be sent again.
    let mut writer = Writer::lock(file, path)?;
    let (before, end) = read(writer.file(), head).map_err(|unusable| match unusable {
        Unusable::Io(error) => io(error),
        Unusable::Report(what) => {
            fail(what).hint("give the report that an earlier run over the same file wrote, or begin one by --report")
        }
    })?;
    // A line that was cut off when its writer died is no line.
    writer.go_on(end).map_err(|error| fail(format!("cannot be written: {error}")))?;
    Ok((before, writer))
}

enum Unusable {
    Io(io::Error),
    Report(String),
}

/// What the report says, and where its last whole line ends.
fn read(file: &File, head: &Head) -> Result<(Before, u64), Unusable> {
    let mut reader = BufReader::new(file);
    let mut before = Before::default();
    let (mut line, mut number, mut end) = (Vec::new(), 0_u64, 0_u64);
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line).map_err(Unusable::Io)?;
        if read == 0 || !line.ends_with(b"\n") {
            break;
        }
        number += 1;
        end += read as u64;
        if number == 1 {
            let other = serde_json::from_slice::<Head>(&line);
            let other = other.map_err(|error| Unusable::Report(format!("does not begin as a report: {error}")))?;
            if let Some(difference) = head.differs_from(&other) {
                return Err(Unusable::Report(difference));
            }
            continue;
        }
        let known = serde_json::from_slice::<Known>(&line)
            .map_err(|error| Unusable::Report(format!("line {number} is not of a report: {error}")))?;
        if !(1..=head.records()).contains(&known.record) {
            let (record, records) = (known.record, head.records());
            let what = format!("line {number} is of record {record}, and the file's are numbered from 1 to {records}");
            return Err(Unusable::Report(what));
        }
        before.note(known.record, known.outcome);
    }
    if number == 0 {
        return Err(Unusable::Report("is no report: its first line is missing".to_owned()));
    }
    Ok((before, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::input::Print;
    use crate::bulk::item::Subject;

    #[test]
    fn numbers_are_in_until_they_are_out() {
        let mut numbers = Numbers::default();
        for (number, is_in) in [(1, true), (64, true), (63, true), (5000, true), (64, false), (9000, false)] {
            numbers.set(number, is_in);
        }
        let all: Vec<_> = (0..10_000).filter(|number| numbers.has(*number)).collect();
        assert_eq!(all, [1, 63, 5000]);
        assert_eq!(numbers.iter().collect::<Vec<_>>(), all);
        assert_eq!(numbers.len(), 3);
    }

    fn head(records: u64) -> Head {
        Head::new(Subject::Event, "a".to_owned(), Print { sha256: "0".repeat(64), bytes: 1 }, records)
    }

    /// What going on says that it cannot do with a report of two records that has this line.
    fn refused(line: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("{}\n{line}\n", serde_json::to_string(&head(2)).unwrap())).unwrap();
        let failure = resume(file.path(), &head(2)).unwrap_err();
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
        failure.message.replace(&file.path().display().to_string(), "R")
    }

    #[test]
    fn records_that_the_file_does_not_have_are_refused() {
        let beyond = refused(r#"{"record":99999999999999999,"line":1,"outcome":"accepted"}"#);
        let why = "line 2 is of record 99999999999999999, and the file's are numbered from 1 to 2";
        assert_eq!(beyond, format!("--resume: R: {why}"));
        for record in [0, 3] {
            let told = refused(&format!(r#"{{"record":{record},"line":1,"outcome":"accepted"}}"#));
            assert!(told.contains(&format!("line 2 is of record {record},")), "{told}");
        }
    }

    #[test]
    fn a_report_that_another_run_writes_is_not_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut other = Writer::lock(file.reopen().unwrap(), file.path()).unwrap();
        // Half of what the other one writes.
        std::fs::write(file.path(), "{\"rep").unwrap();
        let told = resume(file.path(), &head(2)).unwrap_err().message;
        assert!(told.ends_with("another compass writes this report"), "{told}");
        other.go_on(0).unwrap();
        other.write(&head(2)).unwrap();
        drop(other);
        assert_eq!(resume(file.path(), &head(2)).unwrap().0, Before::default());
    }
}
