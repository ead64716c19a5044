//! Statements as words, to compare a text with the one that the grammar writes of it.

/// The words of one of our texts, as the grammar would write them. What it writes otherwise:
///
/// - spaces, capitals of keywords, quotes where none are needed, and escapes in texts;
/// - `PRIMARY REGION` without `SET`;
/// - `NOT VISIBLE` after `NOT NULL`, where `SHOW CREATE TABLE` has it before;
/// - `gc.ttlseconds` as one name;
/// - `WITH OPTIONS (..)` of a changefeed;
/// - `WITH DATA` of a materialized view;
/// - no `VISIBLE` of an index, which is the default;
/// - small letters and `_` in the name of a collation;
/// - names in Unicode's normal form C: `normal` makes it.
pub(crate) fn expected(sql: &str, normal: impl Fn(&str) -> String) -> Vec<String> {
    let mut all = words(sql);
    for i in 0..all.len() {
        if !all[i].is_ascii() && !all[i].starts_with('\'') {
            all[i] = normal(&all[i]);
        }
        if i > 0 && all[i - 1] == "collate" {
            all[i] = all[i].to_lowercase().replace('-', "_");
        }
    }
    if all.starts_with(&["create", "table"].map(str::to_owned)) {
        let visible = |i: usize| i > 0 && all[i] == "visible" && all[i - 1] != "not";
        all = (0..all.len()).filter(|i| !visible(*i)).map(|i| all[i].clone()).collect();
    }
    if all.starts_with(&["alter", "database"].map(str::to_owned)) {
        replace(&mut all, &["set", "primary", "region"], &["primary", "region"]);
    }
    replace(&mut all, &["not", "visible", "not", "null"], &["not", "null", "not", "visible"]);
    replace(&mut all, &["gc", ".", "ttlseconds"], &["gc.ttlseconds"]);
    if all.starts_with(&["create", "changefeed"].map(str::to_owned))
        && let Some(with) = all.iter().position(|word| word == "with")
    {
        let end = all.iter().position(|word| word == "as").unwrap_or(all.len());
        all.insert(end, ")".to_owned());
        all.splice(with + 1..=with, ["options", "("].map(str::to_owned));
    }
    if all.starts_with(&["create", "materialized"].map(str::to_owned)) {
        all.extend(["with", "data"].map(str::to_owned));
    }
    all
}

/// The words of a text that the grammar wrote: it has names of storage parameters as texts.
pub(crate) fn as_written(format: &str) -> Vec<String> {
    let mut all = words(format);
    for i in 1..all.len().saturating_sub(1) {
        if all[i + 1] == "=" && (all[i - 1] == "(" || all[i - 1] == ",") && is_parameter(&all[i]) {
            all[i].remove(0);
        }
    }
    all
}

fn is_parameter(word: &str) -> bool {
    word.strip_prefix('\'').is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    })
}

fn replace(all: &mut Vec<String>, from: &[&str], to: &[&str]) {
    let mut at = 0;
    while at + from.len() <= all.len() {
        if all[at..at + from.len()].iter().eq(from.iter()) {
            all.splice(at..at + from.len(), to.iter().map(|word| (*word).to_owned()));
            at += to.len();
        } else {
            at += 1;
        }
    }
}

/// Names and keywords in small letters unless they are in quotes, texts as `'..'` with what they hold, signs.
fn words(sql: &str) -> Vec<String> {
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
