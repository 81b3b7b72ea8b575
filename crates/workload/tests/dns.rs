//! `dns` as a program, against a name server of the test's own that answers from a list.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::Write as _,
    net::{SocketAddr, UdpSocket},
    process::{Command, Output, Stdio},
    thread,
};

use hickory_proto::{
    op::{Message, MessageType, OpCode, ResponseCode},
    rr::{
        Name, RData, Record, TSigner,
        rdata::{A, TXT, tsig::TsigAlgorithm},
    },
};
use serde::{Serialize, de::DeserializeOwned};
use shall_workload::{DnsAsk, DnsReport, DnsUpdate, DnsUpdateReport, RecordKind, TsigKey, Until};

/// Answers each request by what `answer` makes of its bytes, in order; nothing where that is `None`.
fn server(mut answer: impl FnMut(usize, &Message, &[u8]) -> Option<Message> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        for number in 0.. {
            let (length, from) = socket.recv_from(&mut bytes).unwrap();
            let request = Message::from_vec(&bytes[..length]).unwrap();
            if let Some(answer) = answer(number, &request, &bytes[..length]) {
                socket.send_to(&answer.to_vec().unwrap(), from).unwrap();
            }
        }
    });
    address
}

fn authoritative(request: &Message, code: ResponseCode, data: Option<RData>) -> Message {
    let mut answer = Message::new(request.metadata.id, MessageType::Response, OpCode::Query);
    answer.metadata.authoritative = true;
    answer.metadata.response_code = code;
    if let Some(data) = data {
        let name: Name = request.queries[0].name().clone();
        answer.add_answer(Record::from_rdata(name, 5, data));
    }
    answer
}

fn run(verb: &str, told: &impl Serialize) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shall-workload"));
    command.args(["dns", verb]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let input = serde_json::to_vec(told).unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    child.wait_with_output().unwrap()
}

fn answer<T: DeserializeOwned>(output: &Output) -> T {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn asking(server: SocketAddr, record: RecordKind, until: Until) -> DnsAsk {
    DnsAsk {
        server,
        name: "web.shall.test".to_owned(),
        record,
        until,
        every_ms: 20,
        deadline_ms: 3000,
    }
}

#[test]
fn it_looks_until_the_record_is_there_and_tells_the_looks_on_both_sides() {
    let server = server(|number, request, _bytes| {
        Some(match number {
            0 | 1 => authoritative(request, ResponseCode::NXDomain, None),
            _ => authoritative(request, ResponseCode::NoError, Some(RData::A(A::new(10, 0, 0, 7)))),
        })
    });
    let asked = asking(server, RecordKind::A, Until::Holds(vec!["10.0.0.7".to_owned()]));
    let report: DnsReport = answer(&run("ask", &asked));
    assert!(report.met, "{report:?}");
    assert_eq!((report.looks, report.changes.len(), report.last.ttl), (3, 2, Some(5)));
    let unmet = report.unmet.unwrap();
    assert_eq!(unmet.rcode, "NXDomain");
    assert!(unmet.asked_ms + 15 <= report.last.answered_ms && report.last.answered_ms <= report.took_ms);
}

#[test]
fn the_strings_of_a_text_are_joined_and_quoted_by_nobody() {
    let server = server(|_number, request, _bytes| {
        let text = TXT::new(vec![
            "heritage=external-dns,".to_owned(),
            "external-dns/owner=shall".to_owned(),
        ]);
        Some(authoritative(request, ResponseCode::NoError, Some(RData::TXT(text))))
    });
    let asked = asking(server, RecordKind::Txt, Until::Contains("owner=shall".to_owned()));
    let report: DnsReport = answer(&run("ask", &asked));
    assert_eq!(report.last.values, ["heritage=external-dns,external-dns/owner=shall"]);
}

#[test]
fn a_server_that_is_silent_or_refuses_is_an_answer_that_meets_nothing() {
    let server =
        server(|number, request, _bytes| (number > 0).then(|| authoritative(request, ResponseCode::Refused, None)));
    let asked = DnsAsk {
        deadline_ms: 2100,
        ..asking(server, RecordKind::A, Until::Absent)
    };
    let report: DnsReport = answer(&run("ask", &asked));
    assert!(!report.met);
    let said: Vec<String> = report.changes.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["no answer: timed out", "Refused, no record"]);
}

#[test]
fn an_update_is_signed_and_the_server_s_refusal_is_told() {
    let key = |secret: &[u8]| {
        let name = Name::from_ascii("external-dns.").unwrap();
        TSigner::new(secret.to_vec(), TsigAlgorithm::HmacSha256, name, 300).unwrap()
    };
    let server = server(move |_number, request, bytes| {
        let signed = key(b"right").verify_message_byte(bytes, None, true).is_ok();
        let code = if signed {
            ResponseCode::NoError
        } else {
            ResponseCode::NotAuth
        };
        let mut answer = Message::new(request.metadata.id, MessageType::Response, OpCode::Update);
        answer.metadata.response_code = code;
        Some(answer)
    });
    let update = |secret: &str| DnsUpdate {
        server,
        zone: "shall.test".to_owned(),
        name: "foreign.shall.test".to_owned(),
        record: RecordKind::A,
        values: vec!["192.0.2.1".to_owned()],
        ttl: 5,
        key: TsigKey {
            name: "external-dns".to_owned(),
            secret: secret.to_owned(),
        },
    };
    let taken: DnsUpdateReport = answer(&run("update", &update("cmlnaHQ=")));
    assert!(taken.is_taken(), "{taken:?}");
    let refused: DnsUpdateReport = answer(&run("update", &update("d3Jvbmc=")));
    assert_eq!((refused.rcode.as_str(), refused.is_taken()), ("NotAuth", false));
    let unusable = run("update", &update("not base64"));
    assert_eq!(unusable.status.code(), Some(3));
}
