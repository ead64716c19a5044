//! A reader of SQL tokens that also runs when a crate is compiled.
//!
//! It knows as much of SQL as is needed to tell where a text, a comment, a pair of parentheses or a statement ends, in
//! the way that both servers read it. It finds mistakes in SQL that a schema is written with; whether the rest of the
//! text is SQL is the server's to say.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word: a name or a keyword.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A text: `'..'`, `e'..'` or `$$..$$`.
    Text,
    /// Any other sign, a digit of a number too.
    Sign(u8),
    /// There is nothing more.
    End,
    /// Something that begins and does not end: why.
    Broken(&'static str),
}

/// A token, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The token at or after a position.
pub(crate) const fn next(sql: &str, from: usize) -> Token {
    let bytes = sql.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        match (bytes[at], byte(bytes, at + 1)) {
            (b' ' | b'\t' | b'\n' | b'\r' | 0x0c, _) => at += 1,
            (b'-', b'-') => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
                if at == bytes.len() {
                    return broken("ends inside a `--` comment, which would hide what follows", from, at);
                }
            }
            (b'/', b'*') => match comment_end(bytes, at) {
                Some(end) => at = end,
                None => return broken("has a `/*` without `*/`", at, bytes.len()),
            },
            _ => return token(bytes, at),
        }
    }
    Token { kind: Kind::End, start: bytes.len(), end: bytes.len() }
}

const fn broken(why: &'static str, start: usize, end: usize) -> Token {
    Token { kind: Kind::Broken(why), start, end }
}

const fn byte(bytes: &[u8], at: usize) -> u8 {
    if at < bytes.len() { bytes[at] } else { 0 }
}

/// Comments nest in both servers.
const fn comment_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        match (bytes[at], byte(bytes, at + 1)) {
            (b'/', b'*') => {
                depth += 1;
                at += 2;
            }
            (b'*', b'/') => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => at += 1,
        }
    }
    None
}

const fn token(bytes: &[u8], start: usize) -> Token {
    let first = bytes[start];
    if is_name(first) && !first.is_ascii_digit() {
        let escapes = first == b'e' || first == b'E';
        let prefixed = escapes || matches!(first, b'b' | b'B' | b'x' | b'X');
        if prefixed && byte(bytes, start + 1) == b'\'' {
            return quoted(bytes, start, start + 1, escapes || matches!(first, b'b' | b'B'));
        }
        let mut end = start;
        while end < bytes.len() && (is_name(bytes[end]) || bytes[end] == b'$') {
            end += 1;
        }
        return Token { kind: Kind::Word, start, end };
    }
    match first {
        b'\'' | b'"' => quoted(bytes, start, start, false),
        b'$' => match dollar(bytes, start) {
            Some(token) => token,
            None => Token { kind: Kind::Sign(b'$'), start, end: start + 1 },
        },
        sign => Token { kind: Kind::Sign(sign), start, end: start + 1 },
    }
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// What begins with the quote at `open`.
const fn quoted(bytes: &[u8], start: usize, open: usize, escapes: bool) -> Token {
    let quote = bytes[open];
    let mut at = open + 1;
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at] != quote {
            at += 1;
        } else if byte(bytes, at + 1) == quote {
            at += 2;
        } else {
            let kind = if quote == b'"' { Kind::Quoted } else { Kind::Text };
            return Token { kind, start, end: at + 1 };
        }
    }
    broken("has a quote that is not closed", start, bytes.len())
}

/// `$$..$$` or `$tag$..$tag$`; nothing when it is no such text.
const fn dollar(bytes: &[u8], start: usize) -> Option<Token> {
    let mut open = start + 1;
    while open < bytes.len() && is_name(bytes[open]) {
        open += 1;
    }
    if byte(bytes, open) != b'$' || byte(bytes, start + 1).is_ascii_digit() {
        return None;
    }
    let length = open + 1 - start;
    let mut at = open + 1;
    while at + length <= bytes.len() {
        let mut same = 0;
        while same < length && bytes[at + same] == bytes[start + same] {
            same += 1;
        }
        if same == length {
            return Some(Token { kind: Kind::Text, start, end: at + length });
        }
        at += 1;
    }
    Some(broken("has a `$$` that is not closed", start, bytes.len()))
}

/// The text from one position to another.
pub(crate) const fn cut(sql: &str, start: usize, end: usize) -> &str {
    let (head, _) = sql.split_at(end);
    let (_, piece) = head.split_at(start);
    piece
}

/// Whether a token is that keyword, in whatever case.
pub(crate) const fn is_word(sql: &str, token: Token, word: &str) -> bool {
    matches!(token.kind, Kind::Word) && cut(sql, token.start, token.end).eq_ignore_ascii_case(word)
}

/// Why a text cannot stand where one expression, or one statement, is meant.
pub(crate) const fn not_one(sql: &str) -> Option<&'static str> {
    unfit(sql, true)
}

/// Why a text cannot stand where one expression is meant: a comma outside of parentheses would make it two.
pub(crate) const fn not_expression(sql: &str) -> Option<&'static str> {
    unfit(sql, false)
}

