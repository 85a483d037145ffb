//! What a store costs, beside what the disk itself costs.
//!
//! `cargo bench -p compass-outbox --bench store -- FOLDER` writes into a new folder below FOLDER (the current one without it), so
//! that FOLDER says which disk is measured. Figures are of one run, on whatever else the machine does.

use std::fs::{self, File};
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::Utc;
use compass_outbox::store::{
    Account, Bounds, Leases, Outcome, Settled, SqliteOptions, SqliteStore, Store, Trial, Wanted,
};
use compass_outbox::{Destination, Envelope};
use serde_json::json;

/// How many rows the large store has, and how many lanes they are in.
const ROWS: usize = 1_000_000;
const LANES: usize = 100_000;
/// How often each store has its turn.
const ROUNDS: usize = 9;
/// Messages of one caller in a round, and of each of 64.
const ONE: u32 = 200;
const EACH: u32 = 100;

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
    let folder = tempfile::Builder::new().prefix("outbox-bench").tempdir_in(folder).expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(run(folder.path()));
}

async fn run(folder: &Path) {
    println!("in {}", folder.display());
    let (small, large) = (folder.join("small.db"), folder.join("large.db"));
    let begun = Instant::now();
    fill(&large).await;
    println!("{ROWS} rows in {LANES} lanes accepted in {:.1} s, {} MB", begun.elapsed().as_secs_f64(), size(&large));
    report_memory("after accepting them");
    for _ in 0..3 {
        let begun = Instant::now();
        let store = open(&large);
        let opened = begun.elapsed();
        let status = store.status(Utc::now()).await.expect("a status");
        let whole = begun.elapsed();
        println!("{} rows: open {:.1} ms, with status {:.1} ms", status.queued, millis(opened), millis(whole));
        store.finish();
    }
    let (small, large) = (open(&small), open(&large));
    let begun = Instant::now();
    while lease(&large, 1).await.leased.is_empty() {}
    println!("all sorted into their lanes in {:.1} s, once, by whoever sends first", begun.elapsed().as_secs_f64());
    compare(folder, &small, &large).await;
    report_memory("at the end");
}

/// Both stores by turns, so that what else the machine and the disk do concerns both.
async fn compare(folder: &Path, small: &SqliteStore, large: &SqliteStore) {
    let (mut syncs, mut of_small, mut of_large) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        syncs.push(disk(folder));
        if round % 2 == 0 {
            of_small.push(Times::of(small, round).await);
            of_large.push(Times::of(large, round).await);
        } else {
            of_large.push(Times::of(large, round).await);
            of_small.push(Times::of(small, round).await);
        }
    }
    let sync = median(syncs);
    println!("disk: write of 4 KiB and fdatasync: {:.3} ms, {:.0}/s", millis(sync), 1.0 / sync.as_secs_f64());
    let figures: [(&str, Figure); 3] = [
        ("one caller", |times| times.one),
        ("64 callers", |times| times.many),
        ("sort in, lease and settle", |times| times.deliver),
    ];
    for (what, figure) in figures {
        let [few, many] = [&of_small, &of_large].map(|times| median(times.iter().map(figure).collect()));
        let mut ratios: Vec<_> = of_small
            .iter()
            .zip(&of_large)
            .map(|(small, large)| figure(small).as_secs_f64() / figure(large).as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        for (store, time) in [("small", few), ("large", many)] {
            println!(
                "{what}, {store} store: {:.3} ms each, {:.0}/s, {:.2} of a sync",
                millis(time),
                1.0 / time.as_secs_f64(),
                time.as_secs_f64() / sync.as_secs_f64()
            );
        }
        println!("{what}: rate of the large store beside the small one: {:.2}", ratios[ratios.len() / 2]);
    }
    let used = of_small.iter().map(|times| times.used).sum::<Duration>() / u32::try_from(ROUNDS).expect("a few");
    println!("64 callers, small store: {:.1} us of processor each", millis(used) * 1_000.0);
}

/// What the disk takes to write a page and sync it, into a file that has the room, as a log mostly has: the median.
fn disk(folder: &Path) -> Duration {
    let mut file = File::create(folder.join("sync")).expect("a file");
    file.write_all(&vec![1; 4 << 20]).and_then(|()| file.sync_all()).expect("room");
    file.rewind().expect("a file");
    let syncs = (0..100).map(|_| {
        let begun = Instant::now();
        file.write_all(&[2; 4096]).and_then(|()| file.sync_data()).expect("room");
        begun.elapsed()
    });
    median(syncs.collect())
}

/// One of the times.
type Figure = fn(&Times) -> Duration;

