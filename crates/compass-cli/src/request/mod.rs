//! Requests as they would be sent, for showing them. They are made by the generated client, so that what is shown is what
//! is sent; a hook keeps them from going anywhere.

pub(crate) mod curl;
mod dry_run;
mod offline;

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use compass_api::{BoxFuture, Client, Error, Hook, Operation, ResponseValue, Url};
use serde_json::Value;

pub(crate) use self::dry_run::{curls, dry_runs};
pub(crate) use self::offline::{check, offline};
use crate::exit::Exit;
use crate::failure::Failure;

/// A request that is not sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    operation: Operation,
    method: String,
    url: ShownUrl,
    /// Without type and length where the body is a form, which sets its own.
    headers: Vec<(String, String)>,
    body: Body,
}

#[derive(Clone, Debug, PartialEq)]
enum ShownUrl {
    Plain(String),
    /// A webhook's: what it is without its ID, and what a shell makes it with.
    Secret {
        shown: String,
        shell: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
enum Body {
    None,
    /// As it is sent, to the byte.
    Json(String),
    /// A file in a form.
    File {
        path: String,
        name: String,
        media_type: &'static str,
    },
}

impl Request {
    /// The same with a file as its body.
    pub(crate) fn with_file(self, path: &std::path::Path, name: &str) -> Self {
        // As the SDK tells it: by the name that the file is sent under, whatever the case of its letters.
        let extension = std::path::Path::new(name).extension().and_then(|extension| extension.to_str());
        let media_type = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("json") => "application/json",
            Some("yaml" | "yml") => "application/yaml",
            Some("xml") => "application/xml",
            Some(_) | None => "application/octet-stream",
        };
        let body = Body::File { path: path.display().to_string(), name: name.to_owned(), media_type };
        let headers = self.headers.into_iter().filter(|(name, _)| !name.starts_with("content-")).collect();
        Self { headers, body, ..self }
    }

    /// The same with a URL that hides its end: `id` is what stands for the secret in it, `shell` how a shell makes the URL
    /// from what stands before the secret.
    pub(crate) fn with_secret_end(self, id: &str, shell: impl FnOnce(&str) -> String) -> Self {
        let ShownUrl::Plain(url) = &self.url else { return self };
        let start = url.strip_suffix(id).unwrap_or(url);
        let url = ShownUrl::Secret { shown: format!("{start}(hidden)"), shell: shell(start) };
        Self { url, ..self }
    }

    /// Whether credentials go with it. Whoever knows a webhook's URL may post to it; nothing else goes without.
    fn has_credentials(&self) -> bool {
        self.operation != Operation::HandleWebhookInvocation
    }

    /// The body as a value, for people and programs.
    fn json(&self) -> Option<Value> {
        match &self.body {
            Body::Json(text) => serde_json::from_str(text).ok(),
            Body::None | Body::File { .. } => None,
        }
    }
}

/// Makes requests without sending them.
#[derive(Debug)]
pub(crate) struct Captor {
    base: Url,
    http: reqwest::Client,
}

impl Captor {
    pub(crate) fn new(base: &str) -> Result<Self, Failure> {
        let base = Url::parse(base).map_err(|error| Failure::usage(format!("base URL: {error}")))?;
        Ok(Self { base, http: offline()? })
    }

    /// The request that `call` would send.
    pub(crate) fn capture<T, E, F>(&self, call: impl FnOnce(Client) -> F) -> Result<Request, Failure>
    where
        F: Future<Output = Result<ResponseValue<T>, Error<E>>>,
    {
        let net = Arc::new(Net::default());
        let client = Client::new(&self.base, self.http.clone(), compass_api::NoHook).with_hook(Arc::<Net>::clone(&net));
        // The hook answers at once, and nothing comes after it: there is nothing to wait for.
        let ended = pin!(call(client)).poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(Err(Error::InvalidRequest(reason))) = ended {
            return Err(Failure::new(Exit::Refused, reason));
        }
        let caught = net.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        caught.ok_or_else(|| Failure::new(Exit::Other, "the request could not be made"))
    }
}

/// The hook that keeps what it is shown.
#[derive(Debug, Default)]
struct Net(Mutex<Option<Request>>);

impl Hook for Net {
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: Operation,
    ) -> BoxFuture<'a, Result<(), String>> {
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()));
        let body = request.body().and_then(reqwest::Body::as_bytes).filter(|body| !body.is_empty());
        let caught = Request {
            operation,
            method: request.method().to_string(),
            url: ShownUrl::Plain(request.url().to_string()),
            headers: headers.collect(),
            body: body.map_or(Body::None, |body| Body::Json(String::from_utf8_lossy(body).into())),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(caught);
        Box::pin(std::future::ready(Err("it is only to be shown".to_owned())))
    }
}