const fn unfit(sql: &str, commas: bool) -> Option<&'static str> {
    let mut open = [0_u8; 64];
    let (mut depth, mut at, mut tokens) = (0, 0, 0_usize);
    loop {
        let token = next(sql, at);
        match token.kind {
            Kind::End => break,
            Kind::Broken(why) => return Some(why),
            Kind::Sign(0) => return Some("has a NUL, which no server can hold"),
            Kind::Sign(b';') => return Some("has a `;`: it is one piece of SQL, without a `;`"),
            Kind::Sign(b',') if depth == 0 && !commas => {
                return Some("has a comma outside of parentheses: it is one expression");
            }
            Kind::Sign(sign @ (b'(' | b'[' | b'{')) => {
                if depth == open.len() {
                    return Some("has too many parentheses inside each other");
                }
                open[depth] = sign;
                depth += 1;
            }
            Kind::Sign(sign @ (b')' | b']' | b'}')) => {
                let matching = match sign {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                if depth == 0 || open[depth - 1] != matching {
                    return Some("closes a parenthesis that it does not open");
                }
                depth -= 1;
            }
            _ => {}
        }
        tokens += 1;
        at = token.end;
    }
    if tokens == 0 {
        return Some("is empty");
    }
    if depth > 0 { Some("does not close a parenthesis") } else { None }
}

/// What an expression that stands after DEFAULT or ON UPDATE has in parentheses only.
///
/// Source: `b_expr` in the grammars of both servers.
const LOOSE: [&str; 20] = [
    "AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "SIMILAR", "BETWEEN", "ISNULL", "NOTNULL", "COLLATE",
    "AT", "OVERLAPS", "ANY", "SOME", "ALL", "OPERATOR", "ESCAPE", "DISTINCT",
];

/// Whether an expression must stand in parentheses after DEFAULT or ON UPDATE.
pub(crate) fn needs_parentheses(sql: &str) -> bool {
    let (mut at, mut depth, mut cases) = (0, 0_usize, 0_usize);
    loop {
        let token = next(sql, at);
        match token.kind {
            Kind::End | Kind::Broken(_) => return false,
            Kind::Sign(b'(' | b'[') => depth += 1,
            Kind::Sign(b')' | b']') => depth = depth.saturating_sub(1),
            Kind::Word if depth == 0 => {
                if is_word(sql, token, "CASE") {
                    cases += 1;
                } else if is_word(sql, token, "END") {
                    cases = cases.saturating_sub(1);
                } else if cases == 0 && LOOSE.iter().any(|word| is_word(sql, token, word)) {
                    return true;
                }
            }
            _ => {}
        }
        at = token.end;
    }
}

/// The next text that is a region, without its quotes, and where to look for the next one: one that is cast, as in
/// `'us-east1'::crdb_internal_region`, or a result of a CASE that is cast.
pub(crate) const fn region_literal(sql: &str, from: usize) -> Option<(&str, usize)> {
    let (mut at, mut is_result) = (from, false);
    loop {
        let token = next(sql, at);
        match token.kind {
            Kind::End | Kind::Broken(_) => return None,
            Kind::Text
                if sql.as_bytes()[token.start] == b'\''
                    && (region_cast(sql, token.end) || (is_result && case_is_cast(sql, token.end))) =>
            {
                return Some((cut(sql, token.start + 1, token.end - 1), token.end));
            }
            _ => {}
        }
        is_result = is_word(sql, token, "THEN") || is_word(sql, token, "ELSE");
        at = token.end;
    }
}

/// Whether the CASE that is open at a position is cast to a region where it ends.
const fn case_is_cast(sql: &str, from: usize) -> bool {
    let (mut at, mut depth) = (from, 0_usize);
    loop {
        let token = next(sql, at);
        if matches!(token.kind, Kind::End | Kind::Broken(_)) {
            return false;
        }
        at = token.end;
        if is_word(sql, token, "CASE") {
            depth += 1;
        } else if is_word(sql, token, "END") {
            if depth == 0 {
                break;
            }
            depth -= 1;
        }
    }
    let mut token = next(sql, at);
    while matches!(token.kind, Kind::Sign(b')')) {
        at = token.end;
        token = next(sql, at);
    }
    region_cast(sql, at)
}

