//! What `SHOW CREATE TABLE` of CockroachDB answers, beside what was sent to make the table.

use std::collections::BTreeSet;

use crate::words::words;

/// What differs between the statements that made a table and the answer of `SHOW CREATE TABLE`; nothing when the server
/// has what was asked for.
///
/// What the server writes otherwise is not a difference:
///
/// - `public.` before names, and spaces, capitals, quotes and escapes;
/// - `:::TYPE` after constants, where a text or an array may have been cast, and parentheses in expressions;
/// - `NULL` of a column that may be NULL, and `ASC`;
/// - a UNIQUE constraint as `UNIQUE INDEX`;
/// - `"primary"` as the name of a primary key, before 22.1;
/// - `WITH BUCKET_COUNT = 8` without parentheses, before 22.1, and a number of buckets where none was given;
/// - columns that it adds, `crdb_internal_..`, `rowid` and `crdb_region`, unless they were asked for;
/// - families, where none were asked for; and the columns that no family names in the first one;
/// - `ttl = 'on'`, and `ttl_expire_after` of its own column;
/// - the order of columns, indexes and constraints, which are named;
/// - comments, which are statements of their own on both sides, in whatever order.
pub fn differences(made: &[&str], shown: &str) -> Vec<String> {
    let made = Definition::read(&made.join(";\n"));
    let mut shown = Definition::read(shown);
    shown.items.retain(|item| !is_added(item, &made));
    let families = |items: &BTreeSet<Vec<String>>| {
        items.iter().filter(|item| item[0] == "family").cloned().collect::<BTreeSet<_>>()
    };
    let (mine, theirs) = (families(&made.items), families(&shown.items));
    let mut wrong = Vec::new();
    for family in &mine {
        let kept =
            |other: &&Vec<String>| other[1] == family[1] && family.iter().all(|word| other.contains(word));
        if !theirs.iter().any(|other| kept(&other)) {
            wrong.push(format!("asked for, not there: {}", family.join(" ")));
        }
    }
    let others = |definition: &Definition| {
        let names: BTreeSet<Vec<String>> = families(&definition.items);
        definition.items.difference(&names).cloned().collect::<BTreeSet<_>>()
    };
    let (made, shown) = (others(&made), others(&shown));
    let buckets = |item: &[String]| item.iter().position(|word| word == "bucket_count");
    // The server's own number of buckets.
    let without = |item: &[String]| {
        buckets(item).map_or_else(|| item.to_vec(), |at| [&item[..at - 1], &item[at + 3..]].concat())
    };
    for item in made.difference(&shown) {
        if !shown.iter().any(|other| buckets(item).is_none() && without(other) == *item) {
            wrong.push(format!("asked for, not there: {}", item.join(" ")));
        }
    }
    for item in shown.difference(&made) {
        if !made.iter().any(|other| buckets(other).is_none() && without(item) == *other) {
            wrong.push(format!("there, not asked for: {}", item.join(" ")));
        }
    }
    wrong
}

/// The parts of a table, each as words.
#[derive(Debug)]
struct Definition {
    items: BTreeSet<Vec<String>>,
}

impl Definition {
    fn read(sql: &str) -> Self {
        let mut items = BTreeSet::new();
        for statement in split(&plain(&words(sql)), ";") {
            let Some(open) = statement.iter().position(|word| word == "(") else {
                items.insert(statement);
                continue;
            };
            if !statement.starts_with(&["create".to_owned(), "table".to_owned()]) {
                items.insert(statement);
                continue;
            }
            let close = closing(&statement, open);
            items.insert(statement[..open].to_vec());
            items.extend(split(&statement[open + 1..close], ",").iter().map(|words| item(words)));
            items.extend(tail(&statement[close + 1..]));
        }
        Self { items }
    }
}

