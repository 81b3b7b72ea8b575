//! The general reader: [`read_document`] walks a document's blocks and returns its statements.

use std::{collections::BTreeMap, ops::Range};

use serde::Serialize;

use crate::criterion::Pattern;
use crate::diagnostic::Diagnostic;
use crate::ears::{Modals, is_keyword_paragraph, segments};
use crate::identity::{LeadingId, leading_id};
use crate::language::Wording;
use crate::markdown::{BlockKind, Folded, Outline, read_blocks};
use crate::quotation::{CLOSING_QUOTES, marked_quotations};
use crate::source::SourceText;
use crate::statement::{Statement, read_statement};
use crate::token::{Kind, Tokens};

use super::context::{Headings, PARAGRAPH_LEVEL};
use super::gather::gather;
use super::identify::{Origin, assign};
use super::notes::{Unread, contradiction, duplicates};
use super::table::read_rows;

/// What a document requires, and what is worth saying about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Document {
    /// The statements, in the order of the document.
    pub statements: Vec<Statement>,
    /// What was not read, what contradicts itself, which identifiers stand twice.
    #[serde(skip)]
    pub diagnostics: Vec<Diagnostic>,
}

/// How a document is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The modal verbs that make a sentence a statement.
    pub modals: Modals,
}

/// Reads the statements of any Markdown text: list items, paragraphs, headings and table cells with `SHALL`.
///
/// Code, legends, quoted examples and prose about `SHALL` are mentions and no statements. Nothing is an error of
/// reading; what could not be read is said in the diagnostics.
#[must_use]
pub fn read_document(path: &str, text: &str) -> Document {
    read_document_with(path, text, ReadOptions::default())
}

/// As [`read_document`], with options.
#[must_use]
pub fn read_document_with(path: &str, text: &str, options: ReadOptions) -> Document {
    read_source(&SourceText::new(path, text), options).0
}

/// As [`read_document_with`], with the blocks that were read on the way.
pub(crate) fn read_source(source: &SourceText, options: ReadOptions) -> (Document, Outline) {
    let mut outline = read_blocks(source.text());
    let document = read_outline(source, &outline, options);
    if !document.statements.is_empty() {
        return (document, outline);
    }
    let Some(wording) = Wording::detect(source.text()) else {
        return (document, outline);
    };
    for block in &mut outline.blocks {
        block.content.set_wording(wording);
    }
    let reread = read_outline(source, &outline, options);
    let found = if reread.statements.is_empty() { document } else { reread };
    (found, outline)
}

fn read_outline(source: &SourceText, outline: &Outline, options: ReadOptions) -> Document {
    let modals = options.modals.of(source.text());
    let mut reader = Reader {
        options: ReadOptions { modals },
        ..Reader::new(source, outline)
    };
    reader.read_all();
    reader.finish()
}

/// A text that may hold statements, and what stands around it.
struct Passage {
    content: Folded,
    item: Option<usize>,
    id: Option<String>,
    /// The number of its row, which goes on the heading's identifier.
    number: Option<String>,
    category: Option<(String, Pattern)>,
}

