//! The program that runs in the pods of scenarios, and the types it speaks.
//!
//! `shall-workload` seeds a volume by a [`SeedPlan`] and prints the [`Manifest`]; `verify` compares a volume with
//! a manifest and prints a [`VerifyReport`]. Probes run it through the API server's exec and read its standard output.
//! `log` writes numbered lines by a [`LogPlan`], `receive` takes notifications and gives them back, `dns` asks and
//! updates a name server. It judges nothing: its exit code says whether it could do its work, the verdict on the answer is the caller's.

mod damage;
mod dns;
mod fault;
mod file;
mod hold;
mod list;
mod log;
mod manifest;
mod plan;
mod receive;
mod report;
mod seed;
mod stop;
mod tree;
mod verify;

pub use damage::{flip, poison};
pub use dns::{
    DnsAsk, DnsLook, DnsReport, DnsUpdate, DnsUpdateReport, RecordKind, TsigKey, Until, ask as ask_dns,
    ask_once as ask_dns_once, update as update_dns,
};
pub use fault::Fault;
pub use file::{read_to, write};
pub use hold::{hold, read_beats};
pub use list::list;
pub use log::{LogLine, LogPlan, LogReport, MAX_LINE_BYTES, Shape, write_lines};
pub use manifest::{Entry, EntryKind, Manifest};
pub use plan::{MAX_FILES, MIN_FILES, SeedPlan};
pub use receive::{
    AnswerMode, AnswerSetting, Listening, Notification, Notifications, SlackAttachment, SlackMessage, WebhookAlert,
    WebhookMessage, receive,
};
pub use report::{Aspect, Beat, Difference, FlipReport, ListedEntry, Listing, PoisonReport, VerifyReport, Written};
pub use seed::seed;
pub use stop::Stop;
pub use verify::verify;
