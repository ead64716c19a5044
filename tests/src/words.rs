//! SQL as words, to compare texts that mean the same.

/// The words of a text: names and keywords in small letters unless they are in quotes, texts as `'` and what they hold, and
/// signs, one by one. Spaces and comments are left out.
///
/// # Panics
/// A literal has an escape that no server writes.
pub fn words(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, length) = match first {
            '"' => quoted(rest, 0, '"', false),
            '\'' => quoted(rest, 0, '\'', false),
            'e' | 'E' | 'b' | 'B' if rest[1..].starts_with('\'') => quoted(rest, 1, '\'', true),
            'x' | 'X' if rest[1..].starts_with('\'') => {
                let (digits, end) = quoted(rest, 1, '\'', false);
                let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("digits");
                let bytes = (1..digits.len()).step_by(2).map(byte).map(char::from);
                (std::iter::once('\'').chain(bytes).collect(), end)
            }
            '$' if rest.starts_with("$$") => {
                let end = rest[2..].find("$$").map_or(rest.len(), |at| at + 4);
                (format!("'{}", &rest[2..end - 2]), end)
            }
            '/' if rest.starts_with("/*") => (String::new(), rest.find("*/").map_or(rest.len(), |at| at + 2)),
            first if first.is_ascii_alphanumeric() || first == '_' || !first.is_ascii() => {
                let part = |c: char| c.is_ascii() && !(c.is_ascii_alphanumeric() || c == '_' || c == '$');
                let end = rest.find(part).unwrap_or(rest.len());
                (rest[..end].to_lowercase(), end)
            }
            first => (first.to_string(), first.len_utf8()),
        };
        if !word.is_empty() {
            found.push(word);
        }
        rest = rest[length..].trim_start();
    }
    found
}

/// What stands in the quotes at `open`, and where they end.
fn quoted(sql: &str, open: usize, quote: char, escapes: bool) -> (String, usize) {
    let mut text = if quote == '\'' { "'".to_owned() } else { String::new() };
    let mut chars = sql[open + 1..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
                text.push(quote);
                continue;
            }
            return (text, open + 1 + at + quote.len_utf8());
        }
        if !(escapes && c == '\\') {
            text.push(c);
            continue;
        }
        match chars.next().map(|(_, c)| c) {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some(mark @ ('u' | 'U' | 'x')) => {
                let digits = match mark {
                    'u' => 4,
                    'U' => 8,
                    _ => 2,
                };
                let code: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
                let code = u32::from_str_radix(&code, 16).expect("digits");
                text.push(char::from_u32(code).expect("a character"));
            }
            Some(c) => text.push(c),
            None => {}
        }
    }
    (text, sql.len())
}
