//! Placeholders of a text of the caller's own.

/// How many values a text wants: the greatest `n` of its `$n`. What stands in quotes and comments counts for nothing.
pub(crate) const fn count(text: &str) -> usize {
    let text = text.as_bytes();
    let mut greatest = 0;
    let mut at = 0;
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
                let mut number: usize = 0;
                at += 1;
                while at < text.len() && text[at].is_ascii_digit() {
                    number = number.saturating_mul(10).saturating_add((text[at] - b'0') as usize);
                    at += 1;
                }
                if number > greatest {
                    greatest = number;
                }
            }
            b'$' => at = dollars(text, at),
            _ => at += 1,
        }
    }
    greatest
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
    use super::count;

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
