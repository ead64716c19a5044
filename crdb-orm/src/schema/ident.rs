//! Quoting: the only place that decides how a name or a text is written in SQL.

use std::fmt::Write;

use super::TypeName;
use super::keywords::KEYWORDS;

/// Writes a name, in quotes unless both servers read it back bare as it is.
pub(crate) fn push_ident(out: &mut String, name: &str) {
    if is_bare(name) {
        out.push_str(name);
        return;
    }
    out.push('"');
    for c in name.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
}

/// Writes a name with its schema, if it has one.
pub(crate) fn push_name(out: &mut String, name: &TypeName) {
    if let Some(schema) = name.schema {
        push_ident(out, schema);
        out.push('.');
    }
    push_ident(out, name.name);
}

/// Writes the name of a user-defined type with its schema, if it has one.
///
/// Both servers look for a bare name among their own types first, in quotes too: there, the default schema is written out.
pub(crate) fn push_type_name(out: &mut String, name: &TypeName) {
    if name.schema.is_none() && is_built_in(name.name) {
        out.push_str("public.");
    }
    push_name(out, name);
}

/// Whether a server has a type of that name: of `pg_catalog`, or one that `CockroachDB` knows by its name alone.
fn is_built_in(name: &str) -> bool {
    // `_text` is an array of them.
    let element = name.strip_prefix('_').unwrap_or(name);
    name.starts_with("pg_") || BUILT_IN.binary_search(&element).is_ok()
}

/// The types of `pg_type` in `PostgreSQL` 15, and those of `TypeForNonKeywordTypeName` in `CockroachDB`.
const BUILT_IN: &[&str] = &[
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "bigserial",
    "bit",
    "blob",
    "bool",
    "box",
    "box2d",
    "bpchar",
    "bytea",
    "bytes",
    "char",
    "cid",
    "cidr",
    "circle",
    "citext",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "decimal",
    "event_trigger",
    "fdw_handler",
    "float4",
    "float8",
    "geography",
    "geometry",
    "gtsvector",
    "index_am_handler",
    "inet",
    "int2",
    "int2vector",
    "int4",
    "int4multirange",
    "int4range",
    "int64",
    "int8",
    "int8multirange",
    "int8range",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "ltree",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "pgvector",
    "point",
    "polygon",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "serial2",
    "serial4",
    "serial8",
    "smallserial",
    "string",
    "table_am_handler",
    "text",
    "tid",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "trigger",
    "tsm_handler",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "varbit",
    "varchar",
    "vector",
    "void",
    "xid",
    "xid8",
    "xml",
];

/// Writes names with commas between.
pub(crate) fn push_list<'a>(out: &mut String, names: impl IntoIterator<Item = &'a str>) {
    for (i, name) in names.into_iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        push_ident(out, name);
    }
}

/// Writes a text as a literal.
///
/// A backslash is written in the `e'..'` form, so that no setting of the server (`standard_conforming_strings`)
/// changes its meaning; so are control characters, so that a script keeps one literal on one line.
pub(crate) fn push_literal(out: &mut String, text: &str) {
    let escaped = text.chars().any(|c| c == '\\' || c.is_control());
    out.push_str(if escaped { "e'" } else { "'" });
    for c in text.chars() {
        match c {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Neither server takes NUL in a text, in whatever form: it answers with an error of its own.
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('\'');
}

fn is_bare(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.first().is_some_and(|first| IN_BARE[usize::from(*first)] && !first.is_ascii_digit())
        // All of them without a branch: most names are bare.
        && bytes.iter().fold(true, |bare, byte| bare & IN_BARE[usize::from(*byte)])
        && !(may_be_keyword(name) && KEYWORDS.binary_search(&name).is_ok())
}

/// The bytes of bare names.
static IN_BARE: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        bytes[byte as usize] = byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit();
        byte += 1;
    }
    bytes
};

/// Whether a name could be a keyword, by its length and its ends: most are none, and every query writes some of them.
fn may_be_keyword(name: &str) -> bool {
    let (word, bit) = place(name.as_bytes());
    MAY_BE_KEYWORD.get(word).is_none_or(|word| word & (1 << bit) != 0)
}

const WORDS: usize = 128;

static MAY_BE_KEYWORD: [u64; WORDS] = {
    let mut words = [0; WORDS];
    let mut i = 0;
    while i < KEYWORDS.len() {
        let (word, bit) = place(KEYWORDS[i].as_bytes());
        words[word] |= 1 << bit;
        i += 1;
    }
    words
};

