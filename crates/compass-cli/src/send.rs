//! Carrying out what a command asks for: showing the request, or sending it.

use clap::Args;
use compass_api::Operation;
use compass_sdk::ari::CloudId;
use compass_sdk::{Compass, CompassBuilder};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::output::Report;
use crate::program::Globals;
use crate::request::{Captor, Request, curls, dry_runs, offline};
use crate::settings::{AccountArgs, Address, AddressArgs, Given, Key, Secret, Settings};
use crate::trace;

/// Options of every command that sends something.
#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    #[command(flatten)]
    preview: PreviewArgs,
    #[command(flatten)]
    address: AddressArgs,
    #[command(flatten)]
    account: AccountArgs,
}

/// What to do instead of sending.
#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// Check everything and print the request, but send nothing; needs no API token
    #[arg(long)]
    dry_run: bool,
    /// Print the request as a curl command, but send nothing; needs no API token
    #[arg(long, conflicts_with = "dry_run")]
    curl: bool,
}

/// The component that a command is about.
#[derive(Debug, Args)]
pub(crate) struct ComponentArgs {
    #[arg(long, help = Key::Component.help(), value_name = "ARI")]
    component: Option<String>,
}

impl ComponentArgs {
    /// What else the command line gives, and this.
    pub(crate) fn on(&self, given: Given) -> Given {
        given.flag(Key::Component, self.component.as_ref())
    }
}

/// Whether to send, or what to print instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Send,
    DryRun,
    Curl,
}

impl PreviewArgs {
    fn mode(&self) -> Mode {
        match self {
            Self { dry_run: true, .. } => Mode::DryRun,
            Self { curl: true, .. } => Mode::Curl,
            Self { dry_run: false, curl: false } => Mode::Send,
        }
    }

    /// Whether nothing is sent.
    pub(crate) fn is_wanted(&self) -> bool {
        self.mode() != Mode::Send
    }
}

impl SendArgs {
    /// Whether nothing is sent.
    pub(crate) fn is_preview(&self) -> bool {
        self.preview.is_wanted()
    }

    /// Whether the API token is to be read from standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.account.reads_stdin()
    }

    /// What these options give.
    pub(crate) fn given(&self) -> Result<Given, Failure> {
        Given::default().address(&self.address).account(&self.account)
    }

    /// What is needed to send something. What is missing of it is added to the problems.
    pub(crate) fn ready<'a>(
        &self,
        settings: &'a Settings,
        globals: &Globals,
        problems: &mut Vec<Problem>,
    ) -> Option<Ready<'a>> {
        let address = settings.address(problems);
        let mode = self.preview.mode();
        // Nothing that is only shown needs them.
        let credentials = if mode == Mode::Send { settings.credentials(problems).map(Some) } else { Some(None) };
        Some(Ready { mode, address: address?, credentials: credentials?, settings, verbose: globals.verbose })
    }
}

/// A command that has all it needs.
#[derive(Debug)]
pub(crate) struct Ready<'a> {
    mode: Mode,
    address: Address,
    credentials: Option<(String, Secret)>,
    settings: &'a Settings,
    verbose: bool,
}

impl<'a> Ready<'a> {
    /// For an operation that needs no credentials and gets none; always sent without a preview.
    pub(crate) fn anonymous(
        preview: Option<&PreviewArgs>,
        address: Address,
        settings: &'a Settings,
        globals: &Globals,
    ) -> Self {
        let mode = preview.map_or(Mode::Send, PreviewArgs::mode);
        Self { mode, address, credentials: None, settings, verbose: globals.verbose }
    }

    /// Prints the request as `request` says it, or sends it with `send` and says what came of it.
    pub(crate) fn carry_out<T>(
        &self,
        request: impl FnOnce(&Captor) -> Result<Request, Failure>,
        send: impl AsyncFnOnce(&Compass) -> Result<T, compass_sdk::Error>,
        report: impl FnOnce(T) -> Report,
    ) -> Result<Report, Failure> {
        match self.mode {
            Mode::Send => {
                let compass = self.client()?;
                trace::listen(self.verbose);
                Ok(report(wait_for(send(&compass))??))
            }
            Mode::DryRun => Ok(request(&self.captor()?)?.dry_run()),
            Mode::Curl => Ok(request(&self.captor()?)?.curl()),
        }
    }

