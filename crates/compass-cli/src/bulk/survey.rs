//! Reads all records and counts what they are: the whole of `validate`, and what `send` does before it sends anything.

use std::io::{self, Read};
use std::ops::ControlFlow;

use super::item::{Item, Subject, read};
use super::problem::Problem;
use super::records::{Content, Records};
use super::resume::Numbers;

/// What the records of a file are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Survey {
    pub(super) events: u64,
    pub(super) metrics: u64,
    /// The numbers of both.
    pub(super) valid: Numbers,
    /// Records that something is wrong with.
    pub(super) invalid: u64,
    /// All that is wrong.
    pub(super) problems: u64,
    /// Events that name neither component nor cloud ID, and the line of the first one.
    pub(super) untargeted: Option<(u64, u64)>,
    /// Whether it was told to stop.
    pub(super) stopped: bool,
    /// Whether there is more that cannot be told apart into records.
    pub(super) broken: bool,
}

impl Survey {
    pub(super) fn valid(&self) -> u64 {
        self.events + self.metrics
    }

    pub(super) fn records(&self) -> u64 {
        self.valid() + self.invalid
    }

    /// Whether these are all records of the file.
    pub(super) fn is_complete(&self) -> bool {
        !self.stopped && !self.broken
    }

    /// Reads the records; `problem` is told of the number of each bad one and of one problem of it, and says whether to
    /// go on with the next record.
    pub(super) fn of<R: Read>(
        records: &mut Records<R>,
        wanted: Option<Subject>,
        mut problem: impl FnMut(u64, &Problem) -> io::Result<ControlFlow<()>>,
    ) -> io::Result<Self> {
        let mut survey = Self::default();
        while let Some(record) = records.next()? {
            survey.broken |= matches!(record.content, Content::End(_));
            let found = read(&record, wanted);
            survey.valid.set(record.number, found.is_ok());
            match found {
                Ok(Item::Metric(_)) => survey.metrics += 1,
                Ok(Item::Event(target, _)) => {
                    survey.events += 1;
                    if target.is_none() {
                        let (count, first) = survey.untargeted.unwrap_or((0, record.line));
                        survey.untargeted = Some((count + 1, first));
                    }
                }
                Err(problems) => {
                    survey.invalid += 1;
                    survey.problems += problems.len() as u64;
                    for found in &problems {
                        survey.stopped |= problem(record.number, found)?.is_break();
                    }
                    if survey.stopped {
                        return Ok(survey);
                    }
                }
            }
        }
        Ok(survey)
    }
}
