//! `compass mock`: a Compass on this machine, until it is told to end.

use std::env;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;

use compass_mock::{Builder, Components, Mock};
use futures_util::StreamExt as _;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupts::interrupts;
use crate::output::Format;

/// The variables that `--check-credentials` reads; the same that clients read.
const CREDENTIALS: [&str; 2] = ["COMPASS_EMAIL", "COMPASS_API_TOKEN"];

/// Run a Compass on this machine
///
/// It keeps the contract of the real one, its limits included, shows on a page what arrived, and fails when it is asked to.
/// It listens on 127.0.0.1 and ends with Ctrl-C or SIGTERM.
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are independent of each other")]
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Listen on this port; 0 takes one that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Print the base URL on standard output, and nothing else
    #[arg(long)]
    print_url: bool,
    /// Begin with what this file has, and write it at the end
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Know these components, metric sources and webhooks (JSON or YAML), and no others
    #[arg(long, value_name = "FILE")]
    components: Option<PathBuf>,
    /// Keep so many entries of each kind, and forget the oldest
    #[arg(long, value_name = "N", default_value_t = compass_mock::KEEP)]
    keep: usize,
    /// Take only the credentials in `COMPASS_EMAIL` and `COMPASS_API_TOKEN`, instead of any
    #[arg(long)]
    check_credentials: bool,
    /// Answer 403 to this user; may be repeated
    #[arg(long, value_name = "EMAIL")]
    forbid: Vec<String>,
    /// Take more than 100 requests a minute
    #[arg(long)]
    no_rate_limit: bool,
    /// Say with each 429 how long to wait, which the real one is not known to do
    #[arg(long)]
    retry_after: bool,
    /// Take attachments, which the real one does only for Forge apps that the vendor enabled
    #[arg(long)]
    attachments: bool,
    /// Decide by this number which requests fail at a rate
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

pub(crate) fn run(args: &Args, format: Format) -> Result<Exit, Failure> {
    let mut builder = Mock::builder()
        .port(args.port)
        .keep(args.keep)
        .rate_limit(!args.no_rate_limit)
        .retry_after(args.retry_after)
        .attachments(args.attachments)
        .seed(args.seed);
    if args.check_credentials {
        builder = with_credentials(builder)?;
    }
    for user in &args.forbid {
        builder = builder.forbid(user);
    }
    if let Some(file) = &args.components {
        builder = builder.components(Components::read(file).map_err(|error| failed(&error))?);
    }
    if let Some(file) = &args.state {
        builder = builder.state(file);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| cannot("no threads to serve with", &error))?;
    runtime.block_on(serve(builder, args.print_url, format))
}

/// What the mock says, and what is behind it.
pub(crate) fn failed(error: &compass_mock::Error) -> Failure {
    match error.source() {
        Some(source) => cannot(&error.to_string(), source),
        None => Failure::new(Exit::Other, error.to_string()),
    }
}

fn cannot(what: &str, error: &dyn Error) -> Failure {
    Failure::new(Exit::Other, format!("{what}: {error}"))
}

fn with_credentials(builder: Builder) -> Result<Builder, Failure> {
    let [email, token] = CREDENTIALS.map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    match (email, token) {
        (Some(email), Some(token)) => Ok(builder.credentials(email, token)),
        (None, _) => Err(unset(CREDENTIALS[0])),
        (_, None) => Err(unset(CREDENTIALS[1])),
    }
}

fn unset(variable: &str) -> Failure {
    Failure::new(Exit::Other, format!("{variable}: not set, so that --check-credentials has nothing to compare with"))
}

async fn serve(builder: Builder, print_url: bool, format: Format) -> Result<Exit, Failure> {
    // Listened for before anyone can know that there is something to end.
    let mut interrupts = interrupts()?;
    let mock = builder.start().await.map_err(|error| failed(&error))?;
    let (origin, base_url) = (mock.origin(), mock.base_url());
    let told = match (print_url, format) {
        (true, _) => base_url.clone(),
        (false, Format::Text) => format!("feed: {origin}/\nCOMPASS_BASE_URL={base_url}\nCtrl-C ends it."),
        (false, Format::Json) => {
            json!({ "outcome": "data", "data": { "feed": format!("{origin}/"), "base_url": base_url } }).to_string()
        }
    };
    match writeln!(io::stdout(), "{told}") {
        // Whoever read the URL and closed the pipe has what was wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        told => told.map_err(|error| cannot("standard output cannot be written", &error))?,
    }
    interrupts.next().await;
    mock.stop().await.map_err(|error| failed(&error))?;
    Ok(Exit::Delivered)
}
