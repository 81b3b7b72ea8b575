//! The clause tree of one statement: [`EarsSentence`], and how it is printed.

use serde::Serialize;

use crate::criterion::{Clause, ClauseRole, Pattern, Span};

/// A statement in EARS form; its clauses stand in the order that they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EarsSentence {
    /// What must hold or happen first; empty for a ubiquitous statement.
    pub conditions: Vec<Condition>,
    /// The system's name with its article; `None` where the sentence names none.
    pub system: Option<Part>,
    /// What the system does; one for each modal verb. The items of a list that the sentence opens are one. Never empty.
    pub responses: Vec<Response>,
    /// Why: what follows `so that` or `because`.
    pub rationale: Option<Part>,
}

/// The keyword of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionKind {
    /// A feature that is included.
    Where,
    /// A state that holds.
    While,
    /// An event.
    When,
    /// An undesired event.
    If,
    /// What a scenario starts from; it is no keyword of EARS and no part of the pattern.
    Given,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Its keyword.
    pub kind: ConditionKind,
    /// Its text without the keyword.
    pub text: String,
    /// The place of `text`.
    pub span: Span,
    /// Whether it stands behind the response.
    pub trailing: bool,
}

/// A part of a statement with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its text, white space folded.
    pub text: String,
    /// Its place in the document.
    pub span: Span,
}

/// One response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Response {
    /// The system's name where this response has its own.
    pub system: Option<Part>,
    /// Whether it is forbidden (`SHALL NOT`, `SHALL NEVER`, `no … SHALL`).
    pub negated: bool,
    /// Its text behind the modal verb and the negation.
    pub text: String,
    /// The place of `text`.
    pub span: Span,
}

impl ConditionKind {
    /// The keyword in capitals.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Where => "WHERE",
            Self::While => "WHILE",
            Self::When => "WHEN",
            Self::If => "IF",
            Self::Given => "GIVEN",
        }
    }

    fn role(self) -> ClauseRole {
        match self {
            Self::Where => ClauseRole::Feature,
            Self::While | Self::Given => ClauseRole::Precondition,
            Self::When => ClauseRole::Trigger,
            Self::If => ClauseRole::Unwanted,
        }
    }
}

impl EarsSentence {
    /// The pattern, by the kinds of keyword present.
    #[must_use]
    pub fn pattern(&self) -> Pattern {
        let mut kinds = self
            .conditions
            .iter()
            .map(|condition| condition.kind)
            .filter(|kind| *kind != ConditionKind::Given);
        let Some(first) = kinds.next() else {
            return Pattern::Ubiquitous;
        };
        if kinds.any(|kind| kind != first) {
            return Pattern::Complex;
        }
        match first {
            ConditionKind::Where => Pattern::Optional,
            ConditionKind::While => Pattern::State,
            ConditionKind::When => Pattern::Event,
            ConditionKind::If => Pattern::Unwanted,
            ConditionKind::Given => Pattern::Ubiquitous,
        }
    }

    /// The clauses as one list, in the order of the document.
    #[must_use]
    pub fn clauses(&self) -> Vec<Clause> {
        let part = |role, text: &str, span| Clause {
            role,
            text: text.to_owned(),
            span,
        };
        let mut clauses: Vec<Clause> = self
            .conditions
            .iter()
            .map(|c| part(c.kind.role(), &c.text, c.span))
            .collect();
        clauses.extend(self.system.iter().map(|s| part(ClauseRole::System, &s.text, s.span)));
        for response in &self.responses {
            clauses.extend(
                response
                    .system
                    .iter()
                    .map(|s| part(ClauseRole::System, &s.text, s.span)),
            );
            clauses.push(part(ClauseRole::Response, &response.text, response.span));
        }
        clauses.sort_by_key(|clause| clause.span.start);
        clauses
    }

    /// The statement in canonical form: conditions, system, responses, rationale. Parsing it gives the same clauses.
    #[must_use]
    pub fn printed(&self) -> String {
        let mut out = String::new();
        for condition in self.conditions.iter().filter(|condition| !condition.trailing) {
            out.extend([condition.kind.keyword(), " ", &condition.text, ", "]);
        }
        if self
            .conditions
            .iter()
            .any(|c| c.kind == ConditionKind::If && !c.trailing)
        {
            out.push_str("THEN ");
        }
        if let Some(system) = &self.system {
            out.extend([&system.text, " "]);
        }
        let trailing: Vec<_> = self.conditions.iter().filter(|condition| condition.trailing).collect();
        for (index, response) in self.responses.iter().enumerate() {
            if index > 0 {
                out.push_str(", and ");
                if let Some(system) = &response.system {
                    out.extend([&system.text, " "]);
                }
            }
            out.push_str(if response.negated && !self.is_denied(index) {
                "SHALL NOT "
            } else {
                "SHALL "
            });
            out.push_str(&response.text);
        }
        for condition in trailing {
            out.extend([" ", condition.kind.keyword(), " ", &condition.text]);
        }
        if let Some(rationale) = &self.rationale {
            out.extend([" ", &rationale.text]);
        }
        out.push('.');
        out
    }

    /// Whether the negation of a response stands in its system's name, as in `no pod SHALL …`.
    fn is_denied(&self, index: usize) -> bool {
        let own = self.responses.get(index).and_then(|response| response.system.as_ref());
        own.or(self.system.as_ref()).is_some_and(|system| denies(&system.text))
    }
}

/// Whether a system's name says that there is none, as in `no pod`.
pub(super) fn denies(system: &str) -> bool {
    let first = system.split(' ').next().unwrap_or_default();
    ["no", "none", "neither", "nobody"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word))
}
