//! Numbers of things without a comparison: which of them are required.

use std::ops::Range;

use crate::criterion::Operator;
use crate::token::{Kind, is_ideograph};

use super::bare::Bare;
use super::bare_words::{BEARING, CAPACITY, JOINTS};
use super::count_words::{
    BEFORE_NO_COUNT, CHANGING, COUNTED, COUNTED_LETTERS, GROUPS, HTTP_CODES, KNOWN_LETTERS, LEADING_LETTERS, LETTERS,
    LOADS, NO_COUNT_LETTERS, NO_THINGS, PAGES, REPEATING,
};
use super::unit::is_plural;

impl Bare<'_> {
    /// The operator that the words around a number of things imply.
    pub(super) fn implied_count(&self) -> Option<Operator> {
        let factor =
            matches!(self.previous(), "factor" | "capacity") || self.previous() == "of" && self.near(&["factor"], 2, 0);
        if self.is_cut() {
            Some(Operator::AtMost)
        } else if self.is_borne() {
            Some(Operator::AtLeast)
        } else if factor || self.is_recent() || self.is_repeated() {
            Some(Operator::Exactly)
        } else if self.is_allowed() || self.is_given_up() || self.previous() == "±" {
            Some(Operator::AtMost)
        } else if self.is_told_of_subject() {
            Some(self.of_subject())
        } else {
            self.is_number_of_things().then_some(Operator::Exactly)
        }
    }

    /// `capped at 20`, `limit the list to 20`.
    fn is_cut(&self) -> bool {
        let end = self.quantity.end;
        // `a 280-letter limit`
        let limit = self.is_hyphenated() && self.tokens.is_any(end + 2, &["limit", "cap", "maximum", "quota"]);
        let capped = self.previous() == "at" && self.near(&["cap", "capped", "limit", "limited"], 8, 0);
        limit || capped || self.limited_to()
    }

    /// `store 1,000 orders`, `serve 50 concurrent guests`: as many, or more.
    fn is_borne(&self) -> bool {
        let end = self.quantity.end;
        let large = self.value >= 100.0 && self.tokens.kind(end) == Some(Kind::Word);
        large && BEARING.contains(&self.previous()) || self.near(CAPACITY, 3, 0) && self.tokens.is_any(end, LOADS)
    }

    /// `give up after 10 attempts`.
    fn is_given_up(&self) -> bool {
        let stops = self.near(&["give", "giving", "gives", "stop", "stopping", "abort"], 4, 0);
        let tries = [COUNTED, &["passes", "failures", "rounds", "tries"]];
        self.previous() == "after" && stops && tries.iter().any(|words| self.tokens.is_any(self.quantity.end, words))
    }

    /// `The maximum number of calls SHALL be 8`, but not `the status SHALL be 201`.
    fn is_told_of_subject(&self) -> bool {
        let labels = ["status", "code", "version", "port", "default", "id", "priority"];
        // `Minimum query length SHALL be 2 characters`
        let bounded = self.is_subject(&["maximum", "max", "minimum", "min"])
            && (self.names_things() || self.tokens.is_any(self.quantity.end, LETTERS));
        self.previous() == "be" && (self.stands_last() || bounded) && !self.is_subject(&labels)
    }

    /// Whether so many things are required, or so much of what a physical unit measures.
    fn is_number_of_things(&self) -> bool {
        if self.is_per_page() || self.is_changed_by() {
            return true;
        }
        if self.is_there_already() {
            return false;
        }
        let threshold = [
            "after", "of", "than", "on", "the", "last", "first", "all", "these", "those", "both", "#", "per",
        ];
        let shade = self.near(&["opacity", "opacidad", "opacidade", "opacité"], 6, 1) && self.value <= 1.0;
        let measured = shade || self.is_physical() || self.is_width();
        let lettered = self.is_length_of_code() || self.is_first_letters();
        let counted = self.tokens.is_any(self.quantity.end, COUNTED) && !threshold.contains(&self.previous());
        let grouped = self.is_in_groups() && self.tokens.kind(self.quantity.start) == Some(Kind::Number);
        grouped || measured || lettered || self.is_plain_count() || counted
    }

    /// `12 produk per halaman`, `sayfa başına 25 ürün`.
    fn is_per_page(&self) -> bool {
        let end = self.quantity.end;
        let per = ["per", "par", "por", "pro", "na", "на", "trên"];
        let page = |at: usize| (at + 1..at + 3).any(|at| self.tokens.is_any(at, PAGES));
        let ahead = (end + 1..end + 4).any(|at| self.tokens.is_any(at, &per) && page(at));
        let number = self.tokens.kind(self.quantity.start) == Some(Kind::Number);
        number && (ahead || self.near(&["sayfa", "sayfada"], 2, 0))
    }

    /// `increase the score by 10 points`.
    fn is_changed_by(&self) -> bool {
        self.previous() == "by" && self.opens_with(CHANGING) && self.value > 1.0
    }

    /// `keep all 47 existing tests`, `with 1000 concurrent users`.
    fn is_there_already(&self) -> bool {
        let end = self.quantity.end;
        let there = (end..end + 2).any(|at| self.tokens.is(at, "existing"));
        there || self.previous() == "with" && self.tokens.is_any(end, &["concurrent", "simultaneous"])
    }

    /// `present 18 panels`, `500 coins and 3 heroes`: so many things are required.
    fn is_plain_count(&self) -> bool {
        let Range { start, end } = self.quantity;
        if end > start + 1 && self.tokens.written(end - 1).starts_with(is_ideograph) {
            return self.is_ideographic_count();
        }
        let spelled = self.tokens.kind(start) == Some(Kind::Word) && self.value > 2.0;
        let number = self.tokens.kind(start) == Some(Kind::Number) && self.value > 1.0;
        let code = HTTP_CODES.contains(&self.tokens.written(start));
        // `3D` and `36px` are no numbers of things.
        let plain = !self.tokens.touches(start) && !code && (number || spelled) && end == start + 1;
        let Some(before) = start.checked_sub(1).filter(|before| *before >= self.limit.start) else {
            return false;
        };
        // `all 18 items` names how many there are, `all three` does not.
        let distinct = number && self.tokens.is_any(end, &["distinct", "different", "separate"]);
        let led = (distinct || !self.tokens.is_any(before, BEFORE_NO_COUNT))
            && self.tokens.kind(before) == Some(Kind::Word)
            && (number || !self.tokens.is(before, "all"));
        plain && self.names_things() && (led || self.goes_on() || self.is_in_groups())
    }

    /// Whether several things stand behind the number, with at most two words between.
    pub(super) fn names_things(&self) -> bool {
        let end = self.quantity.end;
        let words = (end..end + 3).take_while(|at| {
            let is_word = matches!(self.tokens.kind(*at), Some(Kind::Word | Kind::Ident)) && *at < self.limit.end;
            let is_first = *at == end;
            let codes = self.value < 100.0 && self.tokens.is(*at, "codes");
            is_word && (codes || !self.tokens.is_any(*at, NO_THINGS)) && (is_first || !self.tokens.is_any(*at, JOINTS))
        });
        let mut words = words.take_while(|at| *at == end || !self.tokens.is_any(at - 1, JOINTS));
        let kept = self
            .tokens
            .is_any(end, &["daily", "weekly", "monthly", "hourly", "yearly"]);
        kept || words.any(|at| is_plural(self.tokens.word(at)))
    }

    /// `500 coins and 3 heroes`: a list of numbers goes on, outside of brackets.
    fn goes_on(&self) -> bool {
        let start = self.quantity.start;
        let joined = start > self.limit.start + 3 && self.tokens.is_any(start - 1, &["and", ","]);
        joined
            && (start.saturating_sub(5)..start - 2).any(|at| self.tokens.kind(at) == Some(Kind::Number))
            && !(start.saturating_sub(12)..start).any(|at| self.tokens.is(at, "("))
    }

    /// `用 3 个分区`: so many of what letters behind the number count.
    fn is_ideographic_count(&self) -> bool {
        let last = self.tokens.written(self.quantity.end - 1);
        let before = self.previous_written();
        let behind = COUNTED_LETTERS.iter().find_map(|letters| last.strip_prefix(letters));
        let is_other = |behind: &str| NO_COUNT_LETTERS.iter().any(|letters| behind.starts_with(letters));
        if LEADING_LETTERS.iter().any(|lead| before.ends_with(lead)) {
            return self.value > 0.0;
        }
        // `見積と請求の 3 種を含む` counts what was named; `の 3 種の…` says which.
        let named = before.ends_with('の') && behind.is_some_and(|behind| behind.starts_with('を'));
        let picked = ["最高的", "最低的", "最新的", "最近的", "最多的", "最热的", "最热门的"];
        let named = named || picked.iter().any(|letters| before.ends_with(letters));
        let known = !named && KNOWN_LETTERS.iter().any(|letters| before.ends_with(letters));
        let stands =
            matches!(before, "、" | "，") || before.starts_with(is_ideograph) || before.eq_ignore_ascii_case("shall");
        self.value > 1.0 && stands && !known && behind.is_some_and(|behind| !is_other(behind))
    }

    /// `in batches of 500 orders`, `pagination de 50 entrées`.
    fn is_in_groups(&self) -> bool {
        let start = self.quantity.start;
        let of = start > 2 && self.tokens.is_any(start - 1, &["of", "de"]);
        // `a deck of 52 cards`
        let holds = of
            && self.tokens.kind(start - 2) == Some(Kind::Word)
            && (start.saturating_sub(5).max(self.limit.start)..start - 2)
                .any(|at| self.tokens.is_any(at, &["a", "an"]))
            && self.tokens.kind(start) == Some(Kind::Number)
            && self.names_things();
        // `in 3 languages`
        let parts = [
            "languages",
            "formats",
            "columns",
            "rows",
            "regions",
            "zones",
            "sizes",
            "steps",
            "stages",
            "colours",
            "colors",
            "themes",
            "variants",
        ];
        let divided = self.previous() == "in" && self.tokens.is_any(self.quantity.end, &parts);
        divided || holds || of && self.tokens.is_any(start - 2, GROUPS)
    }

    /// Whether nothing but a remark follows: `SHALL be 8 (default: 4)`.
    fn stands_last(&self) -> bool {
        let end = self.quantity.end;
        let money = ["eur", "usd", "gbp", "€", "euros", "dollars"];
        let end = end + usize::from(self.tokens.is_any(end, &money));
        end >= self.limit.end || self.tokens.is_any(end, &["(", ",", ";"])
    }

    /// Whether one of the words stands in what the response is required of.
    fn is_subject(&self, words: &[&str]) -> bool {
        let start = self.limit.start;
        (start.saturating_sub(14)..start).any(|at| self.tokens.is_any(at, words))
    }

    /// `The maximum number of calls SHALL be 8`: the subject says how it is meant.
    fn of_subject(&self) -> Operator {
        if self.is_subject(&["lower", "floor"]) {
            Operator::AtLeast
        } else if self.is_subject(&["maximum", "max", "limit", "upper", "ceiling"]) {
            Operator::AtMost
        } else if self.is_subject(&["minimum", "min"]) {
            Operator::AtLeast
        } else {
            Operator::Exactly
        }
    }

    /// `allow 3 wrong code attempts`.
    fn is_allowed(&self) -> bool {
        let end = self.quantity.end;
        let mut things = (end..end + 5).take_while(|at| self.tokens.kind(*at) != Some(Kind::Sign));
        matches!(self.previous(), "allow" | "permit") && things.any(|at| self.tokens.is_any(at, COUNTED))
    }

    /// `重试 3 次`: a number of times in a script without spaces.
    fn is_repeated(&self) -> bool {
        let Range { start, end } = self.quantity;
        let counted = ["次", "回", "회"]
            .iter()
            .any(|word| self.tokens.written(end - 1).starts_with(word));
        let kept = start > self.limit.start && self.tokens.written(start - 1).contains("保留");
        kept || counted
            && (start.saturating_sub(2).max(self.limit.start)..(end + 2).min(self.limit.end))
                .any(|at| REPEATING.iter().any(|word| self.tokens.written(at).contains(word)))
    }
}
