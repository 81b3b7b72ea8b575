//! The types that leave this crate: [`Specification`] and the [`AcceptanceCriterion`]s in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::token::Tokens;

/// An explicit identifier, written exactly as in the document, such as `AC-001-01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CriterionId(pub String);

impl CriterionId {
    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A half-open byte range of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Everything that was read from a set of documents, in document order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Specification {
    /// The criteria; identifiers are unique.
    pub criteria: Vec<AcceptanceCriterion>,
}

/// One EARS sentence of the specification, by which a requirement is accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AcceptanceCriterion {
    /// Its identifier.
    pub id: CriterionId,
    /// The file it stands in, as given to the loader, with `/` separators.
    pub file: String,
    /// Line of its first character, counted from 1.
    pub line: usize,
    /// Column of its first character, counted from 1 in characters.
    pub column: usize,
    /// The area: the file's stem, such as `storage`.
    pub area: String,
    /// The platform it belongs to (`foundry`, `gpl`, `macula`, `talos`, `openebs`); `None` for documents that name none.
    pub platform: Option<String>,
    /// The products the sentence is about, such as `openebs-localpv`; a profile may have a stand-in for one.
    pub subjects: Vec<String>,
    /// The sentence, white space folded, emphasis and attribute blocks removed.
    pub text: String,
    /// SHA-256 (hex) of `text`; a link made to another hash is suspect.
    pub hash: String,
    /// Its EARS pattern, by keyword.
    pub pattern: Pattern,
    /// Its clauses in the order they are written.
    pub clauses: Vec<Clause>,
    /// The responses, one for each `SHALL` or joined response; never empty. `@AC-001-01.2` is `responses[1]`.
    pub responses: Vec<String>,
    /// The limits that its responses must keep; empty where it has none.
    pub budgets: Vec<Budget>,
    /// Where the fact comes from.
    pub sources: Vec<SourceNote>,
    /// The fact that contradicts it, where there is one.
    pub contradicted: Option<String>,
    /// The fact that makes it impossible to satisfy, where there is one.
    pub unsatisfiable: Option<String>,
}

/// Words of a response that have another side, and what each is called.
const TWO_SIDED: &[(&str, &str)] = &[
    ("only", "only"),
    ("without", "without"),
    ("prevent", "prevent"),
    ("prevents", "prevent"),
    ("permission", "permission"),
    ("permissions", "permission"),
    ("permitted", "permission"),
    ("authorized", "permission"),
    ("authorised", "permission"),
    ("privilege", "permission"),
    ("privileges", "permission"),
    ("dry-run", "dry-run"),
    ("dry run", "dry-run"),
];

impl AcceptanceCriterion {
    /// The words for which the criterion needs a negative case, one in which the condition does not hold or what is
    /// forbidden is tried: `IF`, `WHERE`, `SHALL NOT`, or a word of its responses. `None` where it has none of them.
    #[must_use]
    pub fn negative_case(&self) -> Option<&'static str> {
        let has = |role| self.clauses.iter().any(|clause| clause.role == role);
        if has(ClauseRole::Unwanted) {
            return Some("IF");
        }
        if has(ClauseRole::Feature) {
            return Some("WHERE");
        }
        let sentence = Tokens::new(&self.text, &[]);
        let forbids = |at: usize| sentence.is_any(at, &["shall", "must"]) && sentence.is_any(at + 1, &["not", "never"]);
        if (0..sentence.len()).any(forbids) {
            return Some("SHALL NOT");
        }
        self.clauses
            .iter()
            .filter(|clause| clause.role == ClauseRole::Response)
            .find_map(|clause| {
                let words = Tokens::new(&clause.text, &[]);
                (0..words.len())
                    .find_map(|at| words.longest(at, TWO_SIDED))
                    .map(|(_, word)| *word)
            })
    }
}

/// The six EARS patterns (Mavin et al., RE'09), by the keywords present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// No keyword.
    Ubiquitous,
    /// `When`.
    Event,
    /// `While`.
    State,
    /// `Where`.
    Optional,
    /// `If … then`.
    Unwanted,
    /// More than one keyword.
    Complex,
}

