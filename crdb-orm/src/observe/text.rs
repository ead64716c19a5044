//! SQL without the values that it may hold.

use std::borrow::Cow;

/// The text with its literals replaced by `?`. Placeholders, identifiers and comments' ends stay as they are.
pub(crate) fn without_values(sql: &str) -> Cow<'_, str> {
    let bytes = sql.as_bytes();
    // What the library writes has no literal but small numbers in casts and types, so most texts are only looked at.
    if !bytes.iter().any(|byte| matches!(byte, b'\'' | b'$' | b'0'..=b'9')) {
        return Cow::Borrowed(sql);
    }
    let mut out = String::with_capacity(sql.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b'\'' => {
                // An `E` before the quote lets a backslash hide a quote.
                let escapes =
                    at > 0 && matches!(bytes[at - 1], b'e' | b'E') && (at < 2 || !is_word(bytes[at - 2]));
                out.push('?');
                string_end(bytes, at, b'\'', escapes)
            }
            b'"' => copy(&mut out, sql, at, string_end(bytes, at, b'"', false)),
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| at + n);
                out.push_str("--");
                end
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                out.push_str("/* */");
                comment_end(bytes, at)
            }
            b'$' => match dollar_quoted(bytes, at) {
                Some(end) => {
                    out.push('?');
                    end
                }
                None => copy(&mut out, sql, at, word_end(bytes, at + 1)),
            },
            b'0'..=b'9' => {
                out.push('?');
                number_end(bytes, at)
            }
            _ if is_word(byte) => copy(&mut out, sql, at, word_end(bytes, at)),
            _ => copy(&mut out, sql, at, at + 1),
        };
        at = end.max(at + 1);
    }
    Cow::Owned(out)
}

fn copy(out: &mut String, sql: &str, from: usize, to: usize) -> usize {
    out.push_str(sql.get(from..to).unwrap_or_default());
    to
}

/// Letters, digits, `_`, and every byte of a character that is not ASCII.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| is_word(**byte)).count()
}

fn number_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        let sign = matches!(byte, b'+' | b'-') && at > from && matches!(bytes[at - 1], b'e' | b'E');
        if !(is_word(byte) || byte == b'.' || sign) {
            break;
        }
        at += 1;
    }
    at
}

/// The end of what begins with a quote; a doubled quote is no end.
fn string_end(bytes: &[u8], from: usize, quote: u8, escapes: bool) -> usize {
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        if escapes && byte == b'\\' {
            at += 2;
        } else if byte != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    bytes.len()
}

fn comment_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_usize);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (b'*', Some(b'/')) => {
                depth = depth.saturating_sub(1);
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of `$tag$..$tag$`, if one begins here.
fn dollar_quoted(bytes: &[u8], from: usize) -> Option<usize> {
    let tag_end = word_end(bytes, from + 1);
    if bytes.get(from + 1).is_some_and(u8::is_ascii_digit) || bytes.get(tag_end) != Some(&b'$') {
        return None;
    }
    let tag = &bytes[from..=tag_end];
    let rest = &bytes[tag_end + 1..];
    let found = rest.windows(tag.len()).position(|window| window == tag);
    Some(found.map_or(bytes.len(), |at| tag_end + 1 + at + tag.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn literals_go_and_the_rest_stays() {
        for (sql, expected) in [
            (
                "SELECT id FROM t WHERE a = $1 AND b = ANY ($12)",
                "SELECT id FROM t WHERE a = $1 AND b = ANY ($12)",
            ),
            ("SELECT 'it''s', 1.5e-3, 0x1F, t1.c2 FROM t1", "SELECT ?, ?, ?, t1.c2 FROM t1"),
            ("SELECT E'a\\'b', x FROM \"odd '1' name\"", "SELECT E?, x FROM \"odd '1' name\""),
            ("SELECT $$secret$$, $tag$ se $$ cret $tag$, $1", "SELECT ?, ?, $1"),
            (
                "SELECT 1 -- secret 'x\nFROM t /* a /* secret */ b */ WHERE c",
                "SELECT ? --\nFROM t /* */ WHERE c",
            ),
            ("SELECT 'open", "SELECT ?"),
            ("UPDATE ä SET ö = 'ü', größe2 = 2", "UPDATE ä SET ö = ?, größe2 = ?"),
        ] {
            assert_eq!(without_values(sql), expected);
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_literal_is_not_shown(
            before in "[a-z ]{0,8}", secret in "[^\\\\\\x00]{1,12}", after in "[a-z ]{0,8}",
        ) {
            let quoted = secret.replace('\'', "''");
            let shown = without_values(&format!("{before} '{quoted}' {after}")).into_owned();
            prop_assert_eq!(shown, format!("{before} ? {after}"));
        }

        #[test]
        fn no_text_makes_it_fail(sql in "\\PC{0,40}") {
            let _ = without_values(&sql);
        }
    }
}
