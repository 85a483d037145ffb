//! Permits, and ways that are closed.

use super::*;

pub(crate) fn request(most: u32, now: DateTime<Utc>) -> PermitRequest {
    PermitRequest { account: account(), most, requests: 100, per: Duration::from_mins(1), now }
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

pub(crate) fn closed(why: Why, until: DateTime<Utc>) -> Closed {
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
