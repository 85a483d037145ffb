//! `compass outbox deliver`: once, for a while, or until it is told to end.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use compass_outbox::store::{Kept, Status};
use compass_outbox::worker::{Progress, Report as Work};
use compass_outbox::{Outbox, StoreError};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::attempt::{Sender, either};
use super::fate::{advice, exit_of};
use super::health::HealthFile;
use super::place::{Place, failure};
use super::queue::seconds;
use super::show::{answer_json, closed_json, closed_text, why, written};
use super::stop::{ABANDONED, in_order};
use crate::bulk::count;
use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::interrupts::interrupts;
use crate::output::{Report, say};
use crate::program::Globals;
use crate::send::wait_for;
use crate::settings::{AccountArgs, AddressArgs, Given, OutboxArgs, Settings};

const WHAT: &str = "outbox deliver";

/// Options of `outbox deliver`.
#[derive(Debug, Args)]
pub(crate) struct DeliverArgs {
    /// Wait for messages that have to be sent again, for at most so many seconds in all
    #[arg(long, value_name = "SECONDS", value_parser = seconds(), conflicts_with = "watch")]
    wait: Option<u64>,
    /// Go on until SIGINT or SIGTERM, as a service
    #[arg(long)]
    watch: bool,
    /// Keep a file with one JSON object up to date: `state` (starting, idle, delivering, paused, held, outbox-fails,
    /// stopped), `time`, `last_success`, `queued`, `dead`, `sending`, `closed`, `error`, `pid`. A time that is a minute
    /// old means that nobody delivers
    #[arg(long, value_name = "FILE", requires = "watch")]
    health: Option<PathBuf>,
    /// Make a message a dead letter that is so many seconds old when an attempt fails; otherwise it is sent again for ever
    #[arg(long, value_name = "SECONDS")]
    max_age: Option<u64>,
    #[command(flatten)]
    address: AddressArgs,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    outbox: OutboxArgs,
}

/// How long to go on.
enum Until {
    /// Until all has been tried that may go.
    Tried,
    /// Until nothing is left, or the time is over.
    Time(Duration),
    Interrupted,
}

pub(crate) fn deliver(args: &DeliverArgs, globals: &Globals) -> Result<Report, Failure> {
    let given = Given::default().address(&args.address).account(&args.account)?.outbox(&args.outbox);
    let settings = Settings::load(&globals.config, &given)?;
    let mut problems = Vec::new();
    let place = Place::of(&settings, &mut problems);
    let Some(place) = place.filter(|_| problems.is_empty()) else { return Err(problem(problems)) };
    if !place.exists() && !args.watch {
        return Ok(done(&Work::default()));
    }
    let sender = Sender::new(WHAT, &settings, globals)?;
    let outbox = place.open().map_err(|error| failure(&error, "nothing was delivered"))?;
    let health = args.health.clone().map(|path| {
        let begun = HealthFile::begin(path.clone());
        begun.map(Arc::new).map_err(|error| Failure::usage(format!("--health: {}: {error}", path.display())))
    });
    let health = health.transpose()?;
    let unusable = |error: &StoreError| failure(error, "what is queued stays queued");
    wait_for(async {
        let until = match (args.watch, args.wait) {
            (true, _) => Until::Interrupted,
            (false, Some(wait)) => Until::Time(Duration::from_secs(wait)),
            (false, None) => Until::Tried,
        };
        let work = work(args, &outbox, &sender, until, health.clone()).await;
        if let Some(health) = &health {
            health.end(work.as_ref().err().map(|failure| &*failure.message));
        }
        let work = work?;
        let after = outbox.status().await.map_err(|error| unusable(&error))?;
        let due = if work.left { outbox.next_due(&sender.destination()).await } else { Ok(None) };
        ended(args.watch, &work, &after, due.map_err(|error| unusable(&error))?.as_ref())
    })?
}

/// What the worker does until it ends. A second signal does not wait for what is being sent.
async fn work(
    args: &DeliverArgs,
    outbox: &Outbox,
    sender: &Sender,
    until: Until,
    health: Option<Arc<HealthFile>>,
) -> Result<Work, Failure> {
    let interrupts = interrupts()?;
    let worker = sender.worker(outbox);
    let worker = match health {
        Some(health) => worker.on_progress(move |progress: &Progress| health.tell(progress)),
        None => worker,
    };
    let worker = match args.max_age {
        Some(seconds) => worker.max_age(Duration::from_secs(seconds)),
        None => worker,
    };
    let stop = Notify::new();
    let delivery = async {
        match until {
            Until::Tried => worker.deliver_once(stop.notified()).await,
            Until::Time(wait) => worker.deliver(async { either(stop.notified(), sleep(wait)).await }).await,
            Until::Interrupted => worker.run(stop.notified()).await,
        }
    };
    match in_order(interrupts, |line| say("note", line), &stop, delivery).await {
        Some(work) => work.map_err(|error| failure(&error, "what is queued stays queued")),
        None => Err(Failure::new(Exit::NotDelivered, ABANDONED)),
    }
}

