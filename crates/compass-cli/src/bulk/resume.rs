//! Going on with a report: which records need not be sent again.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
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
}

/// What a report says of the records before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Before {
    /// By Compass, or by the outbox.
    pub(super) accepted: Numbers,
    /// Sent, and nobody knows whether they arrived.
    pub(super) maybe: Numbers,
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
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(io)?;
    let (before, end) = read(&file, head).map_err(|unusable| match unusable {
        Unusable::Io(error) => io(error),
        Unusable::Report(what) => {
            fail(what).hint("give the report that an earlier run over the same file wrote, or begin one by --report")
        }
    })?;
    // A line that was cut off when its writer died is no line.
    let writer = file.seek(SeekFrom::Start(end)).map(|_| file).map_err(io)?;
    let writer = Writer::of(writer, path)?;
    writer.cut(end)?;
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
        let is_done = match known.outcome {
            Outcome::Accepted | Outcome::Queued | Outcome::Superseded => true,
            Outcome::Rejected | Outcome::Invalid | Outcome::NotDelivered | Outcome::MaybeDelivered => false,
        };
        before.accepted.set(known.record, is_done);
        before.maybe.set(known.record, known.outcome == Outcome::MaybeDelivered);
    }
    if number == 0 {
        return Err(Unusable::Report("is no report: its first line is missing".to_owned()));
    }
    Ok((before, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_until_they_are_out() {
        let mut numbers = Numbers::default();
        for (number, is_in) in [(1, true), (64, true), (63, true), (5000, true), (64, false), (9000, false)] {
            numbers.set(number, is_in);
        }
        let all: Vec<_> = (0..10_000).filter(|number| numbers.has(*number)).collect();
        assert_eq!(all, [1, 63, 5000]);
        assert_eq!(numbers.len(), 3);
    }
}
