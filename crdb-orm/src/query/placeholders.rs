//! Placeholders of a text of the caller's own.

/// A `$n`: where it begins and ends, and its number.
#[derive(Clone, Copy)]
struct Found {
    start: usize,
    end: usize,
    number: usize,
}

/// The first placeholder from a place on. What stands in quotes and comments counts for nothing.
const fn next(text: &[u8], mut at: usize) -> Option<Found> {
    while at < text.len() {
        match text[at] {
            quote @ (b'\'' | b'"') => {
                let escapes = quote == b'\'' && at > 0 && matches!(text[at - 1], b'e' | b'E');
                at = quoted(text, at + 1, quote, escapes);
            }
            b'-' if at + 1 < text.len() && text[at + 1] == b'-' => {
                while at < text.len() && text[at] != b'\n' {
                    at += 1;
                }
            }
            b'/' if at + 1 < text.len() && text[at + 1] == b'*' => at = comment(text, at + 2),
            // Inside of a name a dollar is a letter.
            b'$' if at > 0 && is_word(text[at - 1]) => at += 1,
            b'$' if at + 1 < text.len() && text[at + 1].is_ascii_digit() => {
                let start = at;
                let mut number: usize = 0;
                at += 1;
                while at < text.len() && text[at].is_ascii_digit() {
                    number = number.saturating_mul(10).saturating_add((text[at] - b'0') as usize);
                    at += 1;
                }
                return Some(Found { start, end: at, number });
            }
            b'$' => at = dollars(text, at),
            _ => at += 1,
        }
    }
    None
}

/// How many values a text wants: the greatest `n` of its `$n`.
pub(crate) const fn count(text: &str) -> usize {
    let text = text.as_bytes();
    let mut greatest = 0;
    let mut at = 0;
    while let Some(found) = next(text, at) {
        if found.number > greatest {
            greatest = found.number;
        }
        at = found.end;
    }
    greatest
}

/// Where the placeholders of a text begin and end, and their numbers.
pub(crate) fn places(text: &str) -> impl Iterator<Item = (usize, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let Found { start, end, number } = next(text.as_bytes(), at)?;
        at = end;
        Some((start, end, number))
    })
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Behind the end of a quoted text. A quote that is doubled begins it anew, which comes to the same.
const fn quoted(text: &[u8], mut at: usize, quote: u8, escapes: bool) -> usize {
    while at < text.len() {
        if escapes && text[at] == b'\\' {
            at += 1;
        } else if text[at] == quote {
            return at + 1;
        }
        at += 1;
    }
    at
}

/// Behind the end of a comment, which may hold others.
const fn comment(text: &[u8], mut at: usize) -> usize {
    let mut depth = 1;
    while at + 1 < text.len() && depth > 0 {
        match (text[at], text[at + 1]) {
            (b'*', b'/') => {
                depth -= 1;
                at += 2;
            }
            (b'/', b'*') => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    if depth > 0 { text.len() } else { at }
}

/// Behind the end of `$tag$ .. $tag$`, or behind the dollar where none begins.
const fn dollars(text: &[u8], start: usize) -> usize {
    let mut end = start + 1;
    while end < text.len() && is_word(text[end]) {
        end += 1;
    }
    if end >= text.len() || text[end] != b'$' {
        return start + 1;
    }
    let length = end - start + 1;
    let mut at = end + 1;
    while at + length <= text.len() {
        let mut same = 0;
        while same < length && text[at + same] == text[start + same] {
            same += 1;
        }
        if same == length {
            return at + length;
        }
        at += 1;
    }
    text.len()
}

/// Fails unless a text wants as many values as are given: for [`sql!`](crate::sql), while it is compiled.
#[doc(hidden)]
pub const fn check(text: &str, given: usize) {
    let wanted = count(text);
    assert!(given >= wanted, "the SQL has more placeholders than values: give one value for each `$n`");
    assert!(given <= wanted, "more values are given than the SQL has placeholders `$1`, `$2`, ..");
}

#[cfg(test)]
mod tests {
    use super::{count, places};

    #[test]
    fn placeholders_are_found_where_they_stand() {
        let found =
            |text: &'static str| places(text).map(|(from, to, n)| (&text[from..to], n)).collect::<Vec<_>>();
        assert_eq!(found("$1 + '$2' || $12 -- $3\n, $1"), [("$1", 1), ("$12", 12), ("$1", 1)]);
        assert_eq!(found("\u{e9}$1 \u{e9} $2"), [("$2", 2)], "inside of a name a dollar is a letter");
        assert_eq!(found("$"), []);
    }

    #[test]
    fn placeholders_are_counted_where_they_are_some() {
        for (text, wanted) in [
            ("SELECT 1", 0),
            ("SELECT $1, $2, $1", 2),
            ("SELECT $12", 12),
            ("SELECT '$1', \"$2\", $1", 1),
            ("SELECT 'it''s $3' || $1", 1),
            (r"SELECT E'it\'s $3' || $1", 1),
            ("SELECT $1 -- $2\n, $3", 3),
            ("SELECT /* $4 /* $5 */ $6 */ $1", 1),
            ("SELECT $$ $9 $$, $a$ $8 $$ $a$, $1", 1),
            ("SELECT a$1 FROM t", 0),
            ("SELECT '$1", 0),
            ("SELECT /* $1", 0),
            ("SELECT $$ $1", 0),
            ("$", 0),
        ] {
            assert_eq!(count(text), wanted, "{text}");
        }
    }
}
