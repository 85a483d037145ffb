// @generated from the contract and the examples by `cargo xtask codegen`. Do not edit.

use compass_sdk::Compass;

pub(crate) async fn run(
    compass: &Compass,
    webhook_id: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let payload = serde_json::from_str(
        r#"{
          "object_kind": "push",
          "ref": "refs/heads/main",
          "checkout_sha": "4f0e8f3b",
          "user_name": "Ada Example",
          "project": {
            "path_with_namespace": "acme/shop",
            "web_url": "https://git.example.com/acme/shop"
          }
        }"#,
    )?;
    compass.webhooks().invoke(webhook_id, &payload).await?;
    Ok(())
}
