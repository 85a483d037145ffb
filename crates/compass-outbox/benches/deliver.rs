//! The rate of delivery.
//!
//! `cargo bench -p compass-outbox --bench deliver` fills an outbox in a file, delivers it to the mock on this machine with the limiter off, and
//! prints the rate beside that of the disk's own synchronous writes. `TMPDIR` says on which disk. Each message has a lane of
//! its own, as most of CI's have; then the same with all in few lanes, where each waits for the one before.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc;
use std::time::Instant;

use compass_mock::Mock;
use compass_outbox::{Coalesce, Destination, Message, Outbox};
use compass_sdk::Compass;
use compass_sdk::event::{Event, Target};
use compass_sdk::limiter::Limits;

const MESSAGES: u32 = 20_000;
const AT_ONCE: u32 = 500;
const SYNCS: u32 = 300;

fn main() {
    // The mock has a thread of its own, as another machine would.
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async move {
            let mock = Mock::builder().rate_limit(false).keep(100).start().await.expect("a free port");
            sender.send(mock.base_url()).expect("the bench waits for it");
            std::future::pending::<()>().await;
            drop(mock);
        });
    });
    let url = receiver.recv().expect("the mock starts");
    let folder = std::env::temp_dir().join(format!("outbox-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    println!("disk: {:.0} synchronous writes of 4 KiB a second", syncs(&folder));
    for (lanes, messages) in [(MESSAGES, MESSAGES), (256, MESSAGES), (8, MESSAGES / 10)] {
        let file = folder.join(format!("{lanes}.db"));
        let rate = runtime().block_on(deliver(&file, &url, lanes, messages));
        println!("{messages} messages in {lanes} lanes: {rate:.0} a second");
    }
    std::fs::remove_dir_all(&folder).expect("the bench's own folder");
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn syncs(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("syncs")).expect("a file");
    let start = Instant::now();
    for _ in 0..SYNCS {
        file.write_all(&[0x5a; 4096]).expect("room on the disk");
        file.sync_data().expect("a disk");
    }
    f64::from(SYNCS) / start.elapsed().as_secs_f64()
}

async fn deliver(file: &Path, url: &str, lanes: u32, messages: u32) -> f64 {
    let compass = Compass::builder().base_url(url).credentials("me@example.com", "a token").build();
    let compass = compass.expect("a valid configuration");
    let destination = Destination::of(&compass);
    let outbox = Outbox::open(file).expect("a new file");
    for from in (0..messages).step_by(AT_ONCE as usize) {
        let part = (from..messages.min(from + AT_ONCE)).map(|number| message(&destination, lanes, number));
        outbox.enqueue_all(part).await.expect("room");
    }
    let start = Instant::now();
    let worker = outbox.worker(&compass).limits(Limits::Unlimited);
    let report = worker.deliver(std::future::pending()).await.expect("a store");
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!((report.delivered, report.later, report.dead), (messages.into(), 0, 0));
    f64::from(messages) / seconds
}

fn message(destination: &Destination, lanes: u32, number: u32) -> Message {
    let lane = number % lanes;
    let json = format!(
        r#"{{"deployment": {{
            "displayName": "Deployment {number} of the shop", "description": "Release 2026.09.{number}: search is faster",
            "url": "https://ci.example.com/acme/shop/deployments/{number}", "lastUpdated": "2026-09-01T12:00:00Z",
            "updateSequenceNumber": {number}, "externalEventSourceId": "jenkins:acme/shop",
            "deploymentProperties": {{
                "sequenceNumber": {number}, "state": "SUCCESSFUL",
                "pipeline": {{
                    "pipelineId": "acme/shop/{lane}", "url": "https://ci.example.com/acme/shop",
                    "displayName": "Shop, to production"
                }},
                "environment": {{"category": "PRODUCTION", "displayName": "eu-central", "environmentId": "prod-eu"}}
            }}
        }}}}"#
    );
    let event: Event = serde_json::from_str(&json).expect("a valid event");
    let component = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
                     0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    let target = Target::Component(component.parse().expect("a component's ARI"));
    Message::event(destination, &target, &event).coalesce(Coalesce::Never)
}
