//! Against a fake that ends what is being sent when the test says so.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::{Stream, StreamExt, stream};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tokio::sync::oneshot;

use super::{SendAll, Sending, Sent};
use crate::error::Error;
use crate::event::{Event, Target};

/// What the fake was given: the tag of each event is its place in the input.
#[derive(Clone, Default)]
struct Fake(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Everything that was begun, in order.
    begun: Vec<usize>,
    /// What is being sent. Dropped futures leave their entry, whose receiver is gone.
    being_sent: BTreeMap<usize, oneshot::Sender<Result<(), Error>>>,
    pulled: usize,
}

impl Fake {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn send_all<S: Stream<Item = Sending<usize>>>(&self, concurrency: usize, input: S) -> SendAll<S, usize> {
        let fake = self.clone();
        let send_all = SendAll::new(input, move |sending: Sending<usize>| {
            let fake = fake.clone();
            Box::pin(async move {
                let (sender, receiver) = oneshot::channel();
                {
                    let mut state = fake.state();
                    state.begun.push(sending.tag);
                    state.being_sent.insert(sending.tag, sender);
                }
                (sending, receiver.await.unwrap())
            })
        });
        send_all.concurrency(NonZeroUsize::new(concurrency).unwrap())
    }

    fn end(&self, tag: usize, result: Result<(), Error>) {
        let sender = self.state().being_sent.remove(&tag).unwrap();
        sender.send(result).unwrap();
    }

    /// The events of these keys, counted when they are pulled.
    fn input(&self, keys: &[u8]) -> impl Stream<Item = Sending<usize>> + Unpin + use<> {
        let fake = self.clone();
        let events: Vec<_> = keys.iter().enumerate().map(|(tag, key)| sending(*key, tag)).collect();
        stream::iter(events).inspect(move |_| fake.state().pulled += 1)
    }
}

/// The `tag`-th event, of this key. Targets differ, which must not matter.
fn sending(key: u8, tag: usize) -> Sending<usize> {
    let json = format!(
        r#"{{"flag": {{"displayName": "a flag", "description": "", "url": "https://flags.example.com",
            "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": {tag}, "externalEventSourceId": "flags:acme/shop",
            "flagProperties": {{"id": "flag-{key}"}}}}}}"#
    );
    let event: Event = serde_json::from_str(&json).unwrap();
    let site = format!("6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e3{}", tag % 10);
    Sending::new(Target::EventSource(site.parse().unwrap()), event).tagged(tag)
}

/// An executor's task: it remembers to have been woken.
struct Task(AtomicBool);

impl Task {
    fn new() -> (Arc<Self>, Waker) {
        let task = Arc::new(Self(AtomicBool::new(true)));
        (Arc::clone(&task), Waker::from(task))
    }

