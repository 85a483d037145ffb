//! What sends the records: streams of how each one ended.

use std::cell::RefCell;
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

/// Sends events, those of one key one after another.
pub(super) fn events<R: Read>(
    mut pump: Pump<'_, '_, '_, R>,
    default: Option<&Target>,
    compass: &Compass,
    concurrency: NonZeroUsize,
) -> impl Stream<Item = Ended> {
    let input = poll_fn(move |context| {
        pump.poll(context).map(|next| match next? {
            // Who has no target of its own was let in because there is a default.
            (place, Item::Event(target, event)) => {
                let target = target.or_else(|| default.cloned())?;
                Some(Sending::new(target, *event).tagged(place))
            }
            // The pump was asked for events.
            (_, Item::Metric(_)) => None,
        })
    });
    compass.events().send_all(input).concurrency(concurrency).map(|sent| {
        let entry = Entry::new(sent.sending.tag, Outcome::Accepted).of_event(&sent.sending.event);
        (entry, ACCEPTED, sent.result)
    })
}

/// Sends metrics. Each is in the report before it is sent: if nobody lives to write what became of it, nobody knows
/// whether it arrived.
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
        let message = Some("under way".to_owned());
        run.borrow_mut().note_in_report(&Entry { outcome: Outcome::MaybeDelivered, message, ..entry.clone() });
        let metrics = compass.metrics();
        let metrics = if repeats { metrics.allow_repeats() } else { metrics };
        let result = metrics.insert(&metric).await;
        (entry, RECORDED, result.map(drop))
    });
    sending.buffer_unordered(concurrency.get())
}
