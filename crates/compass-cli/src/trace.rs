//! What the SDK tells of its work: lines on stderr with `-v`, and the number of attempts for results.

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The attempts of the operation that ended last.
static ATTEMPTS: AtomicU64 = AtomicU64::new(0);
/// The field of the SDK's events that has them.
const FIELD: &str = "attempts";

/// Begins to listen. Only called once, by commands that send.
pub(crate) fn listen(verbose: bool) {
    // Somebody listens already only in tests within one process.
    let _ = tracing::subscriber::set_global_default(Listener { verbose, spans: AtomicU64::new(1) });
}

/// How often the operation that ended last was sent.
pub(crate) fn attempts() -> u64 {
    ATTEMPTS.load(Ordering::Relaxed)
}

/// Prints spans where they begin and events where they happen, one line each. The SDK puts neither credentials nor URLs
/// into them.
struct Listener {
    verbose: bool,
    spans: AtomicU64,
}

impl Listener {
    fn tell(&self, metadata: &Metadata<'_>, line: &Line) {
        if self.verbose {
            // `tracing` names events by their place in the source, and spans by what they are.
            let name = if metadata.is_span() { metadata.name() } else { "" };
            let space = if metadata.is_span() { " " } else { "" };
            crate::output::say("trace", &format!("{name}{space}{}", line.0.trim_start()));
        }
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        ["compass_sdk", "compass_outbox"].iter().any(|of| metadata.target().starts_with(of))
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line::default();
        span.record(&mut line);
        self.tell(span.metadata(), &line);
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed))
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.tell(event.metadata(), &line);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The fields of a span or event.
#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == FIELD {
            ATTEMPTS.store(value, Ordering::Relaxed);
        }
        self.record_debug(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a `String` cannot fail.
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
