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
    "time-to-live",
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
    "notice",
    "timer",
    "advance",
    "operation",
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
    "para",
    "auf",
];

/// Letters that may follow a unit of time inside its word; others make it describe the word behind it.
pub(super) const BEHIND_TIME: &[&str] = &[
    "后", "後", "的", "之", "间", "間", "毎", "ご", "に", "で", "の", "を", "は", "が", "経", "。", "連続", "连续",
    "と", "간", "동안", "으로", "로",
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
    "verfügbar",
    "verfügbarkeit",
    "disponible",
    "disponibilité",
    "disponível",
    "disponibilidade",
    "disponibilidad",
    "erreichbar",
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
    "limitar",
    "limitare",
    "beperken",
    "limiter",
    "limitará",
    "limite",
    "plafonner",
    "truncar",
    "restringir",
    "begrenzen",
    "begrenzt",
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
    ("分あたり", 1.0),
    ("秒あたり", 60.0),
    ("時間あたり", 1.0 / 60.0),
    ("日あたり", 1.0 / 1440.0),
    ("초당", 60.0),
    ("분당", 1.0),
    ("시간당", 1.0 / 60.0),
];

/// Words that end a phrase of counted things.
pub(super) const JOINTS: &[&str] = &[
    "or", "and", "to", "in", "is", "as", "on", "for", "if", "when", "of", "from", "with", "this", "was", "has", "times",
];

/// Verbs whose time goes on with `before`: `wait 100 ms before it tries again`.
pub(super) const WAITING: &[&str] = &[
    "wait", "waits", "pause", "pauses", "sleep", "sleeps", "hold", "holds", "delay", "retry", "try", "close", "closed",
    "closes", "open", "opened",
];

/// Verbs whose time before something is a limit: `remind the guest 30 minutes before closing`.
pub(super) const TELLING: &[&str] = &["remind", "warn", "notify", "alert", "inform", "send"];

/// Things behind a percentage that is a setting of theirs: `with 1 % resolution`.
pub(super) const SHARES: &[&str] = &[
    "resolution",
    "increments",
    "increment",
    "steps",
    "opacity",
    "duty",
    "discount",
    "payout",
    "tip",
    "fee",
    "commission",
    "margin",
    "overlap",
    "tolerance",
];

/// Italian words of time; behind *per* they tell how long.
pub(super) const ITALIAN_TIMES: &[&str] = &[
    "ore",
    "ora",
    "minuti",
    "secondi",
    "giorni",
    "mesi",
    "anni",
    "settimane",
    "giorno",
    "mese",
    "anno",
];
