//! Runs workers by hand: polls them until nothing moves, and only then lets time pass.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use compass_sdk::clock::Clock as _;

use super::fake::{Fake, Happened, World};
use super::memory::Memory;
use super::watched::{NOBODY, Watched};
use crate::envelope::MessageId;
use crate::error::StoreError;
use crate::message::Message;
use crate::outbox::{Outbox, Receipt};
use crate::store::{Kept, Store};
use crate::worker::{Report, Worker};

type Running = Pin<Box<dyn Future<Output = Result<Report, StoreError>>>>;

/// A world with a store and workers on it.
pub(super) struct Driver {
    pub(super) world: Arc<World>,
    store: Arc<dyn Store>,
    /// Of somebody who only enqueues.
    pub(super) outbox: Outbox,
    workers: Vec<Option<Running>>,
    woken: Arc<Woken>,
}

struct Woken {
    flag: AtomicBool,
    thread: Thread,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

impl Driver {
    pub(super) fn new(store: Arc<dyn Store>, seed: u64) -> Self {
        let world = World::new(seed);
        let thread = std::thread::current();
        let mut driver = Self {
            outbox: Outbox::with_store(Memory::default()),
            world,
            store,
            workers: Vec::new(),
            woken: Arc::new(Woken { flag: AtomicBool::new(false), thread }),
        };
        driver.outbox = driver.outbox_of(NOBODY, Arc::default());
        driver
    }

    /// An outbox as another process has it: over the same store.
    fn outbox_of(&self, worker: usize, leases: Arc<Mutex<BTreeMap<MessageId, u64>>>) -> Outbox {
        let (store, world) = (Arc::clone(&self.store), Arc::clone(&self.world));
        Outbox::with_store(Watched { store, world, worker, leases }).clock(self.world.clocks.clone())
    }

    /// Starts a worker; answers its number.
    pub(super) fn start(&mut self, set_up: impl Fn(Worker) -> Worker, deliver: bool) -> usize {
        self.start_as("first", set_up, deliver)
    }

    pub(super) fn start_as(
        &mut self,
        fingerprint: &'static str,
        set_up: impl Fn(Worker) -> Worker,
        deliver: bool,
    ) -> usize {
        self.start_with(fingerprint, set_up, deliver, std::future::pending())
    }

    /// Starts a worker that is told to shut down.
    pub(super) fn start_until(
        &mut self,
        set_up: impl Fn(Worker) -> Worker,
        shutdown: impl Future<Output = ()> + 'static,
    ) -> usize {
        self.start_with("first", set_up, false, shutdown)
    }

    fn start_with(
        &mut self,
        fingerprint: &'static str,
        set_up: impl Fn(Worker) -> Worker,
        deliver: bool,
        until: impl Future<Output = ()> + 'static,
    ) -> usize {
        let worker = self.workers.len();
        let leases = Arc::default();
        let outbox = self.outbox_of(worker, Arc::clone(&leases));
        let world = Arc::clone(&self.world);
        let made = outbox.worker_with(Fake { world, worker, fingerprint, leases }).seed(worker as u64);
        let made = set_up(made);
        self.workers.push(Some(Box::pin(async move {
            if deliver { made.deliver(until).await } else { made.run(until).await }
        })));
        worker
    }

    /// Drops what a worker is doing.
    pub(super) fn crash(&mut self, worker: usize) {
        if self.workers[worker].take().is_some() {
            self.world.write(Happened::Crashed(worker));
        }
    }

    pub(super) fn running(&self) -> Vec<usize> {
        (0..self.workers.len()).filter(|&worker| self.workers[worker].is_some()).collect()
    }