struct Reader<'a> {
    source: &'a SourceText,
    outline: &'a Outline,
    options: ReadOptions,
    headings: Headings,
    statements: Vec<Statement>,
    origins: Vec<Origin>,
    item_ids: BTreeMap<usize, String>,
    unread: Unread,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a SourceText, outline: &'a Outline) -> Self {
        Self {
            source,
            outline,
            options: ReadOptions::default(),
            headings: Headings::default(),
            statements: Vec::new(),
            origins: Vec::new(),
            item_ids: BTreeMap::new(),
            unread: Unread::default(),
            diagnostics: Vec::new(),
        }
    }

    fn read_all(&mut self) {
        let mut at = 0;
        while let Some(block) = self.outline.blocks.get(at) {
            at += match block.kind {
                BlockKind::Opaque => 1,
                BlockKind::Heading(level) => {
                    self.headings.enter(level, &block.content);
                    self.read_passage(&passage(block.content.clone(), None));
                    1
                }
                BlockKind::Cell { table, .. } => self.read_table(at, table),
                BlockKind::Paragraph => self.read_paragraph(at),
            };
        }
    }

    fn read_table(&mut self, at: usize, table: usize) -> usize {
        let rest = self.outline.blocks.get(at..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|block| matches!(block.kind, BlockKind::Cell { table: other, .. } if other == table))
            .count();
        for row in read_rows(rest.get(..length).unwrap_or_default(), self.options.modals) {
            // Row 3 below `Requirement 2` is `Requirement 2.3`.
            let counts = row.id.as_deref().is_some_and(is_number) && self.is_below_name();
            let (number, id) = if counts { (row.id, None) } else { (None, row.id) };
            self.read_passage(&Passage {
                content: row.content,
                item: None,
                id,
                number,
                category: row.category,
            });
        }
        length
    }

    /// Whether the nearest heading with an identifier has a numbered name, such as `Requirement 2`.
    fn is_below_name(&self) -> bool {
        let heading = self.headings.id(self.headings.current());
        heading.is_some_and(|(_, id)| id.contains(' '))
    }

    fn read_paragraph(&mut self, at: usize) -> usize {
        let Some(block) = self.outline.blocks.get(at) else {
            return 1;
        };
        let Some(gathered) = gather(self.outline, at, self.options.modals) else {
            return 1;
        };
        if gathered.is_scenario {
            self.unread.scenarios += 1;
            return gathered.blocks;
        }
        let found = self.read_passage(&passage(gathered.content, block.item));
        if found == 0 {
            self.note_title(&block.content, block.item);
        }
        gathered.blocks
    }

    /// Remembers the identifier of a text that states nothing itself: a bold line, or an item above its statement.
    fn note_title(&mut self, content: &Folded, item: Option<usize>) {
        let tokens = Tokens::of(content);
        let emphasised = content
            .emphasis()
            .iter()
            .any(|range| range.start == 0 && range.end >= content.text().trim_end().len());
        let Some(found) = leading_id(&tokens, 0, emphasised || tokens.len() <= 3) else {
            return;
        };
        match item {
            Some(item) if !found.is_number => {
                self.item_ids.insert(item, found.id);
            }
            None if emphasised || found.next >= tokens.len() => self.headings.enter(PARAGRAPH_LEVEL, content),
            None if !found.is_number => {
                if let Some(title) = title_line(content) {
                    self.headings.enter(PARAGRAPH_LEVEL, &title);
                }
            }
            Some(_) | None => {}
        }
    }

    /// Reads the statements of one text and returns their number.
    fn read_passage(&mut self, passage: &Passage) -> usize {
        let text = passage.content.text();
        let tokens = Tokens::of(&passage.content);
        self.unread.shall |= (0..tokens.len()).any(|at| tokens.is(at, "shall"));
        if is_keyword_paragraph(text) {
            return 0;
        }
        let leading = leading_id(&tokens, 0, false);
        let start = leading.as_ref().map_or(0, |id| tokens.start_of(id.next));
        let content = passage.content.part(start..text.len());
        let own = passage.id.clone().or_else(|| leading.map(|id| id.id));
        self.read_sentences(&content, passage, own.as_deref())
    }

    fn read_sentences(&mut self, content: &Folded, passage: &Passage, own: Option<&str>) -> usize {
        let tokens = Tokens::of(content);
        let heading = self.headings.current();
        let quotations = marked_quotations(&tokens, &(0..tokens.len()));
        let mut found = 0;
        let mut number = passage.number.clone();
        // `REQ-7: Sessions end by themselves. The mill SHALL …`: the label of a sentence that requires nothing.
        let mut label = own.map(str::to_owned);
        for segment in segments(&tokens, content, self.options.modals) {
            if let Some(listed) = list_number(&tokens, &segment.tokens) {
                number = Some(listed);
                continue;
            }
            let inner = leading_id(&tokens, segment.tokens.start, false).filter(|id| id.next < segment.tokens.end);
            let range = inner.as_ref().map_or(segment.tokens.start, |id| id.next)..segment.tokens.end;
            let draft = read_statement(self.source, content, &tokens, &range, self.options.modals);
            let modal = || {
                let mut tokens_of = segment.tokens.clone();
                tokens_of.find(|at| self.options.modals.reads(&tokens, *at))
            };
            let is_quoted = || modal().is_some_and(|modal| is_told(&tokens, &quotations, modal));
            let is_mention = || segment.asks || self.headings.is_example(heading) || is_quoted();
            let Some(draft) = draft.filter(|_| !is_mention()) else {
                label = inner.filter(|id| !id.is_number).map(|id| id.id).or(label);
                self.unread.count(&tokens, content, segment.tokens);
                continue;
            };
            self.keep(draft.statement, passage, heading);
            let is_plain = |id: &LeadingId| id.is_number && !id.id.contains('.');
            let (inner_number, inner_id) = match inner {
                Some(id) if is_plain(&id) => (Some(id.id), None),
                inner => (None, inner.map(|id| id.id)),
            };
            let number = number.take().or(inner_number);
            let carried = label.take();
            let own = inner_id.or(carried);
            self.origins.push(Origin {
                is_first: found == 0 || own.is_some() || number.is_some(),
                own,
                number,
                item: passage.item,
                heading,
            });
            found += 1;
        }
        found
    }

    /// Keeps a statement with what its place in the document says of it.
    fn keep(&mut self, mut statement: Statement, passage: &Passage, heading: Option<usize>) {
        statement.headings = self.headings.path(heading);
        let item = passage.item.and_then(|item| self.outline.items.get(item));
        statement.checked = item.and_then(|item| item.checked);
        if let Some((label, declared)) = &passage.category {
            self.diagnostics
                .extend(contradiction(self.source, &statement, label, *declared));
            statement.category = Some(label.clone());
        }
        self.statements.push(statement);
    }

    fn finish(mut self) -> Document {
        assign(
            &mut self.statements,
            &self.origins,
            self.outline,
            &self.headings,
            &self.item_ids,
        );
        duplicates(self.source, &self.statements, &mut self.diagnostics);
        self.unread
            .report(self.source, self.statements.len(), &mut self.diagnostics);
        self.diagnostics
            .sort_by_key(|diagnostic| diagnostic.place.as_ref().map(|place| place.span.start));
        Document {
            statements: self.statements,
            diagnostics: self.diagnostics,
        }
    }
}

