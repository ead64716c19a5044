//! CDC queries: what a changefeed sends of a row, and of which rows.
//!
//! The text is read word by word, in const code, so that a column that is not there, a second table or a function
//! whose value changes by itself does not compile. What the types of an expression are is left to the server.

use super::functions::{self, Function};
use super::mistake::{ChangefeedErrorKind as Kind, Mistake, first};
use crate::schema::{Locality, TableDef, TtlExpiry};

/// A projection and a filter over the rows of the changefeed's table.
///
/// Columns go by their names in SQL. There is no other table, no subquery, no aggregate, and no function but those that
/// the server allows; a function of one's own is called by its schema (`public.price(total)`). `(cdc_prev).status` is
/// the column before the change, and `event_op()` is `'insert'`, `'update'` or `'delete'`.
///
/// ```
/// use crdb_orm::schema::CdcQuery;
///
/// const PAID: CdcQuery<'static> =
///     CdcQuery::select("id, total, (cdc_prev).status AS was").filter("status = 'paid' AND event_op() != 'delete'");
/// # assert!(PAID.filter.is_some());
/// ```
///
/// Source: `CockroachDB`, "Change data capture queries".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CdcQuery<'a> {
    /// What stands after SELECT: `*`, or expressions with commas between.
    pub projection: &'a str,
    /// What stands after WHERE.
    pub filter: Option<&'a str>,
}

impl<'a> CdcQuery<'a> {
    /// Sends what the projection gives, such as `id, total`.
    pub const fn select(projection: &'a str) -> Self {
        Self { projection, filter: None }
    }

    /// Sends only the changes for which the condition holds.
    #[must_use]
    pub const fn filter(mut self, condition: &'a str) -> Self {
        self.filter = Some(condition);
        self
    }

    /// What is wrong with it whatever the table is.
    pub(super) const fn mistake(&self) -> Option<Mistake<'a>> {
        first!(expression(self.projection, None, false));
        match self.filter {
            Some(filter) => expression(filter, None, true),
            None => None,
        }
    }

    pub(super) const fn on_table(&self, table: &'a TableDef) -> Option<Mistake<'a>> {
        first!(self.mistake_of_projection(table));
        self.mistake_of_filter(table)
    }

    pub(crate) const fn mistake_of_projection(&self, table: &'a TableDef) -> Option<Mistake<'a>> {
        expression(self.projection, Some(table), false)
    }

    pub(crate) const fn mistake_of_filter(&self, table: &'a TableDef) -> Option<Mistake<'a>> {
        match self.filter {
            Some(filter) => expression(filter, Some(table), true),
            None => None,
        }
    }
}

/// A piece of SQL.
#[derive(Clone, Copy)]
enum Token {
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

/// What came before a word.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    /// A point after `(cdc_prev)`.
    Previous,
    /// A point after the table's name.
    Table,
    /// A point after any other name.
    Name,
    /// A point after anything else, such as a value of a composite type.
    Value,
    /// `AS`, `::` or `COLLATE`: an alias, a type or a collation.
    Naming,
}

const DEPTH: usize = 64;

/// What is wrong with a list of expressions, or a condition.
const fn expression<'a>(sql: &'a str, table: Option<&'a TableDef>, condition: bool) -> Option<Mistake<'a>> {
    let bytes = sql.as_bytes();
    let (mut at, mut depth, mut open) = (0, 0, [0_u8; DEPTH]);
    let mut before = Before::Nothing;
    // The four symbols, or 0 for anything else, that came last; and whether `(cdc_prev)` was closed last.
    let (mut last, mut tuple) = (0_u8, false);
    let mut last_word: (usize, usize) = (0, 0);
    let mut in_tuple = 0;
    let mut empty = true;
    loop {
        let (token, start, end, next) = token(bytes, at);
        at = next;
        match token {
            Token::End => break,
            Token::Wrong => {
                return query(&[
                    "a CDC query is of expressions alone: no `;`, comment, placeholder, backslash or quote without its end",
                ]);
            }
            Token::Number | Token::Text => {
                (before, last, tuple, in_tuple) = (Before::Nothing, 0, false, 0);
            }
            Token::Symbol(symbol) => {
                let was = before;
                before = Before::Nothing;
                match symbol {
                    b'(' | b'[' => {
                        if depth == DEPTH {
                            return query(&["a CDC query has more than 64 parentheses in each other"]);
                        }
                        open[depth] = symbol;
                        depth += 1;
                        in_tuple = if symbol == b'(' { 1 } else { 0 };
                        tuple = false;
                    }
                    b')' | b']' => {
                        if depth == 0 || open[depth - 1] != (if symbol == b')' { b'(' } else { b'[' }) {
                            return query(&["the parentheses of a CDC query do not match"]);
                        }
                        depth -= 1;
                        tuple = in_tuple == 2;
                        in_tuple = 0;
                    }
                    b'.' => {
                        before = if tuple {
                            Before::Previous
                        } else {
                            match was {
                                Before::Table => Before::Table,
                                Before::Name => Before::Name,
                                _ => Before::Value,
                            }
                        };
                        (tuple, in_tuple) = (false, 0);
                    }
                    b',' if condition && depth == 0 => {
                        return query(&[
                            "the filter of a CDC query is one condition, without a comma: use AND",
                        ]);
                    }
                    b':' if last == b':' => {
                        before = Before::Naming;
                        (tuple, in_tuple) = (false, 0);
                    }
                    _ => (tuple, in_tuple) = (false, 0),
                }
                last = symbol;
            }
            Token::Quoted | Token::Word => {
                let quoted = matches!(token, Token::Quoted);
                let follows = peek(bytes, at);
                let word = Word { sql, start, end, quoted };
                let was = before;
                before = Before::Nothing;
                let is_previous = !quoted && word.is("cdc_prev");
                in_tuple = if is_previous && in_tuple == 1 { 2 } else { 0 };
                tuple = false;
                match was {
                    Before::Previous => first!(word.column(table)),
                    Before::Table | Before::Name | Before::Value if follows == b'(' => {
                        first!(qualified_function(bytes, last_word, &word));
                    }
                    Before::Table if follows != b'.' => first!(word.column(table)),
                    Before::Table | Before::Name if follows == b'.' => {
                        before = if word.is_table(table) { Before::Table } else { Before::Name };
                    }
                    Before::Name | Before::Table => {
                        return query(&[
                            "a CDC query is over one table, the changefeed's own: `",
                            word.text(),
                            "` is of another one",
                        ]);
                    }
                    // `double precision` and `timestamp with time zone` go on as allowed words.
                    Before::Naming | Before::Value => {}
                    Before::Nothing if follows == b'.' && !is_keyword(&word) => {
                        if is_previous {
                            return query(&["write `(cdc_prev).column`, with the parentheses"]);
                        }
                        before = if word.is_table(table) { Before::Table } else { Before::Name };
                    }
                    Before::Nothing => {
                        let from_follows = depth > 0 && word_at(bytes, at, "from");
                        let last_is = Word { sql, start: last_word.0, end: last_word.1, quoted: last != 0 };
                        if !quoted && follows == b'(' && !is_keyword(&word) {
                            if let Some(mistake) = refused(&word, depth, &last_is, last, empty) {
                                return Some(mistake);
                            }
                            first!(function(&word));
                        } else if !quoted && (word.is("as") || word.is("collate")) {
                            before = Before::Naming;
                        } else if !quoted && !from_follows {
                            if let Some(mistake) = refused(&word, depth, &last_is, last, empty) {
                                return Some(mistake);
                            }
                            let typed_text = follows == b'\'';
                            if !is_keyword(&word) && !typed_text {
                                first!(word.column(table));
                            }
                        } else if quoted {
                            first!(word.column(table));
                        }
                    }
                }
                last = 0;
                last_word = (start, end);
            }
        }
        empty = false;
    }
    if depth > 0 {
        return query(&["the parentheses of a CDC query do not match"]);
    }
    if empty {
        return query(&["a CDC query says what it sends, and a filter which rows: neither is empty"]);
    }
    None
}

#[expect(clippy::unnecessary_wraps, reason = "callers return it as it is")]
const fn query<'a>(text: &[&'a str]) -> Option<Mistake<'a>> {
    Some(Mistake::new(Kind::WrongQuery, text))
}