/// What one message takes.
struct Times {
    /// One caller after another: the median.
    one: Duration,
    /// With 64 callers at once.
    many: Duration,
    /// To be sorted in, leased and settled, a hundred at a time, as a worker without a limit would.
    deliver: Duration,
    /// Of processors, with 64 callers.
    used: Duration,
}

impl Times {
    async fn of(store: &SqliteStore, round: usize) -> Self {
        let mut times = Vec::new();
        for n in 0..ONE {
            let message = message(&format!("one-{round}-{n}"));
            let begun = Instant::now();
            store.accept(vec![message]).await.expect("accepted");
            times.push(begun.elapsed());
        }
        let one = median(times);
        // Made by turns, as callers do: an ID begins with the time.
        let mut messages = vec![Vec::new(); 64];
        for n in 0..EACH {
            for (caller, messages) in messages.iter_mut().enumerate() {
                messages.push(message(&format!("many-{round}-{caller}-{n}")));
            }
        }
        let (begun, used) = (Instant::now(), processor());
        let callers = messages.into_iter().map(|messages| async move {
            for message in messages {
                store.accept(vec![message]).await.expect("accepted");
            }
        });
        futures_util::future::join_all(callers).await;
        let (many, used) = (begun.elapsed() / (64 * EACH), processor().saturating_sub(used) / (64 * EACH));
        Self { one, many, deliver: deliver(store).await, used }
    }
}

/// Leases and settles as much as the callers before it had accepted, so that sorting it in is counted.
async fn deliver(store: &SqliteStore) -> Duration {
    let begun = Instant::now();
    let mut count = 0;
    while count < ONE + 64 * EACH {
        let leases = lease(store, 100).await;
        let settled = leases.leased.iter().map(|one| Settled { lease: one.lease, outcome: Outcome::Delivered });
        let settled: Vec<_> = settled.collect();
        count += u32::try_from(settled.len()).expect("a hundred");
        store.settle(settled, Utc::now()).await.expect("settled");
    }
    begun.elapsed() / count
}

async fn lease(store: &SqliteStore, most: usize) -> Leases {
    let account = Account { destination: destination(), email: "ci@example.com".to_owned() };
    let (fingerprint, trial, lease, now) = ("f1".to_owned(), Trial::LeastTried, Duration::from_mins(1), Utc::now());
    store.lease(Wanted { account, fingerprint, most, lease, trial, due: now, now }).await.expect("leases")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

async fn fill(path: &Path) {
    let store = open(path);
    for chunk in 0..ROWS / 1_000 {
        let messages = (0..1_000).map(|n| message(&format!("lane-{}", (chunk * 1_000 + n) % LANES)));
        store.accept(messages.collect()).await.expect("accepted");
    }
    store.finish();
}

fn open(path: &Path) -> SqliteStore {
    let bounds = Bounds { messages: 2_000_000, bytes: 4 << 30 };
    SqliteStore::open(path, SqliteOptions::default().bounds(bounds)).expect("a store").store
}

fn destination() -> Destination {
    serde_json::from_value(json!("https://example.atlassian.net/gateway/api")).expect("a text")
}

/// A deployment with a body of some 500 bytes.
fn message(entity: &str) -> Envelope {
    let envelope = json!({
        "id": uuid::Uuid::now_v7(),
        "lane": {
            "destination": destination(),
            "cloudId": "1c7fd5a4-7c2e-4b5c-9a51-2f4c0a1d9e30",
            "kind": "deployment",
            "source": "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30",
            "entity": entity,
        },
        "acceptedAt": Utc::now(),
        "sequence": Utc::now().timestamp_millis(),
        "coalesce": null,
        "origin": { "repository": "https://git.example.com/shop/api", "commit": "6f1b8a5", "run": "https://ci.example.com/42" },
        "body": { "deployment": { "displayName": "api 1.2.3", "description": "d".repeat(440) } },
    });
    serde_json::from_str(&envelope.to_string()).expect("an envelope")
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).expect("the file").len() >> 20
}

/// The time of processors that the process has had: what remains of a figure on a machine that is busy.
fn processor() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the program's name in parentheses: user and system time are the 12th and 13th, in hundredths of a second.
    let fields: Vec<i64> =
        stat.rsplit(')').next().unwrap_or_default().split(' ').filter_map(|one| one.parse().ok()).collect();
    let hundredths = fields.get(10..12).map_or(0, |times| times.iter().sum());
    Duration::from_millis(u64::try_from(hundredths).unwrap_or_default() * 10)
}

/// The most memory that the process has had, where the system says so.
fn report_memory(when: &str) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
    println!("peak memory {when}: {}", peak.trim());
}
