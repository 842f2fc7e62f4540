//! Times as couriers write them, as the contract's moments.
//!
//! There is no zone database in a plugin: it would be larger than the plugin. What couriers leave out is the offset of
//! European countries with one zone, and those follow one rule.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::types::{Moment, Window};
pub use crate::zone::{offset_at, offset_of};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads a time with its offset (`Z`, `+02:00`, `+0200`, `+02`), whatever stands between date and time.
pub fn with_offset(text: &str) -> Option<Moment> {
    let (local, offset) = split_offset(text.trim())?;
    Some(stated(parse_local(local)?, offset))
}

/// The instant of a moment, where its offset is known. Smaller in a plugin than jiff's own parser.
pub fn instant(moment: &Moment) -> Option<Timestamp> {
    let (local, offset) = split_offset(moment.at.as_deref()?)?;
    offset.to_timestamp(parse_local(local)?).ok()
}

/// Reads a wall-clock time without a zone. The country (ISO 3166-1 alpha-2) gives the offset where it has one zone.
pub fn local(text: &str, country: Option<&str>) -> Option<Moment> {
    Some(derived(parse_local(text.trim())?, country))
}

/// Reads either: with its offset where one stands there, else as wall-clock time at the country.
pub fn any(text: &str, country: Option<&str>) -> Option<Moment> {
    with_offset(text).or_else(|| local(text, country))
}

/// Makes a moment of a courier's milliseconds since 1970 (UTC), told in the country's wall-clock time where known.
pub fn epoch_ms(ms: i64, country: Option<&str>) -> Option<Moment> {
    Some(of_timestamp(Timestamp::from_millisecond(ms).ok()?, country))
}

/// Makes a moment of a timestamp, told in the country's wall-clock time where known and in UTC else.
pub fn of_timestamp(at: Timestamp, country: Option<&str>) -> Moment {
    let offset = country.and_then(|country| offset_at(country, at)).unwrap_or(Offset::UTC);
    stated(offset.to_datetime(at), offset)
}

/// Reads `YYYYMMDD` and `HHMMSS` or `HHMM` (separators allowed; a blank time is midnight) as wall-clock time.
pub fn compact(date: &str, time: &str, country: Option<&str>) -> Option<Moment> {
    Some(derived(compact_datetime(date, time)?, country))
}

/// The same with an offset that the courier states apart, such as `-05:00`.
pub fn compact_with_offset(date: &str, time: &str, offset: &str) -> Option<Moment> {
    Some(stated(compact_datetime(date, time)?, parse_offset(offset.trim())?))
}

/// Reads `YYYYMMDD` or `YYYY-MM-DD` and more after it, and writes `YYYY-MM-DD`.
pub fn iso_date(text: &str) -> Option<String> {
    parse_date(text.trim()).map(write_date)
}

/// The whole of a local day: 00:00:00 to 23:59:59.
pub fn whole_day(date: &str, country: Option<&str>) -> Option<Window> {
    let date = parse_date(date.trim())?;
    Some(Window {
        earliest: Some(derived(date.at(0, 0, 0, 0), country)),
        latest: Some(derived(date.at(23, 59, 59, 0), country)),
    })
}

/// A window on one local day: `HH:MM` to `HH:MM`, as in promises of delivery.
pub fn window(date: &str, from: &str, to: &str, country: Option<&str>) -> Option<Window> {
    let at = |time: &str| compact(date, time, country);
    Some(Window { earliest: Some(at(from)?), latest: Some(at(to)?) })
}

/// Reads a time of day as the contract writes it, `hh:mm`: of `0930`, `09:30`, `9:30`, `09:30:00`; `24:00` is the day's end.
pub fn of_day(text: &str) -> Option<String> {
    let text = text.trim();
    let (hour, minute) = match text.split_once([':', '.']) {
        Some((hour, rest)) => (hour, rest.get(..2)?),
        None => text.split_at_checked(2)?,
    };
    let (hour, minute) = (number(hour)?, number(minute.get(..2)?)?);
    (hour < 24 && minute < 60 || hour == 24 && minute == 0).then(|| format!("{hour:02}:{minute:02}"))
}

/// The day of a moment at a country, `YYYY-MM-DD`; in UTC where its zone is not known.
pub fn today(now: Timestamp, country: Option<&str>) -> String {
    let offset = country.and_then(|country| offset_at(country, now)).unwrap_or(Offset::UTC);
    write_date(offset.to_datetime(now).date())
}

/// A timestamp some hours later, or earlier: what a plugin needs of arithmetic, and a fraction of the library's.
pub fn hours_later(at: Timestamp, hours: i64) -> Timestamp {
    Timestamp::from_second(at.as_second().saturating_add(hours.saturating_mul(60 * 60))).unwrap_or(at)
}

