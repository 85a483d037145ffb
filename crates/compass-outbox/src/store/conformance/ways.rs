//! Permits, and ways that are closed.

use super::*;

pub(crate) fn request(most: u32, now: DateTime<Utc>) -> PermitRequest {
    let (per, within) = (Duration::from_mins(1), Duration::from_secs(1));
    PermitRequest { account: account(), most, requests: 100, per, within, now }
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
    // Nobody knows when, but before now: so they are to be used within the longest time.
    assert_eq!(permits(store, 100, at(0)).await, Permits::Given(40), "those of the future count as given now");
    let all_over = 61 + i64::try_from((LONGEST_WITHIN + LATE).as_secs()).expect("some minutes");
    assert_eq!(permits(store, 41, at(61)).await, Permits::NotBefore(at(62)));
    assert_eq!(permits(store, 200, at(62)).await, Permits::Given(40));
    assert_eq!(permits(store, 200, at(124)).await, Permits::Given(40));
    assert_eq!(permits(store, 1, at(all_over - 1)).await, Permits::NotBefore(at(all_over)));
    assert_eq!(permits(store, 200, at(all_over)).await, Permits::Given(60));
    // Less far back than permits are good for: they count as they were given, which is later than it was.
    assert_eq!(permits(store, 100, at(1_000)).await, Permits::Given(100));
    assert_eq!(permits(store, 1, at(980)).await, Permits::NotBefore(at(1_062)));
}

