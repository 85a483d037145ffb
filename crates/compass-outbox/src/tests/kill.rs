//! Processes that accept and deliver are killed at random points, with no chance to clean up: nothing is lost, and what is repeated is
//! explained.
//!
//! The processes are this test binary, started with [`child`] alone. What they have done they say line by line, each line before or
//! after the fact that it tells, whichever makes it a promise.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use compass_mock::{Fault, Mock};
use compass_sdk::Compass;
use compass_sdk::clock::{Clock, Sleep, SystemClock};
use compass_sdk::limiter::Limits;
use futures_util::future::BoxFuture;

use super::fake::{Happened, World};
use super::messages::{component, deployment};
use super::watched::Watched;
use crate::envelope::{Destination, Envelope};
use crate::message::{Coalesce, Message};
use crate::outbox::Outbox;
use crate::store::{Account, SqliteOptions, SqliteStore};
use crate::worker::{Courier, Failure, to_compass};

/// How many processes are killed; a full run has 200: `OUTBOX_KILLS=200 cargo test -p compass-outbox kill`.
const KILLS: &str = "OUTBOX_KILLS";
const ROLE: &str = "OUTBOX_TEST_ROLE";
const FILE: &str = "OUTBOX_TEST_FILE";
const URL: &str = "OUTBOX_TEST_URL";
const ROUND: &str = "OUTBOX_TEST_ROUND";
/// What a process may accept at most; each number is used once.
const MOST_OF_A_ROUND: i64 = 1000;
const LANES: i64 = 16;

/// The system's clock, ahead by some time for each round: leases of processes that were killed have ended by then.
#[derive(Debug)]
struct Ahead(SystemClock, chrono::TimeDelta);

impl Ahead {
    fn of_round(round: i64) -> Self {
        Self(SystemClock::new(), chrono::TimeDelta::minutes(2 * round))
    }
}

impl Clock for Ahead {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn utc(&self) -> DateTime<Utc> {
        self.0.utc() + self.1
    }

    fn sleep_until(&self, deadline: Duration) -> Sleep {
        self.0.sleep_until(deadline)
    }
}

/// A courier that says what it is about to send.
#[derive(Debug)]
struct Told {
    courier: Arc<dyn Courier>,
    world: Arc<World>,
}

impl Courier for Told {
    fn account(&self) -> Account {
        self.courier.account()
    }

    fn fingerprint(&self) -> String {
        self.courier.fingerprint()
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Result<(), Failure>> {
        self.world.write(Happened::Begun { worker: 0, id: envelope.id, at: Duration::ZERO, held: true });
        self.courier.deliver(envelope)
    }
}

fn compass(url: &str) -> Compass {
    Compass::builder().base_url(url).credentials("me@example.com", "a token").build().unwrap()
}

/// An outbox that tells on stdout what happens.
fn outbox(file: &Path, round: i64) -> (Outbox, Arc<World>) {
    let store = Arc::new(SqliteStore::open(file, SqliteOptions::default()).unwrap().store);
    let world = World::echoing();
    let watched = Watched { store, world: Arc::clone(&world), worker: 0, leases: Arc::default() };
    (Outbox::with_store(watched).clock(Ahead::of_round(round)), world)
}

#[test]
#[ignore = "a process of the test below"]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let [file, url, round] = [FILE, URL, ROUND].map(|name| std::env::var(name).unwrap());
    let round = round.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (outbox, world) = outbox(Path::new(&file), round);
        let compass = compass(&url);
        if role == "accept" {
            let destination = Destination::of(&compass);
            for number in 0..MOST_OF_A_ROUND {
                let number = round * MOST_OF_A_ROUND + number;
                let event = deployment(&format!("lane-{}", number % LANES), "stage", number, number);
                let message = Message::event(&destination, &component(), &event).coalesce(Coalesce::Never);
                outbox.enqueue(message).await.unwrap();
            }
        } else {
            let courier = Told { courier: to_compass(&compass), world };
            let worker = outbox.worker_with(courier).limits(Limits::Unlimited);
            worker.attempt_timeout(Duration::from_secs(5)).run(std::future::pending()).await.unwrap();
        }
    });
}

fn start(role: &str, file: &Path, url: &str, round: i64) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "tests::kill::child", "--ignored", "--nocapture", "--quiet"]).env_clear();
    command.env(ROLE, role).env(FILE, file).env(URL, url).env(ROUND, round.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// Reads so many lines, and kills the process, which goes on meanwhile. Answers all lines there are.
fn kill_after(mut child: Child, most: usize, spins: u32) -> Vec<String> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut told: Vec<String> = lines.by_ref().take(most).collect();
    (0..spins).for_each(|_| std::hint::spin_loop());
    child.kill().unwrap();
    child.wait().unwrap();
    told.extend(lines);
    told
}

/// What all processes have told.
#[derive(Debug, Default)]
struct Tale {
    accepted: BTreeSet<String>,
    /// When each attempt was about to begin.
    begun: BTreeMap<String, Vec<u128>>,
    /// When it was recorded that it was delivered.
    settled: BTreeMap<String, Vec<u128>>,
}

