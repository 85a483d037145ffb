//! Messages for the tests of the store, made as a reader of an export would make them.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};
use compass_outbox::store::{
    Account, Outcome, Page, PermitRequest, Settled, SqliteOptions, SqliteStore, Store, Trial, Wanted,
};
use compass_outbox::{Destination, Envelope};
use serde_json::json;

/// A moment, so many seconds after the first.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + seconds, 0).expect("a time of this century")
}

pub(crate) fn account() -> Account {
    let destination: Destination = serde_json::from_value(json!("https://example.com/gateway/api")).expect("a text");
    Account { destination, email: "ci@example.com".to_owned() }
}

/// A deployment of a lane, with a body of some 300 bytes.
pub(crate) fn message(entity: &str, title: &str) -> Envelope {
    let envelope = json!({
        "id": uuid::Uuid::now_v7(),
        "lane": {
            "destination": account().destination,
            "cloudId": "2f6b",
            "kind": "deployment",
            "source": "ci",
            "entity": entity,
        },
        "acceptedAt": at(0),
        "sequence": null,
        "coalesce": null,
        "origin": { "repository": "https://git.example.com/shop/api", "commit": "6f1b8a5", "run": title },
        "body": { "title": title, "description": "d".repeat(250) },
    });
    serde_json::from_str(&envelope.to_string()).expect("an envelope")
}

pub(crate) fn open(path: &std::path::Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::default()).expect("a store").store
}

/// Waits for a future without a runtime of its own threads.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

pub(crate) fn wanted(most: usize, now: DateTime<Utc>) -> Wanted {
    let (trial, lease) = (Trial::LeastTried, Duration::from_mins(1));
    Wanted { account: account(), fingerprint: "f1".to_owned(), most, lease, trial, due: now, now }
}

pub(crate) fn request(most: u32, now: DateTime<Utc>) -> PermitRequest {
    let (per, within) = (Duration::from_mins(1), Duration::from_secs(1));
    PermitRequest { account: account(), most, requests: 100, per, within, now }
}

/// All that there is.
pub(crate) fn all() -> Page {
    Page { state: None, after: None, most: usize::MAX }
}

/// Delivers all that is queued, as time goes by; answers how many.
pub(crate) async fn deliver_all(store: &dyn Store, mut now: DateTime<Utc>) -> usize {
    let mut count = 0;
    loop {
        let leases = store.lease(wanted(7, now)).await.expect("leases");
        let settled = leases.leased.iter().map(|one| Settled { lease: one.lease, outcome: Outcome::Delivered });
        let held = store.settle(settled.collect(), now).await.expect("settled");
        count += held.iter().filter(|held| **held).count();
        if held.is_empty() && !leases.more {
            let Some(next) = leases.next else { return count };
            assert!(next > now, "what is ready is leased");
            now = next;
        }
    }
}
