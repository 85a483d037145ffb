//! The thread that does all statements of a store, so that callers share a commit.
//!
//! It does whatever calls wait in one transaction, and those that come while it writes, up to [`MOST`]; commits, and
//! answers all. While it syncs, the next ones gather: there is no timer, and whoever is alone waits for nobody.
//!
//! A call that fails takes no other along: the transaction is rolled back, and each is done alone. That is rare, and a
//! savepoint for each call would make all of them copy each page that they change.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::fault::Fault;
use super::file::{File, Site, patiently};
use super::open::{Broken, open};
use super::row::exec;
use super::salvage::Salvage;
use super::schema;
use crate::error::StoreError;

/// How many calls share a commit at most: those of a caller who goes on as soon as it is answered wait for it.
const MOST: usize = 512;
/// How often the file may turn out to have been replaced by others while one batch is done.
const MOVES: usize = 3;

/// A call that waits, whatever it answers.
pub(super) trait Job: Send {
    /// Whether it may change something.
    fn changes(&self) -> bool;
    /// Whether somebody still waits for its answer.
    fn is_wanted(&self) -> bool;
    /// Does it. It may be done again, when what it did was rolled back.
    fn run(&mut self, db: &Connection) -> Result<(), Fault>;
    /// Answers.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// A call that answers with a `T`, and gives back what it was made of, so that its caller frees the memory: for this
/// thread, which all wait for, it is another's memory, and that takes long.
pub(super) struct Call<T, F> {
    pub(super) changes: bool,
    pub(super) work: F,
    pub(super) done: Option<T>,
    pub(super) reply: oneshot::Sender<(Result<T, StoreError>, F)>,
}

impl<T: Send, F: FnMut(&Connection) -> Result<T, Fault> + Send> Job for Call<T, F> {
    fn changes(&self) -> bool {
        self.changes
    }

    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, db: &Connection) -> Result<(), Fault> {
        self.done = Some((self.work)(db)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { changes: _, work, done, reply } = *self;
        let answer = outcome.map(|()| done.expect("a call that went well was run"));
        // Whoever no longer waits has dropped the future, and knows that the call may have happened.
        let _ = reply.send((answer, work));
    }
}

/// What the thread has.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) site: Site,
    pub(super) patience: Duration,
    /// None after it went away, until the next call.
    pub(super) file: Option<File>,
    /// What was salvaged since the store was opened.
    pub(super) salvages: Arc<Mutex<Vec<Salvage>>>,
}

/// What the calls of a batch came to.
type Outcomes = Vec<Result<(), StoreError>>;

/// Why a batch came to nothing.
enum Undone {
    /// The file was replaced by another process.
    Moved,
    /// This, before a call was begun.
    Unbegun(Fault),
    /// This, in some call or in the commit; the transaction is gone.
    Broken(Fault),
}

impl Engine {
    /// Attends to calls until nobody can make one any more.
    pub(super) fn run(mut self, calls: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = calls.recv() {
            let mut batch = Vec::from_iter(Some(first).filter(|job| job.is_wanted()));
            gather(&mut batch, calls);
            if !batch.is_empty() {
                self.attend(batch, Some(calls));
            }
        }
    }

    /// Does calls together, and with them those that come meanwhile; each alone if that does not work, so that it is told
    /// its own reason.
    fn attend(&mut self, mut batch: Vec<Box<dyn Job>>, calls: Option<&Receiver<Box<dyn Job>>>) {
        match self.persist(&mut batch, calls) {
            Ok(outcomes) => {
                for (job, outcome) in batch.into_iter().zip(outcomes) {
                    job.answer(outcome);
                }
            }
            Err(Undone::Broken(fault)) if batch.len() > 1 && !fault.is_busy() => {
                for job in batch {
                    self.attend(vec![job], None);
                }
            }
            Err(Undone::Unbegun(fault) | Undone::Broken(fault)) => self.refuse(batch, fault),
            Err(Undone::Moved) => {
                self.refuse(batch, Fault::Busy("others keep on replacing the file: look for what does".to_owned()));
            }
        }
    }

    fn refuse(&self, batch: Vec<Box<dyn Job>>, fault: Fault) {
        let error = fault.at(&self.site.main);
        for job in batch {
            job.answer(Err(error.clone()));
        }
    }

