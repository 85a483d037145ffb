//! When what waits is sent again, and for what answer it waits.

use chrono::{DateTime, Utc};
use compass_outbox::store::{Answer, Page, State};
use compass_outbox::{Destination, Outbox, StoreError};

/// Messages that are read at a time.
const PAGE: usize = 500;
/// Messages that are looked at, the oldest: the end of a command does not wait for a million.
const MOST: usize = 10 * PAGE;

/// What is sent again next.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) at: DateTime<Utc>,
    /// What the last attempt came to.
    pub(super) answer: Option<Answer>,
    /// Whether there are more messages than were looked at, so that another one may be due before.
    is_latest: bool,
}

impl Due {
    /// The first one to this destination that waits for its time.
    pub(super) async fn next(outbox: &Outbox, destination: &Destination) -> Result<Option<Self>, StoreError> {
        let (mut first, mut after, mut seen) = (None::<Self>, None, 0);
        loop {
            let page = outbox.list(Page { state: Some(State::Queued), after, most: PAGE }).await?;
            let is_last = page.len() < PAGE;
            seen += page.len();
            after = page.last().map(|kept| kept.envelope.id);
            for kept in page.into_iter().filter(|kept| kept.envelope.lane.destination == *destination) {
                let Some(at) = kept.next_attempt_at else { continue };
                if first.as_ref().is_none_or(|first| at < first.at) {
                    first = Some(Self { at, answer: kept.answer, is_latest: false });
                }
            }
            if is_last || seen >= MOST {
                return Ok(first.map(|first| Self { is_latest: !is_last, ..first }));
            }
        }
    }

    /// At what time, in words.
    pub(super) fn when(&self) -> String {
        let word = if self.is_latest { "by" } else { "at" };
        format!("due {word} {}", super::show::written(self.at))
    }
}
