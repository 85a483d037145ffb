// @generated from the contract and the examples by `cargo xtask codegen`. Do not edit.

use compass_sdk::ari::ComponentAri;
use compass_sdk::event::{Author, EventSource, Push, Sequence, Target};
use compass_sdk::{Compass, Event};

pub(crate) async fn run(compass: &Compass) -> Result<(), Box<dyn std::error::Error>> {
    let component: ComponentAri = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69"
        .parse()?;
    let event = Push::builder()
        .display_name("Remember vouchers in the cart")
        .description("Vouchers are kept with the cart, not with the session")
        .url("https://git.example.com/acme/shop/commit/4f0e8f3b".parse()?)
        .last_updated("2026-09-01T11:50:00Z".parse()?)
        .sequence(Sequence::new(1_788_263_400_000)?)
        .event_source(EventSource::new("git:acme/shop"))
        .id("4f0e8f3b")
        .branch_name("main")
        .author(Author::builder().name("Ada Example").email("ada@example.com").build())
        .build()?;
    compass.events().send(&Target::Component(component), &Event::from(event)).await?;
    Ok(())
}
