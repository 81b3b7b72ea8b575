//! One request to a name server over UDP, and its answer: [`exchange`].

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

use hickory_proto::op::Message;

/// How long one answer may take; a packet that was lost is asked for again by the next look.
const ANSWER: Duration = Duration::from_secs(2);
/// Longest answer that is read, in bytes.
const LONGEST: usize = 4096;

/// Sends a request and reads the answer to it. Answers to other requests are not taken for it.
///
/// # Errors
///
/// When the server does not answer in time or its answer cannot be read.
pub(super) fn exchange(server: SocketAddr, request: &Message) -> io::Result<Message> {
    let ours: SocketAddr = if server.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(ours)?;
    socket.connect(server)?;
    socket.send(&request.to_vec().map_err(io::Error::other)?)?;
    let until = Instant::now() + ANSWER;
    let mut bytes = [0; LONGEST];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        socket.set_read_timeout(Some(left))?;
        let length = socket.recv(&mut bytes)?;
        let answer = Message::from_vec(bytes.get(..length).unwrap_or_default()).map_err(io::Error::other)?;
        if answer.metadata.id == request.metadata.id {
            return Ok(answer);
        }
    }
}
