//! Local times of the places that parcels pass, without a time zone database on the machine.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::{Offset, TimeZone};

/// A country's offset from UTC at an instant, summer time included (the east coast for the USA).
pub fn offset(country: &str, at: Timestamp) -> Offset {
    let hours = match country {
        "GB" | "IE" | "PT" => i8::from(european_summer(at)),
        "FI" | "EE" | "LV" | "LT" => 2 + i8::from(european_summer(at)),
        "US" | "CA" => -5 + i8::from(american_summer(at)),
        _ => 1 + i8::from(european_summer(at)),
    };
    Offset::constant(hours)
}

/// Prints an instant as that country's clocks show it, by a `strftime` pattern.
pub fn local(country: &str, at: Timestamp, pattern: &str) -> String {
    at.to_zoned(TimeZone::fixed(offset(country, at))).strftime(pattern).to_string()
}

fn european_summer(at: Timestamp) -> bool {
    let year = at.to_zoned(TimeZone::UTC).year();
    let start = utc(sunday_on_or_before(date(year, 3, 31)), 1);
    let end = utc(sunday_on_or_before(date(year, 10, 31)), 1);
    (start..end).contains(&at)
}

fn american_summer(at: Timestamp) -> bool {
    let year = at.to_zoned(TimeZone::UTC).year();
    let start = utc(sunday_on_or_before(date(year, 3, 14)), 7);
    let end = utc(sunday_on_or_before(date(year, 11, 7)), 6);
    (start..end).contains(&at)
}

fn sunday_on_or_before(day: Date) -> Date {
    let back = day.weekday().since(Weekday::Sunday);
    day.saturating_sub(jiff::Span::new().days(back))
}

fn utc(day: Date, hour: i8) -> Timestamp {
    day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_changes_on_the_right_sundays() {
        let shown = |country, text: &str| local(country, text.parse().unwrap(), "%Y-%m-%dT%H:%M:%S%:z");
        assert_eq!(shown("NO", "2026-03-29T00:59:59Z"), "2026-03-29T01:59:59+01:00");
        assert_eq!(shown("NO", "2026-03-29T01:00:00Z"), "2026-03-29T03:00:00+02:00");
        assert_eq!(shown("SE", "2026-10-25T01:00:00Z"), "2026-10-25T02:00:00+01:00");
        assert_eq!(shown("US", "2026-03-08T07:00:00Z"), "2026-03-08T03:00:00-04:00");
        assert_eq!(shown("US", "2026-11-01T06:00:00Z"), "2026-11-01T01:00:00-05:00");
    }
}
