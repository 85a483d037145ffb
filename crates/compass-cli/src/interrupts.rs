//! Ctrl-C, and what CI systems send when a job is cancelled.

use std::fmt;
use std::io;
use std::task::Poll;

use futures_util::Stream;
use futures_util::stream::poll_fn;

use crate::exit::Exit;
use crate::failure::Failure;

/// That somebody wants the program to end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interrupt;

impl fmt::Display for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

/// Each time that somebody wants the program to end. Needs a runtime.
pub(crate) fn interrupts() -> Result<impl Stream<Item = Interrupt> + Unpin, Failure> {
    watch().map_err(|error| unwatched(&error))
}

/// What is said where nobody would learn of an interrupt.
pub(crate) fn unwatched(error: &io::Error) -> Failure {
    Failure::new(Exit::Other, format!("signals cannot be watched: {error}"))
}

#[cfg(unix)]
fn watch() -> io::Result<impl Stream<Item = Interrupt> + Unpin> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut signals = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
    Ok(poll_fn(move |context| {
        let any = signals.iter_mut().any(|signal| matches!(signal.poll_recv(context), Poll::Ready(Some(()))));
        if any { Poll::Ready(Some(Interrupt)) } else { Poll::Pending }
    }))
}

#[cfg(windows)]
fn watch() -> io::Result<impl Stream<Item = Interrupt> + Unpin> {
    let mut signal = tokio::signal::windows::ctrl_c()?;
    Ok(poll_fn(move |context| signal.poll_recv(context).map(|came| came.map(|()| Interrupt))))
}
