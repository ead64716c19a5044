//! Functions that give another answer each time, where what they answer is kept.

use crate::errors::Errors;
use crate::parse::Text;

/// Functions that give another answer each time, or in each session.
const VOLATILE: [&str; 23] = [
    "clock_timestamp",
    "cluster_logical_timestamp",
    "current_setting",
    "currval",
    "follower_read_timestamp",
    "gateway_region",
    "gen_random_bytes",
    "gen_random_ulid",
    "gen_random_uuid",
    "lastval",
    "nextval",
    "now",
    "random",
    "rehome_row",
    "statement_timestamp",
    "timeofday",
    "transaction_timestamp",
    "txid_current",
    "unique_rowid",
    "unordered_unique_rowid",
    "uuid_generate_v1",
    "uuid_generate_v4",
    "uuid_v4",
];
/// The same, called without parentheses, too.
const VOLATILE_WORDS: [&str; 9] = [
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
];

/// Notes a function that gives another answer each time, where no server takes one: what is kept does not change by
/// itself.
pub(super) fn changing(expression: &Text, what: &str, errors: &mut Errors) {
    let all = words(&expression.value);
    let changes = |(word, called): &&(String, bool)| {
        (*called && VOLATILE.contains(&word.as_str())) || VOLATILE_WORDS.contains(&word.as_str())
    };
    if let Some((word, _)) = all.iter().find(changes) {
        errors.add(
            expression.span,
            format!(
                "`{word}` gives another answer each time, and {what} cannot change by itself: use constants and columns \
                 here, or leave it to the query"
            ),
        );
    }
}

/// The names in an SQL expression, in small letters, without what stands in quotes, and whether each is called.
pub(super) fn words(sql: &str) -> Vec<(String, bool)> {
    let mut all: Vec<(String, bool)> = Vec::new();
    let mut word = String::new();
    let mut quote: Option<char> = None;
    // Whether nothing but spaces stands behind the last word.
    let mut fresh = false;
    for c in sql.chars().chain([' ']) {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c.is_alphanumeric() || c == '_' => word.extend(c.to_lowercase()),
            None => {
                if !word.is_empty() {
                    all.push((std::mem::take(&mut word), false));
                    fresh = true;
                }
                if c == '('
                    && fresh
                    && let Some((_, called)) = all.last_mut()
                {
                    *called = true;
                }
                fresh &= c.is_whitespace();
                quote = Some(c).filter(|c| matches!(c, '\'' | '"'));
            }
        }
    }
    all
}
