//! What every store does: a function for each rule, which a store's tests run by [`conforms`].
//!
//! Times are made up, and nothing waits.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use compass_sdk::event::Kind;
use serde_json::value::RawValue;

use super::{
    Account, Answer, Closed, LONGEST_LEASE, LONGEST_WAIT, Lease, Leased, Outcome, Page, PermitRequest, Permits,
    Settled, State, Store, Wanted, Which, Why,
};
use crate::envelope::{Destination, Envelope, Lane, MessageId, MessageKind, Origin};
use crate::error::StoreErrorKind;

/// Runs all rules on stores that an expression makes of [`Bounds`](super::Bounds): a store, and what must outlive it.
macro_rules! conforms {
    ($make:expr) => {
        $crate::store::conformance::conforms!(@each $make;
            what_is_accepted_is_there leases_are_in_order_of_urgency_then_place a_lane_has_one_lease
            a_lane_that_waits_says_when a_lease_ends_by_itself the_lease_that_was_lost_says_only_that_it_arrived
            what_was_delivered_stays_so dead_letters_let_their_lane_go_on a_release_counts_no_attempt
            newer_ones_supersede_on_the_way what_is_leased_is_never_superseded delivery_supersedes_older_ones
            without_sequence_numbers_nothing_is_superseded clocks_that_go_back_end_leases_and_waits
            a_longer_lease_or_wait_is_cut permits_fill_the_window_and_no_more permits_after_the_clock_went_back
            slow_down_is_not_shortened a_pause_is_of_its_credentials_only held_is_for_everyone
            a_closed_way_is_no_longer_than_allowed retry_queues_behind drop_gives_up_what_is_not_leased
            prune_forgets_by_age bounds_refuse_and_lose_nothing pages_follow_each_other status_counts
            accepting_twice_is_once
        );
    };
    (@each $make:expr; $($rule:ident)*) => {
        $(
            #[tokio::test]
            async fn $rule() {
                let bounds = $crate::store::Bounds { messages: 8, bytes: 1_000 };
                let (store, _keep) = $make(bounds);
                $crate::store::conformance::$rule(&store).await;
            }
        )*
    };
}
pub(crate) use conforms;

/// A moment, so many seconds after the first.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + seconds, 0).expect("a time of this century")
}

fn after(now: DateTime<Utc>, length: Duration) -> DateTime<Utc> {
    now + TimeDelta::from_std(length).expect("an hour at most")
}

pub(crate) fn destination() -> Destination {
    Destination("https://example.atlassian.net/gateway/api".to_owned())
}

pub(crate) fn account() -> Account {
    Account { destination: destination(), email: "ci@example.com".to_owned() }
}

