//! The live stream: what arrives, told to every open page as Server-Sent Events.
//!
//! A page that cannot keep up must not hold up the server. The channel drops what a slow page did not take in time, and
//! the page is told to fetch everything again.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::broadcast::{self, error::RecvError};

use super::News;

/// Proxies and browsers take a connection for dead on which nothing comes for long.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How soon a browser tries again when the connection has ended. Who restarts the mock waits for the page.
const RETRY: Duration = Duration::from_secs(1);

/// What is forgotten, and what is to be fetched again. Browsers do not dispatch an event without data.
const ALL: &str = "all";

/// Where the news comes from, as long as somebody else keeps the sender.
#[derive(Clone)]
pub(super) struct Live(broadcast::WeakSender<News>);

impl Live {
    pub(super) fn of(news: &broadcast::Sender<News>) -> Self {
        Self(news.downgrade())
    }
}

pub(super) async fn stream(State(Live(news)): State<Live>) -> Response {
    let Some(news) = news.upgrade() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "the mock is about to stop").into_response();
    };
    let receiver = news.subscribe();
    // Else this very stream would keep itself from ending.
    drop(news);
    let first = stream::iter([Ok(Event::default().retry(RETRY))]);
    Sse::new(first.chain(events(receiver))).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

fn events(receiver: broadcast::Receiver<News>) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(receiver, async |mut receiver| {
        let event = match receiver.recv().await {
            Ok(News::Received(event)) => Event::default().event("received").data(event),
            Ok(News::Reset) => Event::default().event("reset").data(ALL),
            Err(RecvError::Lagged(_)) => {
                // All of it will be fetched: what is still waiting here need not be told once more.
                receiver = receiver.resubscribe();
                Event::default().event("reload").data(ALL)
            }
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(event), receiver))
    })
}
