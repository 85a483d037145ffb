//! What a store costs, beside what the disk itself costs.
//!
//! `cargo bench -p compass-outbox --bench store -- FOLDER` writes into a new folder below FOLDER (the current one without it), so
//! that FOLDER says which disk is measured. Figures are of one run, on whatever else the machine does.

use std::fs::{self, File};
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use compass_outbox::store::{Account, Bounds, Outcome, Settled, SqliteOptions, SqliteStore, Store, Wanted};
use compass_outbox::{Destination, Envelope};
use serde_json::json;

/// How many rows the large store has, and how many lanes they are in.
const ROWS: usize = 1_000_000;
const LANES: usize = 100_000;

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
    let folder = tempfile::Builder::new().prefix("outbox-bench").tempdir_in(folder).expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(run(folder.path()));
}

async fn run(folder: &Path) {
    println!("in {}", folder.display());
    let sync = disk(folder);

    let small = folder.join("small.db");
    let store = open(&small);
    let (one, many) = enqueue(&store, "empty store", sync).await;
    let lease = leases(&store, "empty store").await;
    report_memory("after the empty store");
    store.finish();

    let large = folder.join("large.db");
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
    let store = open(&large);
    let sync = disk(folder);
    let (large_one, large_many) = enqueue(&store, "large store", sync).await;
    let large_lease = leases(&store, "large store").await;
    println!(
        "large beside empty: one caller {:.2}, 64 callers {:.2}, lease and settle {:.2}",
        one.as_secs_f64() / large_one.as_secs_f64(),
        many.as_secs_f64() / large_many.as_secs_f64(),
        lease.as_secs_f64() / large_lease.as_secs_f64()
    );
    report_memory("at the end");
    store.finish();
}

/// What the disk takes to write a page and sync it, at the end of a file that grows, as a log does: the median.
fn disk(folder: &Path) -> Duration {
    let mut file = File::create(folder.join("sync")).expect("a file");
    file.write_all(&vec![1; 4 << 20]).and_then(|()| file.sync_all()).expect("room");
    file.rewind().expect("a file");
    let mut times = Vec::new();
    for _ in 0..500 {
        let begun = Instant::now();
        file.write_all(&[2; 4096]).and_then(|()| file.sync_data()).expect("room");
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let sync = times[times.len() / 2];
    println!("disk: write of 4 KiB and fdatasync: {:.3} ms, {:.0}/s", millis(sync), 1.0 / sync.as_secs_f64());
    sync
}

/// One caller after another, and 64 at once: what one message takes.
async fn enqueue(store: &SqliteStore, what: &str, sync: Duration) -> (Duration, Duration) {
    let mut times = Vec::new();
    for n in 0..1_000 {
        let message = message(&format!("one-{n}"));
        let begun = Instant::now();
        store.accept(vec![message]).await.expect("accepted");
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let one = times[times.len() / 2];
    println!(
        "{what}: one caller: median {:.3} ms, {:.2} of a sync; 99 of 100 below {:.3} ms",
        millis(one),
        one.as_secs_f64() / sync.as_secs_f64(),
        millis(times[times.len() * 99 / 100])
    );
    let messages = |caller| (0..300).map(move |n| message(&format!("many-{caller}-{n}"))).collect::<Vec<_>>();
    let messages: Vec<_> = (0..64).map(messages).collect();
    let (begun, used) = (Instant::now(), processor());
    let callers = messages.into_iter().map(|messages| async move {
        for message in messages {
            store.accept(vec![message]).await.expect("accepted");
        }
    });
    futures_util::future::join_all(callers).await;
    let used = processor().saturating_sub(used) / (64 * 300);
    let many = begun.elapsed() / (64 * 300);
    let rate = 1.0 / many.as_secs_f64();
    println!(
        "{what}: 64 callers: {rate:.0}/s, {:.1} times the disk's syncs; {:.1} us of processor each",
        rate * sync.as_secs_f64(),
        millis(used) * 1_000.0
    );
    (one, many)
}

/// Leases and settles, a hundred at a time, as a worker without a limit would: what one message takes.
async fn leases(store: &SqliteStore, what: &str) -> Duration {
    let begun = Instant::now();
    let mut count = 0;
    for _ in 0..100 {
        let now = Utc::now();
        let leases = store.lease(wanted(now)).await.expect("leases").leased;
        let settled: Vec<_> =
            leases.iter().map(|one| Settled { lease: one.lease, outcome: Outcome::Delivered }).collect();
        count += u32::try_from(settled.len()).expect("a hundred");
        store.settle(settled, now).await.expect("settled");
    }
    let each = begun.elapsed() / count;
    println!("{what}: lease and settle, 100 at a time: {:.0}/s of {count}", 1.0 / each.as_secs_f64());
    each
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

fn wanted(now: DateTime<Utc>) -> Wanted {
    let account = Account { destination: destination(), email: "ci@example.com".to_owned() };
    Wanted { account, fingerprint: "f1".to_owned(), most: 100, lease: Duration::from_mins(1), now }
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