/// Reads a date as HTTP headers carry it: `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110, section 5.6.7).
///
/// Of the library's own readers this would be the only use, and they are larger than some plugins.
pub fn http_date(text: &str) -> Option<Timestamp> {
    let (_, rest) = text.trim().split_once(", ")?;
    let mut parts = rest.strip_suffix(" GMT")?.split(' ');
    let day = number(parts.next()?)?;
    let month = parts.next()?;
    let month = MONTHS.iter().position(|known| known.eq_ignore_ascii_case(month))? + 1;
    let year = number(parts.next()?)?;
    let date = Date::new(year as i16, month as i8, day as i8).ok()?;
    Offset::UTC.to_timestamp(date.to_datetime(parse_time(parts.next()?)?)).ok()
}

fn stated(local: DateTime, offset: Offset) -> Moment {
    Moment { at: Some(write_at(local, offset)), local: write_local(local), zone_known: true }
}

fn derived(local: DateTime, country: Option<&str>) -> Moment {
    let offset = country.and_then(|country| offset_of(country, local));
    Moment { at: offset.map(|offset| write_at(local, offset)), local: write_local(local), zone_known: false }
}

fn write_date(date: Date) -> String {
    let mut text = String::with_capacity("2026-01-31".len());
    push_date(&mut text, date);
    text
}

fn write_local(local: DateTime) -> String {
    let mut text = String::with_capacity("2026-01-31T23:59:59".len());
    push_local(&mut text, local);
    text
}

fn write_at(local: DateTime, offset: Offset) -> String {
    let mut text = String::with_capacity("2026-01-31T23:59:59+01:00".len());
    push_local(&mut text, local);
    let seconds = offset.seconds();
    if seconds == 0 {
        text.push('Z');
        return text;
    }
    let minutes = seconds.unsigned_abs() / 60;
    text.push(if seconds < 0 { '-' } else { '+' });
    push(&mut text, minutes / 60, 2);
    text.push(':');
    push(&mut text, minutes % 60, 2);
    text
}

fn push_local(text: &mut String, local: DateTime) {
    push_date(text, local.date());
    for (mark, number) in [('T', local.hour()), (':', local.minute()), (':', local.second())] {
        text.push(mark);
        push(text, number.unsigned_abs().into(), 2);
    }
}

fn push_date(text: &mut String, date: Date) {
    push(text, date.year().unsigned_abs().into(), 4);
    for number in [date.month(), date.day()] {
        text.push('-');
        push(text, number.unsigned_abs().into(), 2);
    }
}

/// Appends a number with leading zeros. `format!` takes twenty times as long, and there are six numbers in every event's time.
fn push(text: &mut String, number: u32, digits: u32) {
    for place in (0..digits).rev() {
        text.push(char::from(b'0' + (number / 10_u32.pow(place) % 10) as u8));
    }
}

/// Splits `…Z` or `…±hh[[:]mm]` behind a time of day.
fn split_offset(text: &str) -> Option<(&str, Offset)> {
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return Some((local.trim_end(), Offset::UTC));
    }
    // A sign before the time of day belongs to the date.
    let time = text.find([':', 'T'])?;
    let sign = time + text.get(time..)?.rfind(['+', '-'])?;
    let (local, offset) = text.split_at_checked(sign)?;
    Some((local.trim_end(), parse_offset(offset)?))
}

fn parse_offset(text: &str) -> Option<Offset> {
    if matches!(text, "Z" | "z") {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (number(digits)?, 0),
        4 => (number(digits.get(..2)?)?, number(digits.get(2..)?)?),
        5 => digits.split_once(':').and_then(|(hours, minutes)| Some((number(hours)?, number(minutes)?)))?,
        _ => return None,
    };
    if minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()
}

/// `YYYY-MM-DD`, `T` or a blank, `hh:mm` and perhaps `:ss` and decimals, which are cut off.
fn parse_local(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_at_checked(10)?;
    let time = time.strip_prefix(['T', 't', ' '])?;
    Some(parse_date(date)?.to_datetime(parse_time(time)?))
}

fn compact_datetime(date: &str, time: &str) -> Option<DateTime> {
    let time = match time.trim() {
        "" => Time::midnight(),
        time => parse_time(time)?,
    };
    Some(parse_date(date.trim())?.to_datetime(time))
}

fn parse_date(text: &str) -> Option<Date> {
    let (year, month, day) = if text.as_bytes().get(4) == Some(&b'-') {
        (text.get(..4)?, text.get(5..7)?, text.get(8..10)?)
    } else {
        (text.get(..4)?, text.get(4..6)?, text.get(6..8)?)
    };
    Date::new(number(year)? as i16, number(month)? as i8, number(day)? as i8).ok()
}

