//! Units: exact, on decimal text, rounded half up only where the result is whole grams or millimetres.

/// Millionths of a gram in a pound (exactly 453.59237 g).
const MICROGRAMS_PER_POUND: u128 = 453_592_370;
const MICROGRAMS_PER_OUNCE_X16: u128 = MICROGRAMS_PER_POUND;
/// More digits than any courier writes; keeps the arithmetic far from overflow.
const MAX_DIGITS: usize = 18;

/// Kilograms as decimal text (`1.25`, also `1,25`) to grams.
pub fn kilograms_to_grams(text: &str) -> Option<u32> {
    scale(text, 1000, 1)
}

/// Grams as decimal text to whole grams.
pub fn grams(text: &str) -> Option<u32> {
    scale(text, 1, 1)
}

/// Pounds as decimal text to grams.
pub fn pounds_to_grams(text: &str) -> Option<u32> {
    scale(text, MICROGRAMS_PER_POUND, 1_000_000)
}

/// Ounces as decimal text to grams.
pub fn ounces_to_grams(text: &str) -> Option<u32> {
    scale(text, MICROGRAMS_PER_OUNCE_X16, 16_000_000)
}

/// Centimetres as decimal text to millimetres.
pub fn centimetres_to_mm(text: &str) -> Option<u32> {
    scale(text, 10, 1)
}

/// Metres as decimal text to millimetres.
pub fn metres_to_mm(text: &str) -> Option<u32> {
    scale(text, 1000, 1)
}

/// Inches as decimal text to millimetres (exactly 25.4 mm).
pub fn inches_to_mm(text: &str) -> Option<u32> {
    scale(text, 254, 10)
}

/// Degrees as decimal text (`59.911491`, `-0.5`) to microdegrees.
pub fn degrees_to_microdegrees(text: &str) -> Option<i32> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let micro = i32::try_from(scale(digits, 1_000_000, 1)?).ok()?;
    Some(if negative { -micro } else { micro })
}

/// A decimal amount times a count, exactly: `12.30` times 3 is `36.90`. `None` for what is no plain amount.
pub fn times(amount: &str, count: u32) -> Option<String> {
    let (whole, fraction) = amount.trim().split_once('.').unwrap_or((amount.trim(), ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let product = digits.parse::<u128>().ok()? * u128::from(count);
    let padded = format!("{product:0>width$}", width = fraction.len() + 1);
    let (whole, fraction) = padded.split_at(padded.len() - fraction.len());
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// Microdegrees as degrees in decimal text with six places: `59.911491`.
pub fn microdegrees_as_degrees(microdegrees: i32) -> String {
    let (sign, digits) = (if microdegrees < 0 { "-" } else { "" }, microdegrees.unsigned_abs());
    format!("{sign}{}.{:06}", digits / 1_000_000, digits % 1_000_000)
}

/// Grams as kilograms in decimal text with three places: `1.250`.
pub fn grams_as_kilograms(grams: u32) -> String {
    format!("{}.{:03}", grams / 1000, grams % 1000)
}

/// Grams as pounds in decimal text, rounded up to hundredths: a courier that bills by weight never gets too little.
pub fn grams_as_pounds(grams: u32) -> String {
    let hundredths = (u128::from(grams) * 100 * 1_000_000).div_ceil(MICROGRAMS_PER_POUND);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Millimetres as whole centimetres, rounded up.
pub fn mm_as_centimetres(mm: u32) -> u32 {
    mm.div_ceil(10)
}

/// Millimetres as inches in decimal text, rounded up to hundredths.
pub fn mm_as_inches(mm: u32) -> String {
    let hundredths = (u64::from(mm) * 1000).div_ceil(254);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// An amount in minor units as decimal text: `(1250, 2)` is `12.50`.
pub fn minor_units(amount: i64, places: u32) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let digits = amount.unsigned_abs();
    match places {
        0 => format!("{sign}{digits}"),
        _ => {
            let unit = 10_u64.saturating_pow(places);
            format!("{sign}{}.{:0width$}", digits / unit, digits % unit, width = places as usize)
        }
    }
}

/// Decimal text times `numerator / denominator`, rounded half up.
fn scale(text: &str, numerator: u128, denominator: u128) -> Option<u32> {
    let (digits, places) = decimal(text)?;
    let divisor = denominator * 10_u128.pow(places);
    u32::try_from((digits * numerator * 2 + divisor) / (divisor * 2)).ok()
}

/// Splits unsigned decimal text into its digits and how many of them are decimals.
fn decimal(text: &str) -> Option<(u128, u32)> {
    let text = text.trim();
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, u32::try_from(fraction.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_exact() {
        assert_eq!(kilograms_to_grams("1.25"), Some(1250));
        assert_eq!(kilograms_to_grams("0,0005"), Some(1));
        assert_eq!(kilograms_to_grams("1.2.5"), None);
        assert_eq!(kilograms_to_grams("-1"), None);
        assert_eq!(pounds_to_grams("1"), Some(454));
        assert_eq!(pounds_to_grams("2.20462262185"), Some(1000));
        assert_eq!(ounces_to_grams("16"), Some(454));
        assert_eq!(ounces_to_grams("1"), Some(28));
        assert_eq!(grams_as_kilograms(1250), "1.250");
        assert_eq!(grams_as_pounds(1000), "2.21");
    }

    #[test]
    fn lengths_and_places_are_exact() {
        assert_eq!(inches_to_mm("10"), Some(254));
        assert_eq!(centimetres_to_mm("12.5"), Some(125));
        assert_eq!(mm_as_inches(254), "10.00");
        assert_eq!(mm_as_centimetres(101), 11);
        assert_eq!(degrees_to_microdegrees("59.911491"), Some(59_911_491));
        assert_eq!(degrees_to_microdegrees("-0.5"), Some(-500_000));
        assert_eq!(microdegrees_as_degrees(-500_000), "-0.500000");
    }

    #[test]
    fn amounts_are_multiplied_exactly() {
        let cases = [("12.30", 3, "36.90"), ("0.01", 7, "0.07"), ("100", 2, "200"), ("5.", 2, "10"), ("0.5", 0, "0.0")];
        for (amount, count, product) in cases {
            assert_eq!(times(amount, count).as_deref(), Some(product), "{amount}");
        }
        assert_eq!((times("-1", 2), times("1e3", 2), times("", 2), times("1.2.3", 2)), (None, None, None, None));
    }

    #[test]
    fn money_in_minor_units() {
        assert_eq!(minor_units(1250, 2), "12.50");
        assert_eq!(minor_units(-5, 2), "-0.05");
        assert_eq!(minor_units(7, 0), "7");
    }
}
