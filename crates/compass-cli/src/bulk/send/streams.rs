//! What sends the records: streams of how each one ended.

use std::cell::RefCell;
use std::future::ready;
use std::io::Read;
use std::num::NonZeroUsize;

use compass_sdk::Compass;
use compass_sdk::bulk::Sending;
use compass_sdk::event::Target;
use futures_util::stream::poll_fn;
use futures_util::{Stream, StreamExt as _};

use super::drive::Ended;
use super::pump::Pump;
use super::run::Run;
use crate::bulk::item::Item;
use crate::bulk::report::{Entry, Outcome};

/// The contract's status of an event that was taken.
const ACCEPTED: u16 = 202;
/// The contract's status of a value that was recorded.
const RECORDED: u16 = 200;

/// Sends events, those of one key one after another. After a stop none is begun.
pub(super) fn events<R: Read>(
    mut pump: Pump<'_, '_, '_, R>,
    run: &RefCell<Run<'_, '_>>,
    default: Option<&Target>,
    compass: &Compass,
    concurrency: NonZeroUsize,
) -> impl Stream<Item = Ended> {
    let input = poll_fn(move |context| {
        pump.poll(context).map(|next| match next? {
            // Who has no target of its own was let in because there is a default.
            (place, Item::Event(target, event)) => {
                let target = target.or_else(|| default.cloned())?;
                let entry = Entry::new(place, Outcome::Accepted).of_event(&event);
                run.borrow_mut().take_up(&entry);
                Some(Sending::new(target, *event).tagged(entry))
            }
            // The pump was asked for events.
            (_, Item::Metric(_)) => None,
        })
    });
    let mut sent = compass.events().send_all(input).concurrency(concurrency);
    poll_fn(move |context| {
        if run.borrow().stop().is_some() {
            for sending in sent.stop() {
                run.borrow_mut().put_back(&sending.tag);
            }
        }
        let next = sent.poll_next_unpin(context);
        next.map(|next| next.map(|sent| (sent.sending.tag, ACCEPTED, sent.result)))
    })
}

/// Sends metrics. Each is in the report before it is sent: if nobody lives to write what became of it, nobody knows
/// whether it arrived. After a stop none is begun.
pub(super) fn metrics<R: Read>(
    mut pump: Pump<'_, '_, '_, R>,
    run: &RefCell<Run<'_, '_>>,
    compass: &Compass,
    concurrency: NonZeroUsize,
    repeats: bool,
) -> impl Stream<Item = Ended> {
    let input = poll_fn(move |context| {
        pump.poll(context).map(|next| match next? {
            (place, Item::Metric(metric)) => Some((place, metric)),
            // The pump was asked for metrics.
            (_, Item::Event(..)) => None,
        })
    });
    let sending = input.map(move |(place, metric)| async move {
        let entry = Entry::new(place, Outcome::Accepted).of_metric(&metric);
        if !run.borrow_mut().begin(&entry) {
            return None;
        }
        let metrics = compass.metrics();
        let metrics = if repeats { metrics.allow_repeats() } else { metrics };
        let result = metrics.insert(&metric).await;
        Some((entry, RECORDED, result.map(drop)))
    });
    sending.buffer_unordered(concurrency.get()).filter_map(ready)
}
