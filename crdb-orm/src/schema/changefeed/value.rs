//! The values that options take, read as the server reads them.

/// What a duration is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Duration {
    /// Not one.
    Wrong,
    /// One of no length.
    Zero,
    /// One of some length.
    Some,
}

/// A duration as Go's `time.ParseDuration` reads it, without a sign: `10s`, `1h30m`, `1.5ms`, `0`.
pub(super) const fn duration(text: &str) -> Duration {
    let bytes = text.as_bytes();
    if bytes.len() == 1 && bytes[0] == b'0' {
        return Duration::Zero;
    }
    if bytes.is_empty() || bytes.len() > 64 {
        return Duration::Wrong;
    }
    let (mut i, mut positive) = (0, false);
    while i < bytes.len() {
        let start = i;
        let mut digits = 0;
        while i < bytes.len() && (bytes[i].is_ascii_digit() || bytes[i] == b'.') {
            if bytes[i] == b'.' {
                let mut earlier = start;
                while earlier < i {
                    if bytes[earlier] == b'.' {
                        return Duration::Wrong;
                    }
                    earlier += 1;
                }
            } else {
                digits += 1;
                positive = positive || bytes[i] != b'0';
            }
            i += 1;
        }
        // More digits than an i64 of nanoseconds has would be refused.
        if digits == 0 || digits > 18 {
            return Duration::Wrong;
        }
        let unit = unit(bytes, i);
        if unit == 0 {
            return Duration::Wrong;
        }
        i += unit;
    }
    if positive { Duration::Some } else { Duration::Zero }
}

/// The length of the unit that begins there.
const fn unit(bytes: &[u8], at: usize) -> usize {
    let first = if at < bytes.len() { bytes[at] } else { return 0 };
    let second = if at + 1 < bytes.len() { bytes[at + 1] } else { 0 };
    match (first, second) {
        (b'm' | b'u' | b'n', b's') => 2,
        // The letter µ, in UTF-8.
        (0xC2, 0xB5) if at + 2 < bytes.len() && bytes[at + 2] == b's' => 3,
        (b'h' | b'm' | b's', _) => 1,
        _ => 0,
    }
}

/// A timestamp of the hybrid logical clock: nanoseconds, and ten digits after the point when there is one.
pub(super) const fn hlc(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() && bytes[i].is_ascii_digit() {
        i += 1;
    }
    if i == 0 || i > 19 {
        return false;
    }
    if i == bytes.len() {
        return true;
    }
    if bytes[i] != b'.' || bytes.len() != i + 11 {
        return false;
    }
    i += 1;
    while i < bytes.len() {
        if !bytes[i].is_ascii_digit() {
            return false;
        }
        i += 1;
    }
    true
}

/// `region=us-east1,cloud=aws`.
pub(super) const fn locality(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut i, mut key, mut value, mut equals) = (0, 0, 0, false);
    while i <= bytes.len() {
        if i == bytes.len() || bytes[i] == b',' {
            if !equals || key == 0 || value == 0 {
                return false;
            }
            (key, value, equals) = (0, 0, false);
        } else if bytes[i] == b'=' {
            if equals {
                return false;
            }
            equals = true;
        } else if bytes[i] < b'!' || bytes[i] == 0x7F {
            return false;
        } else if equals {
            value += 1;
        } else {
            key += 1;
        }
        i += 1;
    }
    true
}

/// Whether a text has a NUL or another control character, which no setting means to hold.
pub(super) const fn has_control(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] < b' ' || bytes[i] == 0x7F {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether all bytes are letters, digits, or one of `others`.
pub(super) const fn only(text: &str, others: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii_alphanumeric() && !contains(others, bytes[i]) {
            return false;
        }
        i += 1;
    }
    true
}

pub(super) const fn contains(bytes: &[u8], byte: u8) -> bool {
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == byte {
            return true;
        }
        i += 1;
    }
    false
}

pub(super) const fn starts_with(text: &str, start: &str) -> bool {
    let (text, start) = (text.as_bytes(), start.as_bytes());
    if text.len() < start.len() {
        return false;
    }
    let mut i = 0;
    while i < start.len() {
        if text[i] != start[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for text in ["10s", "1h30m", "500ms", "1.5h", "3µs", "7us", "1ns", ".5s", "1.s"] {
            assert!(duration(text) == Duration::Some, "{text}");
        }
        for text in ["0", "0s", "0h0m", "0.0s"] {
            assert!(duration(text) == Duration::Zero, "{text}");
        }
        for text in
            ["", "s", "10", "-1s", "1.2.3s", "1d", "10 s", "1s ", "soon", ".s", "1u", "99999999999999999999s"]
        {
            assert!(duration(text) == Duration::Wrong, "{text}");
        }
    }

    #[test]
    fn timestamps_are_decimals_of_the_clock() {
        for text in ["0", "1536242855577149065", "1536242855577149065.0000000000"] {
            assert!(hlc(text), "{text}");
        }
        for text in ["", "now()", "1.5", "-1", "1.00000000000", "2024-01-01", "15362428555771490650000"] {
            assert!(!hlc(text), "{text}");
        }
    }

    #[test]
    fn localities_are_pairs() {
        for text in ["region=us-east1", "region=us-west-1a,cloud=aws"] {
            assert!(locality(text), "{text}");
        }
        for text in ["", "region", "region=", "=x", "a=b,", "a=b=c", "a=b c", "a = b"] {
            assert!(!locality(text), "{text}");
        }
    }
}
