//! Numbers as text.

/// With commas between thousands: `1,204`.
pub(in crate::dashboard) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Three digits and a unit, `1.23 MB`. Cut, not rounded: never more than there was.
pub(in crate::dashboard) fn bytes(number: u64) -> String {
    let (mut unit, mut divisor) = (0, 1);
    while number / divisor >= 1_000 {
        unit += 1;
        divisor *= 1_000;
    }
    if unit == 0 {
        return format!("{number} B");
    }
    let (whole, thousandths) = (number / divisor, number % divisor / (divisor / 1_000));
    let name = UNITS.get(unit).copied().unwrap_or_default();
    match whole {
        0..10 => format!("{whole}.{:02} {name}", thousandths / 10),
        10..100 => format!("{whole}.{} {name}", thousandths / 100),
        _ => format!("{whole} {name}"),
    }
}

/// Powers of 1,000; 2^64 bytes are 18 EB.
const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/// Short enough for the scale of a chart, to a tenth: `500,000`, `1.5M`, `20B`.
pub(in crate::dashboard) fn brief(number: u64) -> String {
    let (unit, letter) = match number {
        1_000_000_000.. => (1_000_000_000, "B"),
        1_000_000.. => (1_000_000, "M"),
        _ => return grouped(number),
    };
    let whole = grouped(number / unit);
    match number % unit / (unit / 10) {
        0 => format!("{whole}{letter}"),
        tenths => format!("{whole}.{tenths}{letter}"),
    }
}

/// `1 key`, `1,204 keys`.
pub(in crate::dashboard) fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_three_digits_and_a_unit() {
        let table = [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.00 kB"),
            (1_239, "1.23 kB"),
            (12_399, "12.3 kB"),
            (123_999, "123 kB"),
            (999_999, "999 kB"),
            (1_000_000, "1.00 MB"),
            (1_073_741_824, "1.07 GB"),
            (9_007_199_254_740_991, "9.00 PB"),
            (u64::MAX, "18.4 EB"),
        ];
        for (number, text) in table {
            assert_eq!(bytes(number), text);
        }
    }

    #[test]
    fn thousands_are_kept_apart() {
        let table = [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (1_234_567, "1,234,567"),
        ];
        for (number, text) in table {
            assert_eq!(grouped(number), text);
        }
        let brief = [999_999, 1_000_000, 1_500_000, 20_000_000, 1_000_000_000_000].map(brief);
        assert_eq!(brief, ["999,999", "1M", "1.5M", "20M", "1,000B"]);
        assert_eq!(
            (counted(1, "key"), counted(0, "key"), counted(1_204, "request")),
            ("1 key".into(), "0 keys".into(), "1,204 requests".into())
        );
    }
}