/// A message of 20 bytes.
pub(crate) fn message(kind: MessageKind, entity: &str) -> Envelope {
    Envelope {
        id: MessageId::new(),
        lane: Lane {
            destination: destination(),
            cloud_id: "2f6b".to_owned(),
            kind,
            source: "ci".to_owned(),
            entity: entity.to_owned(),
        },
        accepted_at: at(0),
        sequence: None,
        coalesce: None,
        origin: Origin { run: Some("https://ci.example.com/7".to_owned()), ..Origin::default() },
        body: RawValue::from_string(r#"{"title":"a 'b' \n"}"#.to_owned()).expect("JSON"),
    }
}

pub(crate) fn deployment(entity: &str) -> Envelope {
    message(MessageKind::Event(Kind::Deployment), entity)
}

fn update(entity: &str, coalesce: &str, sequence: i64) -> Envelope {
    Envelope { sequence: Some(sequence), coalesce: Some(coalesce.to_owned()), ..deployment(entity) }
}

pub(crate) fn wanted(most: usize, now: DateTime<Utc>) -> Wanted {
    Wanted { account: account(), fingerprint: "f1".to_owned(), most, lease: Duration::from_secs(60), now }
}

fn answer(message: &str) -> Answer {
    Answer {
        at: at(1),
        status: Some(503),
        message: message.to_owned(),
        body: "<html>".to_owned(),
        may_have_arrived: false,
    }
}

async fn accept(store: &dyn Store, messages: &[&Envelope]) {
    store.accept(messages.iter().map(|message| (*message).clone()).collect()).await.expect("there is room");
}

async fn lease(store: &dyn Store, most: usize, now: DateTime<Utc>) -> Vec<Leased> {
    store.lease(wanted(most, now)).await.expect("a lease").leased
}

async fn leased_ids(store: &dyn Store, most: usize, now: DateTime<Utc>) -> Vec<MessageId> {
    lease(store, most, now).await.into_iter().map(|leased| leased.envelope.id).collect()
}

async fn settle(store: &dyn Store, lease: Lease, outcome: Outcome, now: DateTime<Utc>) -> bool {
    let held = store.settle(vec![Settled { lease, outcome }], now).await.expect("settled");
    assert_eq!(held.len(), 1);
    held[0]
}

async fn state(store: &dyn Store, message: &Envelope) -> State {
    store.get(message.id).await.expect("a store").expect("the message is there").state
}

/// Takes the only message that is ready, and makes it a dead letter.
async fn kill(store: &dyn Store, message: &Envelope, now: DateTime<Utc>) {
    let leased = lease(store, 1, now).await.remove(0);
    assert_eq!(leased.envelope.id, message.id);
    assert!(settle(store, leased.lease, Outcome::Dead(answer("400")), now).await);
}

async fn deliver(store: &dyn Store, message: &Envelope, now: DateTime<Utc>) {
    let leased = lease(store, 1, now).await.remove(0);
    assert_eq!(leased.envelope.id, message.id);
    assert!(settle(store, leased.lease, Outcome::Delivered, now).await);
}

pub(crate) async fn what_is_accepted_is_there(store: &dyn Store) {
    let mut odd = update("api", "environment prod", i64::MIN);
    odd.accepted_at = DateTime::from_timestamp(1_780_000_000, 123_456_789).expect("a time");
    odd.lane.entity = "ü\0\u{10ffff}'".to_owned();
    accept(store, &[&odd]).await;
    let kept = store.get(odd.id).await.expect("a store").expect("it is there");
    assert_eq!(kept.envelope, odd);
    assert_eq!((kept.state, kept.attempts), (State::Queued, 0));
    assert_eq!((kept.next_attempt_at, kept.leased_until, kept.ended_at, kept.answer), (None, None, None, None));
    assert_eq!(store.get(MessageId::new()).await.expect("a store").map(|kept| kept.state), None);
    let leased = lease(store, 1, at(0)).await.remove(0);
    assert_eq!((leased.envelope, leased.attempts, leased.lease.number), (odd, 0, 1));
}

pub(crate) async fn accepting_twice_is_once(store: &dyn Store) {
    let one = deployment("a");
    accept(store, &[&one]).await;
    accept(store, &[&one]).await;
    assert_eq!(store.status(at(0)).await.expect("a status").queued, 1);
}

pub(crate) async fn leases_are_in_order_of_urgency_then_place(store: &dyn Store) {
    let build = message(MessageKind::Event(Kind::Build), "1");
    let metric = message(MessageKind::Metric, "1");
    let (first, second) = (deployment("a"), deployment("b"));
    let alert = message(MessageKind::Event(Kind::Alert), "1");
    accept(store, &[&build, &first, &metric]).await;
    accept(store, &[&second, &alert]).await;
    let ids = leased_ids(store, 9, at(0)).await;
    assert_eq!(ids, [alert.id, first.id, second.id, build.id, metric.id]);
}

pub(crate) async fn a_lane_has_one_lease(store: &dyn Store) {
    let (first, second, other) = (deployment("a"), deployment("a"), deployment("b"));
    let mut elsewhere = deployment("a");
    elsewhere.lane.destination = Destination("https://other.example.com".to_owned());
    accept(store, &[&first, &second, &other, &elsewhere]).await;
    let leases = store.lease(wanted(9, at(0))).await.expect("leases");
    let ids: Vec<_> = leases.leased.iter().map(|leased| leased.envelope.id).collect();
    assert_eq!(ids, [first.id, other.id], "one of a lane, and nothing of another destination");
    assert_eq!(leases.next, Some(at(60)), "when these leases end");
    assert_eq!(leased_ids(store, 9, at(1)).await, []);
    assert!(settle(store, leases.leased[0].lease, Outcome::Delivered, at(2)).await);
    assert_eq!(leased_ids(store, 9, at(2)).await, [second.id]);
}

pub(crate) async fn a_lane_that_waits_says_when(store: &dyn Store) {
    let (first, second) = (deployment("a"), deployment("a"));
    accept(store, &[&first, &second]).await;
    let leased = lease(store, 9, at(0)).await.remove(0);
    let later = Outcome::Later { at: at(30), answer: answer("503") };
    assert!(settle(store, leased.lease, later, at(1)).await);
    let kept = store.get(first.id).await.expect("a store").expect("it is there");
    assert_eq!((kept.attempts, kept.next_attempt_at, kept.leased_until), (1, Some(at(30)), None));
    assert_eq!(kept.answer, Some(answer("503")));
    let none = store.lease(wanted(9, at(29))).await.expect("none");
    assert!(none.leased.is_empty() && none.closed.is_none());
    assert_eq!(none.next, Some(at(30)));
    let again = lease(store, 9, at(30)).await.remove(0);
    assert_eq!((again.envelope.id, again.attempts, again.lease.number), (first.id, 1, 2));
    assert_eq!(store.get(first.id).await.expect("a store").expect("it is there").next_attempt_at, None);
}

pub(crate) async fn a_lease_ends_by_itself(store: &dyn Store) {
    let one = deployment("a");
    accept(store, &[&one]).await;
    let first = lease(store, 1, at(0)).await.remove(0);
    assert_eq!(store.status(at(59)).await.expect("a status").leased, 1);
    assert_eq!(leased_ids(store, 1, at(59)).await, []);
    assert_eq!(store.status(at(60)).await.expect("a status").leased, 0);
    let second = lease(store, 1, at(60)).await.remove(0);
    assert_eq!((second.envelope.id, second.lease.number), (first.envelope.id, 2));
    // Nobody took this one over.
    assert!(settle(store, second.lease, Outcome::Delivered, at(500)).await);
}

pub(crate) async fn the_lease_that_was_lost_says_only_that_it_arrived(store: &dyn Store) {
    let one = deployment("a");
    accept(store, &[&one]).await;
    let lost = lease(store, 1, at(0)).await.remove(0).lease;
    let held = lease(store, 1, at(60)).await.remove(0).lease;
    for outcome in [
        Outcome::Dead(answer("400")),
        Outcome::Later { at: at(99), answer: answer("503") },
        Outcome::Released(Some(answer("401"))),
    ] {
        assert!(!settle(store, lost, outcome, at(61)).await);
    }
    let kept = store.get(one.id).await.expect("a store").expect("it is there");
    assert_eq!((kept.state, kept.attempts, kept.leased_until, kept.answer), (State::Queued, 0, Some(at(120)), None));
    assert!(!settle(store, lost, Outcome::Delivered, at(62)).await);
    assert_eq!(state(store, &one).await, State::Delivered);
    assert!(!settle(store, held, Outcome::Dead(answer("409")), at(63)).await);
    assert_eq!(state(store, &one).await, State::Delivered);
    let unknown = Lease { id: MessageId::new(), number: 1 };
    assert!(!settle(store, unknown, Outcome::Delivered, at(64)).await);
    let status = store.status(at(64)).await.expect("a status");
    assert_eq!((status.queued, status.dead, status.delivered, status.leased), (0, 0, 1, 0));
}

pub(crate) async fn what_was_delivered_stays_so(store: &dyn Store) {
    let one = deployment("a");
    accept(store, &[&one]).await;
    let lost = lease(store, 1, at(0)).await.remove(0).lease;
    let held = lease(store, 1, at(60)).await.remove(0).lease;
    assert!(settle(store, held, Outcome::Dead(answer("409")), at(61)).await);
    // It arrived the first time, and that is why it was refused the second.
    assert!(!settle(store, lost, Outcome::Delivered, at(62)).await);
    assert_eq!(state(store, &one).await, State::Delivered);
    assert!(!settle(store, lost, Outcome::Delivered, at(63)).await);
    let status = store.status(at(64)).await.expect("a status");
    assert_eq!((status.dead, status.delivered, status.bytes), (0, 1, 0));
    assert_eq!(status.last_success, Some(at(62)));
}

pub(crate) async fn dead_letters_let_their_lane_go_on(store: &dyn Store) {
    let (first, second) = (deployment("a"), deployment("a"));
    accept(store, &[&first, &second]).await;
    kill(store, &first, at(1)).await;
    let kept = store.get(first.id).await.expect("a store").expect("it is there");
    assert_eq!((kept.state, kept.attempts, kept.ended_at), (State::Dead, 1, Some(at(1))));
    assert_eq!(kept.answer, Some(answer("400")));
    assert_eq!(leased_ids(store, 9, at(1)).await, [second.id]);
}

pub(crate) async fn a_release_counts_no_attempt(store: &dyn Store) {
    let (first, second) = (deployment("a"), deployment("a"));
    accept(store, &[&first, &second]).await;
    let leased = lease(store, 9, at(0)).await.remove(0);
    assert!(settle(store, leased.lease, Outcome::Released(None), at(1)).await);
    assert!(!settle(store, leased.lease, Outcome::Released(None), at(1)).await, "a lease ends once");
    let leased = lease(store, 9, at(1)).await.remove(0);
    assert_eq!((leased.envelope.id, leased.attempts, leased.lease.number), (first.id, 0, 2));
    assert!(settle(store, leased.lease, Outcome::Released(Some(answer("401"))), at(2)).await);
    let kept = store.get(first.id).await.expect("a store").expect("it is there");
    assert_eq!((kept.attempts, kept.answer, kept.leased_until), (0, Some(answer("401")), None));
}

pub(crate) async fn newer_ones_supersede_on_the_way(store: &dyn Store) {
    let (one, other, two, stale) = (update("a", "x", 1), update("a", "y", 1), update("a", "x", 3), update("a", "x", 2));
    accept(store, &[&one, &other, &two, &stale]).await;
    assert_eq!(leased_ids(store, 9, at(5)).await, [other.id], "`one` has a newer one, and `y` is another text");
    assert_eq!(state(store, &one).await, State::Superseded);
    assert_eq!(state(store, &two).await, State::Queued);
    assert_eq!(state(store, &stale).await, State::Queued);
    let status = store.status(at(5)).await.expect("a status");
    assert_eq!((status.queued, status.superseded, status.bytes), (3, 1, 60));
    assert_eq!(store.get(one.id).await.expect("a store").expect("it is there").ended_at, Some(at(5)));
}

pub(crate) async fn what_is_leased_is_never_superseded(store: &dyn Store) {
    let one = update("a", "x", 1);
    accept(store, &[&one]).await;
    let leased = lease(store, 9, at(0)).await.remove(0);
    accept(store, &[&update("a", "x", 2)]).await;
    assert_eq!(leased_ids(store, 9, at(1)).await, []);
    assert_eq!(state(store, &one).await, State::Queued);
    assert!(settle(store, leased.lease, Outcome::Delivered, at(2)).await);
    assert_eq!(state(store, &one).await, State::Delivered);
}

pub(crate) async fn delivery_supersedes_older_ones(store: &dyn Store) {
    let newest = update("a", "x", 9);
    let (older, same, newer) = (update("a", "x", 8), update("a", "x", 9), update("a", "x", 10));
    let (other, lane) = (update("a", "y", 1), update("b", "x", 1));
    accept(store, &[&newest]).await;
    let leased = lease(store, 1, at(0)).await.remove(0);
    accept(store, &[&older, &same, &newer, &other, &lane]).await;
    assert!(settle(store, leased.lease, Outcome::Delivered, at(1)).await);
    let mut states = Vec::new();
    for message in [&older, &same, &newer, &other, &lane] {
        states.push(state(store, message).await);
    }
    assert_eq!(states, [State::Superseded, State::Superseded, State::Queued, State::Queued, State::Queued]);
    assert_eq!(leased_ids(store, 9, at(2)).await, [newer.id, lane.id]);
}

pub(crate) async fn without_sequence_numbers_nothing_is_superseded(store: &dyn Store) {
    let none = || Envelope { sequence: None, ..update("a", "x", 0) };
    let (first, second, third) = (none(), none(), update("a", "x", 7));
    accept(store, &[&first, &second, &third]).await;
    deliver(store, &first, at(1)).await;
    deliver(store, &second, at(2)).await;
    deliver(store, &third, at(3)).await;
}

pub(crate) async fn clocks_that_go_back_end_leases_and_waits(store: &dyn Store) {
    let (leased, waits) = (deployment("a"), deployment("b"));
    accept(store, &[&leased, &waits]).await;
    let leases = lease(store, 9, at(100_000)).await;
    let later = Outcome::Later { at: at(101_000), answer: answer("503") };
    assert!(settle(store, leases[1].lease, later, at(100_000)).await);
    // So far back that neither can have been stored by a clock that is right.
    assert_eq!(store.status(at(0)).await.expect("a status").leased, 0);
    let again = lease(store, 9, at(0)).await;
    assert_eq!(again.iter().map(|one| one.envelope.id).collect::<Vec<_>>(), [leased.id, waits.id]);
    assert!(!settle(store, leases[0].lease, Outcome::Released(None), at(1)).await);
    assert!(settle(store, again[0].lease, Outcome::Delivered, at(1)).await);
}

pub(crate) async fn a_longer_lease_or_wait_is_cut(store: &dyn Store) {
    accept(store, &[&deployment("a")]).await;
    let long = Wanted { lease: LONGEST_LEASE * 9, ..wanted(1, at(0)) };
    let leases = store.lease(long).await.expect("a lease");
    assert_eq!(leases.next, Some(after(at(0), LONGEST_LEASE)));
    let later = Outcome::Later { at: after(at(0), LONGEST_WAIT * 9), answer: answer("503") };
    assert!(settle(store, leases.leased[0].lease, later, at(0)).await);
    let none = store.lease(wanted(1, at(1))).await.expect("none");
    assert_eq!((none.leased.len(), none.next), (0, Some(after(at(0), LONGEST_WAIT))));
}

pub(crate) fn request(most: u32, now: DateTime<Utc>) -> PermitRequest {
    PermitRequest { account: account(), most, requests: 100, per: Duration::from_secs(60), now }
}

pub(crate) async fn permits(store: &dyn Store, most: u32, now: DateTime<Utc>) -> Permits {
    store.permits(request(most, now)).await.expect("an answer")
}

pub(crate) async fn permits_fill_the_window_and_no_more(store: &dyn Store) {
    assert_eq!(permits(store, 60, at(0)).await, Permits::Given(60));
    assert_eq!(permits(store, 60, at(10)).await, Permits::Given(40));
    assert_eq!(permits(store, 1, at(20)).await, Permits::NotBefore(at(62)), "60 s, and the margin of 2 s");
    assert_eq!(permits(store, 1, at(61)).await, Permits::NotBefore(at(62)));
    assert_eq!(permits(store, 100, at(62)).await, Permits::Given(60));
    assert_eq!(permits(store, 1, at(63)).await, Permits::NotBefore(at(72)));
    let other = Account { email: "other@example.com".to_owned(), ..account() };
    let theirs = PermitRequest { account: other, ..request(1, at(63)) };
    assert_eq!(store.permits(theirs).await.expect("an answer"), Permits::Given(1));
}

pub(crate) async fn permits_after_the_clock_went_back(store: &dyn Store) {
    assert_eq!(permits(store, 30, at(1_000)).await, Permits::Given(30));
    assert_eq!(permits(store, 30, at(1_010)).await, Permits::Given(30));
    assert_eq!(permits(store, 100, at(0)).await, Permits::Given(40), "those of the future count as given now");
    assert_eq!(permits(store, 1, at(61)).await, Permits::NotBefore(at(62)));
    assert_eq!(permits(store, 200, at(62)).await, Permits::Given(100));
}

pub(crate) async fn slow_down_is_not_shortened(store: &dyn Store) {
    store.slow_down(account(), at(50)).await.expect("kept");
    store.slow_down(account(), at(40)).await.expect("kept");
    assert_eq!(permits(store, 1, at(41)).await, Permits::NotBefore(at(50)));
    assert_eq!(permits(store, 1, at(50)).await, Permits::Given(1));
    // Set by a clock that has gone back since.
    store.slow_down(account(), at(100_000)).await.expect("kept");
    assert_eq!(permits(store, 1, at(60)).await, Permits::Given(1));
    store.slow_down(account(), at(70)).await.expect("kept");
    assert_eq!(permits(store, 1, at(61)).await, Permits::NotBefore(at(70)));
}

fn closed(why: Why, until: DateTime<Utc>) -> Closed {
    Closed { account: account(), why, since: at(0), until, answer: answer("401") }
}

pub(crate) async fn a_pause_is_of_its_credentials_only(store: &dyn Store) {
    accept(store, &[&deployment("a"), &deployment("b")]).await;
    let pause = closed(Why::Paused { fingerprint: "f1".to_owned() }, at(60));
    store.close(pause.clone()).await.expect("closed");
    let none = store.lease(wanted(1, at(59))).await.expect("none");
    assert_eq!((none.leased.len(), none.next, none.closed), (0, Some(at(60)), Some(pause.clone())));
    let others = Wanted { fingerprint: "f2".to_owned(), ..wanted(1, at(59)) };
    assert_eq!(store.lease(others).await.expect("a lease").leased.len(), 1);
    assert_eq!(store.status(at(59)).await.expect("a status").closed, [pause]);
    // Its time is over, and until somebody says that it is open the status has it.
    assert_eq!(lease(store, 1, at(60)).await.len(), 1);
    assert_eq!(store.status(at(60)).await.expect("a status").closed.len(), 1);
    store.open(Some(account())).await.expect("open");
    assert_eq!(store.status(at(60)).await.expect("a status").closed, []);
}

pub(crate) async fn held_is_for_everyone(store: &dyn Store) {
    accept(store, &[&deployment("a")]).await;
    store.close(closed(Why::Held, at(60))).await.expect("closed");
    let until = closed(Why::Held, at(90));
    store.close(until.clone()).await.expect("it replaces what was said before");
    let other = Account { email: "other@example.com".to_owned(), ..account() };
    let theirs = Wanted { account: other.clone(), fingerprint: "f9".to_owned(), ..wanted(1, at(61)) };
    assert_eq!(store.lease(theirs.clone()).await.expect("none").closed, Some(until));
    store.open(Some(other)).await.expect("open");
    assert_eq!(store.lease(theirs).await.expect("a lease").leased.len(), 1);
    store.close(closed(Why::Held, at(90))).await.expect("closed");
    store.close(closed(Why::Paused { fingerprint: "f1".to_owned() }, at(90))).await.expect("closed");
    assert_eq!(store.status(at(62)).await.expect("a status").closed.len(), 2);
    store.open(None).await.expect("open");
    assert_eq!(store.status(at(62)).await.expect("a status").closed, []);
}

pub(crate) async fn a_closed_way_is_no_longer_than_allowed(store: &dyn Store) {
    accept(store, &[&deployment("a")]).await;
    store.close(closed(Why::Held, after(at(0), LONGEST_WAIT * 9))).await.expect("closed");
    let none = store.lease(wanted(1, at(1))).await.expect("none");
    assert_eq!(none.next, Some(after(at(0), LONGEST_WAIT)));
    // The clock went back: that is longer from now on than any way is closed.
    assert_eq!(lease(store, 1, at(-100)).await.len(), 1);
}

pub(crate) async fn retry_queues_behind(store: &dyn Store) {
    let (dead, next, other) = (deployment("a"), deployment("a"), deployment("b"));
    accept(store, &[&dead]).await;
    kill(store, &dead, at(1)).await;
    accept(store, &[&other]).await;
    kill(store, &other, at(2)).await;
    accept(store, &[&next]).await;
    let these = Which::These(vec![dead.id, dead.id, next.id, MessageId::new()]);
    assert_eq!(store.retry(these.clone(), at(3)).await.expect("a number"), 1);
    assert_eq!(store.retry(these, at(3)).await.expect("a number"), 0);
    let kept = store.get(dead.id).await.expect("a store").expect("it is there");
    assert_eq!((kept.state, kept.ended_at, kept.attempts), (State::Queued, None, 1));
    assert_eq!(leased_ids(store, 9, at(3)).await, [next.id]);
    let status = store.status(at(3)).await.expect("a status");
    assert_eq!((status.queued, status.dead, status.bytes), (2, 1, 60));
    assert_eq!(store.retry(Which::AllDead, at(3)).await.expect("a number"), 1);
    assert_eq!(leased_ids(store, 9, at(3)).await, [other.id]);
}

pub(crate) async fn drop_gives_up_what_is_not_leased(store: &dyn Store) {
    let (leased, queued, dead) = (deployment("a"), deployment("a"), deployment("b"));
    accept(store, &[&dead]).await;
    kill(store, &dead, at(1)).await;
    accept(store, &[&leased, &queued]).await;
    let lease_of_a = lease(store, 1, at(2)).await.remove(0).lease;
    let these = Which::These(vec![leased.id, queued.id]);
    assert_eq!(store.drop_messages(these, at(3)).await.expect("a number"), 1);
    assert_eq!(state(store, &queued).await, State::Dropped);
    assert_eq!(state(store, &leased).await, State::Queued);
    assert_eq!(store.drop_messages(Which::AllDead, at(4)).await.expect("a number"), 1);
    let kept = store.get(dead.id).await.expect("a store").expect("it is there");
    assert_eq!((kept.state, kept.ended_at), (State::Dropped, Some(at(4))));
    // Its lease is over, and nobody sends it.
    assert_eq!(store.drop_messages(Which::These(vec![leased.id]), at(62)).await.expect("a number"), 1);
    assert!(!settle(store, lease_of_a, Outcome::Dead(answer("400")), at(63)).await);
    let status = store.status(at(63)).await.expect("a status");
    assert_eq!((status.queued, status.dead, status.dropped, status.bytes, status.oldest), (0, 0, 3, 0, None));
    assert_eq!(leased_ids(store, 9, at(63)).await, []);
}

pub(crate) async fn prune_forgets_by_age(store: &dyn Store) {
    let (first, second, dead, queued) = (deployment("a"), deployment("a"), deployment("a"), deployment("a"));
    accept(store, &[&first, &second, &dead, &queued]).await;
    deliver(store, &first, at(10)).await;
    deliver(store, &second, at(20)).await;
    kill(store, &dead, at(5)).await;
    assert_eq!(store.prune(at(20)).await.expect("a number"), 1);
    assert!(store.get(first.id).await.expect("a store").is_none());
    assert_eq!(store.prune(at(1_000)).await.expect("a number"), 1);
    assert_eq!(state(store, &dead).await, State::Dead);
    assert_eq!(state(store, &queued).await, State::Queued);
    let status = store.status(at(1_000)).await.expect("a status");
    assert_eq!((status.queued, status.dead, status.delivered, status.last_success), (1, 1, 0, Some(at(20))));
}

pub(crate) async fn bounds_refuse_and_lose_nothing(store: &dyn Store) {
    let messages: Vec<_> = (0..8).map(|n| deployment(&n.to_string())).collect();
    store.accept(messages[..6].to_vec()).await.expect("there is room");
    let error = store.accept(vec![deployment("x"), deployment("y"), deployment("z")]).await.expect_err("it is full");
    assert_eq!(error.kind(), StoreErrorKind::Full);
    assert!(error.to_string().contains('8'), "{error}");
    assert_eq!(store.status(at(0)).await.expect("a status").queued, 6, "all or none");
    store.accept(messages[6..].to_vec()).await.expect("there is room for two");
    kill(store, &messages[0], at(1)).await;
    let error = store.accept(vec![deployment("x")]).await.expect_err("dead letters count");
    assert_eq!(error.kind(), StoreErrorKind::Full);
    deliver(store, &messages[1], at(2)).await;
    store.accept(vec![deployment("x")]).await.expect("what is done does not count");
    deliver(store, &messages[2], at(2)).await;
    let mut large = deployment("large");
    large.body = RawValue::from_string(format!("\"{}\"", "x".repeat(900))).expect("JSON");
    let error = store.accept(vec![large]).await.expect_err("that is more than 1,000 bytes");
    assert_eq!(error.kind(), StoreErrorKind::Full);
    assert!(error.to_string().contains("1000 bytes"), "{error}");
}

pub(crate) async fn pages_follow_each_other(store: &dyn Store) {
    let messages: Vec<_> = (0..5).map(|n| deployment(&n.to_string())).collect();
    store.accept(messages.clone()).await.expect("there is room");
    deliver(store, &messages[0], at(1)).await;
    let ids = async |state, after, most| -> Vec<MessageId> {
        let page = store.list(Page { state, after, most }).await.expect("a page");
        page.into_iter().map(|kept| kept.envelope.id).collect()
    };
    let of = |range: std::ops::Range<usize>| messages[range].iter().map(|message| message.id).collect::<Vec<_>>();
    assert_eq!(ids(None, None, 2).await, of(0..2));
    assert_eq!(ids(None, Some(messages[1].id), 2).await, of(2..4));
    assert_eq!(ids(None, Some(messages[4].id), 2).await, []);
    assert_eq!(ids(Some(State::Delivered), None, 9).await, of(0..1));
    assert_eq!(ids(Some(State::Queued), None, 2).await, of(1..3));
    assert_eq!(ids(Some(State::Queued), Some(messages[2].id), 9).await, of(3..5));
    assert_eq!(ids(Some(State::Dead), None, 9).await, []);
}

pub(crate) async fn status_counts(store: &dyn Store) {
    assert_eq!(store.status(at(0)).await.expect("a status"), super::Status::default());
    let (mut first, mut second) = (deployment("a"), deployment("b"));
    (first.accepted_at, second.accepted_at) = (at(7), at(8));
    accept(store, &[&first, &second]).await;
    let status = store.status(at(9)).await.expect("a status");
    assert_eq!((status.queued, status.leased, status.bytes, status.oldest), (2, 0, 40, Some(at(7))));
    deliver(store, &first, at(9)).await;
    lease(store, 1, at(9)).await;
    let status = store.status(at(9)).await.expect("a status");
    assert_eq!((status.queued, status.leased, status.bytes, status.oldest), (1, 1, 20, Some(at(8))));
    assert_eq!((status.delivered, status.last_success), (1, Some(at(9))));
}
