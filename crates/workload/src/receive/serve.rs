//! The HTTP server around the receiver: [`receive`].

use std::{
    io::{self, Read as _, Write},
    net::SocketAddr,
    sync::Arc,
};

use tiny_http::{Header, Request, Response, Server};

use super::{
    answer::{Reply, route},
    store::Store,
    wire::Listening,
};
use crate::{fault::Fault, stop::Stop};

/// Requests answered at the same time; those that hang have a thread of their own.
const WORKERS: usize = 4;
/// Longest body that is read, in bytes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Serves until it is told to stop; says on `out` where it listens, as one JSON line.
///
/// # Errors
///
/// When the address cannot be had or `out` does not take the line.
pub fn receive(address: SocketAddr, out: &mut impl Write, stop: &Stop) -> Result<(), Fault> {
    let refused = |message: String| Fault::Io {
        action: "listen on",
        path: address.to_string(),
        source: io::Error::other(message),
    };
    let server = Server::http(address).map_err(|error| refused(error.to_string()))?;
    let server = Arc::new(server);
    let store = Arc::new(Store::default());
    let line = serde_json::to_string(&Listening {
        listening: server.server_addr().to_string(),
    });
    let line = line.map_err(Fault::Answer)?;
    let said = writeln!(out, "{line}").and_then(|()| out.flush());
    said.map_err(|error| refused(error.to_string()))?;
    for _ in 0..WORKERS {
        let (server, store) = (Arc::clone(&server), Arc::clone(&store));
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                answer(request, &store);
            }
        });
    }
    stop.wait();
    Ok(())
}

fn answer(mut request: Request, store: &Arc<Store>) {
    let mut body = Vec::new();
    let (method, url) = (request.method().to_string(), request.url().to_owned());
    if request.as_reader().take(LONGEST).read_to_end(&mut body).is_err() {
        // The sender is gone: nobody waits for an answer, and half a body is no notification.
        return;
    }
    match route(store, &method, &url, &body) {
        Reply::Hang { setting } => {
            let store = Arc::clone(store);
            std::thread::spawn(move || {
                store.wait_while_in_force(setting);
                drop(request);
            });
        }
        Reply::Now {
            status,
            content_type,
            body,
            retry_after,
        } => {
            let mut response = Response::from_string(body).with_status_code(status);
            let headers = [("Content-Type", Some(content_type)), ("Retry-After", retry_after)];
            for (name, value) in headers {
                if let Some(header) = value.and_then(|value| Header::from_bytes(name, value).ok()) {
                    response.add_header(header);
                }
            }
            // A sender that is gone has its own time-out to tell of.
            let _gone = request.respond(response);
        }
    }
}
