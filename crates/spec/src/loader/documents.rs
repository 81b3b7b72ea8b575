//! Documents in any form to criteria: what the general reader finds, each with an identifier of the whole specification.

use std::collections::{BTreeMap, BTreeSet};

use crate::criterion::{AcceptanceCriterion, CriterionId};
use crate::diagnostic::Diagnostic;
use crate::document::{ReadOptions, read_source};
use crate::lock::{Lock, Named, Unnamed, derive_ids, explicit_ids, short_names};
use crate::source::SourceText;
use crate::statement::Statement;

use super::item::{area_of, response_text};

/// Reads the criteria of documents that are left as their teams write them. `taken` are identifiers that are settled.
pub(super) fn read_documents(
    sources: &[SourceText],
    taken: &BTreeSet<CriterionId>,
    lock: &Lock,
    options: ReadOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<AcceptanceCriterion> {
    let mut statements = Vec::new();
    for source in sources {
        let (document, _) = read_source(source, options);
        diagnostics.extend(document.diagnostics);
        statements.extend(first_of_each(document.statements));
    }
    let names = short_names(sources.iter().map(SourceText::path));
    let ids = identify(&statements, taken, &names, lock);
    statements
        .into_iter()
        .zip(ids)
        .map(|(statement, id)| criterion(statement, id))
        .collect()
}

/// The identifier that is this statement's own: of several that share one, the first has it.
fn own_id(statement: &Statement) -> Option<&CriterionId> {
    statement.id.as_ref().filter(|_| !statement.shares_id)
}

/// The statements without those whose identifier another one of the document has; these are faults already.
fn first_of_each(statements: Vec<Statement>) -> impl Iterator<Item = Statement> {
    let mut seen = BTreeSet::new();
    statements
        .into_iter()
        .filter(move |statement| own_id(statement).is_none_or(|id| seen.insert(id.clone())))
}

/// The identifier of each statement, in order.
fn identify(
    statements: &[Statement],
    taken: &BTreeSet<CriterionId>,
    names: &BTreeMap<String, String>,
    lock: &Lock,
) -> Vec<CriterionId> {
    let mut own = Vec::new();
    let mut none = Vec::new();
    for statement in statements {
        let (document, text, hash) = (&*statement.file, &*statement.text, &*statement.hash);
        match own_id(statement) {
            Some(id) => own.push(Named {
                document,
                written: id.as_str(),
                hash,
            }),
            None => none.push(Unnamed { document, text, hash }),
        }
    }
    let mut explicit = explicit_ids(&own, taken, names, lock).into_iter();
    let mut derived = derive_ids(&none, names, lock).into_iter();
    let next = |statement: &Statement| match own_id(statement) {
        Some(_) => explicit.next(),
        None => derived.next(),
    };
    statements.iter().filter_map(next).collect()
}

fn criterion(statement: Statement, id: CriterionId) -> AcceptanceCriterion {
    AcceptanceCriterion {
        id,
        area: area_of(&statement.file),
        file: statement.file,
        line: statement.line,
        column: statement.column,
        platform: None,
        subjects: Vec::new(),
        text: statement.text,
        hash: statement.hash,
        pattern: statement.pattern,
        clauses: statement.clauses,
        responses: statement.sentence.responses.iter().map(response_text).collect(),
        budgets: statement.budgets,
        sources: Vec::new(),
        contradicted: None,
        unsatisfiable: None,
    }
}
