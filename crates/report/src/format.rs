//! Times, durations and places as people read them, the same in every format.

use jiff::Timestamp;

/// `480 ms`, `12.4 s`, `3 min 05 s`, `1 h 02 min`.
pub(crate) fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{seconds}.{} s", ms % 1000 / 100),
        60_000..3_600_000 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3_600_000.. => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// `2026-11-20 10:02:11 UTC`.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `10:02:11`, on a page that names the day once.
pub(crate) fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%S").to_string()
}

/// Milliseconds from one time to another, 0 where the second is earlier.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond() - from.as_millisecond()).unwrap_or(0)
}

/// `1 criterion`, `2 criteria`.
pub(crate) fn number_of(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_two_units_at_most() {
        let read = [0, 999, 1_000, 59_999, 60_000, 185_400, 3_720_000].map(duration);
        assert_eq!(
            read,
            [
                "0 ms",
                "999 ms",
                "1.0 s",
                "59.9 s",
                "1 min 00 s",
                "3 min 05 s",
                "1 h 02 min"
            ]
        );
    }

    #[test]
    fn an_end_before_its_start_is_no_time() {
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(between(at("2026-11-20T10:00:00Z"), at("2026-11-20T10:00:01.5Z")), 1500);
        assert_eq!(between(at("2026-11-20T10:00:01Z"), at("2026-11-20T10:00:00Z")), 0);
    }
}
