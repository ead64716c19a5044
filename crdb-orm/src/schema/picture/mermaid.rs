//! Mermaid's `erDiagram`.
//!
//! Source: <https://mermaid.js.org/syntax/entityRelationshipDiagram.html>.

use std::fmt::Write;

use super::model::{Column, Key, Picture, Table};
use super::text::{push_mermaid, shown};

pub(super) fn draw(picture: &Picture) -> String {
    let mut out = "erDiagram\n".to_owned();
    for (position, table) in picture.tables.iter().enumerate() {
        push_table(&mut out, position, table);
    }
    for key in &picture.keys {
        push_key(&mut out, picture, key);
    }
    out
}

fn push_table(out: &mut String, position: usize, table: &Table) {
    out.push_str("    ");
    push_name(out, position, table);
    out.push_str("[\"");
    push_mermaid(out, &shown(&table.name));
    if let Some(locality) = &table.locality {
        out.push_str(" (");
        push_mermaid(out, &shown(locality));
        out.push(')');
    }
    out.push_str("\"] {\n");
    for column in &table.columns {
        push_column(out, column);
    }
    out.push_str("    }\n");
}

/// Words that mean something to Mermaid where a name may stand.
const WORDS: [&str; 15] = [
    "accDescr",
    "accTitle",
    "class",
    "classDef",
    "direction",
    "erDiagram",
    "many",
    "one",
    "only",
    "optionally",
    "style",
    "title",
    "to",
    "u",
    "zero",
];

/// A table's name where Mermaid reads it as one, or one of its position.
fn push_name(out: &mut String, position: usize, table: &Table) {
    // Another name ends with `_`, as no plain one does.
    if is_word(&table.name) && !table.name.ends_with('_') && !WORDS.contains(&table.name.as_str()) {
        out.push_str(&table.name);
    } else {
        let _ = write!(out, "table_{}_", position + 1);
    }
}

fn push_column(out: &mut String, column: &Column) {
    out.push_str("        ");
    push_word(out, &column.ty, "type");
    out.push(' ');
    push_word(out, &column.name, "column");
    if !column.marks.is_empty() {
        out.push(' ');
        out.push_str(&column.marks.join(", "));
    }
    // What the words could not say.
    let mut more = Vec::new();
    if !is_word(&column.name) {
        more.push(shown(&column.name));
    }
    if !is_word(&column.ty) {
        more.push(shown(&column.ty));
    }
    if column.nullable {
        more.push("NULL".to_owned());
    }
    if !more.is_empty() {
        out.push_str(" \"");
        push_mermaid(out, &more.join(", "));
        out.push('"');
    }
    out.push('\n');
}

fn push_key(out: &mut String, picture: &Picture, key: &Key) {
    out.push_str("    ");
    push_name(out, key.parent, &picture.tables[key.parent]);
    out.push_str(if key.optional { " |o--" } else { " ||--" });
    out.push_str(if key.one { "o| " } else { "o{ " });
    push_name(out, key.child, &picture.tables[key.child]);
    out.push_str(" : \"");
    push_mermaid(out, &shown(&key.columns));
    out.push_str("\"\n");
}

/// Whether Mermaid reads a text as one word.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A text as a word: its letters and digits.
fn push_word(out: &mut String, text: &str, otherwise: &str) {
    if is_word(text) {
        out.push_str(text);
        return;
    }
    let head = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).find(|head| is_word(head));
    out.push_str(head.unwrap_or(otherwise));
}
