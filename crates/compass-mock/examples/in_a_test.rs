//! How a test uses the mock: it sends with the SDK, the first request fails, and what arrived is looked at.
//! `cargo run -p compass-mock --example in_a_test`.

use std::error::Error;

use compass_mock::{Fault, Mock};
use compass_sdk::event::{EventSource, Flag, Sequence, Target};
use compass_sdk::{Compass, Event};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mock = Mock::start().await?;
    mock.faults().next(1, Fault::status(503).with_header("retry-after", "0"));

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
    compass.events().send(&Target::Component(component.parse()?), &Event::from(flag)).await?;

    let received = mock.received();
    assert_eq!((received.requests().len(), received.saved().len()), (2, 1));
    println!("{} requests, saved: {}", received.requests().len(), received.saved()[0].event["displayName"]);
    mock.stop().await?;
    Ok(())
}
