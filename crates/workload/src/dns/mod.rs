//! Asking and changing a name server: [`ask`] looks until a condition holds, [`update`] sends a signed update.
//!
//! Servers are addresses, not names: a static program in an image without anything else cannot resolve names.

mod ask;
mod exchange;
mod update;
mod wire;

pub use ask::{ask, ask_once};
pub use update::update;
pub use wire::{DnsAsk, DnsLook, DnsReport, DnsUpdate, DnsUpdateReport, RecordKind, TsigKey, Until};
