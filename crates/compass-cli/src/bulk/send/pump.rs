//! Takes one record after another from the file, for whatever sends them.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::Read;
use std::task::{Context, Poll};

use super::run::{Run, Stop};
use crate::bulk::input::unreadable;
use crate::bulk::item::{Item, Subject, read};
use crate::bulk::records::Records;
use crate::bulk::report::Place;
use crate::bulk::resume::Before;

/// How many records that are not to be sent are passed before others get their turn.
const IN_A_ROW: u32 = 1024;

/// The records that are to be sent. The others end here.
pub(super) struct Pump<'p, 'r, 's, R: Read> {
    pub(super) records: &'p mut Records<R>,
    pub(super) run: &'p RefCell<Run<'r, 's>>,
    pub(super) subject: Subject,
    pub(super) before: &'p Before,
    /// Whether what may have arrived is sent again.
    pub(super) repeats: bool,
}

impl<R: Read> Pump<'_, '_, '_, R> {
    /// The next record that is to be sent. Never pending but to let others have their turn.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<(Place, Item)>> {
        for _ in 0..IN_A_ROW {
            if self.run.borrow().stop().is_some() {
                return Poll::Ready(None);
            }
            let record = match self.records.next() {
                Ok(Some(record)) => record,
                Ok(None) => return Poll::Ready(None),
                Err(error) => {
                    let mut run = self.run.borrow_mut();
                    let failure = unreadable(run.name.as_ref(), &error);
                    run.break_off(failure);
                    return Poll::Ready(None);
                }
            };
            let place = Place { record: record.number, line: record.line };
            if !self.before.leaves(place.record, self.repeats) {
                continue;
            }
            match read(&record, Some(self.subject)) {
                Ok(item) => return Poll::Ready(Some((place, item))),
                Err(problems) => self.run.borrow_mut().invalid(place, &problems),
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<R: Read> Pump<'_, '_, '_, R> {
    /// Passes all records where none is to be sent, so that those that are invalid end.
    pub(super) async fn pass(mut self) {
        while poll_fn(|context| self.poll(context)).await.is_some() {}
    }
}

/// A stop that still lets what is under way end.
pub(super) fn is_gentle(stop: Option<Stop>) -> bool {
    stop < Some(Stop::Abandoned)
}
