//! The workspace's mock as the site of all tests.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use compass_mock::{Clock, Components, Fault, ManualClock, Mock, Request};
use serde_json::Value;
use tokio::runtime::{self, Runtime};

use super::{COMPONENT, DEFINITION, SITE, SOURCE, TOKEN};

/// A Compass on this machine, and the threads that it answers on. It judges what comes by the contract.
pub(crate) struct Server {
    /// What stands before the contract's paths.
    pub(crate) url: String,
    pub(crate) mock: Mock,
    _threads: Runtime,
}

/// A Compass whose requests meet these faults, one after the other, and the last one for ever; none if there are none.
pub(crate) fn server(faults: impl IntoIterator<Item = Fault>) -> Server {
    Server::with_clock(faults, ManualClock::starting_at(now()))
}

/// The time on the server, which stands still.
fn now() -> DateTime<Utc> {
    "2026-09-01T12:00:00Z".parse().unwrap()
}

/// What there is on the site.
fn components() -> Components {
    let text = format!(
        "cloudId: {SITE}\ncomponents:\n  - id: {COMPONENT}\n    name: shop\n    eventSources: [{{ id: flags:acme/shop, kind: \
         flag }}, {{ id: ci:acme/shop, kind: flag }}]\n    metricSources: [\"{SOURCE}\"]\nmetricDefinitions: \
         [\"{DEFINITION}\"]\nattachments: [app-1]\n"
    );
    text.parse().unwrap()
}

impl Server {
    pub(crate) fn with_clock(faults: impl IntoIterator<Item = Fault>, clock: impl Clock) -> Self {
        let threads = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let mock = Mock::builder().credentials("me@example.com", TOKEN).components(components()).clock(clock);
        let mock = threads.block_on(mock.start()).unwrap();
        mock.faults().script(faults);
        Self { url: mock.base_url(), mock, _threads: threads }
    }

    /// The requests so far.
    pub(crate) fn came(&self) -> Vec<Request> {
        self.mock.received().requests()
    }

    /// The bodies of the requests so far.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.came().iter().map(|came| came.json().unwrap()).collect()
    }
}

/// A clock that stands still and rings whenever it is asked for the time of day. The mock asks when a request has come and
/// before it answers, and again when it stores something: so a test can hold a request up, with faults that store nothing.
pub(crate) struct Bell(Box<dyn Fn() + Send + Sync>);

impl Bell {
    pub(crate) fn new(ring: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Box::new(ring))
    }
}

impl Clock for Bell {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn utc(&self) -> DateTime<Utc> {
        (self.0)();
        now()
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bell")
    }
}
