//! Statements as words, to compare a text with the one that the grammar writes of it.

use crdb_tests::words::words;

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