pub(crate) async fn permits_last_as_long_as_wanted(store: &dyn Store) {
    let within = |seconds, most, now| PermitRequest { within: Duration::from_secs(seconds), ..request(most, now) };
    let ask = async |request| store.permits(request).await.expect("an answer");
    assert_eq!(ask(within(20, 60, at(0))).await, Permits::Given(60));
    // Of a worker whose store is faster: its own are over earlier.
    assert_eq!(ask(within(1, 60, at(10))).await, Permits::Given(40));
    assert_eq!(ask(within(1, 1, at(71))).await, Permits::NotBefore(at(72)));
    assert_eq!(ask(within(1, 40, at(72))).await, Permits::Given(40));
    assert_eq!(ask(within(1, 1, at(80))).await, Permits::NotBefore(at(81)), "the last of the first may begin at 20");
    assert_eq!(ask(within(1, 100, at(81))).await, Permits::Given(60));
    // Nobody may take longer than the longest time, whatever they say.
    assert_eq!(ask(within(9_999, 100, at(1_000))).await, Permits::Given(100));
    let over = after(at(1_061), LONGEST_WITHIN);
    assert_eq!(ask(within(1, 1, at(1_001))).await, Permits::NotBefore(over));
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

pub(crate) async fn slow_down_replaces_what_cannot_be(store: &dyn Store) {
    store.slow_down(account(), at(100_000)).await.expect("kept");
    // The clock has gone back, and nobody has asked since.
    store.slow_down(account(), at(70)).await.expect("kept");
    assert_eq!(permits(store, 1, at(61)).await, Permits::NotBefore(at(70)));
    assert_eq!(permits(store, 1, at(70)).await, Permits::Given(1));
}

pub(crate) async fn nothing_is_leased_during_a_pause(store: &dyn Store) {
    store.slow_down(account(), at(50)).await.expect("kept");
    let none = store.lease(wanted(9, at(0))).await.expect("none");
    assert_eq!((none.leased.len(), none.next), (0, None), "there is nothing to wait for");
    accept(store, &[&deployment("a")]).await;
    let none = store.lease(wanted(9, at(49))).await.expect("none");
    assert_eq!((none.leased.len(), none.next, none.slow_until), (0, Some(at(50)), Some(at(50))));
    let other = Account { email: "other@example.com".to_owned(), ..account() };
    let theirs = store.lease(Wanted { account: other, ..wanted(9, at(49)) }).await.expect("a lease");
    assert_eq!((theirs.leased.len(), theirs.slow_until), (1, None));
    assert!(settle(store, theirs.leased[0].lease, Outcome::Released(None), at(49)).await);
    let leases = store.lease(wanted(9, at(50))).await.expect("a lease");
    assert_eq!((leases.leased.len(), leases.slow_until), (1, None));
    // What waits for longer than the pause is not there when it ends.
    let later = Outcome::Later { at: at(500), answer: answer("503") };
    assert!(settle(store, leases.leased[0].lease, later, at(51)).await);
    store.slow_down(account(), at(90)).await.expect("kept");
    assert_eq!(store.lease(wanted(9, at(60))).await.expect("none").next, Some(at(500)));
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

pub(crate) async fn a_way_in_doubt_is_tried_with_one(store: &dyn Store) {
    accept(store, &[&deployment("a"), &deployment("b"), &deployment("c")]).await;
    let pause = closed(Why::Paused { fingerprint: "f1".to_owned() }, at(60));
    store.close(pause.clone()).await.expect("closed");
    let trial = store.lease(wanted(9, at(60))).await.expect("a lease");
    assert_eq!((trial.leased.len(), trial.more, trial.next, trial.closed), (1, true, Some(at(120)), None));
    assert_eq!(trial.in_doubt, Some(pause));
    // Other credentials have no doubt.
    let others = Wanted { fingerprint: "f2".to_owned(), ..wanted(1, at(60)) };
    let others = store.lease(others).await.expect("a lease");
    assert_eq!((others.leased.len(), others.in_doubt), (1, None));
    assert!(settle(store, others.leased[0].lease, Outcome::Released(None), at(60)).await);
    assert!(settle(store, trial.leased[0].lease, Outcome::Delivered, at(61)).await);
    store.open(Some(account())).await.expect("open");
    let rest = store.lease(wanted(9, at(61))).await.expect("leases");
    assert_eq!((rest.leased.len(), rest.in_doubt), (2, None));
    // A destination that was held is in doubt for everyone.
    store.close(closed(Why::Held, at(70))).await.expect("closed");
    let other = Wanted { fingerprint: "f9".to_owned(), ..wanted(9, at(70)) };
    let other = store.lease(other).await.expect("none");
    assert_eq!((other.leased.len(), other.in_doubt), (0, Some(closed(Why::Held, at(70)))));
}

/// Closes the way until then, and has it tried then; what is tried is to be sent again.
async fn tried(store: &dyn Store, trial: Trial, now: i64) -> MessageId {
    store.close(closed(Why::Paused { fingerprint: "f1".to_owned() }, at(now))).await.expect("closed");
    let wanted = Wanted { trial, ..wanted(9, at(now)) };
    let one = store.lease(wanted).await.expect("a lease").leased.remove(0);
    let answer = Answer { at: at(now + 1), ..answer("403") };
    assert!(settle(store, one.lease, Outcome::Later { at: at(now + 2), answer }, at(now + 1)).await);
    one.envelope.id
}

pub(crate) async fn trials_go_round(store: &dyn Store) {
    let urgent = message(MessageKind::Event(Kind::Incident), "1");
    let [first, second] = ["a", "b"].map(deployment);
    accept(store, &[&first, &second, &urgent]).await;
    let mut all = Vec::new();
    for (trial, now) in
        [Trial::LeastTried, Trial::LongestWaiting].into_iter().cycle().zip([100, 200, 300, 400, 500, 600])
    {
        all.push(tried(store, trial, now).await);
    }
    assert_eq!(all, [urgent.id, first.id, second.id, urgent.id, first.id, second.id]);
}

/// By turns both what has just come and what has been there before are tried, whatever is refused.
pub(crate) async fn trials_are_for_new_ones_and_for_old_ones(store: &dyn Store) {
    let old = deployment("a");
    accept(store, &[&old]).await;
    assert_eq!(tried(store, Trial::LeastTried, 100).await, old.id);
    let mut with_old = Vec::new();
    for (trial, now) in [(Trial::LeastTried, 200), (Trial::LongestWaiting, 300), (Trial::LeastTried, 400)] {
        let urgent = message(MessageKind::Event(Kind::Incident), &now.to_string());
        accept(store, &[&Envelope { accepted_at: at(now - 10), ..urgent }]).await;
        with_old.push(tried(store, trial, now).await == old.id);
    }
    assert_eq!(with_old, [false, true, false]);
}

pub(crate) async fn what_is_due_later_than_wanted_waits(store: &dyn Store) {
    let (failed, fresh) = (deployment("a"), deployment("b"));
    accept(store, &[&failed]).await;
    let leased = lease(store, 1, at(10)).await.remove(0);
    let later = Outcome::Later { at: at(12), answer: answer("503") };
    assert!(settle(store, leased.lease, later, at(11)).await);
    accept(store, &[&fresh]).await;
    let began = Wanted { due: at(10), ..wanted(9, at(20)) };
    let some = store.lease(began).await.expect("a lease");
    assert_eq!(some.leased.iter().map(|one| one.envelope.id).collect::<Vec<_>>(), [fresh.id]);
    assert_eq!(some.next, Some(at(12)), "what waits, though its time has come for others");
    assert_eq!(leased_ids(store, 9, at(20)).await, [failed.id]);
}

/// A call waits for its turn: what was stored meanwhile ends later than the longest time from the moment that it was stamped with.
pub(crate) async fn calls_that_run_late_change_nothing(store: &dyn Store) {
    let (stamped, ran) = (at(0), at(50));
    let long = |now| PermitRequest { within: LONGEST_WITHIN, ..request(100, now) };
    assert_eq!(store.permits(long(ran)).await.expect("an answer"), Permits::Given(100));
    let over = after(at(111), LONGEST_WITHIN);
    assert_eq!(permits(store, 1, stamped).await, Permits::NotBefore(over));
    assert_eq!(permits(store, 1, at(100)).await, Permits::NotBefore(over), "it may still be used until 80");

    let (waits, sent) = (deployment("a"), deployment("b"));
    accept(store, &[&waits, &sent]).await;
    let wanted_long = Wanted { lease: LONGEST_LEASE, ..wanted(2, ran) };
    let leased = store.lease(wanted_long).await.expect("leases").leased;
    let later = Outcome::Later { at: after(ran, LONGEST_WAIT), answer: answer("503") };
    assert!(settle(store, leased[0].lease, later, ran).await);
    assert_eq!(leased_ids(store, 9, stamped).await, []);
    assert_eq!(store.status(stamped).await.expect("a status").leased, 1);

    accept(store, &[&deployment("c")]).await;
    let until = after(ran, LONGEST_WAIT);
    store.close(Closed { since: ran, ..closed(Why::Held, until) }).await.expect("closed");
    assert!(store.lease(wanted(9, stamped)).await.expect("none").closed.is_some());
    store.open(Some(account())).await.expect("open");
    store.slow_down(account(), until).await.expect("kept");
    store.slow_down(account(), at(1)).await.expect("kept");
    assert_eq!(store.lease(wanted(9, stamped)).await.expect("none").slow_until, Some(until));
    assert_eq!(permits(store, 1, at(60)).await, Permits::NotBefore(until));
}

pub(crate) async fn by_hand_everything_is_due(store: &dyn Store) {
    let (waits, behind, leased, elsewhere) = (deployment("a"), deployment("a"), deployment("b"), {
        let mut elsewhere = deployment("a");
        elsewhere.lane.destination = Destination("https://other.example.com".to_owned());
        elsewhere
    });
    accept(store, &[&waits, &behind, &leased, &elsewhere]).await;
    let account_there = Account { destination: elsewhere.lane.destination.clone(), ..account() };
    let there = |now| Wanted { account: account_there.clone(), ..wanted(9, now) };
    let first = lease(store, 9, at(0)).await;
    let mut all = store.lease(there(at(0))).await.expect("a lease").leased;
    all.push(first[0].clone());
    for one in &all {
        let later = Outcome::Later { at: at(3_000), answer: answer("403") };
        assert!(settle(store, one.lease, later, at(1)).await);
    }
    // A success says nothing of what waits.
    store.open(Some(account())).await.expect("open");
    assert_eq!(leased_ids(store, 9, at(2)).await, []);
    store.open(None).await.expect("open");
    let kept = store.get(waits.id).await.expect("a store").expect("it is there");
    assert_eq!((kept.attempts, kept.next_attempt_at, kept.answer), (1, None, Some(answer("403"))));
    assert_eq!(leased_ids(store, 9, at(2)).await, [waits.id], "and not what others are sending");
    let there = store.lease(there(at(2))).await.expect("a lease").leased;
    assert_eq!(there.iter().map(|one| one.envelope.id).collect::<Vec<_>>(), [elsewhere.id]);
}
