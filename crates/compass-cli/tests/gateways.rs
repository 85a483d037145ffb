//! What stands between the program and Compass, and answers in its place.

mod support;

use compass_mock::{Fault, Mock};
use support::{COMPONENT, compass};

/// It was told as if Compass had refused the event, though nobody had shown it to Compass.
#[test]
fn a_gateways_page_is_no_refusal() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mock = runtime.block_on(Mock::start()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let event = format!(
        r#"{{"componentId":"{COMPONENT}","event":{{"flag":{{"displayName":"n","description":"","url":"https://x.example.com","lastUpdated":"2026-09-01T12:00:00Z","updateSequenceNumber":1,"externalEventSourceId":"s","flagProperties":{{"id":"f"}}}}}}}}"#
    );
    std::fs::write(folder.path().join("events.jsonl"), event).unwrap();
    let one = ["event", "flag", "--id=f", "--name=n", "--url=https://x.example.com", "--event-source=s"];
    for status in [400, 404, 410] {
        mock.faults().next(2, Fault::html(status));
        let args = [&one[..], &["--component", COMPONENT, "--output=json"]].concat();
        let ended = compass(args).sending_to(&mock.base_url()).run();
        assert_eq!((ended.code, &ended.json()["error"]), (5, &"not-delivered".into()), "{status}: {ended:?}");
        let args = ["event", "send", "events.jsonl", "--output=json"];
        let ended = compass(args).within(folder.path()).sending_to(&mock.base_url()).run();
        assert_eq!((ended.code, &ended.json()["not_delivered"]), (5, &1.into()), "{status}: {ended:?}");
    }
    runtime.block_on(mock.stop()).unwrap();
}