const fn place(name: &[u8]) -> (usize, usize) {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return (0, 0) };
    let middle = name[name.len() / 2];
    let hash =
        (name.len() * 961 + *first as usize * 389 + *last as usize * 31 + middle as usize * 7) % (WORDS * 64);
    (hash / 64, hash % 64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ident(name: &str) -> String {
        let mut out = String::new();
        push_ident(&mut out, name);
        out
    }

    fn literal(text: &str) -> String {
        let mut out = String::new();
        push_literal(&mut out, text);
        out
    }

    /// Reads a name as both servers do.
    fn read_ident(sql: &str) -> String {
        match sql.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) => inner.replace("\"\"", "\""),
            None => sql.to_lowercase(),
        }
    }

    /// Reads a literal as both servers do.
    fn read_literal(sql: &str) -> String {
        let (escaped, rest) = match sql.strip_prefix("e'") {
            Some(rest) => (true, rest),
            None => (false, sql.strip_prefix('\'').expect("a literal begins with a quote")),
        };
        let inner = rest.strip_suffix('\'').expect("a literal ends with a quote");
        let mut chars = inner.chars();
        let mut text = String::new();
        while let Some(c) = chars.next() {
            match c {
                '\'' => {
                    assert_eq!(chars.next(), Some('\''), "a lone quote ends the literal");
                    text.push('\'');
                }
                '\\' if escaped => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some('r') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    Some('\\') => text.push('\\'),
                    Some('u') => {
                        let digits: String = chars.by_ref().take(4).collect();
                        let code = u32::from_str_radix(&digits, 16).expect("four hexadecimal digits");
                        text.push(char::from_u32(code).expect("a character"));
                    }
                    other => panic!("no such escape: {other:?}"),
                },
                c => text.push(c),
            }
        }
        text
    }

    #[test]
    fn keywords_are_sorted_and_unique() {
        assert!(KEYWORDS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn no_keyword_is_missed_and_most_other_words_are_none_at_once() {
        for keyword in KEYWORDS {
            assert!(may_be_keyword(keyword), "{keyword}");
            assert!(!is_bare(keyword), "{keyword}");
        }
        let words = [
            "id",
            "user_id",
            "owner",
            "balance",
            "created_at",
            "orders",
            "customer",
            "payments",
            "note",
            "cents",
        ];
        assert!(words.iter().filter(|word| may_be_keyword(word)).count() <= 3);
    }

    #[test]
    fn ordinary_words_stay_bare() {
        for name in [
            "id",
            "name",
            "email",
            "status",
            "total",
            "region",
            "balance",
            "key",
            "type",
            "note",
            "user_id",
            "created_at",
            "owner",
            "version",
            "payload",
            "title",
            "body",
            "data",
            "_x",
            "a1",
        ] {
            assert_eq!(ident(name), name);
        }
    }

    #[test]
    fn words_that_a_server_would_read_otherwise_are_quoted() {
        for name in [
            "user", "order", "index", "family", "values", "nothing", "Users", "1st", "", "a b", "größe",
            "a-b",
        ] {
            assert_eq!(ident(name), format!("\"{name}\""));
        }
        assert_eq!(ident("say \"hi\""), "\"say \"\"hi\"\"\"");
    }

    #[test]
    fn names_carry_their_schema() {
        let mut out = String::new();
        push_name(&mut out, &TypeName::new("order").in_schema("Sales"));
        assert_eq!(out, "\"Sales\".\"order\"");
    }

    #[test]
    fn a_type_that_is_called_like_a_servers_own_has_its_schema() {
        assert!(BUILT_IN.is_sorted_by(|a, b| a < b));
        let written = |name: TypeName| {
            let mut out = String::new();
            push_type_name(&mut out, &name);
            out
        };
        assert_eq!(written(TypeName::new("path")), "public.path");
        assert_eq!(written(TypeName::new("any")), "public.\"any\"");
        assert_eq!(written(TypeName::new("_text")), "public._text");
        assert_eq!(written(TypeName::new("mood")), "mood");
        assert_eq!(written(TypeName::new("Path")), "\"Path\"");
        assert_eq!(written(TypeName::new("path").in_schema("sales")), "sales.path");
    }

    #[test]
    fn literals_double_their_quotes_and_escape_backslashes() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\b"), "e'a\\\\b'");
        assert_eq!(literal("one\ntwo's\u{1}"), "e'one\\ntwo''s\\u0001'");
    }

    proptest! {
        #[test]
        fn a_name_is_read_back_as_it_was(name in any::<String>()) {
            prop_assert_eq!(read_ident(&ident(&name)), name);
        }

        #[test]
        fn a_bare_name_is_safe(name in "[a-zA-Z_0-9$ ]{0,8}") {
            let written = ident(&name);
            if !written.starts_with('"') {
                prop_assert!(written.bytes().all(|b| b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit()));
                prop_assert!(!written.as_bytes()[0].is_ascii_digit());
                prop_assert!(!KEYWORDS.contains(&written.as_str()));
            }
        }

        #[test]
        fn a_literal_is_read_back_as_it_was(text in any::<String>()) {
            prop_assert_eq!(read_literal(&literal(&text)), text);
        }
    }
}
