//! The check digits that couriers' numbers end in.

/// Appends the GS1 mod-10 digit (weights 3 and 1 from the right): SSCC, GSIN.
pub fn with_gs1(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Whether a number consists of digits and ends in its GS1 mod-10 digit.
pub fn has_gs1(number: &str) -> bool {
    number.len() > 1
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && with_gs1(&number[..number.len() - 1]) == number
}

/// Completes a UPS number from the 15 characters between `1Z` and the check digit.
pub fn with_ups(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(index, byte)| {
            let value = if byte.is_ascii_digit() { byte - b'0' } else { (byte - 63) % 10 };
            u32::from(value) * if index % 2 == 0 { 1 } else { 2 }
        })
        .sum();
    format!("1Z{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_are_reproduced() {
        assert_eq!(with_gs1("37043810999900001"), "370438109999000015");
        assert_eq!(with_gs1("7043810999900001"), "70438109999000014");
        assert!(has_gs1("373500012345678905"));
        assert!(!has_gs1("373500012345678906") && !has_gs1("") && !has_gs1("RR1"));
        assert_eq!(with_ups("AB1234030000004"), "1ZAB12340300000046");
    }
}
