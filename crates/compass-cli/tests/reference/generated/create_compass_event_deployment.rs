// @generated from the contract and the examples by `cargo xtask codegen`. Do not edit.

use compass_sdk::ari::ComponentAri;
use compass_sdk::event::{
    Deployment, DeploymentPipeline, DeploymentState, Environment, EnvironmentCategory,
    EventSource, Sequence, Target,
};
use compass_sdk::{Compass, Event};

pub(crate) async fn run(compass: &Compass) -> Result<(), Box<dyn std::error::Error>> {
    let component: ComponentAri = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69"
        .parse()?;
    let event = Deployment::builder()
        .display_name("shop 1.4.2 to production")
        .description("What's new: the cart remembers its vouchers")
        .url("https://ci.example.com/shop-deploy/42".parse()?)
        .last_updated("2026-09-01T12:07:00Z".parse()?)
        .sequence(Sequence::new(1_788_264_420_000)?)
        .event_source(EventSource::new("jenkins:acme/shop"))
        .deployment_number(42)
        .state(DeploymentState::Successful)
        .pipeline(
            DeploymentPipeline::builder()
                .id("shop-deploy")
                .display_name("Deploy shop")
                .url("https://ci.example.com/shop-deploy".parse()?)
                .build(),
        )
        .environment(
            Environment::builder()
                .category(EnvironmentCategory::Production)
                .display_name("Production, Europe")
                .id("prod-eu")
                .build(),
        )
        .started_at("2026-09-01T12:00:00Z".parse()?)
        .completed_at("2026-09-01T12:07:00Z".parse()?)
        .build()?;
    compass.events().send(&Target::Component(component), &Event::from(event)).await?;
    Ok(())
}
