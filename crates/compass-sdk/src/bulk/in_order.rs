//! Which event is begun when: the first of its key at once, each other one when the one before it has ended.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::{Outcome, Send, Sending, Sent};
use crate::event::EventKey;

/// The events that were pulled and not given back.
pub(super) struct InOrder<T> {
    send: Arc<Send<T>>,
    being_sent: FuturesUnordered<BeingSent<T>>,
    /// For each key of which an event is being sent, those that come after it.
    behind: HashMap<Arc<EventKey>, VecDeque<(usize, Sending<T>)>>,
    waiting: usize,
    pushed: usize,
}

impl<T> InOrder<T> {
    pub(super) fn new(send: Arc<Send<T>>) -> Self {
        Self { send, being_sent: FuturesUnordered::new(), behind: HashMap::new(), waiting: 0, pushed: 0 }
    }

    pub(super) fn being_sent(&self) -> usize {
        self.being_sent.len()
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Takes an event: begins it, or puts it behind the others of its key.
    pub(super) fn push(&mut self, sending: Sending<T>) {
        let index = self.pushed;
        self.pushed += 1;
        let key = Arc::new(sending.event.key());
        match self.behind.entry(Arc::clone(&key)) {
            Entry::Occupied(mut behind) => {
                behind.get_mut().push_back((index, sending));
                self.waiting += 1;
            }
            Entry::Vacant(free) => {
                free.insert(VecDeque::new());
                self.being_sent.push(BeingSent {
                    index,
                    key,
                    stage: Stage::Next(Box::new(sending), Arc::clone(&self.send)),
                });
            }
        }
    }

    /// Whatever is not begun, in the order of the input.
    pub(super) fn take_back(&mut self) -> Vec<Sending<T>> {
        let behind = self.behind.values_mut().flat_map(|behind| behind.drain(..));
        let mut back: Vec<_> = behind.collect();
        self.waiting = 0;
        // Those that have their place already, but were not polled since.
        for being_sent in std::mem::take(&mut self.being_sent) {
            match being_sent.stage {
                Stage::Next(sending, _) => {
                    self.behind.remove(&being_sent.key);
                    back.push((being_sent.index, *sending));
                }
                Stage::Begun(_) => self.being_sent.push(being_sent),
                // It was given back.
                Stage::Ended => {}
            }
        }
        back.sort_unstable_by_key(|(index, _)| *index);
        back.into_iter().map(|(_, sending)| sending).collect()
    }

    /// The next event to end; none if none is being sent, and then none waits either. The next one of its key takes its
    /// place at once, so that there is never a free place and an event that could take it.
    pub(super) fn poll_sent(&mut self, context: &mut Context<'_>) -> Poll<Option<Sent<T>>> {
        let Some((key, ended)) = std::task::ready!(self.being_sent.poll_next_unpin(context)) else {
            return Poll::Ready(None);
        };
        if let Entry::Occupied(mut behind) = self.behind.entry(key) {
            if let Some((index, sending)) = behind.get_mut().pop_front() {
                self.waiting -= 1;
                let key = Arc::clone(behind.key());
                self.being_sent.push(BeingSent {
                    index,
                    key,
                    stage: Stage::Next(Box::new(sending), Arc::clone(&self.send)),
                });
            } else {
                behind.remove();
            }
        }
        Poll::Ready(Some(ended))
    }
}

/// An event on its way, with its place in the input.
struct BeingSent<T> {
    index: usize,
    key: Arc<EventKey>,
    stage: Stage<T>,
}

/// How far an event is. It is begun when it is polled, and not before, so that it can be taken back until then.
enum Stage<T> {
    Next(Box<Sending<T>>, Arc<Send<T>>),
    Begun(BoxFuture<'static, Outcome<T>>),
    Ended,
}

/// Futures have a pin of their own, and nothing else is ever pinned.
impl<T> Unpin for BeingSent<T> {}

impl<T> Future for BeingSent<T> {
    type Output = (Arc<EventKey>, Sent<T>);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let mut future = match std::mem::replace(&mut this.stage, Stage::Ended) {
            Stage::Next(sending, send) => send(*sending),
            Stage::Begun(future) => future,
            // Nobody polls what has ended.
            Stage::Ended => return Poll::Pending,
        };
        match future.as_mut().poll(context) {
            Poll::Ready((sending, result)) => {
                Poll::Ready((Arc::clone(&this.key), Sent { index: this.index, sending, result }))
            }
            Poll::Pending => {
                this.stage = Stage::Begun(future);
                Poll::Pending
            }
        }
    }
}
