//! Code 128 bars, so that a printed label of the sandbox can be scanned.

// Widths of bars and spaces by symbol value; 104 starts set B, 105 set C, 106 stops.
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

/// One black bar: distance from the left and width, in modules.
pub type Bar = (u32, u32);

/// The bars of a text in Code 128 (set C for digits in pairs, else set B), and the width of all.
pub fn bars(text: &str) -> (Vec<Bar>, u32) {
    let (mut bars, mut left) = (Vec::new(), 0);
    for value in symbols(text) {
        for (index, width) in PATTERNS[value].bytes().map(|digit| u32::from(digit - b'0')).enumerate() {
            if index % 2 == 0 {
                bars.push((left, width));
            }
            left += width;
        }
    }
    (bars, left)
}

fn symbols(text: &str) -> Vec<usize> {
    let bytes: Vec<u8> = text.bytes().filter(|byte| (32..127).contains(byte)).collect();
    let pairs = bytes.len().is_multiple_of(2) && bytes.iter().all(u8::is_ascii_digit) && !bytes.is_empty();
    let mut values = if pairs {
        let digits = bytes.chunks(2).map(|pair| usize::from(pair[0] - b'0') * 10 + usize::from(pair[1] - b'0'));
        [105].into_iter().chain(digits).collect::<Vec<_>>()
    } else {
        [104].into_iter().chain(bytes.iter().map(|byte| usize::from(byte - 32))).collect()
    };
    let sum: usize = values.iter().enumerate().map(|(index, value)| value * index.max(1)).sum();
    values.extend([sum % 103, 106]);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_eleven_modules_wide_and_unique() {
        let mut seen = PATTERNS.to_vec();
        assert!(PATTERNS[..106].iter().all(|p| p.bytes().map(|b| b - b'0').sum::<u8>() == 11));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 107);
    }

    #[test]
    fn the_check_symbol_is_right() {
        assert_eq!(symbols("1234"), [105, 12, 34, (105 + 12 + 68) % 103, 106]);
    }
}
