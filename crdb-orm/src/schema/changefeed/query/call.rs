//! Functions that a CDC query may call, and values that change by themselves.

use super::super::functions::{self, Function};
use super::super::mistake::{ChangefeedErrorKind as Kind, Mistake};
use super::token::same_word;
use super::word::Word;

#[expect(clippy::unnecessary_wraps, reason = "callers return it as it is")]
pub(super) const fn changing<'a>(word: &Word<'a>) -> Option<Mistake<'a>> {
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

pub(super) const fn function<'a>(word: &Word<'a>) -> Option<Mistake<'a>> {
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
pub(super) const fn qualified_function<'a>(
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