impl Tale {
    fn hear(&mut self, line: &str) {
        let mut words = line.split(' ');
        let (Some("told"), Some(at), Some(what), Some(id), None) =
            (words.next(), words.next(), words.next(), words.next(), words.next())
        else {
            // The harness's own lines, and one that was cut off.
            return;
        };
        if id.len() != 36 {
            return;
        }
        let (at, id) = (at.parse().unwrap(), id.to_owned());
        match what {
            "accepted" => _ = self.accepted.insert(id),
            "begun" => self.begun.entry(id).or_default().push(at),
            "settled" => self.settled.entry(id).or_default().push(at),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn processes_that_are_killed_lose_nothing_and_repeat_only_what_was_not_settled() {
    let kills: u32 = std::env::var(KILLS).map_or(40, |text| text.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mock = runtime.block_on(Mock::builder().rate_limit(false).keep(1_000_000).start()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("outbox.db");
    let url = mock.base_url();
    mock.faults().rate(0.03, Fault::reset_after());
    mock.faults().rate(0.03, Fault::closed());
    let mut random = fastrand::Rng::with_seed(2026);
    let tale = Mutex::new(Tale::default());
    let rounds = i64::from(kills.div_ceil(2));
    for round in 1..=rounds {
        std::thread::scope(|scope| {
            for role in ["accept", "deliver"] {
                let (most, spins) = (random.usize(0..60), random.u32(0..200_000));
                let (tale, file, url) = (&tale, &file, &url);
                scope.spawn(move || {
                    let lines = kill_after(start(role, file, url, round), most, spins);
                    let mut tale = tale.lock().unwrap();
                    for line in &lines {
                        tale.hear(line);
                    }
                });
            }
        });
    }
    mock.faults().clear();
    let tale = tale.into_inner().unwrap();

    // What the processes have left behind, by one that nobody kills.
    let store = SqliteStore::open(&file, SqliteOptions::default()).unwrap().store;
    let outbox = Outbox::with_store(store).clock(Ahead::of_round(rounds + 60));
    let worker = outbox.worker(&compass(&url)).limits(Limits::Unlimited);
    let report = runtime.block_on(worker.deliver(std::future::pending())).unwrap();
    let status = runtime.block_on(outbox.status()).unwrap();
    assert_eq!((status.queued, status.dead, status.superseded), (0, 0, 0));

    let received = mock.received();
    let mut arrivals: Vec<(u64, i64)> = received
        .events()
        .iter()
        .map(|event| (event.id, event.event["deploymentProperties"]["sequenceNumber"].as_i64().unwrap()))
        .collect();
    arrivals.sort_unstable();
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    let mut furthest: BTreeMap<i64, i64> = BTreeMap::new();
    for (_, number) in &arrivals {
        *counts.entry(*number).or_default() += 1;
        let furthest = furthest.entry(number % LANES).or_insert(*number);
        assert!(number >= furthest, "{number} was overtaken by {furthest}");
        *furthest = *number;
    }
    // Nothing is lost: what was told to be accepted is there, and all that is there has arrived.
    let kept = runtime.block_on(all(&outbox));
    for id in &tale.accepted {
        assert!(kept.contains_key(id), "{id} was accepted, and is not there");
    }
    for (id, number) in &kept {
        let arrived = counts.get(number).copied().unwrap_or(0);
        assert!(arrived > 0, "{id} is delivered, and has not arrived");
        // The last worker is not told of.
        let begun = tale.begun.get(id).map_or(0, Vec::len) + 1;
        assert!(arrived <= begun, "{id} arrived {arrived} times of {begun}");
    }
    // What was repeated had not been settled when it was begun again.
    let repeated: usize = counts.values().map(|count| count - 1).sum();
    for (id, begun) in &tale.begun {
        let settled = tale.settled.get(id).map_or(&[][..], Vec::as_slice);
        assert!(settled.len() <= 1, "{id} was settled twice");
        for settled in settled {
            assert!(begun.iter().all(|begun| begun < settled), "{id} was sent after it was settled");
        }
    }
    println!(
        "{} killed, {} told to be accepted, {} kept, {} arrived, {repeated} repeated, {} left to the last worker",
        2 * rounds,
        tale.accepted.len(),
        kept.len(),
        arrivals.len(),
        report.delivered
    );
    assert!(tale.accepted.len() as u64 > u64::from(kills) && kept.len() >= tale.accepted.len());
    runtime.block_on(mock.stop()).unwrap();
}

/// The number of each message that the outbox knows.
async fn all(outbox: &Outbox) -> BTreeMap<String, i64> {
    use futures_util::TryStreamExt as _;
    let lines: Vec<String> = outbox.export(None).try_collect().await.unwrap();
    let read = |line: &String| {
        let envelope: Envelope = serde_json::from_str(line).unwrap();
        (envelope.id.to_string(), envelope.sequence.unwrap())
    };
    lines.iter().map(read).collect()
}
