//! Changing a zone: [`update`], a dynamic update by RFC 2136 that TSIG signs.

use std::{
    io,
    time::{SystemTime, UNIX_EPOCH},
};

use hickory_proto::{
    op::{Message, OpCode, Query, update_message::UpdateMessage as _},
    rr::{
        DNSClass, Name, RData, Record, RecordType, TSigner,
        rdata::{A, TXT, tsig::TsigAlgorithm},
    },
};

use super::{
    ask::{name_of, type_of},
    exchange::exchange,
    wire::{DnsUpdate, DnsUpdateReport, RecordKind},
};
use crate::fault::Fault;

/// Seconds by which our clock and the server's may differ.
const FUDGE: u16 = 300;

/// Replaces the records of a name and type.
///
/// # Errors
///
/// When a value cannot be put into a record, the key is none, or the server does not answer. A refusal is an answer.
pub fn update(update: &DnsUpdate) -> Result<DnsUpdateReport, Fault> {
    let mut message = message_of(update)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    message
        .finalize(&signer(update)?, now.as_secs())
        .map_err(|error| fault(update, io::Error::other(error)))?;
    let answer = exchange(update.server, &message).map_err(|error| fault(update, error))?;
    let signature = answer.signature();
    let error = signature.and_then(|signature| signature.data.error.as_ref());
    Ok(DnsUpdateReport {
        rcode: format!("{:?}", answer.metadata.response_code),
        tsig_error: error.map(|error| format!("{error:?}")),
    })
}

fn fault(update: &DnsUpdate, source: io::Error) -> Fault {
    Fault::Io {
        action: "update zone",
        path: format!("{} at {}", update.zone, update.server),
        source,
    }
}

fn message_of(update: &DnsUpdate) -> Result<Message, Fault> {
    let name = name_of(&update.name)?;
    let mut zone = Query::new();
    zone.set_name(name_of(&update.zone)?)
        .set_query_class(DNSClass::IN)
        .set_query_type(RecordType::SOA);
    let mut message = Message::query();
    message.metadata.op_code = OpCode::Update;
    message.metadata.recursion_desired = false;
    message.add_zone(zone);
    let mut all = Record::update0(name.clone(), 0, type_of(update.record));
    all.dns_class = DNSClass::ANY;
    message.add_update(all.into_record_of_rdata());
    for value in &update.values {
        message.add_update(record(&name, update, value)?);
    }
    Ok(message)
}

fn record(name: &Name, update: &DnsUpdate, value: &str) -> Result<Record, Fault> {
    let refuse = |expected: &str| Fault::Plan {
        what: "value",
        expected: expected.to_owned(),
        observed: format!("`{value}`"),
    };
    let data = match update.record {
        RecordKind::A => RData::A(A(value.parse().map_err(|_unreadable| refuse("an IPv4 address"))?)),
        RecordKind::Txt => RData::TXT(TXT::new(vec![value.to_owned()])),
        RecordKind::Soa => return Err(refuse("a record of another type than SOA")),
    };
    Ok(Record::from_rdata(name.clone(), update.ttl, data))
}

fn signer(update: &DnsUpdate) -> Result<TSigner, Fault> {
    let refuse = |observed: String| Fault::Plan {
        what: "key",
        expected: "a base64 secret for HMAC-SHA256".to_owned(),
        observed,
    };
    let secret = data_encoding::BASE64
        .decode(update.key.secret.trim().as_bytes())
        .map_err(|error| refuse(error.to_string()))?;
    let name = name_of(&update.key.name)?;
    TSigner::new(secret, TsigAlgorithm::HmacSha256, name, FUDGE).map_err(|error| refuse(error.to_string()))
}
