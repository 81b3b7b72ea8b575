//! Typed parameters of steps.

use std::{str::FromStr, time::Duration};

use cucumber::Parameter;

/// A duration in words, such as `2 hours` or `1 minute`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "span", regex = r"\d+ (?:second|minute|hour|day)s?")]
pub(crate) struct SpanOfTime(pub(crate) Duration);

impl FromStr for SpanOfTime {
    type Err = humantime::DurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        humantime::parse_duration(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_with_its_unit() {
        assert_eq!("2 hours".parse::<SpanOfTime>().unwrap().0, Duration::from_hours(2));
        assert_eq!("1 minute".parse::<SpanOfTime>().unwrap().0, Duration::from_mins(1));
        assert!("soon".parse::<SpanOfTime>().is_err());
    }
}
