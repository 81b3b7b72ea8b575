//! What is asked of a name server and what it said.

use std::{fmt, net::SocketAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// Type of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RecordKind {
    /// An IPv4 address.
    A,
    /// Text; its strings are joined.
    #[serde(rename = "TXT")]
    Txt,
    /// Start of a zone; its value is the serial number.
    #[serde(rename = "SOA")]
    Soa,
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::Txt => "TXT",
            Self::Soa => "SOA",
        })
    }
}

impl FromStr for RecordKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "A" => Ok(Self::A),
            "TXT" => Ok(Self::Txt),
            "SOA" => Ok(Self::Soa),
            other => Err(format!("expected A, TXT or SOA, observed `{other}`")),
        }
    }
}

/// The condition that ends the looking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// The server answers, whatever it says.
    Answered,
    /// Exactly these values are answered, in any order.
    Holds(Vec<String>),
    /// One of the values has this text in it.
    Contains(String),
    /// The server says that there is no such record.
    Absent,
}

impl Until {
    /// Whether an answer meets it. What is not an answer, or not authoritative, meets none.
    #[must_use]
    pub fn is_met(&self, look: &DnsLook) -> bool {
        if look.error.is_some() || !look.authoritative {
            return false;
        }
        match self {
            Self::Answered => true,
            Self::Holds(expected) => {
                let mut expected = expected.clone();
                expected.sort();
                look.rcode == "NoError" && look.values == expected
            }
            Self::Contains(text) => look.values.iter().any(|value| value.contains(text.as_str())),
            Self::Absent => look.values.is_empty() && matches!(look.rcode.as_str(), "NoError" | "NXDomain"),
        }
    }
}

/// What `dns ask` is told, on its standard input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DnsAsk {
    /// The server.
    pub server: SocketAddr,
    /// The name.
    pub name: String,
    /// The type of its records.
    pub record: RecordKind,
    /// When to stop.
    pub until: Until,
    /// Milliseconds between two looks.
    pub every_ms: u64,
    /// Milliseconds after which the last look is made.
    pub deadline_ms: u64,
}

/// One look at a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsLook {
    /// When it was asked, in milliseconds since the program began.
    pub asked_ms: u64,
    /// When the answer had come, in milliseconds since the program began.
    pub answered_ms: u64,
    /// The server's response code, such as `NoError` or `NXDomain`; empty where it gave no answer.
    pub rcode: String,
    /// Whether the server answered as the zone's authority.
    pub authoritative: bool,
    /// The values of the records of the type asked for, sorted.
    pub values: Vec<String>,
    /// Time to live of the first of them, in seconds.
    pub ttl: Option<u32>,
    /// Why there is no answer.
    pub error: Option<String>,
}

impl DnsLook {
    /// Whether the server said the same as at another look; times do not count.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        (&self.rcode, self.authoritative, &self.values, &self.error)
            == (&other.rcode, other.authoritative, &other.values, &other.error)
    }
}

impl fmt::Display for DnsLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error {
            Some(error) => write!(f, "no answer: {error}"),
            None if self.values.is_empty() => write!(f, "{}, no record", self.rcode),
            None => write!(f, "{} {}", self.rcode, self.values.join(" ")),
        }?;
        if self.error.is_none() && !self.authoritative {
            f.write_str(" (not authoritative)")?;
        }
        Ok(())
    }
}

/// Answer of `dns ask`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsReport {
    /// Whether the condition came true.
    pub met: bool,
    /// How many looks were made.
    pub looks: u64,
    /// The last look that did not meet the condition; `None` where the first met it.
    pub unmet: Option<DnsLook>,
    /// The last look.
    pub last: DnsLook,
    /// Each look that said something else than the one before it, oldest first.
    pub changes: Vec<DnsLook>,
    /// When the program ended, in milliseconds since it began.
    pub took_ms: u64,
}

/// A key that signs updates.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TsigKey {
    /// Its name.
    pub name: String,
    /// Its secret, base64; the algorithm is HMAC-SHA256.
    pub secret: String,
}

impl fmt::Debug for TsigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TsigKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What `dns update` is told, on its standard input: all records of a name and type are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DnsUpdate {
    /// The server.
    pub server: SocketAddr,
    /// The zone.
    pub zone: String,
    /// The name, within the zone.
    pub name: String,
    /// The type of its records.
    pub record: RecordKind,
    /// The new values; none deletes the records.
    pub values: Vec<String>,
    /// Their time to live, in seconds.
    pub ttl: u32,
    /// What signs it.
    pub key: TsigKey,
}

/// Answer of `dns update`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsUpdateReport {
    /// The server's response code; `NoError` where it took the update.
    pub rcode: String,
    /// What the server finds wrong with the signature, such as `BadSig`.
    pub tsig_error: Option<String>,
}

impl DnsUpdateReport {
    /// Whether the server took it.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.rcode == "NoError" && self.tsig_error.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(rcode: &str, values: &[&str]) -> DnsLook {
        DnsLook {
            asked_ms: 0,
            answered_ms: 1,
            rcode: rcode.to_owned(),
            authoritative: true,
            values: values.iter().map(ToString::to_string).collect(),
            ttl: None,
            error: None,
        }
    }

    #[test]
    fn silence_and_refusals_meet_nothing() {
        let silent = DnsLook {
            error: Some("timed out".to_owned()),
            ..look("", &[])
        };
        let hearsay = DnsLook {
            authoritative: false,
            ..look("NXDomain", &[])
        };
        for until in [Until::Absent, Until::Answered, Until::Holds(Vec::new())] {
            assert!(!until.is_met(&silent) && !until.is_met(&hearsay), "{until:?}");
        }
        assert!(!Until::Absent.is_met(&look("ServFail", &[])));
        assert!(Until::Absent.is_met(&look("NXDomain", &[])));
    }

    #[test]
    fn all_values_and_no_others_are_expected() {
        let until = Until::Holds(vec!["10.0.0.2".to_owned(), "10.0.0.1".to_owned()]);
        assert!(until.is_met(&look("NoError", &["10.0.0.1", "10.0.0.2"])));
        assert!(!until.is_met(&look("NoError", &["10.0.0.1"])));
        assert!(!until.is_met(&look("NoError", &["10.0.0.1", "10.0.0.2", "10.0.0.3"])));
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = TsigKey {
            name: "external-dns".to_owned(),
            secret: "c2VjcmV0".to_owned(),
        };
        assert!(!format!("{key:?}").contains("c2VjcmV0"));
    }
}
