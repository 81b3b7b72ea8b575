//! Words around a quantity without comparison that say what it limits, as tables.

/// Words behind or before a bare quantity that tell how long something is kept.
pub(super) const KEEPING: &[&str] = &[
    "retention",
    "retain",
    "retains",
    "retained",
    "ttl",
    "keep",
    "keeps",
    "kept",
    "expiry",
    "expire",
    "expires",
    "lifetime",
    "validity",
    "valid",
    "store",
    "stored",
    "preserve",
    "preserved",
    "rétention",
    "retenção",
    "conserver",
    "保留",
    "history",
];

/// Things that a bare number counts: `3 replicas` is a limit though no comparison stands there.
pub(super) const COUNTED: &[&str] = &[
    "replicas",
    "replica",
    "attempts",
    "retries",
    "times",
    "instances",
    "members",
    "workers",
    "tentativas",
    "tentatives",
    "vezes",
    "veces",
    "fois",
];

/// Verbs whose number is the least that must be borne.
pub(super) const CAPACITY: &[&str] = &[
    "support",
    "sustain",
    "handle",
    "serve",
    "process",
    "accept",
    "ingest",
    "accommodate",
];

/// Words whose number is the most that may be used.
pub(super) const LIMITING: &[&str] = &[
    "limit", "limits", "limiting", "cap", "quota", "ceiling", "capped", "limited", "maximum", "max",
];

/// Words anywhere before a rate that make it the most that is let through.
pub(super) const THROTTLING: &[&str] = &[
    "limit",
    "limits",
    "limiting",
    "limited",
    "limiter",
    "rate-limit",
    "rate-limits",
    "rate-limiting",
    "rate-limited",
    "throttle",
    "throttles",
    "throttling",
    "throttled",
    "quota",
    "quotas",
    "allow",
    "most",
];

/// Verbs behind which a large number of any thing is the least that must be borne.
pub(super) const BEARING: &[&str] = &[
    "suportar",
    "soportar",
    "supporter",
    "unterstützen",
    "support",
    "handle",
    "sustain",
    "accommodate",
    "store",
    "serve",
    "hold",
];

/// Words of repeating in scripts without spaces, beside a number of times.
pub(super) const REPEATING: &[&str] = &["重试", "重試", "尝试", "リトライ", "再試行", "재시도"];

/// Words that a time with a hyphen makes a limit: `5-minute window`.
pub(super) const PERIODS: &[&str] = &[
    "retention",
    "ttl",
    "timeout",
    "expiration",
    "expiry",
    "lifetime",
    "deadline",
    "limit",
    "delay",
    "cooldown",
    "lockout",
    "grace",
    "validity",
    "target",
    "sla",
    "slo",
    "time-to-live",
    "stale",
    "window",
    "debounce",
    "cache",
    "overlap",
    "sleep",
    "pause",
    "backoff",
    "countdown",
    "buffer",
    "trial",
    "period",
    "history",
];

/// Words behind a number of faults: none of them is a limit.
pub(super) const FAULTS: &[&str] = &[
    "downtime",
    "loss",
    "error",
    "errors",
    "failures",
    "violations",
    "warnings",
    "duplicates",
    "leaks",
    "positives",
    "negatives",
    "crashes",
    "incidents",
    "regressions",
    "vulnerabilities",
    "defects",
    "mismatches",
    "conflicts",
];

/// Words before a percentage that is a target and no setting.
pub(super) const REACHING: &[&str] = &[
    "be",
    "equal",
    "is",
    "to",
    "by",
    "maintain",
    "achieve",
    "reach",
    "keep",
    "retain",
    "target",
    "guarantee",
    "ensure",
];

/// Letters that may follow a unit of time inside its word; others make it describe the word behind it.
pub(super) const BEHIND_TIME: &[&str] = &[
    "后", "後", "的", "之", "间", "間", "毎", "ご", "に", "で", "の", "を", "は", "が", "経", "。", "連続", "连续",
    "と",
];

/// Words that lead from a percentage to what should be high.
pub(super) const RATES: &[&str] = &[
    "availability",
    "available",
    "uptime",
    "success",
    "coverage",
    "accuracy",
    "precision",
    "recall",
    "durability",
    "reliability",
    "sla",
    "slo",
    "sensitivity",
    "specificity",
    "satisfaction",
];

/// Verbs that leave so many of something: `limit results to 20 items`.
pub(super) const CUTTING: &[&str] = &[
    "limit",
    "limits",
    "limited",
    "restrict",
    "restricts",
    "restricted",
    "truncate",
    "truncated",
    "truncating",
    "trimmed",
    "shortened",
    "cap",
    "caps",
];

