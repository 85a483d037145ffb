//! The commands for files of many records: their settings, and the client that they send with.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use clap::Args;
use compass_outbox::Coalesce;
use compass_sdk::clock::SystemClock;

use crate::bulk::{EventSendArgs, Filling, MetricSendArgs, Stage, ValidateArgs, Way};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outbox::{Coalescing as _, OfMixed, Queue, QueueArgs, WaitArgs};
use crate::output::Format;
use crate::program::Globals;
use crate::send::{ComponentArgs, client};
use crate::settings::{AccountArgs, AddressArgs, CloudIdArgs, Given};
use crate::{bulk, event, trace};

/// Options of `event send`.
#[derive(Debug, Args)]
#[command(mut_arg("concurrency", |arg| arg.conflicts_with("queue")))]
pub(crate) struct EventBatch {
    #[command(flatten)]
    events: EventSendArgs,
    #[command(flatten)]
    component: ComponentArgs,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    cloud_id: CloudIdArgs,
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    coalescing: OfMixed,
}

/// Options of `metric send`.
#[derive(Debug, Args)]
#[command(mut_arg("concurrency", |arg| arg.conflicts_with("queue")))]
pub(crate) struct MetricBatch {
    #[command(flatten)]
    metrics: MetricSendArgs,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    wait: WaitArgs,
}

#[derive(Debug, Args)]
struct Connection {
    #[command(flatten)]
    address: AddressArgs,
    #[command(flatten)]
    account: AccountArgs,
}

impl Connection {
    /// What these options give. Standard input has the token or the records, not both.
    fn given(&self, records_in_stdin: bool) -> Result<Given, Failure> {
        if records_in_stdin && self.account.reads_stdin() {
            let message = "--token-stdin: standard input has the records already, because it is the file";
            return Err(Failure::usage(message).hint("give the token in COMPASS_API_TOKEN, or the name of a file"));
        }
        Given::default().address(&self.address).account(&self.account)
    }
}

/// `compass event send`.
pub(crate) fn events(args: &EventBatch, globals: &Globals) -> Result<Exit, Failure> {
    let what = "event send";
    let given = args.connection.given(args.events.reads_stdin())?;
    let queues = args.queue.is_wanted() && !args.events.is_dry_run();
    let settings = args.queue.settings(queues, args.component.on(given.cloud_id(&args.cloud_id)), globals)?;
    let mut problems = Vec::new();
    let queue = if queues { Queue::ready(what, &settings, globals, &mut problems) } else { None };
    // Whom events are for that do not say it.
    let target = event::target(&settings, &mut problems);
    if let Some(failure) = Failure::of(what, problems) {
        return Err(failure.hint(format!("compass {what} --help")));
    }
    let way = match &queue {
        Some(queue) => Way::Queue(Filling::new(queue, args.coalescing.coalesce(), args.wait.wait())),
        None => Way::Direct(|| client(what, &settings, globals)),
    };
    on_stage(globals, |stage| bulk::send_events(&args.events, target.as_ref(), way, stage))
}

/// `compass metric send`.
pub(crate) fn metrics(args: &MetricBatch, globals: &Globals) -> Result<Exit, Failure> {
    let what = "metric send";
    let queues = args.queue.is_wanted() && !args.metrics.is_dry_run();
    let settings = args.queue.settings(queues, args.connection.given(args.metrics.reads_stdin())?, globals)?;
    let mut problems = Vec::new();
    let queue = if queues { Queue::ready(what, &settings, globals, &mut problems) } else { None };
    if let Some(failure) = Failure::of(what, problems) {
        return Err(failure.hint(format!("compass {what} --help")));
    }
    let way = match &queue {
        // Each is a value of its own: none replaces another.
        Some(queue) => Way::Queue(Filling::new(queue, Coalesce::Default, args.wait.wait())),
        None => Way::Direct(|| client(what, &settings, globals)),
    };
    on_stage(globals, |stage| bulk::send_metrics(&args.metrics, way, stage))
}

/// `compass validate`.
pub(crate) fn validate(args: &ValidateArgs, globals: &Globals) -> Result<Exit, Failure> {
    on_stage(globals, |stage| bulk::validate(args, stage))
}

fn on_stage(globals: &Globals, run: impl FnOnce(&mut Stage<'_>) -> Result<Exit, Failure>) -> Result<Exit, Failure> {
    run(&mut Stage {
        out: &mut io::stdout(),
        err: &mut anstream::stderr(),
        json: globals.output == Format::Json,
        quiet: globals.quiet,
        // What `-v` tells would go through a bar.
        terminal: io::stderr().is_terminal() && !globals.verbose,
        clock: Arc::new(SystemClock::new()),
        attempts: Some(trace::attempts),
    })
}
