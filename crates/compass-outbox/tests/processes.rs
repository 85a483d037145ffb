//! What holds between processes: this test's own program, run again with a role.

mod common;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use compass_outbox::store::{Permits, Store};

use common::{account, all, at, deliver_all, message, open, request, wait, wanted};

/// How the program knows its role: the outbox's path.
const ROLE: &str = "OUTBOX_TEST_ENQUEUES_INTO";
const PROCESSES: usize = 20;
const EACH: usize = 10;

/// A process that enqueues: no test unless it was started by one.
#[test]
fn enqueuing_process() {
    let Some(path) = std::env::var_os(ROLE).map(PathBuf::from) else { return };
    let own = std::process::id().to_string();
    let store = open(&path);
    for n in 0..EACH {
        wait(store.accept(vec![message(&own, &n.to_string())])).expect("accepted");
    }
}

fn start(path: &std::path::Path) -> Child {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args(["--exact", "enqueuing_process"]).env(ROLE, path).stdout(Stdio::null()).stderr(Stdio::inherit());
    command.spawn().expect("a process")
}

#[test]
fn twenty_processes_make_an_outbox_and_enqueue_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new").join("outbox.db");
    let children: Vec<_> = (0..PROCESSES).map(|_| start(&path)).collect();
    for mut child in children {
        assert!(child.wait().expect("its end").success());
    }
    let store = open(&path);
    let kept = wait(store.list(all())).expect("a list");
    assert_eq!(kept.len(), PROCESSES * EACH);
    assert_eq!(wait(store.status(at(0))).expect("a status").queued, (PROCESSES * EACH) as u64);
    for one in &kept {
        let of_its_process = kept.iter().filter(|other| other.envelope.lane.entity == one.envelope.lane.entity);
        assert_eq!(of_its_process.count(), EACH);
    }
    assert_eq!(wait(deliver_all(&store, at(0))), PROCESSES * EACH);
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a").join("b").join("outbox.db");
    let store = open(&path);
    wait(store.accept(vec![message("a", "1")])).expect("accepted");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    for name in ["outbox.db", "outbox.db-wal", "outbox.db-shm", "outbox.db.lock"] {
        assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&folder.path().join("a")), 0o700);
    assert_eq!(mode(&folder.path().join("a").join("b")), 0o700);
}

#[test]
fn two_stores_on_one_file_lease_each_message_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    let (one, two) = (open(&path), open(&path));
    wait(async {
        for n in 0..30 {
            let store = if n % 2 == 0 { &one } else { &two };
            store.accept(vec![message(&format!("lane-{}", n % 10), &n.to_string())]).await.expect("accepted");
        }
        let mut seen = Vec::new();
        let mut now = 0;
        while seen.len() < 30 {
            let (first, second) = tokio::join!(one.lease(wanted(3, at(now))), two.lease(wanted(3, at(now))));
            let leased: Vec<_> =
                [first, second].into_iter().flat_map(|leases| leases.expect("leases").leased).collect();
            let mut lanes: Vec<_> = leased.iter().map(|one| one.envelope.lane.entity.clone()).collect();
            lanes.sort();
            lanes.dedup();
            assert_eq!(lanes.len(), leased.len(), "a lane is leased once at a time");
            // The other one settles.
            for leased in leased {
                let settled = compass_outbox::store::Settled {
                    lease: leased.lease,
                    outcome: compass_outbox::store::Outcome::Delivered,
                };
                assert_eq!(two.settle(vec![settled], at(now)).await.expect("settled"), [true]);
                assert!(!seen.contains(&leased.envelope.id));
                seen.push(leased.envelope.id);
            }
            now += 1;
        }
    });
}

/// Two stores ask for permits at made-up times: no window has more than allowed, wherever it begins.
#[test]
fn no_window_of_two_stores_has_more_permits_than_allowed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    let stores = [open(&path), open(&path)];
    let mut given: Vec<(i64, u32)> = Vec::new();
    // Steps that are no divisor of a minute, and demands of all sizes.
    let mut seconds = 0;
    for n in 0..150_u32 {
        seconds += i64::from(n * 7 % 5);
        let store = &stores[(n % 2) as usize];
        match wait(store.permits(request(1 + n * 13 % 40, at(seconds)))).expect("an answer") {
            Permits::Given(count) => given.push((seconds, count)),
            Permits::NotBefore(next) => assert!(next > at(seconds) && next <= at(seconds + 62)),
        }
    }
    let total: u32 = given.iter().map(|(_, count)| count).sum();
    for (begin, _) in &given {
        // A request begins up to a second after its permit, and a window has both its ends.
        let window = given.iter().filter(|(at, _)| (*begin..=begin + 61).contains(at));
        let count: u32 = window.map(|(_, count)| count).sum();
        assert!(count <= 100, "{count} permits in the window from {begin}");
    }
    assert!(total > 100 * u32::try_from(seconds / 62).expect("a number"), "and they are used: {total} in {seconds} s");
    wait(stores[0].slow_down(account(), at(seconds + 30))).expect("kept");
    assert_eq!(
        wait(stores[1].permits(request(1, at(seconds)))).expect("an answer"),
        Permits::NotBefore(at(seconds + 30))
    );
}

/// Callers share a commit, and one that is refused takes no other along.
#[test]
fn callers_that_wait_together_are_answered_each_for_itself() {
    use compass_outbox::StoreErrorKind;
    use compass_outbox::store::{Bounds, SqliteOptions, SqliteStore};
    let folder = tempfile::tempdir().expect("a folder");
    let options = SqliteOptions::default().bounds(Bounds { messages: 1_000, bytes: 40_000 });
    let store = SqliteStore::open(folder.path().join("outbox.db"), options).expect("a store").store;
    let large = |n: usize| serde_json::value::RawValue::from_string(format!("\"{}\"", "x".repeat(n))).expect("JSON");
    wait(async {
        let calls = (0..40).map(|n| {
            let mut message = message("a", &n.to_string());
            if n % 4 == 0 {
                message.body = large(40_001);
            }
            store.accept(vec![message])
        });
        for (n, outcome) in futures_util::future::join_all(calls).await.into_iter().enumerate() {
            match outcome {
                Ok(()) => assert_ne!(n % 4, 0),
                Err(error) => assert_eq!((n % 4, error.kind()), (0, StoreErrorKind::Full)),
            }
        }
        assert_eq!(store.status(at(0)).await.expect("a status").queued, 30);
    });
}
