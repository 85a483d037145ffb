// @generated from the contract and the examples by `cargo xtask codegen`. Do not edit.

use compass_sdk::ari::ComponentAri;
use compass_sdk::Compass;

pub(crate) async fn run(compass: &Compass) -> Result<(), Box<dyn std::error::Error>> {
    let component: ComponentAri = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69"
        .parse()?;
    let attachments = compass
        .attachments(&component, "9e4d2b7a-30c5-4f18-a6b2-d81f7c05e3a4");
    attachments.delete("licence-report").await?;
    Ok(())
}
