//! Options that kinds of events have in common.

use clap::Args;

use crate::settings::Key;

/// Options of the kinds that the feed shows: all but pull requests.
#[derive(Debug, Default, Args)]
pub(crate) struct FeedArgs {
    #[command(flatten)]
    pub(crate) entry: EntryArgs,
    /// When the event was last updated: RFC 3339, or `now`, which is the default
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
}

/// What an entry of the feed has whenever it is made.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct EntryArgs {
    /// The name that the feed shows
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// What happened, in words; empty unless told otherwise
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Where the feed's entry leads to, an http or https URL
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Orders the event's updates, and has to grow from each to the next: a number, or `now` for the clock's
    /// milliseconds, which is the default
    #[arg(long, value_name = "NUMBER|now", allow_negative_numbers = true)]
    pub(crate) sequence: Option<String>,
    #[arg(long, help = Key::EventSource.help(), value_name = "ID")]
    pub(crate) event_source: Option<String>,
}

/// Sets what the kinds that the feed shows have in common.
macro_rules! with_common {
    ($builder:expr, $common:expr) => {{
        let common = $common;
        $builder
            .display_name(common.name)
            .description(common.description)
            .url(common.url)
            .last_updated(common.at)
            .sequence(common.sequence)
            .event_source(common.source)
    }};
}

pub(super) use with_common;