/// The next token, its span, and where the one after it may begin.
const fn token(bytes: &[u8], mut at: usize) -> (Token, usize, usize, usize) {
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
const fn peek(bytes: &[u8], at: usize) -> u8 {
    let at = skip_spaces(bytes, at);
    if at < bytes.len() { bytes[at] } else { 0 }
}

/// Whether the next token is that word.
const fn word_at(bytes: &[u8], at: usize, word: &str) -> bool {
    match token(bytes, at) {
        (Token::Word, start, end, _) => same_word(bytes, start, end, word.as_bytes()),
        _ => false,
    }
}

const fn same_word(bytes: &[u8], start: usize, end: usize, word: &[u8]) -> bool {
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

/// A word of the query.
struct Word<'a> {
    sql: &'a str,
    start: usize,
    end: usize,
    quoted: bool,
}

impl<'a> Word<'a> {
    const fn text(&self) -> &'a str {
        let (head, _) = self.sql.split_at(self.end);
        let (_, text) = head.split_at(self.start);
        text
    }

    const fn is(&self, word: &str) -> bool {
        !self.quoted && same_word(self.sql.as_bytes(), self.start, self.end, word.as_bytes())
    }

    /// Whether it means that name: without quotes, capitals are small letters.
    const fn means(&self, name: &str) -> bool {
        let (sql, name) = (self.sql.as_bytes(), name.as_bytes());
        let (mut at, mut i) = (self.start, 0);
        while at < self.end {
            if i >= name.len() {
                return false;
            }
            let byte = if self.quoted { sql[at] } else { sql[at].to_ascii_lowercase() };
            if byte != name[i] {
                return false;
            }
            if self.quoted && sql[at] == b'"' {
                at += 1;
            }
            at += 1;
            i += 1;
        }
        i == name.len()
    }

    const fn is_table(&self, table: Option<&TableDef>) -> bool {
        match table {
            Some(table) => self.means(table.name.name),
            None => true,
        }
    }

    /// Refuses what is no column.
    const fn column(&self, table: Option<&'a TableDef>) -> Option<Mistake<'a>> {
        let Some(table) = table else { return None };
        let mut i = 0;
        while i < table.columns.len() {
            if self.means(table.columns[i].name) {
                return None;
            }
            i += 1;
        }
        let expires = match &table.ttl {
            Some(ttl) => matches!(ttl.expiry, TtlExpiry::After(_)),
            None => false,
        };
        if self.is("cdc_prev")
            || self.is("crdb_internal_mvcc_timestamp")
            || (expires && self.is("crdb_internal_expiration"))
            || (matches!(table.locality, Some(Locality::RegionalByRow(None))) && self.is("crdb_region"))
        {
            return None;
        }
        let (hint, name, end) = match self.nearest(table) {
            Some((name, 0)) => ("write it in double quotes, with its capitals: `\"", name, "\"`"),
            Some((name, _)) => ("did you mean `", name, "`?"),
            None => ("columns go by their names in SQL, and new names by AS", "", ""),
        };
        Some(Mistake::new(
            Kind::WrongColumn,
            &[
                "the CDC query names `",
                self.text(),
                "`, which is no column of `",
                table.name.name,
                "`: ",
                hint,
                name,
                end,
            ],
        ))
    }

    /// The column whose name is nearest, if it is near, and how far it is, whatever the capitals are.
    const fn nearest(&self, table: &'a TableDef) -> Option<(&'a str, usize)> {
        let mut nearest: Option<(&'a str, usize)> = None;
        let mut i = 0;
        while i < table.columns.len() {
            let name = table.columns[i].name;
            let distance = distance(self.text().as_bytes(), name.as_bytes());
            let nearer = match nearest {
                Some((_, least)) => distance < least,
                None => true,
            };
            if nearer && distance <= 1 + name.len() / 4 {
                nearest = Some((name, distance));
            }
            i += 1;
        }
        nearest
    }
}

/// How many letters are to be added, left out or changed to make one name of the other.
const fn distance(a: &[u8], b: &[u8]) -> usize {
    const LONGEST: usize = 64;
    if a.len() >= LONGEST || b.len() >= LONGEST {
        return usize::MAX;
    }
    let mut row = [0; LONGEST];
    let mut i = 0;
    while i <= b.len() {
        row[i] = i;
        i += 1;
    }
    i = 0;
    while i < a.len() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut j = 0;
        while j < b.len() {
            let same = a[i].eq_ignore_ascii_case(&b[j]);
            let changed = diagonal + if same { 0 } else { 1 };
            diagonal = row[j + 1];
            let shorter = if row[j] < row[j + 1] { row[j] } else { row[j + 1] };
            row[j + 1] = if changed < shorter + 1 { changed } else { shorter + 1 };
            j += 1;
        }
        i += 1;
    }
    row[b.len()]
}

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

const fn is_keyword(word: &Word<'_>) -> bool {
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
const fn refused<'a>(
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
        return query(&["a CDC query sees one row at a time, so it has no window functions"]);
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
    query(&[
        "a CDC query is a projection and a filter over one table, without subqueries, joins and grouping, so `",
        word.text(),
        "` has no place in it",
    ])
}

#[expect(clippy::unnecessary_wraps, reason = "callers return it as it is")]
const fn changing<'a>(word: &Word<'a>) -> Option<Mistake<'a>> {
    Some(Mistake::new(
        Kind::WrongFunction,
        &[
            "`",
            word.text(),
            "` is another value each time, which a CDC query cannot have: the time of the change is ",
            "`statement_timestamp()`",
        ],
    ))
}

