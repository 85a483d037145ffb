//! An event without a required field cannot be built.

use compass_sdk::event::{Custom, EventSource, Sequence};

fn main() {
    let _ = Custom::builder()
        .display_name("Load test passed")
        .description("")
        .url("https://ci.example.com/42".parse().unwrap())
        .last_updated("2026-09-01T12:00:00Z".parse().unwrap())
        .sequence(Sequence::now())
        .event_source(EventSource::of("k6", "acme/shop"))
        .id("load-test-42")
        .build();
}
