//! How a command ended, for Compass and for whoever called.

use std::io;
use std::process::ExitStatus;

use super::plan::State;

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) state: State,
    /// The exit code that a shell would give it; on Windows whatever it is there.
    pub(crate) code: i32,
    /// Why it never started.
    pub(crate) error: Option<String>,
}

/// What shells add to the number of the signal that ended a command.
const BY_SIGNAL: i32 = 128;
/// SIGHUP, SIGINT, SIGQUIT, SIGTERM: somebody wanted the end. SIGKILL is not among them, because a system that is short of
/// memory sends it, too; nor are those that a program's own faults raise.
const WANTED: [i32; 4] = [1, 2, 3, 15];
/// What a shell ends with whose command SIGINT or SIGTERM has ended. What it would for SIGHUP and SIGQUIT are codes that
/// programs give a meaning of their own: git's usage error is 129.
const OF_SHELLS: [i32; 2] = [BY_SIGNAL + 2, BY_SIGNAL + 15];

impl Ending {
    /// How a process ended that may have been `interrupted`.
    pub(super) fn of(status: ExitStatus, interrupted: bool) -> Self {
        let signal = signal(status);
        let code = signal.map_or_else(|| status.code().unwrap_or(1), |signal| BY_SIGNAL + signal);
        let state = match signal {
            Some(signal) if WANTED.contains(&signal) => State::Cancelled,
            None if code == 0 => State::Successful,
            // It cleaned up before it ended, or it is a shell whose command was ended.
            None if interrupted || OF_SHELLS.contains(&code) => State::Cancelled,
            Some(_) | None => State::Failed,
        };
        Self { state, code, error: None }
    }

    /// It could not be started.
    pub(super) fn never_started(command: &str, error: &io::Error) -> Self {
        let code = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
        Self { state: State::Failed, code, error: Some(format!("{command}: cannot be run: {error}")) }
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn states_and_codes() {
        // Of a wait status the low byte is the signal, and the next one the code.
        let exit = |code: i32| ExitStatus::from_raw(code << 8);
        let killed = ExitStatus::from_raw;
        let cases = [
            (exit(0), false, State::Successful, 0),
            (exit(0), true, State::Successful, 0),
            (exit(1), false, State::Failed, 1),
            (exit(1), true, State::Cancelled, 1),
            (exit(137), false, State::Failed, 137),
            (exit(130), false, State::Cancelled, 130),
            (exit(143), false, State::Cancelled, 143),
            // Without a signal it is what the program means by it.
            (exit(129), false, State::Failed, 129),
            (exit(131), false, State::Failed, 131),
            (exit(129), true, State::Cancelled, 129),
            (killed(1), false, State::Cancelled, 129),
            (killed(3), false, State::Cancelled, 131),
            (killed(15), false, State::Cancelled, 143),
            (killed(2), false, State::Cancelled, 130),
            (killed(9), true, State::Failed, 137),
            (killed(11), false, State::Failed, 139),
        ];
        for (status, interrupted, state, code) in cases {
            assert_eq!(Ending::of(status, interrupted), Ending { state, code, error: None }, "{status:?}");
        }
    }
}
