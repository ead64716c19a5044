//! SQL expressions that a table is written with: the names in them, before a server has to say so.

use proc_macro2::Span;

use super::Columns;
use crate::errors::Errors;
use crate::parse::{DefaultKind, IndexTerm, StructAst};

/// An expression, and whether it names columns of the table.
pub(crate) struct Expression {
    pub(crate) sql: String,
    pub(crate) span: Span,
    names_columns: bool,
}

/// All of a table's.
pub(super) fn of(ast: &StructAst) -> Vec<Expression> {
    let mut all = Vec::new();
    let mut add = |sql: &str, span: Span, names_columns: bool| {
        all.push(Expression { sql: sql.to_owned(), span, names_columns });
    };
    for check in ast.attrs.checks.iter().chain(ast.fields.iter().flat_map(|field| &field.attrs.checks)) {
        add(&check.expression.value, check.expression.span, true);
    }
    for index in &ast.attrs.indexes {
        if let Some(filter) = &index.filter {
            add(&filter.value, filter.span, true);
        }
        for part in &index.parts {
            if let IndexTerm::Expression(text) = &part.term {
                add(&text.value, text.span, true);
            }
        }
    }
    for field in &ast.fields {
        if let Some(computed) = &field.attrs.computed {
            add(&computed.expression.value, computed.expression.span, true);
        }
        for default in [&field.attrs.default, &field.attrs.set_on_update].into_iter().flatten() {
            if let DefaultKind::Sql(sql) = &default.kind {
                add(sql, default.span, false);
            }
        }
    }
    if let Some(ttl) = &ast.attrs.ttl
        && !ttl.after
    {
        // A single word is looked up where the attribute is checked.
        add(&ttl.text.value, ttl.text.span, syn::parse_str::<syn::Ident>(&ttl.text.value).is_err());
    }
    all
}

/// Notes names that are no columns and look like one.
pub(super) fn check(all: &[Expression], columns: &Columns, errors: &mut Errors) {
    for expression in all.iter().filter(|expression| expression.names_columns) {
        for name in names(&expression.sql) {
            if let Some(meant) = columns.nearest(&name) {
                errors.add(
                    expression.span,
                    format!("there is no column `{name}` to use in this SQL: did you mean `{meant}`?"),
                );
            }
        }
    }
}

/// The words that can only be names of columns: none that is quoted, called, qualified, a type, a collation or a keyword.
fn names(sql: &str) -> Vec<String> {
    let tokens = tokens(sql);
    let sign = |at: Option<usize>, wanted: char| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| *token == Token::Sign(wanted))
    };
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let before = at.checked_sub(1);
        let after_word = before.and_then(|at| tokens.get(at));
        let is_a_type = sign(before, ':')
            || matches!(after_word, Some(Token::Word(word)) if matches!(word.as_str(), "collate" | "as"));
        let is_qualified = sign(before, '.') || sign(Some(at + 1), '.');
        let is_called = sign(Some(at + 1), '(');
        // `date '2026-01-01'` is a type.
        let is_before_text = matches!(tokens.get(at + 1), Some(Token::Text));
        if !(is_a_type
            || is_qualified
            || is_called
            || is_before_text
            || KEYWORDS.contains(&word.as_str())
            || names.contains(word))
        {
            names.push(word.clone());
        }
    }
    names
}

#[derive(PartialEq)]
enum Token {
    /// In small letters.
    Word(String),
    /// What stands in single quotes.
    Text,
    Sign(char),
}

fn tokens(sql: &str) -> Vec<Token> {
    let mut all = Vec::new();
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' | '"' => {
                while rest.next().is_some_and(|next| next != c) {}
                // A name in double quotes is one that the writer meant.
                all.push(if c == '\'' { Token::Text } else { Token::Sign('"') });
            }
            c if c.is_whitespace() => {}
            c if c.is_alphanumeric() || c == '_' => {
                let mut word = String::from(c);
                while let Some(next) =
                    rest.next_if(|next| next.is_alphanumeric() || matches!(next, '_' | '$'))
                {
                    word.push(next);
                }
                let is_number = c.is_ascii_digit();
                all.push(if is_number { Token::Sign('0') } else { Token::Word(word.to_lowercase()) });
            }
            c => all.push(Token::Sign(c)),
        }
    }
    all
}

/// Words of expressions that are no columns: operators, literals, types, parts of a time.
const KEYWORDS: [&str; 109] = [
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "at",
    "between",
    "bigint",
    "bit",
    "bool",
    "boolean",
    "both",
    "box2d",
    "by",
    "bytea",
    "bytes",
    "case",
    "cast",
    "char",
    "citext",
    "collate",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "date",
    "day",
    "days",
    "dec",
    "decimal",
    "default",
    "desc",
    "distinct",
    "double",
    "else",
    "end",
    "epoch",
    "escape",
    "exists",
    "extract",
    "false",
    "first",
    "float",
    "float4",
    "float8",
    "for",
    "from",
    "geography",
    "geometry",
    "hour",
    "ilike",
    "in",
    "inet",
    "int",
    "int2",
    "int4",
    "int8",
    "integer",
    "interval",
    "is",
    "isnull",
    "json",
    "jsonb",
    "last",
    "leading",
    "like",
    "local",
    "localtime",
    "localtimestamp",
    "ltree",
    "minute",
    "month",
    "name",
    "not",
    "notnull",
    "null",
    "nulls",
    "numeric",
    "of",
    "on",
    "or",
    "precision",
    "quarter",
    "real",
    "regexp",
    "row",
    "second",
    "session_user",
    "similar",
    "smallint",
    "some",
    "string",
    "symmetric",
    "text",
    "then",
    "time",
    "timestamp",
    "timestamptz",
    "to",
    "trailing",
    "true",
    "user",
    "varchar",
    "when",
    "year",
];

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn only_what_can_be_a_column_is_taken_for_one() {
        for (sql, expected) in [
            ("capacity > 0", vec!["capacity"]),
            ("status = 'open' AND total >= 1e3", vec!["status", "total"]),
            ("lower(Name) = name", vec![]),
            ("lower(title) = title", vec!["title"]),
            ("kind::order_status = 'x' AND \"Odd\" > 0", vec!["kind"]),
            ("orders.total > 0", vec![]),
            ("title COLLATE de = 'x'", vec!["title"]),
            ("at > date '2026-01-01' AND extract(year from at) > 2000", vec![]),
            ("begins > DATE '2026-01-01' AND extract(year FROM ends) > 2000", vec!["begins", "ends"]),
            ("CASE WHEN paid THEN TRUE ELSE FALSE END IS NOT NULL", vec!["paid"]),
            ("data->>'name' = 'it''s total'", vec!["data"]),
        ] {
            assert_eq!(names(sql), expected, "{sql}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_has_each_word_once() {
        assert!(super::KEYWORDS.is_sorted_by(|a, b| a < b));
    }
}