    /// What to print of several requests instead of sending them; nothing if they are to be sent.
    pub(crate) fn preview(
        &self,
        requests: impl FnOnce(&Captor) -> Result<Vec<Request>, Failure>,
    ) -> Result<Option<Report>, Failure> {
        Ok(match self.mode {
            Mode::Send => None,
            Mode::DryRun => Some(dry_runs(&requests(&self.captor()?)?)),
            Mode::Curl => Some(curls(&requests(&self.captor()?)?)),
        })
    }

    fn captor(&self) -> Result<Captor, Failure> {
        Captor::new(&base_url(&self.address)?)
    }

    /// The client that sends.
    pub(crate) fn client(&self) -> Result<Compass, Failure> {
        let mut builder = match &self.credentials {
            Some((email, token)) => builder(&self.address).credentials(email, token.expose()),
            None => anonymous(&self.address),
        };
        if let Some(cloud_id) = self.settings.text(Key::CloudId).and_then(|text| text.parse::<CloudId>().ok()) {
            builder = builder.cloud_id(cloud_id);
        }
        Ok(builder.config(self.settings.config()?).build()?)
    }
}

/// A client for many operations; `what` needs it.
pub(crate) fn client(what: &str, settings: &Settings, globals: &Globals) -> Result<Compass, Failure> {
    let mut problems = Vec::new();
    let (address, credentials) = (settings.address(&mut problems), settings.credentials(&mut problems));
    if let Some(failure) = Failure::of(what, problems) {
        return Err(failure.hint(format!("compass {what} --help")));
    }
    let (Some(address), Some(credentials)) = (address, credentials) else { return Err(Failure::usage(what)) };
    let verbose = globals.verbose;
    let compass = Ready { mode: Mode::Send, address, credentials: Some(credentials), settings, verbose }.client()?;
    trace::listen(verbose);
    Ok(compass)
}

/// What stands before the contract's paths, as the SDK knows it.
pub(crate) fn base_url(address: &Address) -> Result<String, Failure> {
    Ok(anonymous(address).http_client(offline()?).build()?.base_url().to_owned())
}

/// A client in the making, which knows where requests go and nothing else.
pub(crate) fn builder(address: &Address) -> CompassBuilder {
    match address {
        Address::Site(site) => Compass::builder().site(site),
        Address::Base(url) => Compass::builder().base_url(url),
    }
}

/// A client whose credentials are never sent: the SDK wants some, and what is done with it does without.
fn anonymous(address: &Address) -> CompassBuilder {
    builder(address).credentials("nobody", "nothing")
}

/// One thread: one request at a time is all that commands send.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(Exit::Other, format!("the runtime cannot be set up: {error}")))
}

/// Waits for what is done on a runtime of its own. What that leaves behind is not waited for: a name server that does not
/// answer would hold up the end for longer than any timeout.
pub(crate) fn wait_for<F: Future>(future: F) -> Result<F::Output, Failure> {
    let runtime = runtime()?;
    let output = runtime.block_on(future);
    runtime.shutdown_background();
    Ok(output)
}

/// What is said of something that was accepted: `fields` are those of its own.
pub(crate) fn receipt(text: impl Into<String>, operation: Operation, fields: Value) -> Report {
    let mut json = json!({ "outcome": "accepted", "operation": operation.id() });
    if let (Value::Object(json), Value::Object(fields)) = (&mut json, fields) {
        json.extend(fields);
    }
    json["attempts"] = json!(trace::attempts());
    Report::receipt(text, json)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, mpsc};
    use std::time::Duration;

    use super::wait_for;

    #[test]
    fn a_name_server_that_does_not_answer_is_not_waited_for() {
        // Names are looked up by a call that nobody can cancel.
        let (answer, question) = mpsc::channel::<()>();
        let was_waited_for = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&was_waited_for);
        let looked_up = wait_for(async move {
            tokio::task::spawn_blocking(move || {
                // Not for ever, so that waiting for it fails instead of hanging.
                let _ = question.recv_timeout(Duration::from_secs(20));
                ended.store(true, Ordering::SeqCst);
            });
            7
        });
        assert_eq!(looked_up.unwrap(), 7);
        assert!(!was_waited_for.load(Ordering::SeqCst));
        drop(answer);
    }
}
