//! Leases: in which order, how they end, and what is superseded.

use super::*;

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

pub(crate) async fn what_is_left_is_told(store: &dyn Store) {
    accept(store, &[&deployment("a"), &deployment("a"), &deployment("b"), &deployment("c")]).await;
    for (most, leased, more, next) in [(0, 0, true, None), (2, 2, true, Some(at(60))), (1, 1, false, Some(at(60)))] {
        let leases = store.lease(wanted(most, at(0))).await.expect("leases");
        assert_eq!((leases.leased.len(), leases.more, leases.next), (leased, more, next));
    }
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
    let begun = lease(store, 9, at(100_000)).await;
    let later = Outcome::Later { at: at(101_000), answer: answer("503") };
    assert!(settle(store, begun[1].lease, later, at(100_000)).await);
    // So far back that neither can have been stored by a clock that is right.
    assert_eq!(store.status(at(0)).await.expect("a status").leased, 0);
    let again = lease(store, 9, at(0)).await;
    assert_eq!(again.iter().map(|one| one.envelope.id).collect::<Vec<_>>(), [leased.id, waits.id]);
    assert!(!settle(store, begun[0].lease, Outcome::Released(None), at(1)).await);
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
