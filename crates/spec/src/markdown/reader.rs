//! `CommonMark` and GFM events to blocks: [`read_blocks`].

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::block::{Block, BlockKind, Item, Outline};
use super::folded::Folded;
use super::html::{InlineTag, classify};

/// Reads a document's blocks; a byte-order mark and front matter are passed over, offsets count from the first byte.
pub(crate) fn read_blocks(text: &str) -> Outline {
    let base = body_start(text);
    let body = text.get(base..).unwrap_or_default();
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let mut reader = Reader {
        source: text,
        ..Reader::default()
    };
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        reader.read(&event, range.start + base..range.end + base);
    }
    reader.close();
    reader.outline
}

/// Where the text proper begins: behind a byte-order mark and a closed front matter.
fn body_start(text: &str) -> usize {
    let bom = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let body = text.get(bom..).unwrap_or_default();
    let mut lines = body.split_inclusive('\n');
    let Some(fence @ ("---" | "+++")) = lines.next().map(str::trim_end) else {
        return bom;
    };
    let mut at = bom + body.find('\n').map_or(body.len(), |end| end + 1);
    for line in lines {
        at += line.len();
        let line = line.trim_end();
        if line == fence || line == "..." && fence == "---" {
            return at;
        }
    }
    bom
}

/// The state while events are read.
#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    outline: Outline,
    open: Option<(BlockKind, Folded)>,
    lists: Vec<usize>,
    list_count: usize,
    items: Vec<usize>,
    cell: (usize, usize, usize),
    tables: usize,
    /// Depth of what has no text: code blocks, images, struck-out text.
    silent: usize,
    emphasis: Vec<usize>,
    code_tag: bool,
    /// Tags of struck-out text that are open in this block; one that is never closed ends with it.
    struck: usize,
}

