//! Check digits of parcel numbers.

/// Whether the last digit is GS1's check digit (mod 10, weights 3 and 1 from the right) of the digits before it.
///
/// GS1 General Specifications, section 7.9.1. The application identifier `00` before an SSCC must be taken off first.
pub fn is_gs1(digits: &str) -> bool {
    let Some((body, check)) = split_last(digits) else {
        return false;
    };
    gs1(body) == Some(check)
}

/// GS1's check digit of these digits.
pub fn gs1(digits: &str) -> Option<u32> {
    let mut sum = 0;
    for (place, digit) in digits.chars().rev().enumerate() {
        sum += digit.to_digit(10)? * if place % 2 == 0 { 3 } else { 1 };
    }
    (!digits.is_empty()).then_some((10 - sum % 10) % 10)
}

/// Whether it is an S10 number (UPU S10-12): two letters, eight digits, check digit, two letters.
pub fn is_s10(number: &str) -> bool {
    let bytes = number.as_bytes();
    if bytes.len() != 13 || !bytes.is_ascii() {
        return false;
    }
    let letters = |part: &[u8]| part.iter().all(u8::is_ascii_uppercase);
    letters(&bytes[..2]) && letters(&bytes[11..]) && s10(&number[2..10]) == number[10..11].parse().ok()
}

/// The S10 check digit of eight digits: weights 8 6 4 2 3 5 9 7, mod 11; 10 becomes 0 and 11 becomes 5.
pub fn s10(digits: &str) -> Option<u32> {
    const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
    if digits.chars().count() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (digit, weight) in digits.chars().zip(WEIGHTS) {
        sum += digit.to_digit(10)? * weight;
    }
    Some(match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        check => check,
    })
}

/// Whether it is a UPS number: `1Z`, 15 characters, check digit.
pub fn is_ups_1z(number: &str) -> bool {
    let Some(rest) = number.strip_prefix("1Z") else {
        return false;
    };
    if rest.len() != 16 || !rest.is_ascii() {
        return false;
    }
    ups_1z(&rest[..15]) == rest[15..].parse().ok()
}

/// The check digit of the 15 characters after `1Z`: letters count as (code − 63) mod 10 (A is 2), every second counts twice.
pub fn ups_1z(characters: &str) -> Option<u32> {
    let mut sum = 0;
    for (place, character) in characters.chars().enumerate() {
        let value = match character {
            '0'..='9' => u32::from(character) - u32::from('0'),
            'A'..='Z' => (u32::from(character) - 63) % 10,
            _ => return None,
        };
        sum += value * if place % 2 == 0 { 1 } else { 2 };
    }
    Some((10 - sum % 10) % 10)
}

/// Whether the last digit is the number before it modulo 7.
pub fn is_mod7(digits: &str) -> bool {
    let Some((body, check)) = split_last(digits) else {
        return false;
    };
    let mut rest = 0;
    for digit in body.chars() {
        let Some(digit) = digit.to_digit(10) else {
            return false;
        };
        rest = (rest * 10 + digit) % 7;
    }
    !body.is_empty() && rest == check
}

fn split_last(digits: &str) -> Option<(&str, u32)> {
    let (place, last) = digits.char_indices().next_back()?;
    Some((&digits[..place], last.to_digit(10)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gs1_vectors() {
        // GS1 General Specifications: GTIN-13 6291041500213, SSCC 376104250021234569.
        assert!(is_gs1("6291041500213"));
        assert!(is_gs1("376104250021234569"));
        assert!(!is_gs1("376104250021234568"));
        assert!(!is_gs1("") && !is_gs1("7") && !is_gs1("37610425002123456é"));
    }

    #[test]
    fn s10_vectors() {
        // UPU S10-12: the check digit of 47312482 is 9.
        assert_eq!(s10("47312482"), Some(9));
        assert!(is_s10("RR473124829SE"));
        assert!(!is_s10("RR473124828SE"));
        assert!(!is_s10("RR47312482éSE"));
    }

    #[test]
    fn ups_vectors() {
        // UPS Tracking API samples; UPS also prints made-up numbers that fail the check.
        assert!(is_ups_1z("1Z5R89390357567127"));
        assert!(is_ups_1z("1ZAB12340300000046"));
        assert!(is_ups_1z("1Z999AA10123456784"));
        assert!(!is_ups_1z("1Z12345E0205271689"));
    }

    #[test]
    fn mod7_counts_all_digits() {
        assert!(is_mod7("123456782"), "12345678 is 2 modulo 7");
        assert!(!is_mod7("123456783"));
    }
}