fn problem(problems: Vec<Problem>) -> Failure {
    let failure = Failure::of(WHAT, problems).unwrap_or_else(|| Failure::usage(WHAT));
    failure.hint(format!("compass {WHAT} --help"))
}

/// How the program ends, by what has to be mended first: credentials, then what waits, then what was refused.
fn ended(is_service: bool, work: &Work, after: &Status, due: Option<&Kept>) -> Result<Report, Failure> {
    let is_left = work.left && after.queued > 0;
    let closed = work.closed.iter().filter(|_| after.queued > 0).map(|closed| (exit_of(closed), closed));
    let closed = closed.min_by_key(|(exit, _)| *exit != Exit::Authentication);
    // A service that was told to end has done what it was asked to; what it met on the way is in the outbox.
    let (exit, message, hint) = match closed {
        Some((exit, closed)) => (exit, format!("{}: {}", why(closed), closed_text(closed)), advice(closed)),
        None if is_service => return Ok(done(work)),
        None if is_left => {
            let last = work.last_failure.as_ref().filter(|_| work.later > 0);
            let last = due.and_then(|due| due.answer.as_ref()).or(last);
            let last = last.map(|answer| format!(": {}", answer.message)).unwrap_or_default();
            let which = if after.queued == 1 { "" } else { "the next one " };
            let at = due.and_then(|due| due.next_attempt_at);
            let when = at.map(|at| format!(", {which}due at {}", written(at))).unwrap_or_default();
            let waiting = count(after.queued, "queued message");
            let (message, hint) = if work.cut_short {
                (
                    format!(
                        "{}; nothing gets through at the moment, so that not all were tried; {waiting} left{last}",
                        sentence(work)
                    ),
                    "`compass outbox deliver` tries the others, too; with --wait or --watch it goes on trying",
                )
            } else {
                (
                    format!("{}; {waiting} to wait for{when}{last}", sentence(work)),
                    "`compass outbox deliver` sends them when their time has come; --wait waits for it",
                )
            };
            (Exit::NotDelivered, message, hint)
        }
        None if work.dead > 0 => {
            let last = work.last_failure.as_ref().map(|answer| format!(": {}", answer.message)).unwrap_or_default();
            let hint = "`compass outbox list --state dead` has them, `retry` and `drop` end them";
            (Exit::Refused, format!("{}{last}", sentence(work)), hint)
        }
        None => {
            if after.queued > 0 {
                let left = count(after.queued, "queued message");
                say("note", &format!("left: {left} to other destinations, or being sent by others"));
            }
            return Ok(done(work));
        }
    };
    Err(Failure::new(exit, message).hint(hint).with("data", data(work, due)))
}

fn done(work: &Work) -> Report {
    Report::receipt(sentence(work), json!({ "outcome": "data", "data": data(work, None) }))
}

fn sentence(work: &Work) -> String {
    let counts = [(work.later, "to be sent again"), (work.dead, "dead")];
    let others = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
    format!("{} delivered{}", work.delivered, others.collect::<String>())
}

fn data(work: &Work, due: Option<&Kept>) -> Value {
    json!({
        "delivered": work.delivered,
        "later": work.later,
        "dead": work.dead,
        "lost_leases": work.lost_leases,
        "cut_short": work.cut_short,
        "last_success": work.last_success.map(written),
        "next_attempt_at": due.and_then(|due| due.next_attempt_at).map(written),
        "answer": due.and_then(|due| due.answer.as_ref()).map(answer_json),
        "closed": work.closed.iter().map(closed_json).collect::<Value>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever has 100 messages, of which 40 were tried, is not told that all of them wait for their time.
    #[test]
    fn what_was_cut_short_is_told_as_that() {
        let (mut work, mut after) = (Work::default(), Status::default());
        (work.later, work.left, after.queued) = (40, true, 100);
        let told = |work: &Work| {
            let failure = ended(false, work, &after, None).unwrap_err();
            assert_eq!(failure.exit, Exit::NotDelivered);
            failure.message
        };
        assert_eq!(told(&work), "0 delivered, 40 to be sent again; 100 queued messages to wait for");
        work.cut_short = true;
        let expected = "0 delivered, 40 to be sent again; nothing gets through at the moment, so that not all were tried; \
                        100 queued messages left";
        assert_eq!(told(&work), expected);
    }
}
