//! What the CI system and git tell about the run that `compass` is part of.
//!
//! Nothing here but [`environment`] reads the process's environment, clock or directory: they come in from outside.
//! [`detect`] looks at
//! variables only, and starts nothing; [`Detected::fill`] asks git for what is still missing.
//!
//! # Which system
//! A system counts as found if one of its markers is there. Markers leak: a container may bring those of the system that
//! built it, and an agent hands down those of the system that started it. So of several systems the first counts that
//! also tells its run, in the order of [`System::ALL`]: services before what people run themselves, because it is the
//! agents of the latter that hand their variables on, and Argo CD last, whose variables people set by hand. Forgejo and
//! Gitea set those of GitHub Actions, too, and come before it. All others that were found are in [`Detected::also`], and
//! `--system` overrules it all.
//!
//! # Which ID
//! Compass uses the field `pipelineId` for two things. A build is known by it, and one with the same ID takes the place of
//! another: that a job has failed must not go under because another one of the run has not. [`Detected::build_id`] is run
//! and job, the same from a job's beginning to its end and for all its attempts, as far as the system has such things.
//! Where a job tells of several components, [`Defaults`](crate::event::Defaults) tells their builds apart. What no system
//! tells is which leg of a matrix a job of GitHub Actions is, or which stages of a Jenkins run are side by side. A
//! deployment names the pipeline that it is one of many by: [`Detected::pipeline_id`] is the pipeline, the same for all
//! its runs; the run's number is the deployment's. The rows say, for each system, what stays when a run is run again.
//!
//! # Secrets
//! Only variables of the rows are read, and none of them holds a token. URLs lose user name and password.

mod command;
mod found;
mod git;
mod read;
mod repository;
mod rows;
mod sequence;
mod show;
mod system;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

use chrono::{DateTime, Utc};
use compass_outbox::Origin;
use compass_sdk::event::{EnvironmentCategory, EventSource};

pub(crate) use command::Arguments;
pub(crate) use found::Env;
use found::{Found, Source, first, variable};
pub(crate) use git::{Git, Program, Question};
pub(crate) use read::category;
use repository::Repository;
use rows::{Attempt, Marker, Row, rows};
use sequence::Suggestion;
pub(crate) use sequence::behind_words;
use system::System;

/// What was found. Whatever is not there was not told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Detected {
    /// The CI system.
    pub(crate) system: Option<Found<System>>,
    /// Other systems whose markers are there, too.
    pub(crate) also: Vec<System>,
    /// The run and the job in it: a build's `pipelineId`.
    pub(crate) build_id: Option<Found<String>>,
    /// The pipeline, of which this is a run: a deployment's `pipelineId`.
    pub(crate) pipeline_id: Option<Found<String>>,
    /// The run's page.
    pub(crate) url: Option<Found<String>>,
    /// The pipeline's name.
    pub(crate) name: Option<Found<String>>,
    /// The run's number.
    pub(crate) number: Option<Found<i64>>,
    /// The run's attempt, counted from one.
    pub(crate) attempt: Option<Found<u32>>,
    /// The branch: for a pull request, the one that it comes from.
    pub(crate) branch: Option<Found<String>>,
    /// The tag, if the run is for one: then there is no branch.
    pub(crate) tag: Option<Found<String>>,
    /// The commit's hash.
    pub(crate) commit: Option<Found<String>>,
    /// The repository.
    pub(crate) repository: Option<Found<Repository>>,
    /// When the job or the run started.
    pub(crate) started: Option<Found<DateTime<Utc>>>,
    /// When the commit was made.
    pub(crate) committed: Option<Found<DateTime<Utc>>>,
    /// The environment that is deployed to.
    pub(crate) environment: Option<Found<String>>,
    /// The environment's category.
    pub(crate) category: Option<Found<EnvironmentCategory>>,
    /// Who is behind the run, by name.
    pub(crate) actor: Option<Found<String>>,
}

/// The process's own environment.
pub(crate) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Reads the environment: for this system, or for the one that is found.
pub(crate) fn detect(env: Env<'_>, chosen: Option<System>) -> Detected {
    let found: Vec<_> = System::ALL.into_iter().filter_map(|system| Some((system, marked(env, system)?))).collect();
    let complete = found.iter().find(|(_, (_, row))| first(env, row.build_id, id).is_some());
    let (system, row) = match (chosen, complete.or(found.first())) {
        (Some(value), _) => {
            let row = marked(env, value).map(|(_, row)| row).or(rows(value).last());
            (Found { value, from: Source::Argument("--system") }, row)
        }
        (None, Some((value, (marker, row)))) => {
            (Found { value: *value, from: Source::Variables(vec![marker]) }, Some(*row))
        }
        (None, None) => return Detected::default(),
    };
    let others = found.into_iter().map(|(other, _)| other).filter(|other| *other != system.value);
    let also = others.filter(|other| !system.value.stands_in_for().contains(other)).collect();
    let told = row.map(|row| Detected::of_row(env, row)).unwrap_or_default();
    Detected { system: Some(system), also, ..told }
}

/// The variable that tells the system, and the row that it belongs to.
fn marked(env: Env<'_>, system: System) -> Option<(&'static str, &'static Row)> {
    rows(system).iter().find_map(|row| Some((marker(env, row.markers)?, row)))
}

