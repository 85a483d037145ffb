//! The command as a process: its streams are the program's own, and so are its signals. Its environment is the program's,
//! too, without what only the program needs.

use std::ffi::{OsStr, OsString};

use tokio::process::Command;

pub(super) use self::signals::Signals;
use super::ending::Ending;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::Key;

/// A command that runs.
pub(super) struct Child(tokio::process::Child);

impl Child {
    /// Starts the command, which has a name at least. Needs a runtime.
    pub(super) fn start(command: &[OsString], keeps_credentials: bool) -> Result<Self, Ending> {
        let (name, args) =
            command.split_first().map_or((OsString::new(), command), |(name, args)| (name.clone(), args));
        let mut process = Command::new(program(&name));
        process.args(args);
        if !keeps_credentials {
            for variable in credentials() {
                process.env_remove(variable);
            }
        }
        process.spawn().map(Self).map_err(|error| Ending::never_started(&name.to_string_lossy(), &error))
    }

    /// Waits for the end, and hands signals on until then.
    pub(super) async fn wait(&mut self, signals: &mut Signals) -> Result<Ending, Failure> {
        let mut interrupted = false;
        let status = loop {
            tokio::select! {
                caught = signals.next() => {
                    interrupted = true;
                    caught.hand_on(&self.0);
                }
                status = self.0.wait() => break status,
            }
        };
        let status = status.map_err(|error| Failure::new(Exit::Other, format!("the command is lost: {error}")))?;
        // The runtime gets a turn to tell of a signal that came before the end that it caused.
        tokio::task::yield_now().await;
        tokio::select! {
            biased;
            _ = signals.next() => interrupted = true,
            () = std::future::ready(()) => {}
        }
        Ok(Ending::of(status, interrupted))
    }
}

/// The variables that no command needs but this program.
pub(super) fn credentials() -> impl Iterator<Item = &'static str> {
    Key::ALL.into_iter().map(Key::setting).filter(|setting| setting.is_secret).filter_map(|setting| setting.variable)
}

/// Windows itself looks for `npm.exe` alone where a shell would find `npm.cmd`.
#[cfg(windows)]
fn program(name: &OsStr) -> OsString {
    which::which(name).map_or_else(|_| name.to_owned(), Into::into)
}

#[cfg(not(windows))]
fn program(name: &OsStr) -> OsString {
    name.to_owned()
}

#[cfg(unix)]
mod signals {
    use std::future::poll_fn;
    use std::io;
    use std::task::Poll;

    use rustix::process::{Pid, Signal, getpgrp, kill_process};
    use rustix::termios::tcgetpgrp;
    use tokio::process::Child;
    use tokio::signal::unix::{self, SignalKind};

    /// Signals that ask for the end.
    pub(in crate::run) struct Signals(Vec<(Caught, unix::Signal)>);

    /// One that came.
    #[derive(Clone, Copy)]
    pub(in crate::run) struct Caught {
        signal: Signal,
        pub(in crate::run) name: &'static str,
    }

    impl Signals {
        /// Listens for those that the program was not started without: what `nohup` ignores stays ignored, also by the
        /// command. Needs a runtime.
        pub(in crate::run) fn listen() -> io::Result<Self> {
            let ignored = ignored();
            let all = [
                (Signal::HUP, "SIGHUP", SignalKind::hangup()),
                (Signal::INT, "SIGINT", SignalKind::interrupt()),
                (Signal::QUIT, "SIGQUIT", SignalKind::quit()),
                (Signal::TERM, "SIGTERM", SignalKind::terminate()),
            ];
            let wanted = all.into_iter().filter(|(signal, ..)| ignored >> (signal.as_raw() - 1) & 1 == 0);
            let listened = wanted.map(|(signal, name, kind)| Ok((Caught { signal, name }, unix::signal(kind)?)));
            listened.collect::<io::Result<_>>().map(Self)
        }

        /// The next one that comes.
        pub(in crate::run) async fn next(&mut self) -> Caught {
            poll_fn(|context| {
                for (caught, stream) in &mut self.0 {
                    if let Poll::Ready(Some(())) = stream.poll_recv(context) {
                        return Poll::Ready(*caught);
                    }
                }
                Poll::Pending
            })
            .await
        }
    }

    /// The signals that the process ignores, one bit each. Only Linux tells without unsafe code; elsewhere it is none.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
    }

    impl Caught {
        /// Sends the signal to the command, unless it has got it already: what a terminal's keys send goes to all of its
        /// foreground group.
        pub(super) fn hand_on(self, child: &Child) {
            if matches!(self.signal, Signal::INT | Signal::QUIT) && in_foreground() {
                return;
            }
            // There is an ID as long as the process has not been waited for, so that it is no other's.
            let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
            if let Some(id) = id {
                // One that has ended meanwhile needs no signal.
                let _ = kill_process(id, self.signal);
            }
        }
    }

    fn in_foreground() -> bool {
        let terminal = std::fs::File::open("/dev/tty");
        terminal.is_ok_and(|terminal| tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp()))
    }
}

#[cfg(not(unix))]
mod signals {
    use std::io;

    use tokio::process::Child;

    /// Ctrl-C, which a console sends to all of its processes.
    pub(in crate::run) struct Signals;

    /// It came.
    pub(in crate::run) struct Caught {
        pub(in crate::run) name: &'static str,
    }

    impl Signals {
        pub(in crate::run) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        /// The next one that comes.
        pub(in crate::run) async fn next(&mut self) -> Caught {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Caught { name: "Ctrl-C" }
        }
    }

    impl Caught {
        /// The command has got it already.
        #[expect(clippy::unused_self, reason = "elsewhere it says which signal it is")]
        pub(super) fn hand_on(self, _: &Child) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_and_the_webhook_are_what_no_command_needs() {
        assert_eq!(credentials().collect::<Vec<_>>(), ["COMPASS_API_TOKEN", "COMPASS_WEBHOOK_ID"]);
    }
}
