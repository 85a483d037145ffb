//! What is known of an event that no option says.

use chrono::{DateTime, TimeDelta, Utc};
use compass_outbox::Origin;
use compass_sdk::ari::ComponentAri;
use compass_sdk::event::{EnvironmentCategory, Kind};

use crate::detect::{Detected, Env, Git, detect};

/// Values for options that were not given, from the CI system's variables and git. Each is weaker than the option, the
/// environment and the configuration files.
///
/// The sequence number is not among them: the clock's grows also when an older run is run again, which no number of a run
/// does.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Defaults {
    /// `--name`
    pub(crate) name: Option<String>,
    /// `--url`: the run's page.
    pub(crate) url: Option<String>,
    /// `--event-source`: tool and repository.
    pub(crate) event_source: Option<String>,
    /// `--started-at`
    pub(crate) started_at: Option<DateTime<Utc>>,
    /// `--pipeline-id` of a build: this run's and job's alone, and the component's.
    pub(crate) build_id: Option<String>,
    /// `--pipeline-id` of a deployment: the same from run to run.
    pub(crate) pipeline_id: Option<String>,
    /// `--pipeline-name`
    pub(crate) pipeline_name: Option<String>,
    /// `--environment`
    pub(crate) environment: Option<String>,
    /// `--environment-category` of that environment.
    pub(crate) environment_category: Option<EnvironmentCategory>,
    /// `--number` of a deployment: the run's.
    pub(crate) number: Option<i64>,
    /// `--id` of a push: the commit.
    pub(crate) commit: Option<String>,
    /// `--branch`
    pub(crate) branch: Option<String>,
    /// `--author`
    pub(crate) author: Option<String>,
    /// `--repository-url`
    pub(crate) repository_url: Option<String>,
    /// Where the event comes from, for whoever looks into the outbox.
    pub(crate) origin: Origin,
    /// By how much the clock, which gives the sequence number, is behind the run's start.
    pub(crate) behind: Option<TimeDelta>,
}

/// What git can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Branch,
    Commit,
    Repository,
}

impl Defaults {
    /// What the variables tell, and git of what an event of this kind still `wants`: it is asked for nothing else.
    pub(crate) fn find(kind: Kind, wants: &[Want], env: Env<'_>, git: &dyn Git, now: DateTime<Utc>) -> Self {
        let mut detected = detect(env, None);
        for want in wants {
            match want {
                Want::Branch => detected.fill_branch(git),
                Want::Commit => detected.fill_commit(git),
                // A system that tells a path alone is asked no further: the event source is made of the path.
                Want::Repository if kind != Kind::PullRequest && detected.repository.is_some() => {}
                Want::Repository => detected.fill_repository(git),
            }
        }
        let behind = detected.sequence(now).behind;
        Self { behind, ..Self::of(kind, detected) }
    }

    /// The same of this component: a job that builds several has a build of each.
    pub(crate) fn for_component(self, component: Option<&ComponentAri>) -> Self {
        let build_id = match (self.build_id, component) {
            (Some(run), Some(component)) => Some(format!("{run}/{}", component.uuid())),
            (run, _) => run,
        };
        Self { build_id, ..self }
    }

