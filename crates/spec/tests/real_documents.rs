//! What documents of other teams look like, one test for each heading of the list and one row for each of its items:
//! the item, a document in our own words, and every statement that a reader finds in it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use shall_spec::{Lock, Modals, ReadOptions, Statement, read_document, read_document_with, read_specification_with};

/// The item, the document, and its statements as [`shown`] writes them.
type Row = (&'static str, &'static str, &'static [&'static str]);

/// `line [id] pattern responses budgets`: `-` for no identifier; responses one after the other, those that are forbidden
/// behind `!`.
fn shown(statement: &Statement) -> String {
    let id = statement.id.as_ref().map_or("-", |id| id.as_str());
    let pattern = serde_json::to_value(statement.pattern).unwrap();
    let responses: Vec<String> = statement
        .sentence
        .responses
        .iter()
        .map(|response| format!("{}{}", if response.negated { "!" } else { "" }, response.text))
        .collect();
    let budgets: Vec<String> = statement.budgets.iter().map(shall_spec::Budget::printed).collect();
    format!(
        "{} [{id}] {}: {} {budgets:?}",
        statement.line,
        pattern.as_str().unwrap(),
        responses.join(" + ")
    )
}

#[track_caller]
fn compare(rows: &[Row]) {
    let mut wrong = Vec::new();
    for (item, text, expected) in rows {
        let found: Vec<String> = read_document("a.md", text).statements.iter().map(shown).collect();
        if found != *expected {
            wrong.push(format!("{item}\n  found    {found:#?}\n  expected {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn markup() {
    compare(&[
        (
            "tags that are never closed",
            "- The mill SHALL say \"code: <code>\".\n- The mill SHALL <del>turn\n- The mill SHALL stop.\n",
            &["1 [-] ubiquitous: say \"code: <code>\" []", "3 [-] ubiquitous: stop []"],
        ),
        (
            "keywords in bold",
            "- **WHEN** it rains, the mill **SHALL** stop.\n",
            &["1 [-] event: stop []"],
        ),
        (
            "bold that spans keyword and clause",
            "- **WHEN it rains,** the mill **SHALL stop** within 5 s.\n",
            &["1 [-] event: stop within 5 s [\"<= 5 s\"]"],
        ),
        (
            "statements in cells behind columns of identifiers and categories",
            "| ID | Category | Text |\n| - | - | - |\n| M-1 | Event-driven | WHEN it rains, the mill SHALL stop. |\n",
            &["3 [M-1] event: stop []"],
        ),
        (
            "check boxes, numbers and identifiers as prefixes",
            "1. The mill SHALL turn.\n\n- [x] The mill SHALL rest.\n- AC-3: The mill SHALL grind.\n",
            &[
                "1 [-] ubiquitous: turn []",
                "3 [-] ubiquitous: rest []",
                "4 [AC-3] ubiquitous: grind []",
            ],
        ),
        (
            "CRLF, byte-order mark, front matter, comment, no final newline",
            "\u{feff}---\r\ntitle: it SHALL be\r\n---\r\n<!-- The mill SHALL not be read. -->\r\nThe mill SHALL turn.",
            &["5 [-] ubiquitous: turn []"],
        ),
    ]);
}

#[test]
fn extent() {
    compare(&[
        (
            "two statements with a dash between",
            "- THE mill SHALL turn within 5 s — IF it does not turn, THEN THE mill SHALL ring within 9 s.\n- THE mill SHALL rest — it is old — and SHALL ring.\n",
            &[
                "1 [-] ubiquitous: turn within 5 s [\"<= 5 s\"]",
                "1 [-] unwanted: ring within 9 s [\"<= 9 s\"]",
                "2 [-] ubiquitous: rest — it is old + ring []",
            ],
        ),
        (
            "a table below an item",
            "- AC-4: The mill SHALL keep to the following:\n\n  | what | how much |\n  | - | - |\n  | flour | at most 20 MB |\n",
            &["1 [AC-4] ubiquitous: keep to the following: flour at most 20 MB [\"<= 20 MB\"]"],
        ),
        (
            "a full stop in a quotation",
            "- The mill SHALL say \"Too late. Come again.\" within 5 s.\n- The mill SHALL say \"Too late.\" The mill SHALL stop.\n",
            &[
                "1 [-] ubiquitous: say \"Too late. Come again.\" within 5 s [\"<= 5 s\"]",
                "2 [-] ubiquitous: say \"Too late []",
                "2 [-] ubiquitous: stop []",
            ],
        ),
        (
            "a statement over several lines",
            "- WHEN it rains\n  AND it blows,\n  the mill\n  SHALL stop.\n",
            &["1 [-] event: stop []"],
        ),
        (
            "continued in a sub-list",
            "- The mill SHALL:\n  - stop within 5 s\n  - ring a bell\n",
            &["1 [-] ubiquitous: stop within 5 s; ring a bell [\"<= 5 s\"]"],
        ),
        (
            "continued in a table",
            "The mill SHALL keep these speeds:\n\n| wind | speed |\n| - | - |\n| low | slow |\n",
            &["1 [-] ubiquitous: keep these speeds: low slow []"],
        ),
        (
            "a rationale behind the response",
            "The mill SHALL stop within 5 s, so that nobody waits more than 9 s.\n",
            &["1 [-] ubiquitous: stop within 5 s [\"<= 5 s\"]"],
        ),
        (
            "several statements on a line, split by a semicolon",
            "WHEN it rains, the mill SHALL stop within 5 s; IF it burns, THEN the mill SHALL ring for 9 s.\n",
            &[
                "1 [-] event: stop within 5 s [\"<= 5 s\"]",
                "1 [-] unwanted: ring for 9 s [\"== 9 s\"]",
            ],
        ),
        (
            "several statements on a line, split by full stops, full-width too",
            "WHEN 下雨, the mill SHALL 停止。WHILE 刮风, the mill SHALL 转动. The mill SHALL rest.\n",
            &[
                "1 [-] event: 停止 []",
                "1 [-] state: 转动 []",
                "1 [-] ubiquitous: rest []",
            ],
        ),
        (
            "two responses under one condition are one statement",
            "WHEN it rains, the mill SHALL NOT turn and SHALL ring.\n",
            &["1 [-] event: !turn + ring []"],
        ),
    ]);
}

#[test]
fn keywords() {
    compare(&[
        (
            "keywords in any case",
            "- When it rains, the mill shall stop.\n- wHiLe it rains, the mill Shall rest.\n",
            &["1 [-] event: stop []", "2 [-] state: rest []"],
        ),
        (
            "WHEN with THEN, with a comma, with neither",
            "- WHEN it rains THEN the mill SHALL stop.\n- WHEN it rains, the mill SHALL stop.\n- WHEN it rains the mill SHALL stop.\n",
            &["1 [-] event: stop []", "2 [-] event: stop []", "3 [-] event: stop []"],
        ),
        (
            "IF with THEN, with a comma, with neither",
            "- IF it burns THEN the mill SHALL ring.\n- IF it burns, the mill SHALL ring.\n- IF it burns the mill SHALL ring.\n",
            &[
                "1 [-] unwanted: ring []",
                "2 [-] unwanted: ring []",
                "3 [-] unwanted: ring []",
            ],
        ),
        (
            "things that are verbs elsewhere before a condition, and what is explained",
            "- The mill SHALL tell when to stop.\n- The mill SHALL make new records if none exists.\n- The mill SHALL reach a safe state when it burns.\n- The mill SHALL record if it burns.\n",
            &[
                "1 [-] ubiquitous: tell when to stop []",
                "2 [-] unwanted: make new records []",
                "3 [-] event: reach a safe state []",
                "4 [-] ubiquitous: record if it burns []",
            ],
        ),
        (
            "WHEN and AND",
            "WHEN it rains AND the sails are set THEN the mill SHALL stop.\n",
            &["1 [-] event: stop []"],
        ),
        (
            "the trigger behind the response",
            "The mill SHALL stop when it rains.\n",
            &["1 [-] event: stop []"],
        ),
        (
            "SHALL NOT, NEVER and ONLY",
            "- The mill SHALL NOT turn.\n- The mill SHALL NEVER turn.\n- The mill SHALL ONLY grind wheat.\n",
            &[
                "1 [-] ubiquitous: !turn []",
                "2 [-] ubiquitous: !turn []",
                "3 [-] ubiquitous: ONLY grind wheat []",
            ],
        ),
        (
            "there shall be, and a missing subject",
            "- There shall be at least 2 doors.\n- SHALL ring at noon.\n",
            &[
                "1 [-] ubiquitous: be at least 2 doors [\">= 2 count\"]",
                "2 [-] ubiquitous: ring at noon []",
            ],
        ),
        (
            "English keywords in Japanese, at the end too",
            "- WHEN 雨が降る THEN 風車 SHALL 止まる。\n- WHEN 雨が降る THEN 風車は5秒以内に止まる SHALL\n- IF 火事になる、風車は鐘を鳴らす SHALL。\n",
            &[
                "1 [-] event: 止まる []",
                "2 [-] event: 5秒以内に止まる [\"<= 5 s\"]",
                "3 [-] unwanted: 鐘を鳴らす []",
            ],
        ),
        (
            "English keywords in Chinese, Portuguese and French",
            "- WHEN 下雨 THEN 风车 SHALL 在5秒内停止\n- WHEN chove THEN o moinho SHALL parar em até 5 segundos\n- IF il brûle THEN le moulin SHALL sonner en moins de 9 secondes\n",
            &[
                "1 [-] event: 在5秒内停止 [\"<= 5 s\"]",
                "2 [-] event: parar em até 5 segundos [\"<= 5 s\"]",
                "3 [-] unwanted: sonner en moins de 9 secondes [\"< 9 s\"]",
            ],
        ),
        (
            "keywords wholly in another language",
            "- QUANDO chove ENTÃO o moinho DEVE parar\n- SE queimar ENTÃO o moinho DEVE tocar\n",
            &["1 [-] event: parar []", "2 [-] unwanted: tocar []"],
        ),
    ]);
    let rules = |text: &str| -> Vec<&str> {
        read_document("a.md", text)
            .diagnostics
            .iter()
            .map(|one| one.rule)
            .collect()
    };
    assert_eq!(
        rules("Młyn MUSI stanąć.\n"),
        ["READ-001"],
        "an unknown language is said"
    );
    let declared =
        "| ID | Type | Text |\n| - | - | - |\n| M-1 | State-driven | WHEN it rains, the mill SHALL stop. |\n";
    assert_eq!(
        rules(declared),
        ["EARS-010"],
        "a category that the keyword contradicts is said"
    );
}

/// Each response beside the budgets that are in it, in the order of the words.
#[track_caller]
fn compare_budgets(rows: &[(&str, &str, &[&str])]) {
    let mut wrong = Vec::new();
    for (item, response, expected) in rows {
        let document = read_document("a.md", &format!("WHEN it rains, the mill SHALL {response}.\n"));
        let budgets = document.statements.iter().flat_map(|statement| &statement.budgets);
        let found: Vec<String> = budgets.map(shall_spec::Budget::printed).collect();
        if document.statements.len() != 1 || found != *expected {
            wrong.push(format!("{item}: `{response}`: found {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn budgets() {
    compare_budgets(&[
        ("within", "stop within 5 seconds", &["<= 5 s"]),
        ("under", "stop in under 5 minutes", &["< 5 min"]),
        ("below", "stay below 70 %", &["< 70 percent"]),
        ("at least", "keep at least 3 sacks", &[">= 3 count"]),
        ("no more than", "take no more than 3 sacks", &["<= 3 count"]),
        ("not exceed", "not exceed 500 ms", &["<= 500 ms"]),
        ("10 minimum", "keep 10 minimum sacks", &[">= 10 count"]),
        ("maximum (10)", "keep the maximum (10) sacks", &["<= 10 count"]),
        ("60 or higher", "reach a score of 60 or higher", &[">= 60 count"]),
        ("never shorter than", "rest, never shorter than 9 s", &[">= 9 s"]),
        (
            "a range gives two",
            "turn between 3 and 9 times",
            &[">= 3 count", "<= 9 count"],
        ),
        (
            "two limits of their own",
            "use 5 s for connecting and 10 s for reading",
            &["== 5 s", "== 10 s"],
        ),
        ("decimals", "stop within 1.5 s", &["<= 1.5 s"]),
        ("percent", "be available 99.9 % of the time", &[">= 99.9 percent"]),
        ("thousandths of a processor", "use at most 150m CPU", &["<= 150 mCPU"]),
        (
            "Mi and MB are kept apart",
            "use less than 500Mi and write less than 500MB",
            &["< 500 MiB", "< 500 MB"],
        ),
        (
            "per minute",
            "allow at most 100 requests per minute",
            &["<= 100 per_min"],
        ),
        ("attempts", "try at most 3 attempts", &["<= 3 count"]),
        ("time to live", "keep it with a TTL of 24 hours", &["== 24 h"]),
        ("units of other languages", "parar em até 5 segundos", &["<= 5 s"]),
        ("units of other languages", "在30秒内停止", &["<= 30 s"]),
        (
            "dots that group digits",
            "guardar hasta 10.000 mensajes de texto",
            &["<= 10000 count"],
        ),
        (
            "denied by a verb",
            "rechazar textos que no pueden superar 32 letras",
            &["<= 32 count"],
        ),
        ("in parentheses", "stop soon (within 5 s)", &["<= 5 s"]),
        (
            "a count behind two words",
            "cortar o texto em até 20 caracteres",
            &["<= 20 count"],
        ),
        (
            "or equal",
            "aceitar arquivos de tamanho menor ou igual a 2 MB",
            &["<= 2 MB"],
        ),
        (
            "exactly",
            "gerar um código com exatamente 6 caracteres",
            &["== 6 count"],
        ),
        ("a ratio", "keep a contrast of at least 4.5:1", &[">= 4.5 count"]),
        (
            "a range in Japanese",
            "評価を0-100の範囲内に保つ",
            &[">= 0 count", "<= 100 count"],
        ),
        (
            "a range by name",
            "keep the score in the range 0-100",
            &[">= 0 count", "<= 100 count"],
        ),
        (
            "a quantile with its limit",
            "answer with p95 ≤ 200 ms",
            &["p95 <= 200 ms"],
        ),
    ]);
    // Behind another part of the sentence, and before it.
    compare(&[
        (
            "before the system",
            "WHEN it rains, within 5 s, the mill SHALL stop.\n",
            &["1 [-] event: stop [\"<= 5 s\"]"],
        ),
        (
            "behind the trigger",
            "The mill SHALL stop when it rains, within 5 s.\n",
            &["1 [-] event: stop [\"<= 5 s\"]"],
        ),
    ]);
    let two = read_document("a.md", "The mill SHALL use 5 s for connecting and 10 s for reading.\n");
    let metrics: Vec<_> = two.statements[0]
        .budgets
        .iter()
        .map(|budget| budget.text.as_str())
        .collect();
    assert_eq!(metrics, ["5 s", "10 s"]);
}

#[test]
fn limits_of_one_sentence_are_told_apart() {
    let text =
        "The mill SHALL take no more than 5 s for connecting and 10 s for reading the scale, and 64Mi of memory.\n";
    let document = read_document("a.md", text);
    let budgets = &document.statements[0].budgets;
    let found: Vec<_> = budgets
        .iter()
        .map(|one| (one.printed(), one.about.clone().unwrap()))
        .collect();
    let expected = [
        ("<= 5 s", "connecting"),
        ("<= 10 s", "reading the scale"),
        ("== 64 MiB", "memory"),
    ];
    assert_eq!(
        found,
        expected.map(|(limit, about)| (limit.to_owned(), about.to_owned()))
    );
}

#[test]
fn not_budgets() {
    compare(&[
        (
            "thresholds in the trigger",
            "WHEN the load is over 80 % for 5 minutes, the mill SHALL stop.\n",
            &["1 [-] event: stop []"],
        ),
        (
            "thresholds in a trigger behind the response",
            "The mill SHALL stop if more than 3 sails break.\n",
            &["1 [-] unwanted: stop []"],
        ),
    ]);
    compare_budgets(&[
        ("the quantile itself", "report p95 and p99", &[]),
        ("defaults", "wait for a time-out (default: 30 s)", &[]),
        ("ports", "listen on port 8080", &[]),
        ("HTTP codes", "answer with HTTP 404", &[]),
        ("HTTP codes with their phrase", "return a 504 Gateway Timeout", &[]),
        ("versions", "use TLS 1.3 and Java 17", &[]),
        ("clock times", "ring at 02:00 UTC", &[]),
        ("numbers in identifiers", "do what AC-12 and ISO-9001 ask", &[]),
        ("formulas", "turn by 2 * 3 + n", &[]),
        ("quoted", "show \"at most 3 sacks\"", &[]),
        (
            "what a message says",
            "show an error indicating that a name cannot exceed 32 letters",
            &[],
        ),
        (
            "a load",
            "answer in less than 200 ms for lists of up to 100,000 sacks",
            &["< 200 ms"],
        ),
    ]);
    let daily = read_document("a.md", "The mill SHALL be cleaned daily at 02:00 UTC.\n");
    let schedule = &daily.statements[0].schedules[0];
    assert_eq!(
        (schedule.at.as_deref(), schedule.zone.as_deref()),
        (Some("02:00"), Some("UTC"))
    );
    assert!(daily.statements[0].budgets.is_empty());
}

#[test]
fn identifiers() {
    compare(&[
        (
            "heading number and list number",
            "### Requirement 3\n\n1. The mill SHALL turn.\n2. The mill SHALL stop.\n",
            &[
                "3 [Requirement 3.1] ubiquitous: turn []",
                "4 [Requirement 3.2] ubiquitous: stop []",
            ],
        ),
        (
            "a second statement of an item shares the place and not the identifier",
            "### Requirement 3\n\n1. The mill SHALL turn. The mill SHALL ring.\n",
            &[
                "3 [Requirement 3.1] ubiquitous: turn []",
                "3 [Requirement 3.1] ubiquitous: ring []",
            ],
        ),
        (
            "in cells",
            "| No. | Text |\n| - | - |\n| **NFR-M-01** | The mill SHALL turn. |\n",
            &["3 [NFR-M-01] ubiquitous: turn []"],
        ),
        (
            "in headings",
            "#### REQ-M-7: Turning\n\nThe mill SHALL turn.\n",
            &["3 [REQ-M-7] ubiquitous: turn []"],
        ),
        (
            "running numbers beside identifiers",
            "# IP-4 Mill\n\n| # | ID | Text |\n| - | - | - |\n| 1 | M-30 | The mill SHALL turn. |\n",
            &["5 [M-30] ubiquitous: turn []"],
        ),
        (
            "row number below a name",
            "### Requirement 2\n\n| # | Text |\n| - | - |\n| 3 | The mill SHALL turn. |\n",
            &["5 [Requirement 2.3] ubiquitous: turn []"],
        ),
        (
            "in a title above attributes",
            "## 3.2 Doors\n\n**REQ-M-7**: Turning  \n**Priority**: high\n\n**Description**: The mill SHALL turn. It SHALL ring.\n\n**REQ-M-8**: Stopping\n\nThe mill SHALL stop.\n",
            &[
                "6 [REQ-M-7] ubiquitous: turn []",
                "6 [REQ-M-7] ubiquitous: ring []",
                "10 [REQ-M-8] ubiquitous: stop []",
            ],
        ),
        (
            "the second sentence of a row is not all of its section",
            "## 3.2 Doors\n\n| No. | Text |\n| - | - |\n| M-1 | The mill SHALL turn. The mill SHALL ring. |\n",
            &["5 [M-1] ubiquitous: turn []", "5 [M-1] ubiquitous: ring []"],
        ),
        (
            "at the start of a line",
            "M-1. The mill SHALL turn.\n",
            &["1 [M-1] ubiquitous: turn []"],
        ),
        (
            "in a code span with brackets",
            "**`[FR-1.2.3]`** When it rains, the mill **shall** stop.\n",
            &["1 [FR-1.2.3] event: stop []"],
        ),
        (
            "in brackets at the end of a heading",
            "### Turning (MIL-1)\n\n- The mill SHALL turn.\n- The mill SHALL ring.\n",
            &["3 [MIL-1] ubiquitous: turn []", "4 [MIL-1] ubiquitous: ring []"],
        ),
        (
            "in lines of one paragraph, with sentences between that require nothing",
            "Mills\nM-1: The mill SHALL turn.\nIt is red. It SHALL ring.\nM-2: Wind drives it. The mill SHALL\nstop in a storm.\nM-3: four sails\nM-4: The mill SHALL rest.\n",
            &[
                "2 [M-1] ubiquitous: turn []",
                "3 [M-1] ubiquitous: ring []",
                "4 [M-2] ubiquitous: stop in a storm []",
                "7 [M-4] ubiquitous: rest []",
            ],
        ),
        (
            "suffixes",
            "- AC-7 (partial): The mill SHALL turn.\n",
            &["1 [AC-7] ubiquitous: turn []"],
        ),
        (
            "references are none",
            "- The mill SHALL turn per AC-001-02.\n- The mill SHALL stop (Requirements 2/3).\n",
            &[
                "1 [-] ubiquitous: turn per AC-001-02 []",
                "2 [-] ubiquitous: stop (Requirements 2/3) []",
            ],
        ),
    ]);
    let twice = read_document("a.md", "- M-1: The mill SHALL turn.\n- M-1: The mill SHALL stop.\n");
    assert_eq!(
        twice.diagnostics.iter().map(|one| one.rule).collect::<Vec<_>>(),
        ["TRACE-002"]
    );
    let refers = read_document("a.md", "- The mill SHALL turn per AC-001-02.\n");
    assert_eq!(refers.statements[0].references, ["AC-001-02"]);
}

#[test]
fn traps() {
    compare(&[
        ("fenced blocks", "```\nThe mill SHALL turn.\n```\n", &[]),
        ("inline code", "Write `the mill SHALL turn` here.\n", &[]),
        (
            "legends in angle brackets",
            "- WHEN <trigger>, the <system> SHALL <response>.\n",
            &[],
        ),
        (
            "legends in square brackets",
            "- WHEN [trigger] THEN [system] SHALL [response]\n",
            &[],
        ),
        (
            "legends in entities",
            "- WHEN &lt;trigger&gt; the mill SHALL &lt;response&gt;\n",
            &[],
        ),
        (
            "the paragraph on keywords",
            "The key words \"MUST\", \"SHALL\" and \"MAY\" are to be interpreted as in RFC 2119.\n",
            &[],
        ),
        (
            "prose about the word",
            "Every SHALL statement has one response; we count each SHALL.\n",
            &[],
        ),
        (
            "sentences that are quoted, or whose keywords are listed",
            "- He said \"the mill SHALL turn\" in the call.\n- Do not copy: \"The mill SHALL be fast.\"\n- In this text the word SHALL marks what is tested.\n- Les mots sont en anglais (SHALL, WHEN, IF).\n- \"The mill SHALL ring.\"\n",
            &["5 [-] ubiquitous: ring []"],
        ),
        (
            "placeholders that close a response",
            "- The mill shall grind [main kinds of corn]\n- The mill shall show [status].\n",
            &["2 [-] ubiquitous: show [status] []"],
        ),
        (
            "definitions of the word",
            "- **SHALL** — what has to be\n\nThe keyword **shall** marks what is tested.\n\n关键字（WHEN、IF、SHALL）保留英文。\n",
            &[],
        ),
        (
            "prose about a requirement",
            "This test verifies the requirement that the mill shall turn.\n",
            &[],
        ),
        (
            "anti-examples",
            "❌ The mill SHALL turn fast.\n\nBad: The mill SHALL turn.\n",
            &[],
        ),
        (
            "check lists and tables of targets that repeat budgets",
            "The mill SHALL stop within 5 s.\n\n- [ ] stops within 5 s\n\n| metric | target |\n| - | - |\n| stop | < 5 s |\n",
            &["1 [-] ubiquitous: stop within 5 s [\"<= 5 s\"]"],
        ),
        (
            "MUST, SHOULD, MAY and scenarios beside SHALL",
            "The mill SHALL turn. It MUST NOT burn. It SHOULD ring. It MAY rest.\n\n- **WHEN** it rains\n- **THEN** the mill stops\n",
            &["1 [-] ubiquitous: turn []"],
        ),
    ]);
    let text = "The mill SHALL turn. It MUST NOT burn. It SHOULD ring. It MAY rest.\n";
    let rules: Vec<&str> = read_document("a.md", text)
        .diagnostics
        .iter()
        .map(|one| one.rule)
        .collect();
    assert_eq!(rules, ["READ-002", "READ-002", "READ-002"], "what was not read is said");
    let options = ReadOptions {
        modals: Modals::ShallAndMust,
    };
    let with_must = read_document_with("a.md", text, options);
    let found: Vec<String> = with_must.statements.iter().map(shown).collect();
    assert_eq!(found, ["1 [-] ubiquitous: turn []", "1 [-] ubiquitous: !burn []"]);
    let by_case = |text: &str| -> Vec<String> {
        let read = read_document_with("a.md", text, options);
        read.statements.iter().map(shown).collect()
    };
    assert_eq!(by_case("The mill must turn.\n"), ["1 [-] ubiquitous: turn []"]);
    let capitals = "- It MUST turn.\n- It MUST stop.\n- It MUST ring.\n\nWe must hurry.\n";
    assert_eq!(by_case(capitals).len(), 3, "beside MUST by habit, must is prose");
    let quoted = "**Input**: User: \"Build a mill. It MUST turn.\"\n";
    assert_eq!(
        by_case(quoted).len(),
        0,
        "what is quoted is the reader's input, no requirement"
    );
}

/// Why a negative case belongs to the only criterion of a document.
fn negative_case(sentence: &str) -> Option<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.md"), format!("- {sentence}\n")).unwrap();
    let (lock, options) = (Lock::default(), ReadOptions::default());
    let loaded = read_specification_with(&[], &["a.md".into()], folder.path(), &lock, options);
    let criteria = loaded.specification.criteria;
    assert_eq!(criteria.len(), 1, "{sentence}");
    criteria[0].negative_case()
}

#[test]
fn negative_cases() {
    let rows = [
        ("IF it burns, THEN the mill SHALL ring.", Some("IF")),
        ("WHERE a bell is there, the mill SHALL ring.", Some("WHERE")),
        ("The mill SHALL NOT turn.", Some("SHALL NOT")),
        ("The mill SHALL never turn.", Some("SHALL NOT")),
        ("The mill SHALL grind only wheat.", Some("only")),
        ("The mill SHALL stop without a jolt.", Some("without")),
        ("The mill SHALL prevent a second start.", Some("prevent")),
        (
            "The mill SHALL ask for the permission of its owner.",
            Some("permission"),
        ),
        ("The mill SHALL show each change in a dry-run.", Some("dry-run")),
        ("The mill SHALL show what a dry run would do.", Some("dry-run")),
        ("WHEN it rains, the mill SHALL stop.", None),
        ("WHILE only rain falls, the mill SHALL rest.", None),
    ];
    for (sentence, expected) in rows {
        assert_eq!(negative_case(sentence), expected, "{sentence}");
    }
}
