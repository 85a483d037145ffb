//! Ctrl-C, and what CI systems send when a job is cancelled.

use std::io;
use std::task::Poll;

use futures_util::Stream;
use futures_util::stream::poll_fn;

/// Each time that somebody wants the program to end. Needs a runtime.
#[cfg(unix)]
pub(crate) fn interrupts() -> io::Result<impl Stream<Item = ()> + Unpin> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut signals = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
    Ok(poll_fn(move |context| {
        let any = signals.iter_mut().any(|signal| matches!(signal.poll_recv(context), Poll::Ready(Some(()))));
        if any { Poll::Ready(Some(())) } else { Poll::Pending }
    }))
}

/// Each time that somebody wants the program to end. Needs a runtime.
#[cfg(windows)]
pub(crate) fn interrupts() -> io::Result<impl Stream<Item = ()> + Unpin> {
    let mut signal = tokio::signal::windows::ctrl_c()?;
    Ok(poll_fn(move |context| signal.poll_recv(context)))
}
