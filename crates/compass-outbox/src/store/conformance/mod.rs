//! What every store does: a function for each rule, which a store's tests run by [`conforms`].
//!
//! Times are made up, and nothing waits.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use compass_sdk::event::Kind;
use serde_json::value::RawValue;

use super::{
    Account, Answer, Closed, LATE, LONGEST_LEASE, LONGEST_WAIT, LONGEST_WITHIN, Lease, Leased, Outcome, Page,
    PermitRequest, Permits, Settled, State, Store, Trial, Wanted, Which, Why,
};
use crate::envelope::{Destination, Envelope, Lane, MessageId, MessageKind, Origin};
use crate::error::StoreErrorKind;

mod leases;
mod queue;
mod ways;

pub(crate) use self::leases::*;
pub(crate) use self::queue::*;
pub(crate) use self::ways::*;

/// Runs all rules on stores that an expression makes of [`Bounds`](super::Bounds): a store, and what must outlive it.
macro_rules! conforms {
    ($make:expr) => {
        $crate::store::conformance::conforms!(@each $make;
            what_is_accepted_is_there leases_are_in_order_of_urgency_then_place a_lane_has_one_lease what_is_left_is_told
            a_lane_that_waits_says_when a_lease_ends_by_itself the_lease_that_was_lost_says_only_that_it_arrived
            what_was_delivered_stays_so dead_letters_let_their_lane_go_on a_release_counts_no_attempt
            newer_ones_supersede_on_the_way what_is_leased_is_never_superseded delivery_supersedes_older_ones
            without_sequence_numbers_nothing_is_superseded clocks_that_go_back_end_leases_and_waits
            a_longer_lease_or_wait_is_cut permits_fill_the_window_and_no_more permits_after_the_clock_went_back
            slow_down_is_not_shortened a_pause_is_of_its_credentials_only held_is_for_everyone
            a_closed_way_is_no_longer_than_allowed a_way_in_doubt_is_tried_with_one
            trials_go_round trials_are_for_new_ones_and_for_old_ones what_is_due_later_than_wanted_waits
            calls_that_run_late_change_nothing by_hand_everything_is_due nothing_is_leased_during_a_pause
            permits_last_as_long_as_wanted slow_down_replaces_what_cannot_be retry_queues_behind drop_gives_up_what_is_not_leased
            prune_forgets_by_age bounds_refuse_and_lose_nothing pages_follow_each_other status_counts
            accepting_twice_is_once what_is_due_next_is_told
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

pub(super) fn after(now: DateTime<Utc>, length: Duration) -> DateTime<Utc> {
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

pub(super) fn update(entity: &str, coalesce: &str, sequence: i64) -> Envelope {
    Envelope { sequence: Some(sequence), coalesce: Some(coalesce.to_owned()), ..deployment(entity) }
}

pub(crate) fn wanted(most: usize, now: DateTime<Utc>) -> Wanted {
    let (trial, lease) = (Trial::LeastTried, Duration::from_mins(1));
    Wanted { account: account(), fingerprint: "f1".to_owned(), most, lease, trial, due: now, now }
}

pub(crate) fn answer(message: &str) -> Answer {
    Answer {
        at: at(1),
        status: Some(503),
        message: message.to_owned(),
        body: "<html>".to_owned(),
        may_have_arrived: false,
    }
}

pub(super) async fn accept(store: &dyn Store, messages: &[&Envelope]) {
    store.accept(messages.iter().map(|message| (*message).clone()).collect()).await.expect("there is room");
}

pub(super) async fn lease(store: &dyn Store, most: usize, now: DateTime<Utc>) -> Vec<Leased> {
    store.lease(wanted(most, now)).await.expect("a lease").leased
}

pub(super) async fn leased_ids(store: &dyn Store, most: usize, now: DateTime<Utc>) -> Vec<MessageId> {
    lease(store, most, now).await.into_iter().map(|leased| leased.envelope.id).collect()
}

pub(super) async fn settle(store: &dyn Store, lease: Lease, outcome: Outcome, now: DateTime<Utc>) -> bool {
    let held = store.settle(vec![Settled { lease, outcome }], now).await.expect("settled");
    assert_eq!(held.len(), 1);
    held[0]
}

pub(super) async fn state(store: &dyn Store, message: &Envelope) -> State {
    store.get(message.id).await.expect("a store").expect("the message is there").state
}

/// Takes the only message that is ready, and makes it a dead letter.
pub(super) async fn kill(store: &dyn Store, message: &Envelope, now: DateTime<Utc>) {
    let leased = lease(store, 1, now).await.remove(0);
    assert_eq!(leased.envelope.id, message.id);
    assert!(settle(store, leased.lease, Outcome::Dead(answer("400")), now).await);
}

pub(super) async fn deliver(store: &dyn Store, message: &Envelope, now: DateTime<Utc>) {
    let leased = lease(store, 1, now).await.remove(0);
    assert_eq!(leased.envelope.id, message.id);
    assert!(settle(store, leased.lease, Outcome::Delivered, now).await);
}
