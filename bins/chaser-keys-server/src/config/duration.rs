//! Durations as people write them: `500ms`, `3s`, `30m`, `12h`.

use std::ops::RangeInclusive;
use std::time::Duration;

pub(crate) fn parse(text: &str, allowed: RangeInclusive<Duration>) -> Result<Duration, String> {
    let Ok(duration) = humantime::parse_duration(text) else {
        return Err(format!(
            "{text:?} is no duration: write a number and a unit, such as 500ms, 3s, 30m or 12h"
        ));
    };
    if allowed.contains(&duration) {
        return Ok(duration);
    }
    let (least, most) = (show(*allowed.start()), show(*allowed.end()));
    Err(format!("{text} is out of range: choose from {least} to {most}"))
}

pub(crate) fn show(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit_and_a_range() {
        let range = Duration::from_millis(10)..=Duration::from_mins(1);
        assert_eq!(parse("1s", range.clone()), Ok(Duration::from_secs(1)));
        assert_eq!(parse("1m", range.clone()), Ok(Duration::from_mins(1)));
        for bad in ["1", "-1s", "soon", "1s1", "1ms", "61s"] {
            assert!(parse(bad, range.clone()).is_err(), "{bad}");
        }
        assert!(parse("2h", range).unwrap_err().contains("from 10ms to 1m"));
    }
}
