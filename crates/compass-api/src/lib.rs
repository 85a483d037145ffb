//! Low-level client for the [Atlassian Compass] REST API, generated from its OpenAPI contract.
//!
//! Every operation of the contract is a method of [`Client`], every schema a type in [`types`]. They say what the
//! contract says and no more: nothing is validated beyond types, nothing is retried, and no credentials are known.
//! A [`Hook`] surrounds each request for that.
//!
//! ```
//! use compass_api::{BoxFuture, Client, Hook, Operation, Url};
//! use reqwest::header::{AUTHORIZATION, HeaderValue};
//!
//! /// Sends an `Authorization` header that was prepared elsewhere.
//! #[derive(Debug)]
//! struct Auth(HeaderValue); // Call `set_sensitive(true)` on it: then `Debug` hides it.
//!
//! impl Hook for Auth {
//!     fn before<'a>(
//!         &'a self,
//!         request: &'a mut reqwest::Request,
//!         operation: Operation,
//!     ) -> BoxFuture<'a, Result<(), String>> {
//!         // Whoever knows a webhook's URL may post to it: it needs no credentials, and gets none.
//!         if operation != Operation::HandleWebhookInvocation {
//!             request.headers_mut().insert(AUTHORIZATION, self.0.clone());
//!         }
//!         Box::pin(async { Ok(()) })
//!     }
//! }
//!
//! let mut header = HeaderValue::from_static("Basic bWVAZXhhbXBsZS5jb206dG9rZW4=");
//! header.set_sensitive(true);
//! let base_url = Url::parse("https://example.atlassian.net/gateway/api")?;
//! // A redirect to a login page would pass for success: follow none.
//! let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
//! let client = Client::new(&base_url, http, Auth(header));
//! # let _ = client;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What a caller has to know of failures:
//!
//! - Where the contract names several kinds of body for an operation's failures, the method has the type of most of
//!   them. The others, a 429 in particular, arrive as [`Error::UnexpectedResponse`], with status, headers and unread
//!   body. `cargo xtask codegen --explain` in the repository lists every such place.
//! - A failure that the contract names, but with a body that it does not (an empty 401, a gateway's HTML), arrives as
//!   [`Error::InvalidResponsePayload`], which has no status. [`Hook::send`] sees the response before that.
//! - No error and no response has the URL that it came from, which may be a secret: who knows a webhook's may post to
//!   it. [`Hook::send`] sees it.
//! - `f64` values that JSON cannot say, NaN and the infinities, are sent as `null`: check them before.
//!
//! [Atlassian Compass]: https://developer.atlassian.com/cloud/compass/

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::ResponseBuilderExt as _;

#[rustfmt::skip]
mod generated;

pub use generated::{Client, Operation, types};
pub use progenitor_client::{ByteStream, Error, ResponseValue};
pub use reqwest::Url;
pub use reqwest::multipart::Part;

/// A future that may move between threads, in a box.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What surrounds every request of a [`Client`]: credentials, limits, retries, traces.
///
/// Both methods learn the [`Operation`]. A match on it without a wildcard makes the compiler ask for a decision about
/// each operation that the contract gains.
///
/// Implementations must not show secrets in `Debug`: the client's own `Debug` includes them.
pub trait Hook: fmt::Debug + Send + Sync + 'static {
    /// Runs before a request is sent, and may change it.
    ///
    /// # Errors
    /// The reason for not sending the request; the caller gets it as [`Error::Custom`].
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: Operation,
    ) -> BoxFuture<'a, Result<(), String>> {
        let _ = (request, operation);
        Box::pin(async { Ok(()) })
    }

    /// Sends the request, as often as it takes.
    ///
    /// # Errors
    /// What the last attempt failed with; the caller gets it as [`Error::CommunicationError`].
    fn send<'a>(
        &'a self,
        client: &'a reqwest::Client,
        request: reqwest::Request,
        operation: Operation,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        let _ = operation;
        Box::pin(client.execute(request))
    }
}

/// The hook that does nothing: requests go out as the contract has them, once, without credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NoHook;

impl Hook for NoHook {}

impl Client {
    /// A client for the API at `base_url`, which is what stands before the paths of the contract. A slash at its end
    /// makes no difference.
    ///
    /// A user name and password, a query and a fragment in it are left out: credentials are the hook's business, and
    /// whoever prints the client should not see them. Timeouts, redirects, proxies and TLS are those of `http`. Clones
    /// share its connections and the hook.
    #[must_use]
    pub fn new(base_url: &Url, http: reqwest::Client, hook: impl Hook) -> Self {
        let mut bare = base_url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        // These two fail only for URLs that cannot have a user in the first place, such as `mailto:`.
        let _ = bare.set_username("");
        let _ = bare.set_password(None);
        Self { baseurl: bare.as_str().trim_end_matches('/').to_owned(), client: http, inner: Inner(Arc::new(hook)) }
    }

    /// The same client with another hook, for callers that have something to keep for each call: they keep the hook. It
    /// shares the connections, and costs next to nothing.
    #[must_use]
    pub fn with_hook(&self, hook: Arc<dyn Hook>) -> Self {
        Self { baseurl: self.baseurl.clone(), client: self.client.clone(), inner: Inner(hook) }
    }

    /// What stands before the paths of the contract, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.baseurl
    }
}

/// What progenitor keeps in the client for its hooks.
#[derive(Clone, Debug)]
pub(crate) struct Inner(Arc<dyn Hook>);

impl ClientHooks<Inner> for Client {
    async fn pre<E>(&self, request: &mut reqwest::Request, info: &OperationInfo) -> Result<(), Error<E>> {
        self.inner.0.before(request, operation(info)).await.map_err(Error::Custom)
    }

    async fn exec(&self, request: reqwest::Request, info: &OperationInfo) -> reqwest::Result<reqwest::Response> {
        self.inner
            .0
            .send(&self.client, request, operation(info))
            .await
            .map(without_url)
            .map_err(reqwest::Error::without_url)
    }
}

/// The same response, without the URL that it came from: a URL may be a secret, and errors show it.
fn without_url(response: reqwest::Response) -> reqwest::Response {
    /// The URL of nowhere, as reqwest finds it with a response. Without one, it would parse its own for each response.
    static NOWHERE: LazyLock<http::Extensions> = LazyLock::new(|| {
        let nowhere = Url::parse("http://no.url.provided.local").expect("this is a URL");
        let response = http::Response::builder().url(nowhere).body(()).expect("a response without headers is valid");
        response.into_parts().0.extensions
    });

    let mut response = http::Response::<reqwest::Body>::from(response);
    response.extensions_mut().extend(NOWHERE.clone());
    response.into()
}

fn operation(info: &OperationInfo) -> Operation {
    Operation::of_method(info.operation_id).expect("codegen writes the methods and this table from one list")
}
