// @generated from the contract and the examples by `cargo xtask codegen`. Do not edit.

use compass_sdk::Compass;

pub(crate) async fn run(compass: &Compass) -> Result<(), Box<dyn std::error::Error>> {
    let evaluated = compass
        .entitlements()
        .evaluate(["compass-standard", "compass-premium"])
        .await?;
    for (name, result) in &evaluated.entitlements {
        println!("{name}: {result:?}");
    }
    Ok(())
}
