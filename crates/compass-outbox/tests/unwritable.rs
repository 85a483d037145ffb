//! A disk that is full, a folder that cannot be written, a file that somebody keeps.

mod common;

use std::fs;
use std::path::Path;
use std::time::Duration;

use compass_outbox::StoreErrorKind;
use compass_outbox::store::{SqliteOptions, SqliteStore, Store};

use common::{all, at, message, open, wait};

/// Accepts messages until that fails, and says what was accepted and how it failed.
fn fill(store: &SqliteStore) -> (Vec<compass_outbox::MessageId>, compass_outbox::StoreError) {
    let mut accepted = Vec::new();
    for n in 0..20_000 {
        let batch: Vec<_> = (0..20).map(|m| message(&format!("lane-{n}"), &m.to_string())).collect();
        let ids: Vec<_> = batch.iter().map(|message| message.id).collect();
        match wait(store.accept(batch)) {
            Ok(()) => accepted.extend(ids),
            Err(error) => return (accepted, error),
        }
    }
    panic!("nothing is full after {} messages", accepted.len())
}

/// What is accepted on a full disk is there, what is not is told, and it goes on when there is room again.
fn a_full_disk(folder: &Path, make_room: impl FnOnce()) {
    let store = open(&folder.join("outbox.db"));
    let (mut accepted, error) = fill(&store);
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let text = error.to_string();
    assert!(text.contains("outbox.db") && (text.contains("make room") || text.contains("quota")), "{text}");
    assert!(!accepted.is_empty());
    assert_eq!(wait(store.list(all())).expect("a list").len(), accepted.len(), "it can be read");
    make_room();
    let late = message("late", "late");
    accepted.push(late.id);
    wait(store.accept(vec![late])).expect("there is room again");
    store.finish();
    let opened = SqliteStore::open(folder.join("outbox.db"), SqliteOptions::default()).expect("a store");
    assert_eq!(opened.salvage, None);
    let there: Vec<_> = wait(opened.store.list(all())).expect("a list").iter().map(|kept| kept.envelope.id).collect();
    assert_eq!(there, accepted);
}

/// A full disk where a file system can be mounted, which takes a privilege: elsewhere the next test stands for it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_refuses_and_goes_on() {
    use std::process::Command;
    const FOLDER: &str = "OUTBOX_TEST_FULL_DISK";
    if let Some(folder) = std::env::var_os(FOLDER) {
        let folder = Path::new(&folder);
        let ballast = folder.join("ballast");
        fs::write(&ballast, vec![1; 600_000]).expect("room");
        a_full_disk(folder, || fs::remove_file(&ballast).expect("the ballast"));
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mount = |program: &str| {
        // In a namespace of its own, so that the mount ends with the process.
        Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c"])
            .arg(r#"mount -t tmpfs -o size=2m outbox "$1" && shift && exec "$@""#)
            .args(["sh".as_ref(), folder.path().as_os_str()])
            .args(program.split(' '))
            .env(FOLDER, folder.path())
            .output()
    };
    match mount("true") {
        Ok(output) if output.status.success() => {}
        other => {
            println!("skipped: no file system can be mounted here: {other:?}");
            return;
        }
    }
    let program = std::env::current_exe().expect("this program");
    let program = program.to_str().expect("a path without odd bytes");
    let output = mount(&format!("{program} --exact a_full_disk_refuses_and_goes_on --nocapture")).expect("a process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "it ran");
}

/// A quota: the system's limit of a file's size, which needs no privilege.
#[cfg(unix)]
#[test]
fn a_quota_refuses_and_goes_on() {
    use std::process::Command;
    const FOLDER: &str = "OUTBOX_TEST_QUOTA";
    if let Some(folder) = std::env::var_os(FOLDER) {
        let raise = || {
            use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
            let Rlimit { maximum, .. } = getrlimit(Resource::Fsize);
            setrlimit(Resource::Fsize, Rlimit { current: maximum, maximum }).expect("the soft limit can be raised");
        };
        a_full_disk(Path::new(&folder), raise);
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let program = std::env::current_exe().expect("this program");
    let output = Command::new("sh")
        // Without the signal that comes with the limit. The limit is in blocks of 512 bytes or, in some shells, of 1024.
        .args(["-c", r#"trap "" XFSZ; ulimit -S -f 1000 && exec "$0" --exact a_quota_refuses_and_goes_on --nocapture"#])
        .arg(program)
        .env(FOLDER, folder.path())
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "it ran");
}

/// Even root cannot make a folder below a file, which permissions would not keep it from.
#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let error =
        SqliteStore::open(file.join("outbox.db"), SqliteOptions::default()).expect_err("there is no such folder");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let text = error.to_string();
    assert!(text.contains("outbox.db: its folder cannot be made: name another path"), "{text}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_folder_in_the_way_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    fs::create_dir(&path).expect("a folder");
    let error = SqliteStore::open(&path, SqliteOptions::default()).expect_err("a folder is no file");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("it cannot be opened"), "{error}");
}

/// A folder that is read-only for root, too: a mount.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_file_system_is_told() {
    use std::process::Command;
    const FOLDER: &str = "OUTBOX_TEST_READ_ONLY";
    if let Some(folder) = std::env::var_os(FOLDER) {
        for name in ["outbox.db", "new.db"] {
            let path = Path::new(&folder).join(name);
            let error = SqliteStore::open(&path, SqliteOptions::default()).expect_err("it cannot be written");
            assert_eq!(error.kind(), StoreErrorKind::Unavailable);
            assert!(error.to_string().contains("give this user the right to write"), "{error}");
        }
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    open(&folder.path().join("outbox.db")).finish();
    let program = std::env::current_exe().expect("this program");
    let mount = |program: &[&std::ffi::OsStr]| {
        Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c"])
            .arg(r#"mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@""#)
            .args(["sh".as_ref(), folder.path().as_os_str()])
            .args(program)
            .env(FOLDER, folder.path())
            .output()
    };
    match mount(&["true".as_ref()]) {
        Ok(output) if output.status.success() => {}
        other => {
            println!("skipped: no file system can be mounted here: {other:?}");
            return;
        }
    }
    let name = "a_read_only_file_system_is_told".as_ref();
    let output = mount(&[program.as_os_str(), "--exact".as_ref(), name, "--nocapture".as_ref()]).expect("a process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "it ran");
}

#[test]
fn a_file_that_somebody_keeps_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    let patience = Duration::from_millis(1);
    let store = SqliteStore::open(&path, SqliteOptions::default().patience(patience)).expect("a store").store;
    let other = rusqlite::Connection::open(&path).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("a transaction");
    let error = wait(store.accept(vec![message("a", "1")])).expect_err("it is kept");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("another process has kept the file for too long"), "{error}");
    assert_eq!(wait(store.status(at(0))).expect("reading waits for nobody").queued, 0);
    other.execute_batch("ROLLBACK").expect("the end");
    wait(store.accept(vec![message("a", "1")])).expect("accepted");
}