/// The variable of the first marker that is there.
fn marker(env: Env<'_>, markers: &[Marker]) -> Option<&'static str> {
    markers.iter().find_map(|marker| match marker {
        Marker::Set(name) => variable(env, name).map(|_| *name),
        Marker::Is(name, expected) => {
            variable(env, name).filter(|value| value.eq_ignore_ascii_case(expected)).map(|_| *name)
        }
        Marker::Begins(name, start) => variable(env, name).filter(|value| value.starts_with(start)).map(|_| *name),
    })
}

impl Detected {
    fn of_row(env: Env<'_>, row: &Row) -> Self {
        let text = |candidates| first(env, candidates, Some);
        let source_branch = first(env, row.source_branch, |text| read::branch(&text));
        let tag = if source_branch.is_some() { None } else { first(env, row.tag, |text| read::tag(&text)) };
        let branch = match (source_branch, &tag) {
            (Some(source_branch), _) => Some(source_branch),
            (None, Some(_)) => None,
            (None, None) => first(env, row.branch, |text| read::branch(&text)),
        };
        let environment = text(row.environment);
        let category = first(env, row.category, |text| read::category(&text));
        let meaning = || {
            let Found { value, from } = environment.clone()?;
            Some(Found { value: read::category(&value)?, from: from.by_meaning() })
        };
        Self {
            category: category.or_else(meaning),
            system: None,
            also: Vec::new(),
            build_id: first(env, row.build_id, id).map(|run| match text(row.job) {
                Some(job) => Found { value: format!("{}/{}", run.value, job.value), from: run.from.and(job.from) },
                None => run,
            }),
            pipeline_id: text(row.pipeline_id),
            url: first(env, row.url, |text| repository::web_url(&text)),
            name: text(row.name),
            number: first(env, row.number, |text| text.parse().ok().filter(|number| *number >= 0)),
            attempt: attempt(env, &row.attempt),
            branch,
            tag,
            commit: first(env, row.commit, |text| read::commit(&text)),
            repository: first(env, row.repository, |text| Repository::parse(&text)),
            started: first(env, row.started, |text| read::time(&text)),
            committed: first(env, row.committed, |text| read::time(&text)),
            environment,
            actor: text(row.actor),
        }
    }

    /// Asks git for what the system did not tell. The time is that of the commit that the system told, even if another
    /// one is checked out, as for the merge of a pull request.
    pub(crate) fn fill(&mut self, git: &dyn Git) {
        self.fill_branch(git);
        self.fill_commit(git);
        self.fill_repository(git);
        if let (None, Some(commit)) = (&self.committed, &self.commit) {
            self.committed = ask(git, Question::CommitTime(&commit.value), |text| read::time(&text));
        }
    }

    /// Asks git for the branch alone.
    pub(crate) fn fill_branch(&mut self, git: &dyn Git) {
        if self.branch.is_none() && self.tag.is_none() {
            self.branch = ask(git, Question::Branch, Some);
        }
    }

    /// Asks git for the commit alone.
    pub(crate) fn fill_commit(&mut self, git: &dyn Git) {
        if self.commit.is_none() {
            self.commit = ask(git, Question::Commit, |text| read::commit(&text));
        }
    }

    /// Asks git for the repository alone.
    pub(crate) fn fill_repository(&mut self, git: &dyn Git) {
        if self.repository.as_ref().is_none_or(|repository| repository.value.host.is_none()) {
            let remote = ask(git, Question::Remote, |text| Repository::parse(&text));
            // A path that was told stays as it is, whatever the remote is: the event source is made of it.
            let fits = |told: &Found<Repository>, remote: &Found<Repository>| told.value.path == remote.value.path;
            self.repository = match (self.repository.take(), remote) {
                (Some(told), Some(remote)) if fits(&told, &remote) => {
                    Some(Found { value: remote.value, from: told.from.completed(Question::Remote.command()) })
                }
                (Some(told), _) => Some(told),
                (None, remote) => remote,
            };
        }
    }

    /// The event source: the system, or `git` without one, and the repository's path.
    ///
    /// The host is left out: not every system tells it, and an event source must not depend on whether git is there.
    pub(crate) fn event_source(&self) -> Option<Found<EventSource>> {
        let tool = self.system.as_ref().map_or("git", |system| system.value.slug());
        Some(self.repository.clone()?.map(|repository| EventSource::of(tool, &repository.path)))
    }

    /// Where something comes from that the run tells.
    pub(crate) fn origin(&self) -> Origin {
        let repository = self.repository.as_ref().map(|found| &found.value);
        let run = self.url.as_ref().or(self.build_id.as_ref());
        Origin {
            repository: repository.map(|found| found.url.clone().unwrap_or_else(|| found.path.clone())),
            commit: self.commit.as_ref().map(|commit| commit.value.clone()),
            run: run.map(|run| run.value.clone()),
        }
    }

    /// The sequence number of an update that is sent now.
    pub(crate) fn sequence(&self, now: DateTime<Utc>) -> Suggestion {
        Suggestion::new(now, self.started.as_ref())
    }
}

/// An ID. Where it is a page's URL, it loses its credentials.
fn id(text: String) -> Option<String> {
    if text.contains("://") { repository::web_url(&text) } else { Some(text) }
}

fn attempt(env: Env<'_>, attempt: &Attempt) -> Option<Found<u32>> {
    let (name, add) = match *attempt {
        Attempt::Untold => return None,
        Attempt::FromOne(name) => (name, 0),
        Attempt::FromZero(name) => (name, 1),
    };
    first(env, &[name], |text| text.parse::<u32>().ok()?.checked_add(add))
}

fn ask<T>(git: &dyn Git, question: Question<'_>, read: impl FnOnce(String) -> Option<T>) -> Option<Found<T>> {
    Some(Found { value: read(git.ask(question)?)?, from: Source::Git(question.command()) })
}