/// Words of scripts without spaces that make the number behind them one of a rate, with its times a minute.
pub(super) const EACH_TIME: &[(&str, f64)] = &[
    ("每秒", 60.0),
    ("毎秒", 60.0),
    ("每分钟", 1.0),
    ("每分鐘", 1.0),
    ("毎分", 1.0),
    ("每小时", 1.0 / 60.0),
    ("每小時", 1.0 / 60.0),
    ("毎時", 1.0 / 60.0),
    ("每天", 1.0 / 1440.0),
    ("每日", 1.0 / 1440.0),
    ("毎日", 1.0 / 1440.0),
];

/// Words that end a phrase of counted things.
pub(super) const JOINTS: &[&str] = &[
    "or", "and", "to", "in", "is", "as", "on", "for", "if", "when", "of", "from", "with", "this", "was", "has", "times",
];

/// Words before a number that say which things are meant, or from where: no number of them is required.
pub(super) const BEFORE_NO_COUNT: &[&str] = &[
    "the",
    "all",
    "these",
    "those",
    "both",
    "of",
    "than",
    "per",
    "every",
    "each",
    "after",
    "by",
    "its",
    "their",
    "any",
    "from",
    "between",
    "across",
    "following",
    "other",
    "remaining",
    "first",
    "last",
    "next",
    "past",
    "previous",
    "another",
    "only",
    "if",
    "when",
    "until",
    "where",
    "stage",
    "phase",
    "within",
    "over",
    "under",
    "on",
    "and",
    "or",
    "in",
    "approximately",
    "about",
    "os",
    "as",
    "los",
    "las",
    "les",
    "die",
    "tous",
    "todos",
    "todas",
    "alle",
    "ces",
    "estas",
    "estos",
    "des",
    "de",
    "dos",
    "das",
    "e",
    "y",
    "et",
    "und",
    "ou",
    "o",
    "em",
    "en",
    "por",
    "primeiros",
    "primeiras",
    "primeros",
    "après",
    "após",
    "después",
    "nach",
    "erro",
    "erreur",
    "código",
    "fehler",
];

/// Plural words behind a number that is no number of them.
pub(super) const NO_THINGS: &[&str] = &[
    "status",
    "errors",
    "responses",
    "codes",
    "bits",
    "times",
    "business",
    "success",
    "previous",
    "this",
    "series",
    "process",
    "access",
    "address",
    "always",
    "is",
    "has",
    "was",
    "as",
    "its",
    "versus",
    "plus",
    "minus",
    "across",
    "towards",
    "afterwards",
    "requests",
    "pixels",
    "chars",
    "caracteres",
    "dígitos",
    "digits",
    "com",
    "con",
    "avec",
    "para",
    "por",
    "de",
    "en",
    "em",
    "e",
    "y",
    "et",
    "na",
    "no",
    "within",
    "via",
    "by",
    "that",
    "which",
    "so",
    "using",
    "following",
    "during",
    "per",
    "after",
    "before",
    "linhas",
];

/// Letters before a number that make it a place in a row, all of its kind, or some that are known.
pub(super) const KNOWN_LETTERS: &[&str] = &[
    "第", "全", "各", "每", "毎", "前", "后", "後", "这", "该", "該", "约", "約", "の", "全部", "所有", "既有", "以下",
    "上述", "共", "个", "之", "的", "残り", "了", "中", "～", "を", "は", "が", "至", "到", "と",
];

/// Letters of counted things: `3 件`, `5 个`.
pub(super) const COUNTED_LETTERS: &[&str] = &["件", "个", "個", "条", "枚", "张", "种", "種", "项", "項目", "개", "건"];

/// Letters behind a counted thing that make it something else: `5 個目`, `3 種別`.
pub(super) const NO_COUNT_LETTERS: &[&str] = &["目", "別", "规模", "規模", "月", "分", "すべて", "全て", "とも"];

/// Verbs of keeping and showing: behind them the last so many are a limit.
pub(super) const SHOWING: &[&str] = &[
    "keep",
    "retain",
    "retains",
    "keeps",
    "preserve",
    "display",
    "return",
    "show",
    "list",
    "conserver",
    "garder",
    "afficher",
    "manter",
    "guardar",
    "mostrar",
    "exibir",
    "devolver",
    "retornar",
    "listar",
    "conservar",
    "mantener",
];

/// Verbs whose time goes on with `before`: `wait 100 ms before it tries again`.
pub(super) const WAITING: &[&str] = &[
    "wait", "waits", "pause", "pauses", "sleep", "sleeps", "hold", "holds", "delay",
];

/// Words that a number with a hyphen measures: `a 6-digit code`.
pub(super) const MEASURED: &[&str] = &[
    "digit",
    "digits",
    "character",
    "characters",
    "letter",
    "word",
    "row",
    "column",
    "item",
    "line",
];
