//! Words that are no names, and those of a larger query.

use super::super::mistake::Mistake;
use super::super::mistake::wrong_query as wrong;
use super::call::changing;
use super::word::Word;

/// Words that are no names where an expression stands.
const KEYWORDS: [&str; 52] = [
    "all",
    "and",
    "any",
    "array",
    "as",
    "asymmetric",
    "at",
    "between",
    "both",
    "case",
    "cast",
    "char",
    "collate",
    "day",
    "distinct",
    "else",
    "end",
    "escape",
    "false",
    "for",
    "from",
    "hour",
    "ilike",
    "in",
    "interval",
    "is",
    "isnull",
    "leading",
    "like",
    "minute",
    "month",
    "not",
    "notnull",
    "null",
    "or",
    "overlaps",
    "placing",
    "precision",
    "row",
    "second",
    "similar",
    "some",
    "symmetric",
    "then",
    "to",
    "trailing",
    "true",
    "unknown",
    "varying",
    "when",
    "without",
    "year",
];

pub(super) const fn is_keyword(word: &Word<'_>) -> bool {
    if word.quoted {
        return false;
    }
    let mut i = 0;
    while i < KEYWORDS.len() {
        if word.is(KEYWORDS[i]) {
            return true;
        }
        i += 1;
    }
    // `timestamp with time zone`
    word.is("time") || word.is("zone") || word.is("with")
}

/// Words of a larger query, and of values that change by themselves.
pub(super) const fn refused<'a>(
    word: &Word<'a>,
    depth: usize,
    last_word: &Word<'a>,
    last: u8,
    empty: bool,
) -> Option<Mistake<'a>> {
    const CLAUSES: [&str; 17] = [
        "select",
        "union",
        "intersect",
        "except",
        "join",
        "group",
        "having",
        "order",
        "limit",
        "offset",
        "window",
        "into",
        "returning",
        "natural",
        "where",
        "fetch",
        "using",
    ];
    const CHANGING: [&str; 7] = [
        "current_timestamp",
        "current_date",
        "current_time",
        "localtimestamp",
        "localtime",
        "current_user",
        "session_user",
    ];
    let mut i = 0;
    while i < CLAUSES.len() {
        if word.is(CLAUSES[i]) {
            return clause(word);
        }
        i += 1;
    }
    if word.is("exists") || word.is("values") && last == b'(' {
        return clause(word);
    }
    let time_zone = last == 0 && (last_word.is("timestamp") || last_word.is("time"));
    if word.is("with") && !time_zone {
        return clause(word);
    }
    let distinct_from = last == 0 && last_word.is("distinct");
    if word.is("from") && depth == 0 && !distinct_from {
        return clause(word);
    }
    if word.is("distinct") && (empty || !(last == 0 && (last_word.is("is") || last_word.is("not")))) {
        return clause(word);
    }
    if word.is("over") && last == b')' {
        return wrong(&["a CDC query sees one row at a time, so it has no window functions"]);
    }
    i = 0;
    while i < CHANGING.len() {
        if word.is(CHANGING[i]) {
            return changing(word);
        }
        i += 1;
    }
    None
}

const fn clause<'a>(word: &Word<'a>) -> Option<Mistake<'a>> {
    wrong(&[
        "a CDC query is a projection and a filter over one table, without subqueries, joins and grouping, so `",
        word.text(),
        "` has no place in it",
    ])
}
