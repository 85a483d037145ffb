//! A server on 127.0.0.1 that keeps what it was sent, and answers what it was told to.
//!
//! It runs on the runtime of the test that starts it and ends with that, so that tests cannot meet each other. A
//! request is on record before its answer goes out: whoever has the answer finds the request, without waiting.

use std::{
    collections::VecDeque,
    convert::Infallible,
    fmt::Write as _,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::{
    HeaderMap, Response,
    body::{Bytes, Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A request as it was sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Path and query, before any decoding.
    pub target: String,
    /// All headers, also those that speak of the connection.
    pub headers: HeaderMap,
    /// The body, without the framing of its transfer.
    pub body: Vec<u8>,
}

/// One part of a form (RFC 7578), as a server reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormPart {
    /// The field of the form.
    pub name: Option<String>,
    /// The name of the file.
    pub file_name: Option<String>,
    /// The media type.
    pub media_type: Option<String>,
    /// The content.
    pub content: Vec<u8>,
}

/// What the server answers.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    BodyCut,
    NothingSent,
}

/// The server.
#[derive(Debug)]
pub struct Server {
    origin: String,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    requests: Vec<Request>,
    script: VecDeque<Answer>,
}

impl Server {
    /// Starts to listen; must be called on a runtime. Until there is a script, the answer is a 599 that says so.
    ///
    /// # Panics
    /// If the machine has no port left on 127.0.0.1.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on 127.0.0.1");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = Arc::<Mutex<State>>::default();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { origin: format!("http://{address}"), state, accepting }
    }

    /// Scheme, host and port, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What to answer from now on, in this order; the last answer stands for all later requests.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        lock(&self.state).script = answers.into_iter().collect();
    }

    /// The requests since this was last asked, in the order in which they were complete.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut lock(&self.state).requests)
    }

    /// The only request since [`Server::take_requests`] was last asked.
    ///
    /// # Panics
    /// If there was none, or more than one.
    #[must_use]
    pub fn take_request(&self) -> Request {
        let mut requests = self.take_requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Request {
    /// The path, before any decoding.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    /// The header's only value, if it has one.
    ///
    /// # Panics
    /// If the header is there twice, or is not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        assert!(values.len() < 2, "{name} is there more than once: {values:?}");
        values.first().map(|value| value.to_str().expect("test headers are ASCII"))
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let body = &self.body;
        serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
    }

    /// What separates the parts of the form.
    ///
    /// # Panics
    /// If the body is not called a form.
    #[must_use]
    pub fn boundary(&self) -> String {
        let content_type = self.header("content-type").expect("a form has a content type");
        multer::parse_boundary(content_type).unwrap_or_else(|error| panic!("{content_type}: {error}"))
    }

    /// The parts of the form.
    ///
    /// # Panics
    /// If the body is not a form.
    pub async fn form(&self) -> Vec<FormPart> {
        let body = stream::iter([Ok::<_, Infallible>(Bytes::from(self.body.clone()))]);
        let mut form = multer::Multipart::new(body, self.boundary());
        let mut parts = Vec::new();
        while let Some(field) = form.next_field().await.expect("the body is a form") {
            parts.push(FormPart {
                name: field.name().map(str::to_owned),
                file_name: field.file_name().map(str::to_owned),
                media_type: field.content_type().map(ToString::to_string),
                content: field.bytes().await.expect("the body is a form").into(),
            });
        }
        parts
    }

    /// The request as text: its target, its headers by name, its body. What changes from run to run is called `HOST`
    /// and `BOUNDARY`.
    ///
    /// # Panics
    /// As [`Request::header`] and [`Request::boundary`] do.
    #[must_use]
    pub fn transcript(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.target);
        let mut headers: Vec<_> = self.headers.iter().collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        for (name, value) in headers {
            let value = if name == "host" { "HOST" } else { &*String::from_utf8_lossy(value.as_bytes()) };
            let _ = writeln!(text, "{name}: {value}");
        }
        let _ = write!(text, "\n{}", String::from_utf8_lossy(&self.body));
        let is_form = self.header("content-type").is_some_and(|media_type| media_type.starts_with("multipart/"));
        if is_form { text.replace(&self.boundary(), "BOUNDARY") } else { text }.replace("\r\n", "\n")
    }
}

impl Answer {
    /// A status and nothing else.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), end: End::Whole }
    }

    /// A body of a media type, which need not fit.
    #[must_use]
    pub fn with_body(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::empty(status) }.with_header("content-type", media_type)
    }

    /// A JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::with_body(status, "application/json", body.to_string())
    }

    /// The connection ends in the middle of the body: after what there is of it, more was to come.
    #[must_use]
    pub fn cut(self) -> Self {
        Self { end: End::BodyCut, ..self }
    }

    /// The request is read, and the connection ends.
    #[must_use]
    pub fn nothing() -> Self {
        Self { end: End::NothingSent, ..Self::empty(599) }
    }

    /// The same with one header more.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn into_response(self) -> io::Result<Response<BoxBody<Bytes, io::Error>>> {
        let cut = || io::Error::other("cut by the script");
        let data = Ok(Frame::data(Bytes::from(self.body.clone())));
        // Hyper flushes when there is nothing to do; without that, it would drop status and body with the connection.
        let cut_later = async move {
            tokio::task::yield_now().await;
            Err(cut())
        };
        let body = match self.end {
            End::NothingSent => return Err(cut()),
            End::Whole => http_body_util::Full::from(self.body).map_err(|never| match never {}).boxed(),
            End::BodyCut => BodyExt::boxed(StreamBody::new(stream::iter([data]).chain(stream::once(cut_later)))),
        };
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(body).map_err(io::Error::other)
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    // Nothing to say when it fails: the test that needs the connection does.
    while let Ok((connection, _)) = listener.accept().await {
        tokio::spawn(serve(connection, Arc::clone(&state)));
    }
}

async fn serve(connection: TcpStream, state: Arc<Mutex<State>>) {
    let answer = service_fn(|request: hyper::Request<Incoming>| async {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes().to_vec();
        let target = head.uri.to_string();
        let mut state = lock(&state);
        state.requests.push(Request { method: head.method.to_string(), target, headers: head.headers, body });
        let answer = if state.script.len() > 1 { state.script.pop_front() } else { state.script.front().cloned() };
        answer.unwrap_or_else(|| Answer::with_body(599, "text/plain", "no script")).into_response()
    });
    // A connection that the script cuts ends with an error, as it should.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(connection), answer).await;
}

/// A test that failed while it held the lock has already said so.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
