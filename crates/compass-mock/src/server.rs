//! Connections, and what every request goes through before it is answered.
//!
//! Hyper is used without axum's own server, because a fault has to reach the connection. The contract's operations are
//! found by the contract itself; axum has the mock's own routes.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower_service::Service as _;

use crate::api::{self, Target};
use crate::fault::{Applied, NoAnswer};
use crate::shared::Shared;

/// Bytes of a request's body. The API's own limit for files is lower, and answered by what the file is for.
const MOST_BODY: usize = 32 * 1024 * 1024;
/// Until there may be room for a connection again.
const OUT_OF_ROOM: Duration = Duration::from_millis(50);

/// Accepts connections until it is told to stop, and then lets their requests end. Dropped, it drops them as they are.
pub(crate) async fn accept(listener: TcpListener, shared: Arc<Shared>, router: Router, stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut stopping = stop.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((connection, _)) => {
                    connections.spawn(serve(connection, Arc::clone(&shared), router.clone(), stop.clone()));
                }
                // The client went at once, or the system has no file descriptors left.
                Err(_) => tokio::time::sleep(OUT_OF_ROOM).await,
            },
            Some(_) = connections.join_next() => {}
            () = told(&mut stopping) => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve(connection: TcpStream, shared: Arc<Shared>, router: Router, mut stop: watch::Receiver<bool>) {
    // Answers are small: waiting for more to send would delay them. Without it they only come later.
    let _ = connection.set_nodelay(true);
    let service = service_fn(|request| respond(request, Arc::clone(&shared), router.clone()));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = told(&mut stop) => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let no_answer = ended.err().and_then(|error| error.source()?.downcast_ref().copied());
    // Any other error is the client's: it went, or what it sent is no HTTP.
    if no_answer == Some(NoAnswer::Reset) {
        // Closed with nothing to linger for, the kernel sends a reset. If that cannot be had, the client sees a close.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

/// Ends when the mock is to stop, or is no more.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The mock's own: neither recorded nor subject to faults.
fn is_own(path: &str) -> bool {
    matches!(path, "/" | "/__mock" | "/favicon.ico") || path.starts_with("/__mock/")
}

async fn respond(request: Request<Incoming>, shared: Arc<Shared>, mut router: Router) -> Applied {
    if is_own(request.uri().path()) {
        return router.call(request).await.map_err(|never| match never {});
    }
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, MOST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            shared.record(&head, b"");
            return Ok(too_large());
        }
        // The client went in the middle of its request: nobody is there to be answered.
        Err(_) => return Err(NoAnswer::Reset),
    };
    // Before the answer goes out: whoever has the answer finds the request.
    shared.record(&head, &body);
    let target = Target::of(&head.method, head.uri.path());
    let fault = shared.plan().draw(target.operation());
    match fault {
        None => Ok(api::answer(&shared, &head, body, target).await.map(Body::from)),
        Some(fault) => fault.apply(async || api::answer(&shared, &head, body, target).await).await,
    }
}

fn too_large() -> http::Response<Body> {
    let message = format!("The body is larger than {MOST_BODY} bytes.");
    let errors = json!({ "errors": [{ "type": "CONSTRAINT_VIOLATION", "message": message }] });
    let mut response: http::Response<Bytes> = api::json(StatusCode::PAYLOAD_TOO_LARGE, &errors);
    // The rest of the body is still to come, and nobody reads it.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response.map(Body::from)
}