fn parse_time(text: &str) -> Option<Time> {
    let whole = text.split(['.', ',']).next()?;
    let digits: String = whole.chars().filter(|character| *character != ':').collect();
    let seconds = if digits.len() == 4 { 0 } else { number(digits.get(4..6)?)? };
    if !matches!(digits.len(), 4 | 6) {
        return None;
    }
    Time::new(number(digits.get(..2)?)? as i8, number(digits.get(2..4)?)? as i8, seconds as i8, 0).ok()
}

/// At most four digits, and nothing else.
fn number(digits: &str) -> Option<i32> {
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    if fits { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(at: Option<&str>, local: &str, zone_known: bool) -> Option<Moment> {
        Some(Moment { at: at.map(str::to_owned), local: local.to_owned(), zone_known })
    }

    #[test]
    fn offsets_are_read_in_every_form() {
        let expected = moment(Some("2025-06-01T12:30:00+02:00"), "2025-06-01T12:30:00", true);
        for text in ["2025-06-01T12:30:00+02:00", "2025-06-01T12:30:00.123+0200", "2025-06-01 12:30:00+02"] {
            assert_eq!(with_offset(text), expected, "{text}");
        }
        assert_eq!(
            with_offset("2025-06-01T12:30:00Z"),
            moment(Some("2025-06-01T12:30:00Z"), "2025-06-01T12:30:00", true)
        );
        assert_eq!(
            with_offset("2025-06-01T12:30:00-05:30").and_then(|it| it.at).as_deref(),
            Some("2025-06-01T12:30:00-05:30")
        );
        for text in ["2025-06-01T12:30:00", "2025-06-01", "", "Z", "é", "2025-13-01T00:00:00Z", "2025-06-01T12:30:00+é"]
        {
            assert_eq!(with_offset(text), None, "{text}");
        }
    }

    #[test]
    fn european_summer_time_follows_the_directive() {
        let at = |text: &str, country| local(text, Some(country)).and_then(|moment| moment.at).expect("a zone");
        // 2025: 30 March and 26 October.
        assert_eq!(at("2025-03-30T01:59:59", "SE"), "2025-03-30T01:59:59+01:00");
        assert_eq!(at("2025-03-30T03:00:00", "SE"), "2025-03-30T03:00:00+02:00");
        assert_eq!(at("2025-10-26T02:30:00", "NO"), "2025-10-26T02:30:00+02:00");
        assert_eq!(at("2025-10-26T03:00:00", "DK"), "2025-10-26T03:00:00+01:00");
        assert_eq!(at("2025-07-01T12:00:00", "FI"), "2025-07-01T12:00:00+03:00");
        assert_eq!(at("2025-01-01T12:00:00", "FI"), "2025-01-01T12:00:00+02:00");
        assert_eq!(at("2025-07-01T12:00:00", "IS"), "2025-07-01T12:00:00Z");
    }

    #[test]
    fn dates_of_headers() {
        let date = http_date("Wed, 21 Oct 2015 07:28:00 GMT").map(|at| at.as_second());
        assert_eq!(date, Some(1_445_412_480));
        assert_eq!(http_date("21 Oct 2015"), None);
    }

    #[test]
    fn a_country_with_many_zones_gives_no_offset() {
        assert_eq!(local("2025-07-01 12:00", Some("US")), moment(None, "2025-07-01T12:00:00", false));
        assert_eq!(local("2025-07-01 12:00", None), moment(None, "2025-07-01T12:00:00", false));
    }

    #[test]
    fn compact_forms_and_epochs() {
        assert_eq!(compact("20250701", "142501", None), moment(None, "2025-07-01T14:25:01", false));
        assert_eq!(
            compact_with_offset("20250701", "142501", "-04:00"),
            moment(Some("2025-07-01T14:25:01-04:00"), "2025-07-01T14:25:01", true)
        );
        assert_eq!(
            epoch_ms(1_751_373_901_000, Some("SE")),
            moment(Some("2025-07-01T14:45:01+02:00"), "2025-07-01T14:45:01", true)
        );
        assert_eq!(iso_date("20250701").as_deref(), Some("2025-07-01"));
        assert_eq!(iso_date("2025-07-01T00:00:00").as_deref(), Some("2025-07-01"));
        let day = whole_day("2025-07-01", Some("SE")).expect("a day");
        assert_eq!(day.latest.map(|moment| moment.local).as_deref(), Some("2025-07-01T23:59:59"));
    }
}
