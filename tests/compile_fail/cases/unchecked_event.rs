//! What nobody has checked cannot be sent: the wire's own type is no event.

use compass_sdk::Compass;
use compass_sdk::event::Target;

async fn send(compass: Compass, target: Target) {
    let unchecked: serde_json::Value = serde_json::json!({"custom": {}});
    let _ = compass.events().send(&target, &unchecked).await;
}

fn main() {}
