//! The events of a run.

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use compass_sdk::Event;
use compass_sdk::event::Kind;
use compass_sdk::validation::Violations;

use super::Wrap;
use crate::event::{BuildArgs, BuildOwn, Defaults, DeploymentArgs, DeploymentOwn, EntryArgs, FeedArgs, Form, time};
use crate::failure::Problem;
use crate::settings::Settings;

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    InProgress,
    Successful,
    Failed,
    Cancelled,
}

impl State {
    /// The contract's word, the same for builds and deployments.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Successful => "SUCCESSFUL",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// What an event says of how the run stands.
pub(crate) struct Standing {
    feed: FeedArgs,
    state: Option<String>,
    started_at: Option<String>,
    completed_at: Option<String>,
}

/// A kind of event that a command can be.
pub(crate) trait Piped: Args + Clone {
    const KIND: Kind;

    /// The event of a run that stands so.
    fn fill(&self, standing: Standing, form: &mut Form<'_>) -> Result<Event, Violations>;
}

impl Piped for BuildOwn {
    const KIND: Kind = Kind::Build;

    fn fill(&self, standing: Standing, form: &mut Form<'_>) -> Result<Event, Violations> {
        let Standing { feed, state, started_at, completed_at } = standing;
        BuildArgs { feed, state, own: self.clone(), started_at, completed_at }.fill(form)
    }
}

impl Piped for DeploymentOwn {
    const KIND: Kind = Kind::Deployment;

    fn fill(&self, standing: Standing, form: &mut Form<'_>) -> Result<Event, Violations> {
        let Standing { feed, state, started_at, completed_at } = standing;
        DeploymentArgs { feed, state, own: self.clone(), started_at, completed_at }.fill(form)
    }
}

/// Makes the events.
pub(crate) struct Plan<'a, K: Args> {
    args: &'a Wrap<K>,
    settings: &'a Settings,
    defaults: &'a Defaults,
    start: DateTime<Utc>,
}

impl<'a, K: Piped> Plan<'a, K> {
    pub(super) fn new(args: &'a Wrap<K>, settings: &'a Settings, defaults: &'a Defaults, start: DateTime<Utc>) -> Self {
        Self { args, settings, defaults, start }
    }

    /// When the run started.
    pub(super) fn started(&self) -> String {
        let given = self.args.started_at.as_ref().and_then(|text| time(text, self.start).ok());
        written(given.unwrap_or(self.start))
    }

    /// The event that says now that the run stands so.
    pub(super) fn event(&self, state: State, now: DateTime<Utc>) -> Result<Event, Vec<Problem>> {
        let Wrap { entry, own, started_at, .. } = self.args;
        let started = started_at.as_ref().map_or(Ok(self.start), |text| time(text, self.start));
        let (sequence, completed) = match state {
            State::InProgress => (entry.sequence.clone(), None),
            // A clock that was set back, or a start that is still to come, makes no end before its start.
            State::Successful | State::Failed | State::Cancelled => {
                let end = started.as_ref().map_or(now, |started| now.max(*started));
                (entry.sequence.as_deref().map(following), Some(written(end)))
            }
        };
        let standing = Standing {
            feed: FeedArgs { entry: EntryArgs { sequence, ..entry.clone() }, at: None },
            state: Some(state.as_str().to_owned()),
            // What cannot be read is left for the form, which says why.
            started_at: Some(started.map_or_else(|_| started_at.clone().unwrap_or_default(), written)),
            completed_at: completed,
        };
        let mut form = Form::new(K::KIND, self.settings, self.defaults, now);
        let filled = own.fill(standing, &mut form);
        form.finish(filled).map(|(event, _)| event)
    }
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The number after a given one; the clock's, and what is no number, stay as they are.
fn following(sequence: &str) -> String {
    sequence.trim().parse::<i64>().map_or_else(|_| sequence.to_owned(), |number| (i128::from(number) + 1).to_string())
}

#[cfg(test)]
mod tests {
    use super::following;

    #[test]
    fn a_given_number_grows_and_the_clock_does_by_itself() {
        assert_eq!([following("7"), following("now"), following("x")], ["8", "now", "x"]);
        // The form says that it is no number that there is.
        assert_eq!(following(&i64::MAX.to_string()), "9223372036854775808");
    }
}