/// Whether `::crdb_internal_region` or `:::public.crdb_internal_region` follows.
const fn region_cast(sql: &str, from: usize) -> bool {
    let (mut token, mut colons) = (next(sql, from), 0);
    while matches!(token.kind, Kind::Sign(b':')) {
        colons += 1;
        token = next(sql, token.end);
    }
    if colons < 2 {
        return false;
    }
    loop {
        if is_word(sql, token, "crdb_internal_region") {
            return true;
        }
        if !matches!(token.kind, Kind::Word | Kind::Quoted) {
            return false;
        }
        let dot = next(sql, token.end);
        if !matches!(dot.kind, Kind::Sign(b'.')) {
            return false;
        }
        token = next(sql, dot.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(sql: &str) -> Vec<&str> {
        let (mut found, mut at) = (Vec::new(), 0);
        loop {
            let token = next(sql, at);
            if matches!(token.kind, Kind::End | Kind::Broken(_)) {
                return found;
            }
            found.push(&sql[token.start..token.end]);
            at = token.end;
        }
    }

    #[test]
    fn texts_names_and_comments_are_one_token_each() {
        assert_eq!(
            pieces("a.\"b\"\"c\" /* x /* y */ */ = 'd''e' -- f\n|| e'g\\'h' || $t$ i ; $$ $t$ || é1"),
            [
                "a",
                ".",
                "\"b\"\"c\"",
                "=",
                "'d''e'",
                "|",
                "|",
                "e'g\\'h'",
                "|",
                "|",
                "$t$ i ; $$ $t$",
                "|",
                "|",
                "é1"
            ]
        );
    }

    #[test]
    fn a_backslash_is_plain_outside_of_an_escaped_text() {
        assert_eq!(pieces(r"'a\' , b"), [r"'a\'", ",", "b"]);
        assert_eq!(pieces("$1 + $2"), ["$", "1", "+", "$", "2"]);
    }

    #[test]
    fn one_expression_is_one() {
        for sql in ["a", "(a) + f(b[1], '{)')", "\"a)\" = 'b;'", "a /* ; */ + b", "$$ ; ( $$", "a -- b )\n"] {
            assert_eq!(not_one(sql), None, "{sql}");
        }
    }

    #[test]
    fn what_would_leave_its_place_is_not_one() {
        for (sql, why) in [
            ("", "empty"),
            (" /* a */ ", "empty"),
            ("a; DROP TABLE b", "`;`"),
            ("a)", "does not open"),
            ("(a", "does not close"),
            ("(a]", "does not open"),
            ("'a", "quote"),
            ("\"a", "quote"),
            ("e'a\\'", "quote"),
            ("a -- b", "comment"),
            ("a /* /* */", "`/*`"),
            ("$x$ a $y$", "`$$`"),
            ("a\0", "NUL"),
        ] {
            assert!(not_one(sql).is_some_and(|text| text.contains(why)), "{sql}: {:?}", not_one(sql));
        }
    }

    #[test]
    fn one_expression_is_not_several() {
        for sql in ["f(a, b)", "ARRAY[1, 2]", "'a, b'", "\"a,b\" /* , */", "(1, 2)"] {
            assert_eq!(not_expression(sql), None, "{sql}");
        }
        for sql in ["1, x INT8", "f(a), b", "a,", "1; 2"] {
            assert!(not_expression(sql).is_some(), "{sql}");
        }
    }

    #[test]
    fn what_the_narrow_grammar_has_needs_no_parentheses() {
        for sql in [
            "now()",
            "1 + 2 * 3",
            "-1.5",
            "'a AND b'",
            "f(a OR b)",
            "(a OR b)",
            "ARRAY['a', 'b']::STRING[]",
            "CASE WHEN a AND b THEN 1 ELSE 2 END",
            "'a' || 'b'",
            "now()::TIMESTAMPTZ + '1 day'::INTERVAL",
            "\"AND\"",
        ] {
            assert!(!needs_parentheses(sql), "{sql}");
        }
        for sql in [
            "a OR b",
            "a and b",
            "NOT a",
            "a IN (1, 2)",
            "a IS NULL",
            "a LIKE 'b'",
            "a BETWEEN 1 AND 2",
            "'a' COLLATE de",
            "now() AT TIME ZONE 'UTC'",
            "CASE WHEN a THEN b ELSE c END OR d",
        ] {
            assert!(needs_parentheses(sql), "{sql}");
        }
    }

    #[test]
    fn regions_are_found_by_their_cast() {
        let sql = "CASE WHEN a = 'us' THEN 'us-east1'::crdb_internal_region WHEN '''' = b \
                   THEN 'eu' ::: \"My db\".public.crdb_internal_region ELSE 'x'::STRING END";
        let (first, at) = region_literal(sql, 0).unwrap();
        let (second, at) = region_literal(sql, at).unwrap();
        assert_eq!((first, second), ("us-east1", "eu"));
        assert!(region_literal(sql, at).is_none());
    }

    #[test]
    fn the_results_of_a_case_that_is_cast_are_regions() {
        let sql = "(CASE a WHEN 'us' THEN 'east' WHEN CASE b WHEN 'x' THEN 'y' ELSE 'z' END THEN 'west' \
                   ELSE CASE WHEN c THEN 'n' END::STRING END)::crdb_internal_region";
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some((region, end)) = region_literal(sql, at) {
            found.push(region);
            at = end;
        }
        assert_eq!(found, ["east", "west"]);
        assert!(region_literal("CASE WHEN a THEN 'b' END", 0).is_none());
        assert!(region_literal("THEN 'b'", 0).is_none());
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_panic(sql in "\\PC{0,40}", quotes in "['\"$/*e\\\\; -]{0,20}é?") {
            for sql in [format!("{sql}{quotes}"), format!("{quotes}{sql}")] {
                let _ = (not_one(&sql), region_literal(&sql, 0), pieces(&sql));
            }
        }
    }
}
