//! Check digits of tracking numbers, shared by the host (which courier could it be?) and by plugins.

use crate::description::CheckDigit;

impl CheckDigit {
    /// Whether the number's check digit is right. The number is in upper case and without blanks.
    pub fn accepts(self, number: &str) -> bool {
        match self {
            Self::None => true,
            Self::Gs1 => gs1(number.strip_prefix("00").filter(|rest| rest.len() == 18).unwrap_or(number)),
            Self::S10 => s10(number),
            Self::Ups1z => ups_1z(number),
            Self::Mod7 => mod_7(number),
            Self::Fedex12 => fedex_12(number),
            Self::Fedex15 => number.len() == 15 && gs1(number),
        }
    }
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|character| character.to_digit(10)).collect()
}

/// GS1 General Specifications, section 7.9: weights 3 and 1 from the right, the check digit last.
fn gs1(number: &str) -> bool {
    let Some(digits) = digits(number).filter(|digits| digits.len() > 1) else { return false };
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(place, digit)| digit * if place % 2 == 0 { 1 } else { 3 }).sum();
    sum.is_multiple_of(10)
}

/// UPU standard S10: weights 8 6 4 2 3 5 9 7 over the serial number, 11 minus the sum modulo 11; 10 is 0 and 11 is 5.
fn s10(number: &str) -> bool {
    const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
    let Some(serial) = number.get(2..11).and_then(digits).filter(|_| number.len() == 13) else { return false };
    let sum: u32 = serial.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    };
    serial[8] == expected
}

/// UPS: the 15 characters after `1Z`, letters as (ASCII code − 63) modulo 10, even places twice.
fn ups_1z(number: &str) -> bool {
    let Some(body) = number.strip_prefix("1Z").filter(|body| body.len() == 16 && body.is_ascii()) else { return false };
    let values: Vec<u32> = body
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            byte => u32::from(byte).wrapping_sub(63) % 10,
        })
        .collect();
    let sum: u32 =
        values[..15].iter().enumerate().map(|(place, value)| value * if place % 2 == 0 { 1 } else { 2 }).sum();
    body.as_bytes()[15].is_ascii_digit() && values[15] == (10 - sum % 10) % 10
}

/// The last digit is the number before it modulo 7 (airway bills).
fn mod_7(number: &str) -> bool {
    let Some(number) = number.parse::<u64>().ok().filter(|_| number.len() > 1) else { return false };
    number / 10 % 7 == number % 10
}

/// FedEx, 12 digits: weights 3 1 7 from the left over 11 digits, modulo 11, 10 as 0.
fn fedex_12(number: &str) -> bool {
    const WEIGHTS: [u32; 11] = [3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1];
    let Some(digits) = digits(number).filter(|digits| digits.len() == 12) else { return false };
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    digits[11] == sum % 11 % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_are_accepted_and_their_neighbours_are_not() {
        // UPU S10 worked example (RR473124829GB); a UPS documentation number; GS1's SSCC example; mod 7 and FedEx by their rules.
        let published = [
            (CheckDigit::S10, "RR473124829GB", "RR473124828GB"),
            (CheckDigit::Ups1z, "1ZAB12340300000046", "1ZAB12340300000047"),
            (CheckDigit::Ups1z, "1Z999AA10123456784", "1Z999AA10123456785"),
            (CheckDigit::Gs1, "370438109999000015", "370438109999000016"),
            (CheckDigit::Gs1, "00370438109999000015", "00370438109999000016"),
            (CheckDigit::Gs1, "70438109999000014", "70438109999000015"),
            (CheckDigit::Mod7, "40000000014", "40000000015"),
            (CheckDigit::Fedex12, "986578788855", "986578788856"),
        ];
        for (check, right, wrong) in published {
            assert!(check.accepts(right), "{check:?} {right}");
            assert!(!check.accepts(wrong), "{check:?} {wrong}");
        }
    }

    #[test]
    fn any_text_gets_an_answer() {
        for check in [
            CheckDigit::Gs1,
            CheckDigit::S10,
            CheckDigit::Ups1z,
            CheckDigit::Mod7,
            CheckDigit::Fedex12,
            CheckDigit::Fedex15,
        ] {
            for text in ["", "0", "1Z", "åäöåäöåäöåä", "1Zåäöåäöåäöåäöåäö", "AB12345678", "99999999999999999999999999"]
            {
                check.accepts(text);
            }
        }
    }
}