/// Whether a token lies in a quotation that words before it introduce: `description: "Build a door. It must …"`, `said
/// "SHALL queue"`. A label of a word or two, as in `Statement: "The door SHALL open."`, introduces no quotation.
fn is_told(tokens: &Tokens<'_>, quotations: &[Range<usize>], at: usize) -> bool {
    let last = quotations.partition_point(|quoted| quoted.start <= at).checked_sub(1);
    let Some(quoted) = last.and_then(|last| quotations.get(last)) else {
        return false;
    };
    let closed = tokens.is_any(quoted.end - 1, CLOSING_QUOTES) && quoted.len() > 1;
    if !quoted.contains(&at) || !closed {
        return false;
    }
    let text = |range: Range<usize>| tokens.text().get(range).unwrap_or_default();
    let open = tokens.start_of(quoted.start);
    let told = text(0..open).rsplit(['.', '|']).next().unwrap_or_default().trim_end();
    // `"Shall not exceed 100 N" was taken over`: a fragment that is spoken of.
    let fragment = at == quoted.start + 1 && quoted.end < tokens.len() && tokens.kind(quoted.end) == Some(Kind::Word);
    if fragment && told.is_empty() {
        return true;
    }
    let label = told.trim_end_matches([':', '：', '*']);
    let is_label = label.len() < told.len()
        && label.split_whitespace().count() <= 2
        && told.is_ascii()
        && !text(open..tokens.start_of(at)).contains(". ");
    told.contains(char::is_alphabetic) && !is_label
}

/// The title of a paragraph such as `**REQ-7**: Door control`, perhaps with attributes in bold behind it: an identifier in
/// bold, or one before a few words without a full stop.
fn title_line(content: &Folded) -> Option<Folded> {
    const WORDS_OF_A_TITLE: usize = 14;
    let mut bold = content.emphasis().iter();
    let is_bold = bold.next().is_some_and(|range| range.start == 0);
    let end = bold
        .next()
        .filter(|_| is_bold)
        .map_or(content.text().len(), |range| range.start);
    let title = content.part(0..end);
    let is_sentence = title.text().trim_end().ends_with(['.', '。', '!', '?']);
    let is_short = Tokens::of(&title).len() <= WORDS_OF_A_TITLE;
    (is_bold || is_short && !is_sentence).then_some(title)
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
}

/// The number of a segment that is nothing else, as `4` of `4. WHEN …`.
fn list_number(tokens: &Tokens<'_>, range: &Range<usize>) -> Option<String> {
    let number = tokens.written(range.start);
    (range.len() == 1 && is_number(number)).then(|| number.to_owned())
}

fn passage(content: Folded, item: Option<usize>) -> Passage {
    Passage {
        content,
        item,
        id: None,
        number: None,
        category: None,
    }
}
