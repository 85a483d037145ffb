//! A server with the page and made-up entries: what the page is shown, the test decides.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    routing::{delete, get},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime::Runtime, sync::broadcast};

use crate::feed::{News, routes};

/// So many events may wait for a page that is slow.
const WAITING: usize = 64;

/// The server. It has a runtime of its own, so that all its connections end with it.
pub(super) struct Stage {
    runtime: Option<Runtime>,
    address: SocketAddr,
    news: broadcast::Sender<News>,
    entries: Arc<Mutex<Vec<Value>>>,
}

impl Stage {
    pub(super) fn open(entries: Vec<Value>) -> Self {
        Self::open_at(SocketAddr::from(([127, 0, 0, 1], 0)), entries)
    }

    /// At an address that was in use before, to be found by who looks for the one before.
    pub(super) fn open_at(address: SocketAddr, entries: Vec<Value>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind(address)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let news = broadcast::Sender::new(WAITING);
        let entries: Arc<Mutex<Vec<Value>>> =
            Arc::new(Mutex::new(entries.into_iter().zip(1..).map(|(entry, id)| numbered(entry, id)).collect()));
        let router = routes(news.clone()).merge(made_up(&news, &entries));
        runtime.spawn(async { axum::serve(listener, router).await });
        Self { runtime: Some(runtime), address, news, entries }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// An entry arrives, and whoever looks is told.
    pub(super) fn receive(&self, entry: Value) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = numbered(entry, entries.len() + 1);
        entries.push(entry.clone());
        // Nobody may be looking.
        let _ = self.news.send(News::Received(entry.to_string().into()));
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.runtime.take().expect("it is taken here only").shutdown_background();
    }
}

fn numbered(mut entry: Value, id: usize) -> Value {
    entry["id"] = id.into();
    entry
}

/// What the rest of the mock answers to the page.
fn made_up(news: &broadcast::Sender<News>, entries: &Arc<Mutex<Vec<Value>>>) -> Router {
    let (shown, cleared, news) = (Arc::clone(entries), Arc::clone(entries), news.downgrade());
    let events = move || async move {
        let entries = shown.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |outcome: &str| {
            entries.iter().rev().filter(|entry| entry["outcome"] == outcome).cloned().collect::<Vec<_>>()
        };
        Json(json!({"saved": of("saved"), "superseded": of("superseded"), "ignored": of("ignored")}))
    };
    let reset = move || async move {
        cleared.lock().unwrap_or_else(PoisonError::into_inner).clear();
        if let Some(news) = news.upgrade() {
            let _ = news.send(News::Reset);
        }
    };
    let tenant = async || Json(json!({"cloudId": "00000000-0000-4000-8000-00000000c10d"}));
    Router::new()
        .route("/__mock/events", get(events))
        .route("/__mock", delete(reset))
        .route("/_edge/tenant_info", get(tenant))
}