/// One EARS part of a sentence, with its place in the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// What it says.
    pub role: ClauseRole,
    /// Its text without the keyword, white space folded.
    pub text: String,
    /// Its place in the document.
    pub span: Span,
}

/// What a clause says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClauseRole {
    /// `Where`: a feature that is included.
    Feature,
    /// `While`: a state that holds.
    Precondition,
    /// `When`: an event.
    Trigger,
    /// `If`: an undesired event.
    Unwanted,
    /// The system's name.
    System,
    /// What the system does.
    Response,
}

/// How a measured value is compared with a budget's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operator {
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// Less than.
    #[serde(rename = "<")]
    Below,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// More than.
    #[serde(rename = ">")]
    Above,
    /// Exactly.
    #[serde(rename = "==")]
    Exactly,
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtMost => "<=",
            Self::Below => "<",
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::Exactly => "==",
        })
    }
}

/// Canonical unit symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Milliseconds.
    #[serde(rename = "ms")]
    Millisecond,
    /// Seconds.
    #[serde(rename = "s")]
    Second,
    /// Minutes.
    #[serde(rename = "min")]
    Minute,
    /// Hours.
    #[serde(rename = "h")]
    Hour,
    /// Days of 24 hours.
    #[serde(rename = "d")]
    Day,
    /// 10³ bytes.
    #[serde(rename = "KB")]
    Kilobyte,
    /// 10⁶ bytes.
    #[serde(rename = "MB")]
    Megabyte,
    /// 10⁹ bytes.
    #[serde(rename = "GB")]
    Gigabyte,
    /// 2¹⁰ bytes.
    #[serde(rename = "KiB")]
    Kibibyte,
    /// 2²⁰ bytes.
    #[serde(rename = "MiB")]
    Mebibyte,
    /// 2³⁰ bytes.
    #[serde(rename = "GiB")]
    Gibibyte,
    /// Hundredths.
    #[serde(rename = "percent")]
    Percent,
    /// A number of things.
    #[serde(rename = "count")]
    Count,
    /// Thousandths of a CPU.
    #[serde(rename = "mCPU")]
    MilliCpu,
    /// Events per minute.
    #[serde(rename = "per_min")]
    PerMinute,
    /// 10⁶ bytes per second.
    #[serde(rename = "MB/s")]
    MegabytePerSecond,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Millisecond => "ms",
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Kilobyte => "KB",
            Self::Megabyte => "MB",
            Self::Gigabyte => "GB",
            Self::Kibibyte => "KiB",
            Self::Mebibyte => "MiB",
            Self::Gibibyte => "GiB",
            Self::Percent => "percent",
            Self::Count => "count",
            Self::MilliCpu => "mCPU",
            Self::PerMinute => "per_min",
            Self::MegabytePerSecond => "MB/s",
        })
    }
}

/// A limit that a response must keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// Key that steps name, from `{metric: …}` after it; `None` where the criterion has one budget and gives none.
    pub metric: Option<String>,
    /// How the measured value is compared.
    pub op: Operator,
    /// The limit, in `unit`.
    pub value: f64,
    /// Unit of `value`.
    pub unit: Unit,
    /// Percentile that the limit is for (`95.0` of `p95`), where it is for one.
    pub percentile: Option<f64>,
    /// The words of the document, such as `within 30 seconds`.
    pub text: String,
    /// The words behind it that say what it is measured on, such as `connecting` of `5 s for connecting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Its place in the document.
    pub span: Span,
}

impl Budget {
    /// The limit in canonical form, such as `p95 <= 200 ms`. Reading it in a response gives the same limit.
    #[must_use]
    pub fn printed(&self) -> String {
        let quantile = self
            .percentile
            .map(|percentile| format!("p{percentile} "))
            .unwrap_or_default();
        format!("{quantile}{} {} {}", self.op, self.value, self.unit)
    }
}

/// Where the fact behind a criterion stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceNote {
    /// Short name of the document: `foundry`, `gpl`, `macula`, `talos` or `openebs`.
    pub document: String,
    /// Its section, headings joined by ` › `.
    pub section: String,
    /// Line in that document, counted from 1.
    pub line: usize,
}
