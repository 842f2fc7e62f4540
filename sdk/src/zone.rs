//! Offsets of European countries with one zone, computed by the one rule that they follow.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::Offset;

/// Central European Time: countries whose whole territory under this code keeps it.
const CENTRAL: &[&str] = &[
    "AD", "AL", "AT", "BA", "BE", "CH", "CZ", "DE", "DK", "FR", "GI", "HR", "HU", "IT", "LI", "LU", "MC", "ME", "MK",
    "MT", "NL", "NO", "PL", "RS", "SE", "SI", "SJ", "SK", "SM", "VA", "XK",
];
/// Eastern European Time.
const EASTERN: &[&str] = &["AX", "BG", "EE", "FI", "GR", "LT", "LV", "RO"];
/// Western European Time.
const WESTERN: &[&str] = &["FO", "GB", "GG", "IE", "IM", "JE"];

/// The offset of a wall-clock time at a country with one zone. In the hour that comes twice, summer time.
pub fn offset_of(country: &str, local: DateTime) -> Option<Offset> {
    let standard = standard_offset(country)?;
    let summer = Offset::from_hours(standard + 1).ok()?;
    let in_summer = summer.to_timestamp(local).is_ok_and(is_summer);
    if in_summer && has_summer_time(country) { Some(summer) } else { Offset::from_hours(standard).ok() }
}

/// The offset of a timestamp at a country with one zone.
pub fn offset_at(country: &str, at: Timestamp) -> Option<Offset> {
    let standard = standard_offset(country)?;
    let hours = if is_summer(at) && has_summer_time(country) { standard + 1 } else { standard };
    Offset::from_hours(hours).ok()
}

fn standard_offset(country: &str) -> Option<i8> {
    let country = country.trim().to_ascii_uppercase();
    let country = country.as_str();
    if CENTRAL.contains(&country) {
        Some(1)
    } else if EASTERN.contains(&country) {
        Some(2)
    } else if WESTERN.contains(&country) || country == "IS" {
        Some(0)
    } else {
        None
    }
}

fn has_summer_time(country: &str) -> bool {
    !country.trim().eq_ignore_ascii_case("IS")
}

/// Directive 2000/84/EC: from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of October.
fn is_summer(at: Timestamp) -> bool {
    let utc = Offset::UTC.to_datetime(at);
    let change = |month| last_sunday(utc.year(), month).map(|day| day.at(1, 0, 0, 0));
    match (change(3), change(10)) {
        (Some(start), Some(end)) => start <= utc && utc < end,
        _ => false,
    }
}

fn last_sunday(year: i16, month: i8) -> Option<Date> {
    let last = Date::new(year, month, 31).ok()?;
    Date::new(year, month, last.day() - last.weekday().since(Weekday::Sunday)).ok()
}
