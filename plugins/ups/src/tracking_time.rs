//! UPS's dates and times as moments.

use crossdock_sdk::time;
use crossdock_sdk::types::{Moment, Window};

use crate::tracking_wire::Activity;

/// An offset between a local time and UTC, in minutes: no place on earth is further away.
const MAX_OFFSET_MINUTES: i64 = 14 * 60;

/// The local time with UPS's offset, stated or told by its UTC time; else local, its offset derived from the country.
pub fn moment(activity: &Activity, country: Option<&str>) -> Option<Moment> {
    let (local, utc) = (clock(&activity.time), clock(&activity.gmt_time));
    // Pushes write `-05.00` (UPSTrackAlert.yaml).
    let offset = activity.gmt_offset.replace('.', ":");
    time::compact_with_offset(&activity.date, &local, &offset)
        .or_else(|| time::compact_with_offset(&activity.date, &local, &offset_between(activity, &local, &utc)?))
        .or_else(|| time::compact(&activity.date, &local, country))
        .or_else(|| time::compact_with_offset(&activity.gmt_date, &utc, "+00:00"))
}

fn offset_between(activity: &Activity, local: &str, utc: &str) -> Option<String> {
    if local.is_empty() || utc.is_empty() {
        return None;
    }
    let read = |date, clock| Some(time::instant(&time::compact_with_offset(date, clock, "Z")?)?.as_second());
    let (local, utc) = (read(&activity.date, local)?, read(&activity.gmt_date, utc)?);
    let minutes = (local - utc + 30).div_euclid(60);
    // Zones differ from UTC by quarters of an hour; anything else is two scans' times mixed up.
    if minutes.abs() > MAX_OFFSET_MINUTES || minutes % 15 != 0 {
        return None;
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    Some(format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60))
}

/// `HHMMSS` of `74700`, `074700` and `07:47:00`, all of which occur; of `07:47` too, and of what lost more zeros (`500`).
pub fn clock(text: &str) -> String {
    let mut parts = text.split(':').map(str::trim);
    let first = parts.next().unwrap_or_default();
    let rest: String = parts.map(|part| format!("{part:0>2}")).collect();
    let digits = format!("{first:0>2}{rest}");
    match (first.is_empty(), rest.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!("{digits:0>6}"),
        (false, false) => digits,
    }
}

/// A day with what is known of its hours.
pub fn window(date: &str, start: &str, end: &str, country: Option<&str>) -> Option<Window> {
    let day = time::whole_day(date, country)?;
    let at = |text: &str| {
        Some(clock(text)).filter(|clock| !clock.is_empty()).and_then(|clock| time::compact(date, &clock, country))
    };
    Some(Window { earliest: at(start).or(day.earliest), latest: at(end).or(day.latest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_lose_their_zeros() {
        for text in ["074700", "74700", "07:47:00", "7:47:00"] {
            assert_eq!(clock(text), "074700", "{text}");
        }
        assert_eq!(["500", "0", "", "07:47"].map(clock), ["000500", "000000", "", "0747"]);
    }
}
