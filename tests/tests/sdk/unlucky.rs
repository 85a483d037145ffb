//! Servers that do not answer, or not with HTTP: the mock, which speaks HTTP alone, cannot stop within its own answer, nor
//! tell that a request has begun to arrive.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

/// Nothing listens there, and unlike a port that was free a moment ago, it is never given to another test.
pub(crate) const NOBODY: &str = "http://127.0.0.1:1";

/// A server that reads and, on its first connections, says nothing or stops short of the end; on later ones it answers 202
/// once and closes.
#[derive(Debug)]
pub(crate) struct Silent {
    origin: String,
    seen: Arc<Seen>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    requests: AtomicUsize,
    another: Notify,
}

impl Silent {
    /// Says nothing at all.
    pub(crate) async fn start(silent_for: usize) -> Self {
        Self::stalling(silent_for, String::new()).await
    }

    /// Says this and no more.
    pub(crate) async fn stalling(silent_for: usize, beginning: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Seen>::default();
        let accepting = tokio::spawn(accept(listener, silent_for, beginning, Arc::clone(&seen)));
        Self { origin, seen, accepting }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The requests of which at least the beginning has arrived.
    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::SeqCst)
    }

    /// Ends when a request arrives, or has arrived since this was last asked.
    pub(crate) async fn another(&self) {
        self.seen.another.notified().await;
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, silent_for: usize, beginning: String, seen: Arc<Seen>) {
    for number in 0.. {
        let Ok((connection, _)) = listener.accept().await else { return };
        let silence = (number < silent_for).then(|| beginning.clone());
        tokio::spawn(serve(connection, silence, Arc::clone(&seen)));
    }
}

async fn serve(mut connection: TcpStream, silence: Option<String>, seen: Arc<Seen>) {
    let mut buffer = [0; 4096];
    // The requests of these tests fit into one read, or nothing is answered anyway.
    if matches!(connection.read(&mut buffer).await, Ok(1..)) {
        seen.requests.fetch_add(1, Ordering::SeqCst);
        seen.another.notify_one();
    }
    if let Some(beginning) = silence {
        let _ = connection.write_all(beginning.as_bytes()).await;
        // Until the client has gone away.
        while matches!(connection.read(&mut buffer).await, Ok(1..)) {}
    } else {
        let answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let _ = connection.write_all(answer).await;
        let _ = connection.shutdown().await;
    }
}