const fn function<'a>(word: &Word<'a>) -> Option<Mistake<'a>> {
    let (_, tail) = word.sql.as_bytes().split_at(word.start);
    let (name, _) = tail.split_at(word.end - word.start);
    let text: &[&'a str] = match functions::of(name) {
        Function::Known => return None,
        Function::Volatile => return changing(word),
        Function::Aggregate => &["` is over several rows, but a CDC query sees one row at a time"],
        Function::Generator => &["` makes several rows, but a CDC query sends one for a change"],
        Function::Unknown => &[
            "` is not a function that CDC queries are known to have: one of your own is called by its schema, such as ",
            "`public.f(..)`",
        ],
    };
    let mut all = ["`", word.text(), "", ""];
    let mut i = 0;
    while i < text.len() {
        all[2 + i] = text[i];
        i += 1;
    }
    Some(Mistake::new(Kind::WrongFunction, &all))
}

/// `schema.f(..)`: one of the server's own, or one of the user's, which only the server knows.
const fn qualified_function<'a>(
    bytes: &[u8],
    schema: (usize, usize),
    word: &Word<'a>,
) -> Option<Mistake<'a>> {
    if same_word(bytes, schema.0, schema.1, b"crdb_internal") {
        if word.is("cluster_id") {
            return None;
        }
        return changing(word);
    }
    if same_word(bytes, schema.0, schema.1, b"pg_catalog") {
        return function(word);
    }
    None
}
