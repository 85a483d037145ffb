//! One attempt on the wire: it adds the credentials, and keeps what came back whatever becomes of it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use compass_api::{BoxFuture, Hook, Operation};
use http::header::{AUTHORIZATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

/// The longest body that is read. The API's answers are a few hundred bytes.
const LONGEST_BODY: usize = 1 << 20;

/// The hook of one attempt.
#[derive(Debug)]
pub(super) struct Wire {
    authorization: HeaderValue,
    timeout: Duration,
    seen: Mutex<Seen>,
}

/// What was seen on the wire.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Whether the request was handed over to be sent.
    pub(super) was_sent: bool,
    pub(super) status: Option<StatusCode>,
    pub(super) retry_after: Option<String>,
    /// What came of the body.
    pub(super) body: Bytes,
}

impl Wire {
    pub(super) fn new(authorization: HeaderValue, timeout: Duration) -> Self {
        Self { authorization, timeout, seen: Mutex::default() }
    }

    pub(super) fn seen(&self) -> Seen {
        self.lock().clone()
    }

    pub(super) fn saw_page(&self) -> bool {
        is_page(&self.lock().body)
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        // Every step leaves it whole.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn attempt(&self, client: &reqwest::Client, request: reqwest::Request) -> reqwest::Result<reqwest::Response> {
        self.lock().was_sent = true;
        let mut response = client.execute(request).await?;
        // Nobody asks for the other headers, and the low-level client would copy them.
        let headers = std::mem::take(response.headers_mut());
        {
            let mut seen = self.lock();
            seen.status = Some(response.status());
            let header = headers.get(RETRY_AFTER);
            seen.retry_after = header.and_then(|value| value.to_str().ok()).map(str::to_owned);
        }
        let mut body = BytesMut::new();
        let end = loop {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
            if body.len() > LONGEST_BODY {
                break Ok(());
            }
        };
        if body.is_empty() {
            // It is as good as new.
            return end.map(|()| response);
        }
        let body = body.freeze();
        self.lock().body = body.clone();
        end?;
        // The same response, with a body that has been read.
        let mut whole = http::Response::new(reqwest::Body::from(body));
        *whole.status_mut() = response.status();
        Ok(whole.into())
    }
}

/// Whether a body is a page for people: a login, a gateway's apology. The API never answers one.
pub(crate) fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

impl Hook for Wire {
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: Operation,
    ) -> BoxFuture<'a, Result<(), String>> {
        // Whoever knows a webhook's URL may post to it: it needs no credentials, and gets none.
        if operation != Operation::HandleWebhookInvocation {
            request.headers_mut().insert(AUTHORIZATION, self.authorization.clone());
        }
        *request.timeout_mut() = Some(self.timeout);
        Box::pin(std::future::ready(Ok(())))
    }

    fn send<'a>(
        &'a self,
        client: &'a reqwest::Client,
        request: reqwest::Request,
        _: Operation,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        Box::pin(self.attempt(client, request))
    }
}
