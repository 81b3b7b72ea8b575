//! Looking at a name until a condition holds, or once: [`ask`], [`ask_once`].

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use hickory_proto::{
    op::{Message, Query},
    rr::{Name, RData, RecordType},
};

use super::{
    exchange::exchange,
    wire::{DnsAsk, DnsLook, DnsReport, RecordKind},
};
use crate::{fault::Fault, stop::Stop};

/// Looks at a name again and again until the condition holds, the deadline has passed or it is told to stop.
///
/// # Errors
///
/// When the name is none. A server that does not answer is an answer.
pub fn ask(ask: &DnsAsk, stop: &Stop) -> Result<DnsReport, Fault> {
    let began = Instant::now();
    let name = name_of(&ask.name)?;
    let deadline = Duration::from_millis(ask.deadline_ms);
    let mut unmet = None;
    let mut changes: Vec<DnsLook> = Vec::new();
    let mut looks = 0;
    loop {
        let is_last = began.elapsed() >= deadline;
        let look = look(ask.server, ask.record, &name, began);
        looks += 1;
        if changes.last().is_none_or(|last| !last.says_the_same(&look)) {
            changes.push(look.clone());
        }
        let met = ask.until.is_met(&look);
        if met || is_last || stop.within(pause(ask, began, deadline)) {
            return Ok(DnsReport {
                met,
                looks,
                unmet,
                last: look,
                changes,
                took_ms: since(began),
            });
        }
        unmet = Some(look);
    }
}

/// The period, or what is left until the deadline.
fn pause(ask: &DnsAsk, began: Instant, deadline: Duration) -> Duration {
    Duration::from_millis(ask.every_ms).min(deadline.saturating_sub(began.elapsed()))
}

/// Looks at a name once.
///
/// # Errors
///
/// When the name is none. A server that does not answer is an answer.
pub fn ask_once(server: SocketAddr, name: &str, record: RecordKind) -> Result<DnsLook, Fault> {
    Ok(look(server, record, &name_of(name)?, Instant::now()))
}

fn look(server: SocketAddr, record: RecordKind, name: &Name, began: Instant) -> DnsLook {
    let mut request = Message::query();
    request.metadata.recursion_desired = false;
    request.add_query(Query::query(name.clone(), type_of(record)));
    let asked_ms = since(began);
    let answer = exchange(server, &request);
    let answered_ms = since(began);
    match answer {
        Ok(answer) => looked(&answer, record, asked_ms, answered_ms),
        Err(error) => DnsLook {
            asked_ms,
            answered_ms,
            rcode: String::new(),
            authoritative: false,
            values: Vec::new(),
            ttl: None,
            error: Some(message_of(&error)),
        },
    }
}

fn message_of(error: &io::Error) -> String {
    let late = [io::ErrorKind::TimedOut, io::ErrorKind::WouldBlock];
    if late.contains(&error.kind()) {
        "timed out".to_owned()
    } else {
        error.to_string()
    }
}

fn looked(answer: &Message, record: RecordKind, asked_ms: u64, answered_ms: u64) -> DnsLook {
    let of_type = || {
        let wanted = type_of(record);
        answer.answers.iter().filter(move |one| one.record_type() == wanted)
    };
    let mut values: Vec<String> = of_type().map(|one| value_of(&one.data)).collect();
    values.sort();
    DnsLook {
        asked_ms,
        answered_ms,
        rcode: format!("{:?}", answer.metadata.response_code),
        authoritative: answer.metadata.authoritative,
        values,
        ttl: of_type().next().map(|one| one.ttl),
        error: None,
    }
}

fn value_of(data: &RData) -> String {
    if let RData::TXT(text) = data {
        text.to_string()
    } else if let RData::SOA(start) = data {
        start.serial.to_string()
    } else {
        data.to_string()
    }
}

pub(super) fn type_of(record: RecordKind) -> RecordType {
    match record {
        RecordKind::A => RecordType::A,
        RecordKind::Txt => RecordType::TXT,
        RecordKind::Soa => RecordType::SOA,
    }
}

pub(super) fn name_of(text: &str) -> Result<Name, Fault> {
    let mut name = Name::from_ascii(text).map_err(|error| Fault::Plan {
        what: "name",
        expected: "a domain name".to_owned(),
        observed: format!("`{text}`: {error}"),
    })?;
    name.set_fqdn(true);
    Ok(name)
}

fn since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
