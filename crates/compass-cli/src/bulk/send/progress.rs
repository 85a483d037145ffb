//! How far it is: a bar on a terminal, a line now and then elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a line is printed where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);
/// How often the bar moves when nothing else moves it, so that its times are right.
const REDRAW: Duration = Duration::from_millis(250);

/// How far it is.
#[derive(Debug)]
pub(super) enum Progress {
    Bar { bar: ProgressBar, next: Duration },
    Lines { began: Duration, next: Duration, total: u64 },
    Silent,
}

impl Progress {
    /// A bar on a terminal. `now` is the time of the clock that all others are of.
    pub(super) fn new(quiet: bool, terminal: bool, total: u64, now: Duration) -> Self {
        match (quiet, terminal) {
            (true, _) => Self::Silent,
            (false, true) => {
                let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
                // The template is ours, and a test draws it.
                if let Ok(style) =
                    ProgressStyle::with_template("{bar:30} {pos}/{len}{msg}, {elapsed} so far, ETA {eta}")
                {
                    bar.set_style(style);
                }
                Self::Bar { bar, next: now.saturating_add(REDRAW) }
            }
            (false, false) => Self::Lines { began: now, next: now.saturating_add(EVERY), total },
        }
    }

    /// When it wants to be told the time.
    pub(super) fn next(&self) -> Option<Duration> {
        match self {
            Self::Bar { next, .. } | Self::Lines { next, .. } => Some(*next),
            Self::Silent => None,
        }
    }

    /// How far it is now, of which so many failed: a line if it is time for one.
    pub(super) fn at(&mut self, now: Duration, done: u64, failed: u64) -> Option<String> {
        let failures = if failed == 0 { String::new() } else { format!(" ({failed} failed)") };
        match self {
            Self::Bar { bar, next } => {
                bar.set_position(done);
                bar.set_message(failures);
                bar.tick();
                *next = now.saturating_add(REDRAW);
                None
            }
            Self::Lines { began, next, total } if now >= *next => {
                *next = now.saturating_add(EVERY);
                let passed = now.saturating_sub(*began);
                Some(format!("{done} of {total}{failures}{}", eta(passed, done, *total)))
            }
            Self::Lines { .. } | Self::Silent => None,
        }
    }

    /// Prints something while there may be a bar.
    pub(super) fn aside(&self, print: impl FnOnce()) {
        match self {
            Self::Bar { bar, .. } => bar.suspend(print),
            Self::Lines { .. } | Self::Silent => print(),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        match self {
            Self::Bar { bar, .. } => bar.finish_and_clear(),
            Self::Lines { .. } | Self::Silent => {}
        }
    }
}

/// The rate so far, and how long the rest takes with it.
fn eta(passed: Duration, done: u64, total: u64) -> String {
    if done == 0 || passed.is_zero() {
        return String::new();
    }
    let millis = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
    let left = total.saturating_sub(done).saturating_mul(millis) / done / 1000;
    let per_minute = done.saturating_mul(60_000) / millis.max(1);
    let left = match (left / 3600, left / 60 % 60, left % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    };
    format!(", {per_minute} per minute, ETA {left}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_by_the_clock_that_is_passed_in() {
        let second = Duration::from_secs(1);
        let mut progress = Progress::new(false, false, 5000, second);
        let lines: Vec<_> = [(2, 3, 0), (10, 15, 0), (11, 16, 0), (12, 17, 0), (21, 40, 2), (3700, 4950, 2)]
            .into_iter()
            .filter_map(|(now, done, failed)| progress.at(second * now, done, failed))
            .collect();
        assert_eq!(
            lines,
            [
                "16 of 5000, 96 per minute, ETA 51 min 55 s",
                "40 of 5000 (2 failed), 120 per minute, ETA 41 min 20 s",
                "4950 of 5000 (2 failed), 80 per minute, ETA 37 s"
            ]
        );
    }

    #[test]
    fn nothing_is_done_and_nothing_is_said_of_the_rest() {
        let mut progress = Progress::new(false, false, 5, Duration::ZERO);
        assert_eq!(progress.at(EVERY, 0, 0).as_deref(), Some("0 of 5"));
        assert_eq!(Progress::new(true, true, 5, Duration::ZERO).next(), None);
    }
}