    fn is_to_run(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// What is there without anything happening.
fn poll<S: Stream<Item = Sending<usize>>>(send_all: &mut SendAll<S, usize>) -> Poll<Option<Sent<usize>>> {
    send_all.poll_next_unpin(&mut Context::from_waker(Waker::noop()))
}

/// The tag of an event that must have ended.
fn ended<S: Stream<Item = Sending<usize>>>(send_all: &mut SendAll<S, usize>) -> usize {
    match poll(send_all) {
        Poll::Ready(Some(sent)) => {
            assert_eq!(sent.index, sent.sending.tag);
            sent.index
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_input_no_results() {
    let mut send_all = Fake::default().send_all(1, stream::empty());
    assert!(matches!(poll(&mut send_all), Poll::Ready(None)));
    assert!(matches!(poll(&mut send_all), Poll::Ready(None)));
}

#[test]
fn a_key_waits_for_its_own_events_only() {
    let fake = Fake::default();
    let mut send_all = fake.send_all(2, fake.input(&[0, 0, 1, 2]));
    assert!(poll(&mut send_all).is_pending());
    assert_eq!(fake.state().begun, [0, 2]);
    fake.end(2, Ok(()));
    assert_eq!(ended(&mut send_all), 2);
    assert!(poll(&mut send_all).is_pending());
    assert_eq!(fake.state().begun, [0, 2, 3]);
    fake.end(0, Ok(()));
    assert_eq!(ended(&mut send_all), 0);
    assert!(poll(&mut send_all).is_pending());
    assert_eq!(fake.state().begun, [0, 2, 3, 1]);
}

#[test]
fn what_follows_a_failure_is_sent() {
    let fake = Fake::default();
    let mut send_all = fake.send_all(1, fake.input(&[0, 0]));
    assert!(poll(&mut send_all).is_pending());
    fake.end(0, Err(Error::configuration("the first one fails")));
    let Poll::Ready(Some(failed)) = poll(&mut send_all) else { panic!("it has ended") };
    assert_eq!(failed.sending, sending(0, 0));
    assert!(failed.result.is_err());
    assert!(poll(&mut send_all).is_pending());
    fake.end(1, Ok(()));
    assert_eq!(ended(&mut send_all), 1);
    assert!(matches!(poll(&mut send_all), Poll::Ready(None)));
}

#[test]
fn a_blocked_key_ends_the_look_ahead() {
    let fake = Fake::default();
    let mut keys = [0; 100];
    keys[99] = 1;
    let mut send_all = fake.send_all(2, fake.input(&keys));
    assert_eq!(send_all.size_hint(), (100, Some(100)));
    assert!(poll(&mut send_all).is_pending());
    // The one being sent, and sixteen for each of the two places.
    assert_eq!(fake.state().pulled, 33);
    assert_eq!(send_all.size_hint(), (100, Some(100)));
    fake.end(0, Ok(()));
    assert_eq!(ended(&mut send_all), 0);
    assert!(poll(&mut send_all).is_pending());
    assert_eq!(fake.state().pulled, 34);
}

#[test]
fn dropping_cancels_and_leaves_the_rest_of_the_input() {
    let fake = Fake::default();
    let mut input = fake.input(&[0, 1, 0, 2]);
    let mut send_all = fake.send_all(2, &mut input);
    assert!(poll(&mut send_all).is_pending());
    drop(send_all);
    assert!(fake.state().being_sent.values().all(oneshot::Sender::is_closed));
    assert_eq!(fake.state().being_sent.len(), 2);
    let left: Vec<_> = futures_util::FutureExt::now_or_never(input.map(|sending| sending.tag).collect()).unwrap();
    assert_eq!(left, [2, 3]);
}

#[test]
fn stopping_gives_back_what_is_not_begun_and_lets_the_rest_end() {
    let fake = Fake::default();
    let mut input = fake.input(&[0, 1, 0, 1, 1, 2]);
    let mut send_all = fake.send_all(3, &mut input);
    assert!(poll(&mut send_all).is_pending());
    assert_eq!(fake.state().begun, [0, 1, 5]);
    // Both have ended, one is given back: the next one of its key has its place, and is not begun.
    fake.end(0, Ok(()));
    fake.end(1, Ok(()));
    let first = ended(&mut send_all);
    let back: Vec<_> = send_all.stop().into_iter().map(|sending| sending.tag).collect();
    assert_eq!(back, [2, 3, 4]);
    assert_eq!(send_all.size_hint(), (2, Some(2)));
    assert_eq!(ended(&mut send_all), 1 - first);
    assert!(poll(&mut send_all).is_pending());
    assert_eq!(send_all.stop(), []);
    fake.end(5, Ok(()));
    assert_eq!(ended(&mut send_all), 5);
    assert!(matches!(poll(&mut send_all), Poll::Ready(None)));
    assert_eq!(fake.state().begun, [0, 1, 5]);
}

#[test]
fn stopping_leaves_the_rest_of_the_input() {
    let fake = Fake::default();
    let mut input = fake.input(&[0, 1, 2]);
    let mut send_all = fake.send_all(1, &mut input);
    assert!(poll(&mut send_all).is_pending());
    assert_eq!(send_all.stop(), []);
    fake.end(0, Ok(()));
    assert_eq!(ended(&mut send_all), 0);
    assert!(matches!(poll(&mut send_all), Poll::Ready(None)));
    drop(send_all);
    let left: Vec<_> = futures_util::FutureExt::now_or_never(input.map(|sending| sending.tag).collect()).unwrap();
    assert_eq!(left, [1, 2]);
}

/// An input that makes its reader wait before each event where `waits` says so, until the test wakes it.
fn hesitant(
    mut events: impl Stream<Item = Sending<usize>> + Unpin,
    waits: Vec<bool>,
    sleeper: Arc<Mutex<Option<Waker>>>,
) -> impl Stream<Item = Sending<usize>> {
    let mut waits = waits.into_iter();
    let mut asleep = false;
    stream::poll_fn(move |context| {
        let mut sleeper = sleeper.lock().unwrap();
        if asleep && sleeper.is_some() {
            *sleeper = Some(context.waker().clone());
            return Poll::Pending;
        }
        if !asleep && waits.next() == Some(true) {
            asleep = true;
            *sleeper = Some(context.waker().clone());
            return Poll::Pending;
        }
        asleep = false;
        events.poll_next_unpin(context)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Whatever the keys, the order of completion and the pauses of the input: all rules of the module hold.
    #[test]
    fn all_come_back_in_order(
        keyed in prop::collection::vec((0..6_u8, any::<bool>()), 0..120),
        spread in 1..=6_u8,
        concurrency in 1..=5_usize,
        seed in any::<u64>(),
    ) {
        let (keys, waits): (Vec<_>, Vec<_>) = keyed.into_iter().map(|(key, waits)| (key % spread, waits)).unzip();
        let mut random = fastrand::Rng::with_seed(seed);
        let fake = Fake::default();
        let sleeper = Arc::<Mutex<Option<Waker>>>::default();
        let mut send_all = fake.send_all(concurrency, hesitant(fake.input(&keys), waits, Arc::clone(&sleeper)));
        let (task, waker) = Task::new();
        let mut failures = BTreeMap::new();
        let mut given_back = BTreeMap::new();
        let mut is_done = false;
        while !is_done {
            while task.is_to_run() {
                match send_all.poll_next_unpin(&mut Context::from_waker(&waker)) {
                    Poll::Ready(Some(sent)) => {
                        prop_assert_eq!(sent.index, sent.sending.tag);
                        prop_assert_eq!(&sent.sending, &sending(keys[sent.index], sent.index));
                        let twice = given_back.insert(sent.index, sent.result.is_err());
                        prop_assert_eq!(twice, None);
                        waker.wake_by_ref();
                    }
                    Poll::Ready(None) => is_done = true,
                    Poll::Pending => {}
                }
                let state = fake.state();
                let in_hand = state.pulled - given_back.len();
                prop_assert!(state.being_sent.len() <= concurrency);
                prop_assert!(in_hand <= concurrency * 17);
                let mut is_begun = vec![false; keys.len()];
                state.begun.iter().for_each(|tag| is_begun[*tag] = true);
                for tag in state.being_sent.keys() {
                    // All before it have ended, none after it is begun.
                    let mut others = (0..keys.len()).filter(|other| keys[*other] == keys[*tag] && other != tag);
                    let in_order = others.all(|other| {
                        (other < *tag) == is_begun[other] && !state.being_sent.contains_key(&other)
                    });
                    prop_assert!(in_order);
                }
            }
            if is_done {
                break;
            }
            // Nobody has anything to do: as much goes on as may.
            let tags: Vec<_> = fake.state().being_sent.keys().copied().collect();
            let input_waits = sleeper.lock().unwrap().is_some();
            let pulled = fake.state().pulled;
            let waiting = pulled - given_back.len() - tags.len();
            prop_assert!(
                input_waits || tags.len() == concurrency || waiting == concurrency * 16 || pulled == keys.len()
            );
            // Something ends, or the input goes on.
            let choices = tags.len() + usize::from(input_waits);
            prop_assert!(choices > 0, "deadlock");
            match tags.get(random.usize(..choices)) {
                Some(tag) => {
                    let fails = random.bool();
                    failures.insert(*tag, fails);
                    fake.end(*tag, if fails { Err(Error::configuration("it fails")) } else { Ok(()) });
                }
                None => sleeper.lock().unwrap().take().into_iter().for_each(Waker::wake),
            }
        }
        prop_assert_eq!(given_back.len(), keys.len());
        prop_assert_eq!(given_back, failures);
    }

    /// Whenever it is stopped: what was pulled has ended, is given back, or is being sent and still ends; nothing is begun.
    #[test]
    fn stopped_anywhere_nothing_is_lost_and_nothing_begun(
        keys in prop::collection::vec(0..4_u8, 0..60),
        concurrency in 1..=4_usize,
        ends in 0..20_usize,
        seed in any::<u64>(),
    ) {
        let mut random = fastrand::Rng::with_seed(seed);
        let fake = Fake::default();
        let mut send_all = fake.send_all(concurrency, fake.input(&keys));
        let mut all = Vec::new();
        for _ in 0..ends {
            if let Poll::Ready(Some(sent)) = poll(&mut send_all) {
                all.push(sent.index);
            }
            let tags: Vec<_> = fake.state().being_sent.keys().copied().collect();
            for tag in tags.into_iter().filter(|_| random.bool()) {
                fake.end(tag, Ok(()));
            }
        }
        let begun = fake.state().begun.clone();
        let back: Vec<_> = send_all.stop().into_iter().map(|sending| sending.tag).collect();
        prop_assert!(back.is_sorted());
        prop_assert!(back.iter().all(|tag| !begun.contains(tag)));
        all.extend(back);
        loop {
            let tags: Vec<_> = fake.state().being_sent.keys().copied().collect();
            for tag in tags {
                fake.end(tag, Ok(()));
            }
            match poll(&mut send_all) {
                Poll::Ready(Some(sent)) => all.push(sent.index),
                Poll::Ready(None) => break,
                Poll::Pending => prop_assert!(false, "all have ended"),
            }
        }
        prop_assert_eq!(&fake.state().begun, &begun);
        all.sort_unstable();
        prop_assert_eq!(all, (0..fake.state().pulled).collect::<Vec<_>>());
    }
}
