//! Hours of 429 and a server that comes and goes: the limit holds, and everything is delivered in the end.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::driver::{Driver, now};
use super::fake::{Fate, Happened};
use super::memory::Memory;
use super::messages::{flag, of, push};
use crate::store::{SqliteOptions, SqliteStore, Store};

const WINDOW: Duration = Duration::from_mins(1);
const MOST: usize = 100;

/// Two workers with a store between them.
fn holds(store: Arc<dyn Store>, messages: usize, hours: u64) {
    let mut driver = Driver::new(store, 2026);
    let enqueue = |driver: &Driver, from: usize| {
        for number in from..from + messages {
            let lane = format!("it-{}", number % 37);
            let sequence = i64::try_from(number).unwrap();
            driver.enqueue(if number.is_multiple_of(5) {
                of(&flag(&lane, sequence))
            } else {
                of(&push(&lane, sequence))
            });
        }
    };
    driver.world.latency(Duration::from_millis(700));
    enqueue(&driver, 0);
    driver.start(|worker| worker, false);
    driver.start(|worker| worker, false);
    driver.run_for(Duration::from_mins(2));
    driver.world.weather(&[Fate::Refused(429)]);
    let before = requests(&driver).len();
    driver.run_for(Duration::from_hours(hours));
    let during = requests(&driver).len() - before;
    let most = 500 * usize::try_from(hours).unwrap();
    assert!(during < most, "{during} requests while all were refused");
    enqueue(&driver, messages);
    // A server that comes and goes.
    for minute in 0..20 * hours {
        let weather: &[Fate] = match minute % 4 {
            0 => &[],
            1 => &[Fate::Page(502), Fate::Refused(500), Fate::Lost, Fate::Taken],
            2 => &[Fate::Lost],
            _ => &[Fate::Refused(429), Fate::Taken, Fate::AnswerLost],
        };
        driver.world.weather(weather);
        driver.run_for(Duration::from_mins(1));
    }
    driver.world.weather(&[]);
    for _ in 0..60 {
        driver.run_for(Duration::from_mins(1));
        if now(driver.outbox.status()).unwrap().queued == 0 {
            break;
        }
    }
    let status = now(driver.outbox.status()).unwrap();
    assert_eq!((status.queued, status.dead), (0, 0));
    assert_eq!(status.delivered + status.superseded, 2 * messages as u64);
    holds_in_each_window(&requests(&driver));
}

fn holds_in_each_window(requests: &[Duration]) {
    for window in requests.windows(MOST + 1) {
        assert!(window[MOST] > window[0] + WINDOW, "more than {MOST} requests in a minute: {window:?}");
    }
}

fn requests(driver: &Driver) -> Vec<Duration> {
    let log = driver.world.log();
    log.iter().filter_map(|what| if let Happened::Begun { at, .. } = what { Some(*at) } else { None }).collect()
}

#[test]
fn no_window_has_more_than_allowed_with_a_store_in_memory() {
    holds(Arc::new(Memory::default()), 300, 3);
}

#[test]
fn no_window_has_more_than_allowed_with_a_store_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let opened = SqliteStore::open(folder.path().join("outbox.db"), SqliteOptions::default()).unwrap();
    holds(Arc::new(opened.store), 150, 1);
}

/// A disk that others keep busy: what is asked for is answered when a permit of a second would be over, and calls overtake one another.
#[test]
fn no_window_has_more_than_allowed_with_a_store_that_is_slow() {
    for (longest, minutes) in [(9, 15), (20, 40)] {
        let mut driver = Driver::new(Arc::new(Memory::default()), 2026);
        for number in 0..600_i64 {
            driver.enqueue(of(&push(&format!("it-{}", number % 150), number)));
        }
        driver.world.latency(Duration::from_millis(700));
        driver.world.store_latency(Duration::from_millis(200), Duration::from_secs(longest));
        let many = NonZeroUsize::new(60).unwrap();
        for _ in 0..2 {
            driver.start(|worker| worker.concurrency(many), false);
        }
        driver.run_for(Duration::from_mins(minutes));
        assert_eq!(now(driver.outbox.status()).unwrap().delivered, 600, "{longest} s");
        holds_in_each_window(&requests(&driver));
    }
}

/// Attempts are to be short, and the store takes longer than one to say that they may begin.
#[test]
fn a_slow_store_keeps_no_worker_from_its_attempts() {
    let mut driver = Driver::new(Arc::new(Memory::default()), 2026);
    for number in 0..20_i64 {
        driver.enqueue(of(&push(&format!("it-{number}"), number)));
    }
    driver.world.store_latency(Duration::from_secs(8), Duration::from_secs(9));
    driver.start(|worker| worker.attempt_timeout(Duration::from_secs(2)), false);
    driver.run_for(Duration::from_mins(5));
    assert_eq!(now(driver.outbox.status()).unwrap().delivered, 20);
}
