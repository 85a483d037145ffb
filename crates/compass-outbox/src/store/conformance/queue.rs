//! What is accepted, listed, counted, retried, dropped and forgotten.

use super::*;

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
    let all: Vec<_> = (0..8).map(|n| deployment(&n.to_string())).collect();
    // Also where there is room for what is new alone, and where there is none.
    for (from, to, count) in [(0, 1, 1), (0, 1, 1), (0, 6, 6), (1, 8, 8), (0, 8, 8)] {
        let some = [&all[from..to], &all[from..=from]].concat();
        store.accept(some).await.expect("there is room");
        let status = store.status(at(0)).await.expect("a status");
        assert_eq!((status.queued, status.bytes), (count, count * 20));
    }
    assert_eq!(leased_ids(store, 9, at(0)).await, all.iter().map(|one| one.id).collect::<Vec<_>>());
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
    assert_eq!(store.status(at(0)).await.expect("a status"), crate::store::Status::default());
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

pub(crate) async fn what_is_due_next_is_told(store: &dyn Store) {
    let next = async |destination| {
        let next = store.next_due(destination).await.expect("an answer");
        next.map(|kept| (kept.envelope.id, kept.next_attempt_at, kept.answer))
    };
    assert_eq!(next(destination()).await, None);
    let (first, second, ready) = (deployment("a"), deployment("b"), deployment("c"));
    accept(store, &[&first, &second, &ready]).await;
    assert_eq!(next(destination()).await, None, "what is ready has no time");
    for (leased, seconds) in lease(store, 2, at(0)).await.iter().zip([60, 30]) {
        settle(store, leased.lease, Outcome::Later { at: at(seconds), answer: answer("503") }, at(1)).await;
    }
    assert_eq!(next(destination()).await, Some((second.id, Some(at(30)), Some(answer("503")))));
    assert_eq!(next(Destination("https://other.example.com".to_owned())).await, None);
    assert_eq!(leased_ids(store, 9, at(30)).await, [second.id, ready.id]);
    assert_eq!(next(destination()).await.map(|(id, ..)| id), Some(first.id), "what is being sent has no time either");
}