/// Words without what the server adds to names and constants.
fn plain(all: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(all.len());
    let mut i = 0;
    while i < all.len() {
        if all[i] == "public" && all.get(i + 1).is_some_and(|next| next == ".") {
            i += 2;
        } else if let Some(colons) = annotation(&all[i..], out.last()) {
            i += colons;
            // The type: a name with its schema, a size, `[]`.
            i += 1;
            while all.get(i).is_some_and(|word| word == ".") {
                i += 2;
            }
            if all.get(i).is_some_and(|word| word == "(")
                && all.get(i + 1).is_some_and(|word| is_number(word))
            {
                i = closing(all, i) + 1;
            }
            while all[i..].starts_with(&["[", "]"].map(str::to_owned)) {
                i += 2;
            }
        } else {
            out.push(all[i].clone());
            i += 1;
        }
    }
    out
}

/// How many colons stand before a type that only says of a constant what it is: `0:::INT8`, `'ok'::mood`, `ARRAY[]::STRING[]`.
fn annotation(rest: &[String], before: Option<&String>) -> Option<usize> {
    match rest.iter().take_while(|word| *word == ":").count() {
        3 => Some(3),
        2 if before.is_some_and(|word| word.starts_with('\'') || word == "]") => Some(2),
        _ => None,
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where the parenthesis at `open` is closed.
fn closing(all: &[String], open: usize) -> usize {
    let mut depth = 0_usize;
    for (i, word) in all.iter().enumerate().skip(open) {
        match word.as_str() {
            "(" => depth += 1,
            ")" => {
                depth -= 1;
                if depth == 0 {
                    return i;
                }
            }
            _ => {}
        }
    }
    all.len()
}

/// The pieces between a sign that stands in no parentheses.
fn split(all: &[String], sign: &str) -> Vec<Vec<String>> {
    let (mut pieces, mut piece, mut depth) = (Vec::new(), Vec::new(), 0_i32);
    for word in all {
        match word.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 && word == sign {
            pieces.push(std::mem::take(&mut piece));
        } else {
            piece.push(word.clone());
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// A column, key, index, check or family in one form.
fn item(words: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let before = if i > 0 { words[i - 1].as_str() } else { "" };
        match word.as_str() {
            "(" | ")" | "asc" => {}
            // `a IN ('x',)`
            "," if words.get(i + 1).is_some_and(|next| next == ")") => {}
            "null" if !matches!(before, "not" | "default" | "set" | "is" | "update" | "(" | ",") => {}
            _ => out.push(word.clone()),
        }
    }
    match out.first().map(String::as_str) {
        Some("constraint") if out.get(2).is_some_and(|word| word == "unique") => {
            out.splice(..3, ["unique", "index", &out[1].clone()].map(str::to_owned));
        }
        Some("constraint") if out[1..].starts_with(&["primary", "primary", "key"].map(str::to_owned)) => {
            "pkey".clone_into(&mut out[1]);
        }
        Some("constraint")
            if out.get(2).is_some_and(|word| word == "primary") && out[1].ends_with("_pkey") =>
        {
            "pkey".clone_into(&mut out[1]);
        }
        _ => {}
    }
    out
}

/// What stands after the parentheses of a table: each storage parameter, and the rest.
fn tail(all: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = all.to_vec();
    if rest.first().is_some_and(|word| word == "with") {
        let close = closing(&rest, 1);
        for parameter in split(&rest[2..close], ",") {
            if parameter != ["ttl", "=", "'on"] {
                found.push([vec!["with".to_owned()], parameter].concat());
            }
        }
        rest.drain(..=close);
    }
    if !rest.is_empty() {
        found.push(rest);
    }
    found
}

/// Whether the server has added a part by itself.
fn is_added(item: &[String], made: &Definition) -> bool {
    let first = item[0].as_str();
    let own = first.starts_with("crdb_internal_") || matches!(first, "rowid" | "crdb_region");
    let asked = || made.items.iter().any(|other| other[0] == first);
    (own || first == "family") && !asked()
}