    fn of(kind: Kind, detected: Detected) -> Self {
        let origin = detected.origin();
        let event_source = detected.event_source().map(|source| source.value.as_str().to_owned());
        let number = detected.number.map(|number| number.value);
        let pipeline_name = detected.name.map(|name| name.value);
        let name = match (&pipeline_name, number) {
            (Some(name), Some(number)) => Some(format!("{name} #{number}")),
            (Some(name), None) => Some(name.clone()),
            (None, _) => None,
        };
        let known = Self { url: detected.url.map(|url| url.value), event_source, origin, ..Self::default() };
        match kind {
            // These are the run itself.
            Kind::Build | Kind::Deployment => Self {
                name,
                started_at: detected.started.map(|started| started.value),
                build_id: detected.build_id.map(|id| id.value),
                pipeline_id: detected.pipeline_id.map(|id| id.value),
                pipeline_name,
                environment: detected.environment.map(|environment| environment.value),
                environment_category: detected.category.map(|category| category.value),
                number,
                ..known
            },
            // The run is there because of it.
            Kind::Push => Self {
                name: match (&detected.branch, &detected.commit) {
                    // A hash is known by its first digits, as git shows it.
                    (Some(branch), Some(commit)) => Some(format!("{} {:.7}", branch.value, commit.value)),
                    (Some(_) | None, _) => None,
                },
                commit: detected.commit.map(|commit| commit.value),
                branch: detected.branch.map(|branch| branch.value),
                author: detected.actor.map(|actor| actor.value),
                ..known
            },
            Kind::PullRequest => {
                Self { repository_url: detected.repository.and_then(|repository| repository.value.url), ..known }
            }
            // These happen in the run, or are found by it.
            Kind::Custom | Kind::Flag | Kind::Lifecycle | Kind::Vulnerability => known,
            // These happen elsewhere: the run only tells them.
            Kind::Alert | Kind::Incident => Self { url: None, ..known },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::ffi::OsString;

    use super::*;
    use crate::detect::Question;

    /// Answers everything, and remembers what it was asked.
    #[derive(Default)]
    struct Asked(RefCell<Vec<String>>);

    impl Git for Asked {
        fn ask(&self, question: Question<'_>) -> Option<String> {
            self.0.borrow_mut().push(format!("{question:?}"));
            Some(match question {
                Question::Branch => "main".to_owned(),
                Question::Commit => "c0ffee0000000000000000000000000000000000".to_owned(),
                Question::Remote => "git@git.example.com:acme/shop.git".to_owned(),
                Question::CommitTime(_) => "2026-08-31T10:00:00+02:00".to_owned(),
            })
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-09-01T12:00:00Z".parse().unwrap()
    }

    fn nothing(_: &str) -> Option<OsString> {
        None
    }

    fn travis(name: &str) -> Option<OsString> {
        let known = [("TRAVIS", "true"), ("TRAVIS_BUILD_ID", "7"), ("TRAVIS_REPO_SLUG", "acme/shop")];
        known.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    }

    #[test]
    fn git_is_asked_for_what_is_wanted_and_not_told() {
        let cases: [(Kind, &[Want], Env<'_>, &[&str]); 5] = [
            (Kind::Push, &[], &nothing, &[]),
            (Kind::Push, &[Want::Branch, Want::Commit], &nothing, &["Branch", "Commit"]),
            (Kind::Build, &[Want::Repository], &nothing, &["Remote"]),
            (Kind::Build, &[Want::Repository], &travis, &[]),
            (Kind::PullRequest, &[Want::Repository], &travis, &["Remote"]),
        ];
        for (kind, wants, env, asked) in cases {
            let git = Asked::default();
            Defaults::find(kind, wants, env, &git, now());
            assert_eq!(*git.0.borrow(), asked, "{kind} {wants:?}");
        }
    }

    #[test]
    fn builds_of_two_components_in_one_job_are_two() {
        let [one, other] = ["b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69", "b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a70"].map(|uuid| {
            let ari = format!(
                "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/{uuid}"
            );
            let found = Defaults::find(Kind::Build, &[], &travis, &Asked::default(), now());
            found.for_component(Some(&ari.parse().unwrap())).build_id.unwrap()
        });
        assert_eq!(one, "7/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69");
        assert_ne!(one, other);
        let found = Defaults::find(Kind::Build, &[], &travis, &Asked::default(), now()).for_component(None);
        assert_eq!(found.build_id.as_deref(), Some("7"));
    }

    #[test]
    fn git_alone_makes_a_push() {
        let wants = [Want::Branch, Want::Commit, Want::Repository];
        let found = Defaults::find(Kind::Push, &wants, &nothing, &Asked::default(), now());
        assert_eq!(found.name.as_deref(), Some("main c0ffee0"));
        assert_eq!(found.branch.as_deref(), Some("main"));
        assert_eq!(found.commit.as_deref(), Some("c0ffee0000000000000000000000000000000000"));
        assert_eq!(found.event_source.as_deref(), Some("git:acme/shop"));
    }

    #[test]
    fn a_clock_that_is_behind_the_run_shows_where_events_are_sent() {
        let env = |name: &str| match name {
            "GITLAB_CI" => Some(OsString::from("true")),
            "CI_JOB_STARTED_AT" => Some("2026-09-01T12:01:35Z".into()),
            _ => None,
        };
        for kind in [Kind::Build, Kind::Flag, Kind::Incident] {
            let found = Defaults::find(kind, &[], &env, &Asked::default(), now());
            assert_eq!(found.behind, Some(TimeDelta::seconds(95)), "{kind}");
        }
        assert_eq!(Defaults::find(Kind::Build, &[], &travis, &Asked::default(), now()).behind, None);
    }

    #[test]
    fn what_the_run_is_not_gets_nothing_of_it() {
        let fixture = include_str!("../detect/fixtures/gitlab-ci.env");
        let env = |name: &str| {
            fixture.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=').map(OsString::from))
        };
        let incident = Defaults::find(Kind::Incident, &[], &env, &Asked::default(), now());
        let event_source = Some("gitlab-ci:acme/web/shop".to_owned());
        assert!(
            incident.origin.repository.is_some() && incident.origin.commit.is_some() && incident.origin.run.is_some()
        );
        assert_eq!(
            Defaults { origin: Origin::default(), ..incident },
            Defaults { event_source, ..Defaults::default() }
        );
    }
}
