//! `cargo xtask drift`: what upstream changed since the contract was vendored, whom it breaks, and which Rust items it
//! touches; or the same of any two contracts.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::{env, fs};

use anyhow::Context as _;
use openapi_contract::Document;
use openapi_drift::Level;
use openapi_drift::allow::{Allow, Entry};
use openapi_drift::report::{Colour, Report};

use crate::fetch::{self, Fetched};
use crate::source::Source;
use crate::{Outcome, pipeline, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The newer contract: a file, or an https URL; without it, the URL that the vendored one came from
    #[arg(long, value_name = "FILE|URL")]
    against: Option<String>,
    /// The older contract; without it, the vendored one
    #[arg(long, value_name = "FILE")]
    base: Option<PathBuf>,
    /// Exit 1 on changes of this level and worse ones
    #[arg(long, value_name = "LEVEL", default_value = "breaking")]
    fail_on: FailOn,
    /// How to print the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Say which items of a generated Rust client change; always said of the vendored contract
    #[arg(long)]
    rust: bool,
    /// The list of accepted drift; without it, openapi/drift-allow.toml for the vendored contract, else none
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum FailOn {
    /// What breaks somebody
    Breaking,
    /// And what may
    Warning,
    /// Any change at all
    Any,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For the text of a pull request
    Markdown,
    /// Annotations of GitHub's actions
    Github,
    /// For CI servers
    Junit,
}

/// One of the two contracts.
struct Side {
    /// What its reader knows it by.
    name: String,
    document: Document,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let is_ours = args.base.is_none();
    let allow = allow(args)?;
    let (base, revision) = sides(args)?;
    // What is equal as a value has no drift; there is no need to search for it, or to generate anything.
    let is_same = base.document.root() == revision.document.root();
    let changes = if is_same { Vec::new() } else { openapi_drift::compare(&base.document, &revision.document) };
    let mut report = Report::new(&base.name, &revision.name, changes).failing_on(args.fail_on.level());
    // The contract beside itself says nothing of what upstream changed: every entry would look unused.
    if let Some((_, allow)) = allow.as_ref().filter(|_| !is_itself(args)) {
        report = report.accepting(allow, chrono::Utc::now().date_naive().to_string().parse()?);
    }
    if is_ours || args.rust {
        report = if is_same {
            report.with_rust_items::<&str>(&[], &[])
        } else {
            with_rust(report, base, revision, is_ours)?
        };
    }
    workspace::print(&args.format.print(&report))?;
    if let Some((file, _)) = &allow {
        tell_useless_entries(&report, file);
    }
    let summary = report.summary();
    if summary.failing == 0 {
        return Ok(Outcome::Done);
    }
    eprintln!("error: {} of {} changes fail: --fail-on {}", summary.failing, summary.total(), args.fail_on.word());
    if is_ours {
        eprintln!(
            "hint: `cargo xtask vendor` takes them over; an entry in {} accepts one for a while",
            workspace::shown(&allow_file())
        );
    }
    Ok(Outcome::Failed)
}

/// Whether text for people is coloured: only on a terminal, and not where `NO_COLOR` forbids it
/// (<https://no-color.org>: present and not empty).
pub(crate) fn colour() -> Colour {
    let is_forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if io::stdout().is_terminal() && !is_forbidden { Colour::Terminal } else { Colour::None }
}

fn sides(args: &Args) -> anyhow::Result<(Side, Side)> {
    let source = || Source::read(&Source::file());
    let base = if let Some(base) = &args.base {
        base.clone()
    } else {
        source()?.verify(&workspace::contract())?;
        workspace::contract()
    };
    let document = Document::read(&base)?;
    let against = match &args.against {
        Some(against) => against.clone(),
        None => source()?.url,
    };
    let Fetched { document: revision, text: _ } = fetch::contract(&against)?;
    let base = Side { name: workspace::shown(&base), document };
    Ok((base, Side { name: against, document: revision }))
}

/// Whether the vendored contract is compared with itself.
fn is_itself(args: &Args) -> bool {
    let against = args.against.as_deref().filter(|_| args.base.is_none()).and_then(|file| fs::canonicalize(file).ok());
    against.is_some_and(|file| fs::canonicalize(workspace::contract()).is_ok_and(|contract| contract == file))
}

/// Our list of accepted drift.
fn allow_file() -> PathBuf {
    workspace::root().join("openapi/drift-allow.toml")
}

/// The list of accepted drift, and what it is called.
fn allow(args: &Args) -> anyhow::Result<Option<(String, Allow)>> {
    let file = match &args.allow {
        Some(file) => file.clone(),
        None if args.base.is_none() => allow_file(),
        None => return Ok(None),
    };
    let name = workspace::shown(&file);
    let allow = Allow::parse(&workspace::read(&file)?).with_context(|| name.clone())?;
    Ok(Some((name, allow)))
}

fn tell_useless_entries(report: &Report, file: &str) {
    let name = |entry: &Entry| format!("{file}: {} at \"{}\"", entry.rule, entry.place);
    for entry in &report.allowed().expired {
        eprintln!("warning: {} expired on {} and accepts nothing", name(entry), entry.expires);
    }
    for entry in &report.allowed().unused {
        eprintln!("warning: {} is unused: no change matches it", name(entry));
    }
}

/// Compares the public items of the clients that are generated from both sides.
fn with_rust(report: Report, base: Side, revision: Side, is_ours: bool) -> anyhow::Result<Report> {
    // The overlays are part of the way to our client, and of nobody else's.
    let overlays = if is_ours { workspace::overlays()? } else { Vec::new() };
    let items = items(base, &overlays).and_then(|base| Ok((base, items(revision, &overlays)?)));
    Ok(match items {
        Ok((base, revision)) => report.with_rust_items(&base, &revision),
        Err(error) => report.without_rust_items(format!("{error:#}")),
    })
}

/// The public items of the client that is generated from the contract. The crate's hand-written part is left out: it
/// is the same on both sides.
fn items(side: Side, overlays: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let corrected = pipeline::correct(side.document, &side.name, overlays)?;
    for unmatched in &corrected.unmatched {
        eprintln!("hint: {unmatched}");
    }
    let (generated, _) = pipeline::generate(&corrected.document, &side.name)?;
    Ok(openapi_codegen::surface(generated.folder.files())?)
}

impl FailOn {
    fn level(self) -> Level {
        match self {
            Self::Breaking => Level::Breaking,
            Self::Warning => Level::Warning,
            Self::Any => Level::Info,
        }
    }

    /// What to write for it on the command line.
    fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Warning => "warning",
            Self::Any => "any",
        }
    }
}

impl Format {
    fn print(self, report: &Report) -> String {
        match self {
            Self::Text => report.to_text(colour()),
            Self::Json => report.to_json(),
            Self::Markdown => report.to_markdown(),
            Self::Github => report.to_github(),
            Self::Junit => report.to_junit(),
        }
    }
}
