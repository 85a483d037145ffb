//! What does not compile, said so that the compiler proves it whenever it compiles this.
//!
//! A `compile_fail` example passes for any mistake in it, and the compiler's words change with its version. Here a mistake
//! that starts to compile is an error of its own: two implementations apply where one must.

use compass_api::types::{CompassEventInputDto, CreateStreamlinedEventRequest};
use compass_sdk::{
    Event, Metric,
    ari::{CloudId, ComponentAri, MetricDefinitionAri, MetricSourceAri},
    event::{
        Alert, Build, Custom, Deployment, EventSource, Flag, Incident, Lifecycle, PullRequest, Push, Sequence, Target,
        Vulnerability, WebUrl,
    },
    metric::MetricTarget,
    operations::ComponentId,
};

/// Compiles if the type has the trait.
macro_rules! is {
    ($($type:ty: $trait:path;)+) => {$(
        const _: fn() = || {
            fn has<T: $trait>() {}
            has::<$type>();
        };
    )+};
}

/// Compiles if the type does not have the trait: if it has, nothing says which `Mark` is meant.
macro_rules! is_not {
    ($($type:ty: $trait:path;)+) => {$(
        const _: fn() = || {
            struct Has;
            trait Mark<M> {
                fn mark() {}
            }
            impl<T> Mark<()> for T {}
            impl<T: $trait> Mark<Has> for T {}
            let _ = <$type as Mark<_>>::mark;
        };
    )+};
}

// An event is made of one kind, and its ten kinds are these.
is! {
    Event: From<Alert>;
    Event: From<Build>;
    Event: From<Custom>;
    Event: From<Deployment>;
    Event: From<Flag>;
    Event: From<Incident>;
    Event: From<Lifecycle>;
    Event: From<PullRequest>;
    Event: From<Push>;
    Event: From<Vulnerability>;
    CompassEventInputDto: From<&'static Event>;
}

// Not of two, nor of what the generated client sends, which nobody has checked; and none is there by default.
is_not! {
    Event: From<(Flag, Build)>;
    Event: From<CompassEventInputDto>;
    Event: From<CreateStreamlinedEventRequest>;
    Event: Default;
    Metric: Default;
}

// A reference to a component goes where a component belongs, and nowhere else.
is! {
    Target: From<ComponentAri>;
    ComponentId: From<&'static ComponentAri>;
    MetricTarget: From<MetricSourceAri>;
    MetricTarget: From<(MetricDefinitionAri, ComponentAri)>;
}

is_not! {
    MetricSourceAri: From<ComponentAri>;
    MetricTarget: From<ComponentAri>;
    MetricTarget: From<MetricDefinitionAri>;
    MetricTarget: From<(MetricSourceAri, ComponentAri)>;
    MetricTarget: From<(ComponentAri, MetricDefinitionAri)>;
    Target: From<MetricSourceAri>;
    Target: From<MetricDefinitionAri>;
    ComponentId: From<&'static MetricSourceAri>;
}

// Texts and numbers are checked on their way in.
is_not! {
    ComponentAri: From<String>;
    CloudId: From<String>;
    WebUrl: From<String>;
    Sequence: From<i64>;
    // A text alone says neither which tool nor which repository: there are constructors for both.
    EventSource: From<String>;
}

/// The client goes wherever it is needed.
#[test]
fn clients_events_and_errors_move_between_threads() {
    fn moves<T: Send + Sync + 'static>() {}
    moves::<compass_sdk::Compass>();
    moves::<compass_sdk::Error>();
    moves::<compass_sdk::Upload>();
    moves::<Event>();
    moves::<Metric>();
}