impl Reader<'_> {
    fn read(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(*tag),
            Event::Text(content) => self.text(content, range),
            Event::Code(content) => self.code(content, &range),
            Event::InlineHtml(tag) => self.tag(tag, range),
            Event::SoftBreak => self.line_break(range, false),
            Event::HardBreak => self.line_break(range, true),
            Event::TaskListMarker(checked) => {
                if let Some(item) = self.items.last().and_then(|at| self.outline.items.get_mut(*at)) {
                    item.checked = Some(*checked);
                }
            }
            Event::Rule => self.opaque(),
            Event::Html(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => self.open_block(BlockKind::Paragraph),
            Tag::Heading { level, .. } => self.open_block(BlockKind::Heading(level_number(*level))),
            Tag::List(_) => {
                self.close();
                self.lists.push(self.list_count);
                self.list_count += 1;
            }
            Tag::Item => self.start_item(range.start),
            Tag::Table(_) => {
                self.close();
                self.cell = (self.tables, 0, 0);
                self.tables += 1;
            }
            Tag::TableHead => self.cell.1 = 0,
            Tag::TableRow => self.cell = (self.cell.0, self.cell.1 + 1, 0),
            Tag::TableCell => {
                let (table, row, column) = self.cell;
                self.open_block(BlockKind::Cell { table, row, column });
            }
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::MetadataBlock(_) => {
                self.opaque();
                self.silent += 1;
            }
            Tag::Image { .. } | Tag::Strikethrough => self.silent += 1,
            Tag::Emphasis | Tag::Strong => {
                let at = self.open_text().text().len();
                self.emphasis.push(at);
            }
            Tag::BlockQuote(_)
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition => self.close(),
            Tag::Link { .. } | Tag::Superscript | Tag::Subscript => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow => self.close(),
            TagEnd::TableCell => {
                self.close();
                self.cell.2 += 1;
            }
            TagEnd::List(_) => {
                self.close();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.close();
                self.items.pop();
            }
            TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::MetadataBlock(_)
            | TagEnd::Image
            | TagEnd::Strikethrough => self.silent = self.silent.saturating_sub(1),
            TagEnd::Emphasis | TagEnd::Strong => {
                if let (Some(at), Some((_, folded))) = (self.emphasis.pop(), &mut self.open) {
                    folded.mark_emphasis(at);
                }
            }
            TagEnd::Link | TagEnd::Superscript | TagEnd::Subscript => {}
        }
    }

    fn start_item(&mut self, start: usize) {
        self.close();
        let marker = self.source.get(start..).unwrap_or_default();
        let digits: String = marker.chars().take_while(char::is_ascii_digit).collect();
        let item = Item {
            parent: self.items.last().copied(),
            list: self.lists.last().copied().unwrap_or_default(),
            number: (!digits.is_empty()).then_some(digits),
            checked: None,
            start,
        };
        self.items.push(self.outline.items.len());
        self.outline.items.push(item);
    }

    fn open_block(&mut self, kind: BlockKind) {
        self.close();
        self.open = Some((kind, Folded::default()));
        self.emphasis.clear();
        self.code_tag = false;
    }

    /// The open text; the text of a tight list item has no paragraph of its own, so one is opened.
    fn open_text(&mut self) -> &mut Folded {
        &mut self
            .open
            .get_or_insert_with(|| (BlockKind::Paragraph, Folded::default()))
            .1
    }

    /// Whether a tag of code is closed in the same paragraph or line of a list.
    fn is_closed(&self, range: &Range<usize>) -> bool {
        let rest = self.source.get(range.end..).unwrap_or_default();
        let begins_another = |line: &str| {
            let line = line.trim_start();
            line.is_empty() || line.starts_with(['-', '*', '+', '|', '#'])
        };
        let mut lines = rest.lines();
        lines.next().is_some_and(|line| line.contains("</"))
            || lines
                .take_while(|line| !begins_another(line))
                .any(|line| line.contains("</"))
    }

    fn close(&mut self) {
        self.silent -= std::mem::take(&mut self.struck);
        self.code_tag = false;
        if let Some((kind, content)) = self.open.take()
            && (!content.is_blank() || matches!(kind, BlockKind::Cell { .. }))
        {
            self.outline.blocks.push(Block {
                kind,
                content,
                item: self.items.last().copied(),
            });
        }
    }

    fn opaque(&mut self) {
        self.close();
        let item = self.items.last().copied();
        self.outline.blocks.push(Block {
            kind: BlockKind::Opaque,
            content: Folded::default(),
            item,
        });
    }

    fn text(&mut self, content: &str, range: Range<usize>) {
        if self.silent > 0 {
            return;
        }
        let in_code = self.code_tag;
        let open = self.open_text();
        if in_code {
            open.push_code(content, range);
        } else {
            open.push(content, range);
        }
    }

    fn code(&mut self, content: &str, range: &Range<usize>) {
        if self.silent > 0 {
            return;
        }
        let written = self.source.get(range.clone()).unwrap_or_default();
        let inner = written.trim_matches('`');
        let start = range.start + (written.len() - written.trim_start_matches('`').len());
        let pad = usize::from(inner.len() == content.len() + 2);
        self.open_text()
            .push_code(content, start + pad..start + inner.len() - pad);
    }

    fn tag(&mut self, tag: &str, range: Range<usize>) {
        match classify(tag) {
            InlineTag::Break => self.line_break(range, true),
            InlineTag::CodeStart if self.is_closed(&range) => self.code_tag = true,
            InlineTag::CodeEnd => self.code_tag = false,
            InlineTag::StruckStart => {
                self.silent += 1;
                self.struck += 1;
            }
            InlineTag::StruckEnd if self.struck > 0 => {
                self.silent -= 1;
                self.struck -= 1;
            }
            InlineTag::StruckEnd | InlineTag::Markup => {}
            // `status code: <code>` without an end names a value, too.
            InlineTag::CodeStart | InlineTag::Placeholder => self.text(tag, range),
        }
    }

    fn line_break(&mut self, range: Range<usize>, hard: bool) {
        if self.silent == 0 {
            self.open_text().push_break(range, hard);
        }
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
