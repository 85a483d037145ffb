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

use super::{Outcome, Sending, Sent};
use crate::event::EventKey;

/// The events that were pulled and not given back.
pub(super) struct InOrder<T> {
    being_sent: FuturesUnordered<BeingSent<T>>,
    /// For each key of which an event is being sent, those that come after it.
    behind: HashMap<Arc<EventKey>, VecDeque<(usize, Sending<T>)>>,
    waiting: usize,
    pushed: usize,
}

impl<T> InOrder<T> {
    pub(super) fn new() -> Self {
        Self { being_sent: FuturesUnordered::new(), behind: HashMap::new(), waiting: 0, pushed: 0 }
    }

    pub(super) fn being_sent(&self) -> usize {
        self.being_sent.len()
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Takes an event: begins it, or puts it behind the others of its key.
    pub(super) fn push(&mut self, sending: Sending<T>, send: impl Fn(Sending<T>) -> BoxFuture<'static, Outcome<T>>) {
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
                self.being_sent.push(BeingSent { index, key, future: send(sending) });
            }
        }
    }

    /// The next event to end; none if none is being sent, and then none waits either. The next one of its key takes its
    /// place at once, so that there is never a free place and an event that could take it.
    pub(super) fn poll_sent(
        &mut self,
        context: &mut Context<'_>,
        send: impl Fn(Sending<T>) -> BoxFuture<'static, Outcome<T>>,
    ) -> Poll<Option<Sent<T>>> {
        let Some((key, ended)) = std::task::ready!(self.being_sent.poll_next_unpin(context)) else {
            return Poll::Ready(None);
        };
        if let Entry::Occupied(mut behind) = self.behind.entry(key) {
            if let Some((index, sending)) = behind.get_mut().pop_front() {
                self.waiting -= 1;
                let key = Arc::clone(behind.key());
                self.being_sent.push(BeingSent { index, key, future: send(sending) });
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
    future: BoxFuture<'static, Outcome<T>>,
}

impl<T> Future for BeingSent<T> {
    type Output = (Arc<EventKey>, Sent<T>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let ended = self.future.as_mut().poll(context);
        ended.map(|(sending, result)| (Arc::clone(&self.key), Sent { index: self.index, sending, result }))
    }
}
