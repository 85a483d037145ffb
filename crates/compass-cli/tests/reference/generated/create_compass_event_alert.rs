// @generated from the contract and the examples by `cargo xtask codegen`. Do not edit.

use compass_sdk::ari::ComponentAri;
use compass_sdk::event::{
    Alert, AlertPriority, AlertStatus, EventSource, Sequence, Target,
};
use compass_sdk::{Compass, Event};

pub(crate) async fn run(compass: &Compass) -> Result<(), Box<dyn std::error::Error>> {
    let component: ComponentAri = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69"
        .parse()?;
    let event = Alert::builder()
        .display_name("Checkout is slow")
        .description("95 % of the requests take more than 2 s")
        .url("https://alerts.example.com/alert-7".parse()?)
        .last_updated("2026-09-01T10:05:00Z".parse()?)
        .sequence(Sequence::new(1_788_257_100_000)?)
        .event_source(EventSource::new("opsgenie:acme/shop"))
        .id("alert-7")
        .status(AlertStatus::Closed)
        .priority(AlertPriority::P2)
        .created_at("2026-09-01T09:30:00Z".parse()?)
        .acknowledged_at("2026-09-01T09:34:00Z".parse()?)
        .snoozed_at("2026-09-01T09:40:00Z".parse()?)
        .closed_at("2026-09-01T10:05:00Z".parse()?)
        .build()?;
    compass.events().send(&Target::Component(component), &Event::from(event)).await?;
    Ok(())
}