    /// Polls every worker once. Answers the report of one that has ended.
    pub(super) fn poll(&mut self) -> Option<Result<Report, StoreError>> {
        self.woken.flag.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&self.woken));
        let mut context = Context::from_waker(&waker);
        for worker in &mut self.workers {
            if let Some(running) = worker
                && let Poll::Ready(result) = running.as_mut().poll(&mut context)
            {
                *worker = None;
                return Some(result);
            }
        }
        None
    }

    /// Polls until nothing moves, or a worker has ended.
    pub(super) fn settle_down(&mut self) -> Option<Result<Report, StoreError>> {
        loop {
            if let Some(result) = self.poll() {
                return Some(result);
            }
            while !self.woken.flag.load(Ordering::SeqCst) {
                if self.world.outstanding.load(Ordering::SeqCst) == 0 {
                    return None;
                }
                std::thread::park_timeout(Duration::from_millis(100));
            }
        }
    }

    /// Lets time pass up to what somebody waits for.
    pub(super) fn advance(&mut self) {
        let clock = &self.world.clocks.simulated;
        if let Some(deadline) = clock.next_deadline() {
            clock.advance(deadline.saturating_sub(clock.now()));
        }
    }

    /// Runs for so long, in the simulated time.
    pub(super) fn run_for(&mut self, duration: Duration) {
        let end = self.world.clocks.now() + duration;
        while self.world.clocks.now() < end {
            assert!(self.settle_down().is_none(), "a worker has ended");
            self.advance();
        }
    }

    /// Lets time pass while there is no worker.
    pub(super) fn run_alone(&mut self, duration: Duration) {
        assert!(self.running().is_empty());
        self.world.clocks.simulated.advance(duration);
    }

    /// Runs until a worker has ended by itself.
    pub(super) fn run_to_end(&mut self) -> Report {
        self.run_to_result().unwrap()
    }

    pub(super) fn run_to_result(&mut self) -> Result<Report, StoreError> {
        for _ in 0..1_000_000 {
            if let Some(result) = self.settle_down() {
                return result;
            }
            self.advance();
        }
        panic!("no end: {:?}", self.world.log().iter().rev().take(20).collect::<Vec<_>>());
    }

    /// Starts a worker, and runs until there is nothing to deliver any more.
    pub(super) fn deliver(&mut self, set_up: impl Fn(Worker) -> Worker) -> Report {
        self.start(set_up, true);
        self.run_to_end()
    }

    /// Starts a worker, and runs until all has been tried that may go.
    pub(super) fn deliver_once(&mut self, set_up: impl Fn(Worker) -> Worker) -> Report {
        self.start_once(set_up);
        self.run_to_end()
    }

    pub(super) fn start_once(&mut self, set_up: impl Fn(Worker) -> Worker) {
        let worker = self.workers.len();
        let leases = Arc::default();
        let outbox = self.outbox_of(worker, Arc::clone(&leases));
        let world = Arc::clone(&self.world);
        let made = set_up(outbox.worker_with(Fake { world, worker, fingerprint: "first", leases }).seed(worker as u64));
        self.workers.push(Some(Box::pin(async move { made.deliver_once(std::future::pending()).await })));
    }

    pub(super) fn enqueue(&self, message: Message) -> Receipt {
        now(self.outbox.enqueue(message)).unwrap()
    }

    pub(super) fn get(&self, id: MessageId) -> Kept {
        now(self.outbox.get(id)).unwrap().expect("what was accepted is there")
    }
}

/// Waits for the store alone.
pub(super) fn now<T>(future: impl Future<Output = T>) -> T {
    let thread = std::thread::current();
    let woken = Arc::new(Woken { flag: AtomicBool::new(false), thread });
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        while !woken.flag.swap(false, Ordering::SeqCst) {
            std::thread::park();
        }
    }
}

pub(super) const MINUTE: Duration = Duration::from_mins(1);

/// A driver with an empty store in memory.
pub(super) fn driver() -> Driver {
    Driver::new(Arc::new(Memory::default()), 2026)
}

pub(super) fn as_it_is(worker: Worker) -> Worker {
    worker
}

/// When each attempt was begun, and of what.
pub(super) fn begun(driver: &Driver) -> Vec<(MessageId, Duration)> {
    let log = driver.world.log();
    log.iter()
        .filter_map(|what| if let Happened::Begun { id, at, .. } = what { Some((*id, *at)) } else { None })
        .collect()
}

pub(super) fn ids(driver: &Driver) -> Vec<MessageId> {
    begun(driver).into_iter().map(|(id, _)| id).collect()
}
