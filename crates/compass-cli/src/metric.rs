//! `compass metric`: values of metrics.

use std::path::PathBuf;

use chrono::Utc;
use clap::{Args, Subcommand};
use compass_api::Operation;
use compass_outbox::Message;
use compass_sdk::Metric;
use compass_sdk::ari::{ComponentAri, MetricDefinitionAri, MetricSourceAri};
use compass_sdk::event::WebUrl;
use compass_sdk::metric::MetricTarget;
use serde_json::{Value, json};

use crate::batch::{self, MetricBatch};
use crate::detect;
use crate::event::time;
use crate::failure::{Failure, Problem};
use crate::outbox::{Queue, QueueArgs, Subject, WaitArgs};
use crate::output::{Done, Report};
use crate::program::Globals;
use crate::send::{ComponentArgs, SendArgs, receipt};
use crate::settings::{Key, Settings};

/// Values of metrics
#[derive(Debug, Subcommand)]
pub(crate) enum MetricCommand {
    /// Send one value of a metric
    ///
    /// It goes to a metric source (--source), or to the source that a component has for a metric definition (--definition
    /// and --component). Values cannot be deleted, and one that arrives twice is there twice.
    Push(Box<PushArgs>),
    /// Send all values of a file
    Send(Box<MetricBatch>),
}

/// Options of `metric push`.
#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    /// The value, a number
    #[arg(allow_negative_numbers = true)]
    value: Option<String>,
    /// The metric source's ARI
    #[arg(long, value_name = "ARI", conflicts_with = "definition")]
    source: Option<String>,
    /// The metric definition's ARI; needs a component
    #[arg(long, value_name = "ARI")]
    definition: Option<String>,
    #[command(flatten)]
    component: ComponentArgs,
    /// When it was measured: RFC 3339, or `now`; Compass takes the time of arrival otherwise
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Overwrites the metric source's own title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Overwrites the metric source's own URL
    #[arg(long)]
    url: Option<String>,
    /// A note on the value: a text, or @FILE with a document in Atlassian Document Format
    #[arg(long, value_name = "TEXT|@FILE")]
    annotation: Option<String>,
    /// Send it again when it may have arrived already; the value may then be there twice. So it may be with --queue
    #[arg(long, conflicts_with = "queue")]
    allow_repeat: bool,
    #[command(flatten)]
    send: SendArgs,
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    wait: WaitArgs,
}

pub(crate) fn run(command: &MetricCommand, globals: &Globals) -> Result<Done, Failure> {
    match command {
        MetricCommand::Push(args) => args.push(globals).map(Done::Report),
        MetricCommand::Send(args) => batch::metrics(args, globals).map(Done::Told),
    }
}

impl PushArgs {
    fn push(&self, globals: &Globals) -> Result<Report, Failure> {
        let queues = self.queue.is_wanted() && !self.send.is_preview();
        let settings = self.queue.settings(queues, self.component.on(self.send.given()?), globals)?;
        if queues {
            return self.accept(&settings, globals);
        }
        let mut problems = Vec::new();
        let metric = self.metric(&settings, &mut problems);
        let ready = self.send.ready(&settings, globals, &mut problems);
        if let Some(failure) = Failure::of("metric push", problems) {
            return Err(failure.hint("compass metric push --help"));
        }
        let (Some(metric), Some(ready)) = (metric, ready) else { return Err(Failure::usage("metric push")) };
        let body = compass_api::types::InsertMetricValueBody::from(&metric);
        ready.carry_out(
            |captor| captor.capture(|client| async move { client.insert_metric_value(&body).await }),
            async |compass| {
                let metrics = compass.metrics();
                let metrics = if self.allow_repeat { metrics.allow_repeats() } else { metrics };
                metrics.insert(&metric).await
            },
            |recorded| {
                let text = format!("accepted: {} at {}", recorded.value, recorded.timestamp.to_rfc3339());
                receipt(text, Operation::InsertMetricValue, json!({ "recorded": recorded }))
            },
        )
    }

