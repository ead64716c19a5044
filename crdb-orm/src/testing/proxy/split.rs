//! The statements of a text.

use std::ops::Range;

/// Where the statements of a text stand, without the semicolons; empty ones are left out.
pub(super) fn statements(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b';' => {
                found.push(start..at);
                at += 1;
                start = at;
            }
            b'\'' => {
                // E'..' has backslashes.
                let escapes = at > 0
                    && bytes[at - 1].eq_ignore_ascii_case(&b'e')
                    && !at.checked_sub(2).is_some_and(|before| is_word(bytes[before]));
                at = quoted(bytes, at, b'\'', escapes);
            }
            b'"' => at = quoted(bytes, at, b'"', false),
            b'-' if bytes[at..].starts_with(b"--") => {
                at = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end);
            }
            b'/' if bytes[at..].starts_with(b"/*") => {
                at = text[at + 2..].find("*/").map_or(bytes.len(), |end| at + 2 + end + 2);
            }
            b'$' if at == 0 || !is_word(bytes[at - 1]) => at = dollars(text, at),
            _ => at += 1,
        }
    }
    found.push(start..bytes.len());
    found.retain(|range| !text[range.clone()].trim().is_empty());
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The end of what is quoted.
fn quoted(bytes: &[u8], start: usize, quote: u8, escapes: bool) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 1;
        } else if bytes[at] == quote {
            // A doubled quote opens again at once, which is the same here.
            return at + 1;
        }
        at += 1;
    }
    bytes.len()
}

/// The end of `$tag$..$tag$`, or of the `$` of a parameter.
fn dollars(text: &str, start: usize) -> usize {
    let rest = &text[start + 1..];
    let Some(end) = rest.find('$') else { return start + 1 };
    let tag = &rest[..end];
    if tag.starts_with(|c: char| c.is_ascii_digit()) || !tag.bytes().all(is_word) {
        return start + 1;
    }
    let opening = &text[start..start + end + 2];
    let inside = start + opening.len();
    text[inside..].find(opening).map_or(text.len(), |close| inside + close + opening.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_semicolon_between_statements_parts_them() {
        for (text, expected) in [
            ("SELECT 1; COMMIT", vec!["SELECT 1", " COMMIT"]),
            ("COMMIT;", vec!["COMMIT"]),
            ("", vec![]),
            ("SELECT ';'; SELECT E'\\';'; x", vec!["SELECT ';'", " SELECT E'\\';'", " x"]),
            ("SELECT 'it''s;'; y", vec!["SELECT 'it''s;'", " y"]),
            ("SELECT \";\" -- ;\n; z", vec!["SELECT \";\" -- ;\n", " z"]),
            ("/* ; */ a; DO $$ ; $$; b", vec!["/* ; */ a", " DO $$ ; $$", " b"]),
            ("SELECT $1; SELECT $x$ ; $$ $x$", vec!["SELECT $1", " SELECT $x$ ; $$ $x$"]),
            ("é; 'ü;", vec!["é", " 'ü;"]),
        ] {
            let found: Vec<&str> = statements(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
