//! How a worker is told to end: by the first interrupt in order, by the second one at once.
//!
//! To drop it at once would leave what is being sent without an answer: it would go again when its lease ends.

use std::fmt::Display;
use std::pin::pin;

use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::Notify;

/// What is said when nobody waits any more for what is being sent.
pub(super) const ABANDONED: &str =
    "interrupted twice: what was being sent may be sent again, when its leases have ended";

/// What comes of `work`, which ends in order after `stop`: the first interrupt gives that. None after the second one. An
/// interrupt is what came, in words.
pub(super) async fn in_order<T>(
    interrupts: impl Stream<Item: Display>,
    mut tell: impl FnMut(&str),
    stop: &Notify,
    work: impl Future<Output = T>,
) -> Option<T> {
    let twice = async {
        // Where no more can come, none comes.
        let mut interrupts = pin!(interrupts.chain(stream::pending()));
        if let Some(what) = interrupts.next().await {
            tell(&format!("{what}: waiting for what is being sent; interrupt again to stop at once"));
        }
        stop.notify_one();
        interrupts.next().await;
    };
    tokio::select! {
        biased;
        ended = work => Some(ended),
        () = twice => None,
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn interrupts(count: usize) -> impl Stream<Item = String> {
        stream::iter(std::iter::repeat_n("SIGTERM came".to_owned(), count))
    }

    #[tokio::test]
    async fn the_first_interrupt_lets_the_work_end() {
        let (stop, mut told) = (Notify::new(), Vec::new());
        let work = async {
            stop.notified().await;
            7
        };
        assert_eq!(in_order(interrupts(1), |line| told.push(line.to_owned()), &stop, work).await, Some(7));
        assert_eq!(told, ["SIGTERM came: waiting for what is being sent; interrupt again to stop at once"]);
    }

    #[tokio::test]
    async fn the_second_one_does_not_wait() {
        let mut told = 0;
        assert_eq!(in_order(interrupts(2), |_| told += 1, &Notify::new(), pending::<()>()).await, None);
        assert_eq!(told, 1);
    }

    #[tokio::test]
    async fn without_any_the_work_ends_by_itself() {
        let told = |line: &str| panic!("{line}");
        assert_eq!(in_order(interrupts(0), told, &Notify::new(), async { 7 }).await, Some(7));
    }
}