    fn accept(&self, settings: &Settings, globals: &Globals) -> Result<Report, Failure> {
        let mut problems = Vec::new();
        let metric = self.metric(settings, &mut problems);
        let queue = Queue::ready("metric push", settings, globals, &mut problems);
        if let Some(failure) = Failure::of("metric push", problems) {
            return Err(failure.hint("compass metric push --help"));
        }
        let (Some(metric), Some(queue)) = (metric, queue) else { return Err(Failure::usage("metric push")) };
        let origin = detect::detect(&detect::environment, None).origin();
        let subject = Subject {
            text: format!("{} for {}", metric.value(), metric.target()),
            operation: Operation::InsertMetricValue,
            fields: json!({ "metric": metric }),
        };
        queue.accept(Message::metric(&queue.destination, &metric).origin(origin), self.wait.wait(), subject)
    }

    /// The metric, if nothing is missing or wrong. Every rule is checked, whatever else is missing.
    fn metric(&self, settings: &Settings, problems: &mut Vec<Problem>) -> Option<Metric> {
        let target = self.target(settings, problems);
        let value = match &self.value {
            None => {
                problems.push(Problem::missing("VALUE", "the value, a number"));
                None
            }
            Some(text) => text.trim().parse::<f64>().map_err(|_| format!("{text:?} is no number")).map_or_else(
                |error| {
                    problems.push(Problem::unusable("VALUE", error));
                    None
                },
                Some,
            ),
        };
        let mut read = |flag: &str, error: String| problems.push(Problem::unusable(flag, error));
        let at = self.at.as_ref().and_then(|text| time(text, Utc::now()).map_err(|error| read("--at", error)).ok());
        let url = self.url.as_ref();
        let url = url.and_then(|text| WebUrl::parse(text).map_err(|error| read("--url", error.to_string())).ok());
        let annotation = self.annotation.as_deref();
        let annotation = annotation.and_then(|text| document(text).map_err(|error| read("--annotation", error)).ok());
        // What is missing is noted; the rest is checked with something in its place.
        let stand_in = || "ari:cloud:compass:0:metric-source/0/0".replace('0', "00000000-0000-0000-0000-000000000000");
        let target = target.or_else(|| stand_in().parse::<MetricSourceAri>().ok().map(MetricTarget::Source))?;
        let built = Metric::builder()
            .target(target)
            .value(value.unwrap_or_default())
            .maybe_timestamp(at)
            .maybe_title(self.title.clone())
            .maybe_url(url)
            .maybe_annotation(annotation)
            .build();
        match built {
            Ok(metric) => Some(metric),
            Err(violations) => {
                problems.extend(violations.iter().map(|violation| {
                    let place = match violation.path() {
                        "value" => "VALUE",
                        "timestamp" => "--at",
                        "annotation" => "--annotation",
                        other => other,
                    };
                    Problem::broken(place, violation)
                }));
                None
            }
        }
    }

    fn target(&self, settings: &Settings, problems: &mut Vec<Problem>) -> Option<MetricTarget> {
        let mut ari =
            |flag: &str, error: compass_sdk::ari::AriError| problems.push(Problem::unusable(flag, error.to_string()));
        match (&self.source, &self.definition) {
            (Some(source), _) => {
                source.parse::<MetricSourceAri>().map_err(|error| ari("--source", error)).ok().map(MetricTarget::from)
            }
            (None, Some(definition)) => {
                let definition =
                    definition.parse::<MetricDefinitionAri>().map_err(|error| ari("--definition", error)).ok();
                let component = settings.needed::<ComponentAri>(Key::Component, problems);
                definition.zip(component).map(MetricTarget::from)
            }
            (None, None) => {
                let what = "where the value goes: a metric source, or a metric definition and a component";
                problems.push(Problem::missing("--source, or --definition and --component", what));
                None
            }
        }
    }
}

/// The text as a document, or the document in the file that `@` names.
fn document(text: &str) -> Result<Value, String> {
    let Some(path) = text.strip_prefix('@').map(PathBuf::from) else {
        let content = json!([{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }]);
        return Ok(json!({ "version": 1, "type": "doc", "content": content }));
    };
    let read = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&read).map_err(|error| format!("{}: it is no JSON: {error}", path.display()))
}
