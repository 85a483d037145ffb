//! Tells Compass of a deployment: `cargo run -p compass-sdk --example send_event`, with `COMPASS_SITE`, `COMPASS_EMAIL` and
//! `COMPASS_API_TOKEN` in the environment, and the component's ID as the argument.

use chrono::Utc;
use compass_sdk::event::{
    Deployment, DeploymentPipeline, DeploymentState, Environment, EnvironmentCategory, EventSource, Sequence, Target,
};
use compass_sdk::{Compass, Event};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(error) = tell().await {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

async fn tell() -> Result<(), Box<dyn std::error::Error>> {
    let component = std::env::args().nth(1).ok_or("the component's ID is missing: ari:cloud:compass:…:component/…")?;
    let target = Target::Component(component.parse()?);
    let deployment = Deployment::builder()
        .display_name("shop 1.4.2 to production")
        .description("")
        .url("https://ci.example.com/shop/42".parse()?)
        .last_updated(Utc::now())
        .sequence(Sequence::now())
        .event_source(EventSource::of("jenkins", "acme/shop"))
        .pipeline(
            DeploymentPipeline::builder()
                .id("shop-deploy")
                .display_name("Deploy shop")
                .url("https://ci.example.com/shop".parse()?)
                .build(),
        )
        .environment(
            Environment::builder()
                .id("prod-eu")
                .display_name("Production, Europe")
                .category(EnvironmentCategory::Production)
                .build(),
        )
        .deployment_number(42)
        .state(DeploymentState::Successful)
        .started_at("2026-09-01T12:00:00Z".parse()?)
        .completed_at("2026-09-01T12:07:00Z".parse()?)
        .build()?;
    let compass = Compass::from_env()?;
    compass.events().send(&target, &Event::from(deployment)).await?;
    println!("sent");
    Ok(())
}
