//! SQL in pieces.

/// A piece of SQL.
#[derive(Clone, Copy)]
pub(super) enum Token {
    Word,
    /// A name in double quotes; the span is what stands between them.
    Quoted,
    Number,
    Text,
    Symbol(u8),
    End,
    /// What ends the statement, hides a part of it, or has no end.
    Wrong,
}

/// The next token, its span, and where the one after it may begin.
pub(super) const fn token(bytes: &[u8], mut at: usize) -> (Token, usize, usize, usize) {
    at = skip_spaces(bytes, at);
    if at >= bytes.len() {
        return (Token::End, at, at, at);
    }
    let (start, first) = (at, bytes[at]);
    let next = if at + 1 < bytes.len() { bytes[at + 1] } else { 0 };
    if first == b'\'' {
        return text(bytes, at, false);
    }
    // e'..', b'..' and x'..'.
    if next == b'\'' && matches!(first, b'e' | b'E' | b'b' | b'B' | b'x' | b'X') {
        return text(bytes, at + 1, matches!(first, b'e' | b'E' | b'b' | b'B'));
    }
    if first == b'"' {
        at += 1;
        while at < bytes.len() {
            if bytes[at] == 0 {
                return (Token::Wrong, start, at, at);
            }
            if bytes[at] == b'"' {
                if at + 1 < bytes.len() && bytes[at + 1] == b'"' {
                    at += 1;
                } else {
                    return (Token::Quoted, start + 1, at, at + 1);
                }
            }
            at += 1;
        }
        return (Token::Wrong, start, at, at);
    }
    if first.is_ascii_digit() {
        while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'.') {
            at += 1;
        }
        return (Token::Number, start, at, at);
    }
    if is_word(first) {
        while at < bytes.len() && (is_word(bytes[at]) || bytes[at].is_ascii_digit()) {
            at += 1;
        }
        return (Token::Word, start, at, at);
    }
    let wrong = matches!(first, b';' | b'\\' | b'$' | b'`' | b'{' | b'}')
        || first < b' '
        || first == 0x7F
        || (first == b'-' && next == b'-')
        || (first == b'/' && next == b'*')
        || (first == b'*' && next == b'/');
    (if wrong { Token::Wrong } else { Token::Symbol(first) }, start, at + 1, at + 1)
}

/// A text in single quotes.
const fn text(bytes: &[u8], quote: usize, escapes: bool) -> (Token, usize, usize, usize) {
    let mut at = quote + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 1,
            // Whether a backslash escapes is a setting of the server outside of e'..'.
            0 | b'\\' => return (Token::Wrong, quote, at, at),
            b'\'' => {
                if at + 1 < bytes.len() && bytes[at + 1] == b'\'' {
                    at += 1;
                } else {
                    return (Token::Text, quote, at + 1, at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    (Token::Wrong, quote, at, at)
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

const fn skip_spaces(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && matches!(bytes[at], b' ' | b'\t' | b'\n' | b'\r') {
        at += 1;
    }
    at
}

/// The byte that comes after spaces.
pub(super) const fn peek(bytes: &[u8], at: usize) -> u8 {
    let at = skip_spaces(bytes, at);
    if at < bytes.len() { bytes[at] } else { 0 }
}

/// Whether the next token is that word.
pub(super) const fn word_at(bytes: &[u8], at: usize, word: &str) -> bool {
    match token(bytes, at) {
        (Token::Word, start, end, _) => same_word(bytes, start, end, word.as_bytes()),
        _ => false,
    }
}

pub(super) const fn same_word(bytes: &[u8], start: usize, end: usize, word: &[u8]) -> bool {
    if end - start != word.len() {
        return false;
    }
    let mut i = 0;
    while i < word.len() {
        if bytes[start + i].to_ascii_lowercase() != word[i] {
            return false;
        }
        i += 1;
    }
    true
}
