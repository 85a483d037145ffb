//! What the SDK tells those who listen, and what it does not.

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Mutex},
};

use tracing::{
    Dispatch, Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::{
    BASIC, PREFIX, TOKEN,
    calls::WEBHOOK,
    faults::{FAULTS, suffer_all},
};

/// Keeps all that the SDK says, as text.
#[derive(Clone, Debug, Default)]
struct Listener(Arc<Mutex<String>>);

/// One field after the other.
struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // What the libraries beneath say is theirs.
        metadata.target().starts_with("compass_")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut said = self.0.lock().unwrap();
        let _ = write!(said, "\n{}:", span.metadata().name());
        span.record(&mut Fields(&mut said));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut said = self.0.lock().unwrap();
        let _ = write!(said, "\n{}:", event.metadata().level());
        event.record(&mut Fields(&mut said));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn the_sdk_tells_operations_attempts_and_failures_but_no_secrets() {
    let listener = Listener::default();
    // As long as there is but one dispatcher, tracing asks that of the thread which comes by a place first, and remembers the
    // answer for all: a test beside this one, which has none, would switch the place off. With two, it asks them all.
    let spare = Dispatch::new(Listener::default());
    // The test's runtime has this thread alone.
    let listening = tracing::subscriber::set_default(listener.clone());
    for fault in &FAULTS {
        suffer_all(fault).await;
    }
    drop((listening, spare));
    let said = listener.0.lock().unwrap();
    for told in ["operation=\"createCompassEvent\"", "operation=\"handleWebhookInvocation\"", "attempt=1", "status=503"]
    {
        assert!(said.contains(told), "{told} is not in {said}");
    }
    for secret in [TOKEN, BASIC, WEBHOOK, PREFIX, "compass/v1"] {
        assert!(!said.contains(secret), "{secret} is in {said}");
    }
}
