//! The command as a process: its streams are the program's own, and so are its signals.

use std::ffi::OsString;

use tokio::process::Command;

use self::signals::Signals;
use super::ending::Ending;
use crate::exit::Exit;
use crate::failure::Failure;

/// A command that runs.
pub(super) struct Child {
    process: tokio::process::Child,
    signals: Signals,
}

impl Child {
    /// Starts the command, which has a name at least. Needs a runtime.
    pub(super) fn start(command: &[OsString]) -> Result<Self, Ending> {
        let (name, args) =
            command.split_first().map_or((OsString::new(), command), |(name, args)| (name.clone(), args));
        let never = |error| Ending::never_started(&name.to_string_lossy(), &error);
        // Before there is anything to hand them on to, so that none is lost.
        let signals = Signals::listen().map_err(never)?;
        let process = Command::new(&name).args(args).spawn().map_err(never)?;
        Ok(Self { process, signals })
    }

    /// Waits for the end, and hands signals on until then.
    pub(super) async fn wait(&mut self) -> Result<Ending, Failure> {
        let mut interrupted = false;
        let Self { process, signals } = self;
        let status = loop {
            tokio::select! {
                signal = signals.next() => {
                    interrupted = true;
                    signals::hand_on(signal, process);
                }
                status = process.wait() => break status,
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
    pub(super) struct Signals(Vec<(Signal, unix::Signal)>);

    impl Signals {
        /// Listens for those that the program was not started without: what `nohup` ignores stays ignored, also by the
        /// command.
        pub(super) fn listen() -> io::Result<Self> {
            let ignored = ignored();
            let all = [
                (Signal::HUP, SignalKind::hangup()),
                (Signal::INT, SignalKind::interrupt()),
                (Signal::TERM, SignalKind::terminate()),
            ];
            let wanted = all.into_iter().filter(|(signal, _)| ignored >> (signal.as_raw() - 1) & 1 == 0);
            wanted.map(|(signal, kind)| Ok((signal, unix::signal(kind)?))).collect::<io::Result<_>>().map(Self)
        }

        /// The next one that comes.
        pub(super) async fn next(&mut self) -> Signal {
            poll_fn(|context| {
                for (signal, stream) in &mut self.0 {
                    if let Poll::Ready(Some(())) = stream.poll_recv(context) {
                        return Poll::Ready(*signal);
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

    /// Sends the signal to the command, unless it has got it already: Ctrl-C goes to all of a terminal's foreground group.
    pub(super) fn hand_on(signal: Signal, child: &Child) {
        if signal == Signal::INT && in_foreground() {
            return;
        }
        // There is an ID as long as the process has not been waited for, so that it is no other's.
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(id) = id {
            // One that has ended meanwhile needs no signal.
            let _ = kill_process(id, signal);
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
    pub(super) struct Signals;

    impl Signals {
        pub(super) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        /// The next one that comes.
        pub(super) async fn next(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// The command has got it already.
    pub(super) fn hand_on((): (), _: &Child) {}
}
