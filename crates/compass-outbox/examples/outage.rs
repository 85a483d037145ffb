//! How an event outlives an outage: it is accepted while Compass answers with 503, and delivered later.
//! `cargo run -p compass-outbox --example outage`.

use std::error::Error;
use std::future::pending;

use compass_mock::{Fault, Mock};
use compass_outbox::{Destination, Message, Outbox};
use compass_sdk::event::{EventSource, Flag, Sequence, Target};
use compass_sdk::{Compass, Event};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mock = Mock::start().await?;
    let folder = tempfile::tempdir()?;
    let outbox = Outbox::open(folder.path().join("outbox.db"))?;
    let compass = Compass::builder().base_url(mock.base_url()).credentials("ada@example.com", "any-will-do").build()?;

    let flag = Flag::builder()
        .display_name("Dark mode is on")
        .description("")
        .url("https://flags.example.com/dark-mode".parse()?)
        .last_updated("2026-09-01T12:00:00Z".parse()?)
        .sequence(Sequence::new(1)?)
        .event_source(EventSource::of("flags", "acme/shop"))
        .id("dark-mode")
        .build()?;
    let component = format!(
        "ari:cloud:compass:{}:component/3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8",
        mock.cloud_id()
    );
    let target = Target::Component(component.parse()?);
    let receipt = outbox.enqueue(Message::event(&Destination::of(&compass), &target, &Event::from(flag))).await?;

    mock.faults().next(1, Fault::status(503));
    let report = outbox.worker(&compass).deliver_once(pending()).await?;
    println!("during the outage: {} delivered, {} queued", report.delivered, outbox.status().await?.queued);

    // A failed message waits for a moment; this waits with it.
    let report = outbox.worker(&compass).deliver(pending()).await?;
    println!("after it: {} delivered, {} queued", report.delivered, outbox.status().await?.queued);
    assert!(outbox.get(receipt.id).await?.is_some(), "what is done is remembered for a week");
    mock.stop().await?;
    Ok(())
}
