//! `compass doctor`: what keeps events from arriving, and what to do about it.

mod check;
mod site;
mod tls;

use std::time::Duration;

use clap::Args;
use compass_sdk::ErrorKind;

use self::check::{Check, report};
use crate::detect;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Done, Output};
use crate::program::Globals;
use crate::send::{self, ComponentArgs, wait_for};
use crate::settings::{AccountArgs, Address, AddressArgs, CloudIdArgs, Given, Key, Settings, without_user};

/// The longest that Compass is waited for, unless an attempt may only take less.
const PATIENCE: Duration = Duration::from_secs(15);

/// Options of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    component: ComponentArgs,
    #[command(flatten)]
    address: AddressArgs,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    cloud_id: CloudIdArgs,
}

pub(crate) fn run(args: &DoctorArgs, globals: &Globals) -> Result<Exit, Failure> {
    let given = Given::default().address(&args.address).account(&args.account)?.cloud_id(&args.cloud_id);
    let settings = Settings::load(&globals.config, &args.component.on(given))?;
    let mut problems = Vec::new();
    let address = settings.address(&mut problems);
    let mut checks = vec![match (&address, problems.pop()) {
        (Some(address), _) => {
            let (key, text) = match address {
                Address::Site(text) => (Key::Site, text),
                Address::Base(text) => (Key::BaseUrl, text),
            };
            Check::pass("address", format!("{} ({})", without_user(text), settings.place(key)))
        }
        (None, problem) => Check::of_problem("address", problem),
    }];
    for (name, key) in [("email", Key::Email), ("token", Key::ApiToken)] {
        checks.push(match settings.text(key) {
            Some(_) => Check::pass(name, format!("set ({})", settings.place(key))),
            None => Check::fail(name, Exit::Usage, "not set").todo(format!("give {}", key.ways())),
        });
    }
    checks.push(component(&settings));
    if let Some(address) = &address {
        checks.extend(wait_for(online(address, &settings, globals))?);
    }
    checks.push(surroundings());

    let printed = Output { format: globals.output, quiet: globals.quiet }.finish(Ok(Done::Report(report(&checks))));
    let worst = checks.iter().map(Check::exit).max().unwrap_or(Exit::Delivered);
    Ok(if printed == Exit::Delivered.into() { worst } else { Exit::Other })
}

/// Whose events they are by default.
fn component(settings: &Settings) -> Check {
    let mut problems = Vec::new();
    let component = settings.component(&mut problems);
    match (problems.pop(), component) {
        (Some(problem), _) => Check::of_problem("component", Some(problem)),
        (None, Some(component)) => {
            Check::pass("component", format!("{} ({})", component.as_str(), settings.place(Key::Component)))
        }
        (None, None) => Check::pass("component", "none by default: events go where their event source is attached"),
    }
}

/// What only the site can say.
async fn online(address: &Address, settings: &Settings, globals: &Globals) -> Vec<Check> {
    let base = match send::base_url(address) {
        Ok(base) => base,
        Err(failure) => return vec![Check::of_failure("connection", failure)],
    };
    let patience = match settings.config() {
        Ok(config) => config.attempt_timeout().min(PATIENCE),
        Err(failure) => return vec![Check::of_failure("settings", failure)],
    };
    let mut checks = site::checks(&base, settings, patience).await;
    let is_there = checks.iter().all(|check| check.name != "connection" || check.exit() == Exit::Delivered);
    if is_there && settings.text(Key::Email).is_some() && settings.text(Key::ApiToken).is_some() {
        checks.push(credentials(settings, globals).await);
    }
    checks
}

/// Asks for no entitlement at all, which needs credentials and changes nothing. The contract has no operation that only
/// says who one is.
async fn credentials(settings: &Settings, globals: &Globals) -> Check {
    let name = "credentials";
    let compass = match send::client("doctor", settings, globals) {
        Ok(compass) => compass,
        Err(failure) => return Check::of_failure(name, failure),
    };
    let asked = compass.entitlements();
    let Ok(answer) = tokio::time::timeout(PATIENCE, asked.evaluate(Vec::<String>::new())).await else {
        return Check::fail(name, Exit::NotDelivered, format!("no answer within {} s", PATIENCE.as_secs()));
    };
    match answer {
        Ok(_) => Check::pass(name, "accepted; whether the account may write to a component shows when it does"),
        // Compass knows who asks, and has something against the question.
        Err(error) if matches!(error.kind(), ErrorKind::Validation | ErrorKind::NotFound | ErrorKind::Conflict) => {
            Check::open(name, format!("not refused, but this cannot tell more: {}", Failure::from(error).message))
        }
        Err(error) => Check::of_failure(name, error.into()),
    }
}

/// What the CI system tells.
fn surroundings() -> Check {
    let detected = detect::detect(&detect::environment, None);
    match &detected.system {
        Some(system) => {
            let run = detected.build_id.as_ref().map_or("no run's ID", |id| &id.value);
            Check::pass(
                "detection",
                format!("{} ({}), {run}; `compass detect` shows the rest", system.value, system.from),
            )
        }
        None => Check::pass("detection", "no CI system: options have to say what there is to say"),
    }
}
