//! `compass detect`.

use chrono::{DateTime, Utc};
use clap::Args;

use super::found::Env;
use super::git::Git;
use super::system::System;
use super::{Detected, detect, show};
use crate::output::Report;

/// The arguments of `compass detect`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Read the variables of this CI system, whatever else is found
    #[arg(long, value_enum)]
    system: Option<System>,
}

impl Arguments {
    /// What to print.
    pub(crate) fn run(&self, env: Env<'_>, git: &dyn Git, now: DateTime<Utc>) -> Report {
        let detected = self.detected(env, git);
        Report::data(show::text(&detected, now), &show::json(&detected, now))
    }

    pub(super) fn detected(&self, env: Env<'_>, git: &dyn Git) -> Detected {
        let mut detected = detect(env, self.system);
        detected.fill(git);
        detected
    }
}
