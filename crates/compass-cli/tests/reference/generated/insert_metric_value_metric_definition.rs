// @generated from the contract and the examples by `cargo xtask codegen`. Do not edit.

use compass_sdk::ari::{ComponentAri, MetricDefinitionAri};
use compass_sdk::{Compass, Metric};

pub(crate) async fn run(compass: &Compass) -> Result<(), Box<dyn std::error::Error>> {
    let definition: MetricDefinitionAri = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-definition/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/e2a97b40-16d8-4c3f-b05e-3f8d12c6a794"
        .parse()?;
    let component: ComponentAri = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69"
        .parse()?;
    let metric = Metric::builder()
        .target((definition, component))
        .value(87.5)
        .timestamp("2026-09-01T11:58:30Z".parse()?)
        .annotation(
            serde_json::from_str(
                r#"{"version":1,"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"After the tests for vouchers"}]}]}"#,
            )?,
        )
        .title("Test coverage")
        .url("https://ci.example.com/shop/42/coverage".parse()?)
        .build()?;
    let recorded = compass.metrics().insert(&metric).await?;
    println!("{} at {}", recorded.value, recorded.timestamp);
    Ok(())
}