    /// Does a batch; again where the file was replaced, and where it is damaged after it was salvaged, once.
    fn persist(
        &mut self,
        batch: &mut Vec<Box<dyn Job>>,
        calls: Option<&Receiver<Box<dyn Job>>>,
    ) -> Result<Outcomes, Undone> {
        let mut moves = 0;
        let mut is_salvaged = false;
        loop {
            match self.together(batch, calls) {
                Err(Undone::Moved) if moves < MOVES => {
                    moves += 1;
                    self.file = None;
                }
                Err(Undone::Broken(fault) | Undone::Unbegun(fault)) if fault.is_damage() && !is_salvaged => {
                    is_salvaged = true;
                    // Closed before it is salvaged.
                    let identity = self.file.take().and_then(|file| file.identity());
                    let broken = Broken { identity, reason: fault.at(&self.site.main).reason() };
                    self.open(Some(&broken)).map_err(Undone::Unbegun)?;
                }
                outcome => return outcome,
            }
        }
    }

    /// Opens the file, if it is not.
    fn open(&mut self, broken: Option<&Broken>) -> Result<&File, Fault> {
        let file = if let Some(file) = self.file.take() {
            file
        } else {
            let ready = open(&self.site, self.patience, broken)?;
            self.salvages.lock().unwrap_or_else(PoisonError::into_inner).extend(ready.salvage);
            ready.file
        };
        Ok(self.file.insert(file))
    }

    /// Does a batch in one transaction, and adds to it what comes meanwhile if it writes: others read as well as it does.
    fn together(
        &mut self,
        batch: &mut Vec<Box<dyn Job>>,
        calls: Option<&Receiver<Box<dyn Job>>>,
    ) -> Result<Outcomes, Undone> {
        let (main, patience) = (self.site.main.clone(), self.patience);
        let file = self.open(None).map_err(Undone::Unbegun)?;
        let db = &file.db;
        let changes = batch.iter().any(|job| job.changes());
        let begin = if changes { "BEGIN IMMEDIATE" } else { "BEGIN" };
        if let Err(fault) = take_turn(db, begin, patience) {
            return Err(if file.is_moved() { Undone::Moved } else { Undone::Unbegun(fault) });
        }
        let calls = calls.filter(|_| changes);
        let mut outcomes = Outcomes::with_capacity(batch.len());
        loop {
            if outcomes.len() == batch.len()
                && let Some(calls) = calls
            {
                gather(batch, calls);
            }
            let Some(job) = batch.get_mut(outcomes.len()) else { break };
            match one(db, &mut **job) {
                Ok(outcome) => outcomes.push(outcome.map_err(|fault| fault.at(&main))),
                Err(fault) => {
                    let fault = roll_back(db, fault);
                    return Err(if file.is_moved() { Undone::Moved } else { Undone::Broken(fault) });
                }
            }
        }
        if let Err(fault) = exec(db, "COMMIT", []) {
            return Err(Undone::Broken(roll_back(db, fault)));
        }
        if file.is_moved() { Err(Undone::Moved) } else { Ok(outcomes) }
    }
}

/// Begins a transaction as soon as no other process keeps the file.
fn take_turn(db: &Connection, begin: &str, patience: Duration) -> Result<(), Fault> {
    patiently(patience, Fault::is_busy, || {
        exec(db, begin, []).and_then(|_| schema::still_current(db)).map_err(|fault| roll_back(db, fault))
    })
}

/// Adds what calls wait to a batch, as far as it may have more.
fn gather(batch: &mut Vec<Box<dyn Job>>, calls: &Receiver<Box<dyn Job>>) {
    let room = MOST.saturating_sub(batch.len());
    batch.extend(calls.try_iter().take(room).filter(|job| job.is_wanted()));
}

/// Does a call. The outer error is one after which nobody knows what of it was done, so that the transaction ends.
fn one(db: &Connection, job: &mut dyn Job) -> Result<Result<(), Fault>, Fault> {
    match job.run(db) {
        // A refusal comes before anything is written.
        Err(fault @ Fault::Full(_)) => Ok(Err(fault)),
        done => done.map(Ok),
    }
}

/// Ends a transaction that came to nothing.
fn roll_back(db: &Connection, fault: Fault) -> Fault {
    if !db.is_autocommit() {
        // The fault that is told is the first one. A transaction that stays open is seen at the next `BEGIN`.
        let _ = exec(db, "ROLLBACK", []);
    }
    fault
}
