//! A list of expressions, or a condition, word by word.

use super::super::mistake::wrong_query as wrong;
use super::super::mistake::{Mistake, first};
use super::call::{function, qualified_function};
use super::keyword::{is_keyword, refused};
use super::token::{Token, peek, token, word_at};
use super::word::Word;
use crate::schema::TableDef;

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
pub(super) const fn expression<'a>(
    sql: &'a str,
    table: Option<&'a TableDef>,
    condition: bool,
) -> Option<Mistake<'a>> {
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
                return wrong(&[
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
                            return wrong(&["a CDC query has more than 64 parentheses in each other"]);
                        }
                        open[depth] = symbol;
                        depth += 1;
                        in_tuple = if symbol == b'(' { 1 } else { 0 };
                        tuple = false;
                    }
                    b')' | b']' => {
                        if depth == 0 || open[depth - 1] != (if symbol == b')' { b'(' } else { b'[' }) {
                            return wrong(&["the parentheses of a CDC query do not match"]);
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
                        return wrong(&[
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
                        return wrong(&[
                            "a CDC query is over one table, the changefeed's own: `",
                            word.text(),
                            "` is of another one",
                        ]);
                    }
                    // `double precision` and `timestamp with time zone` go on as allowed words.
                    Before::Naming | Before::Value => {}
                    Before::Nothing if follows == b'.' && !is_keyword(&word) => {
                        if is_previous {
                            return wrong(&["write `(cdc_prev).column`, with the parentheses"]);
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
        return wrong(&["the parentheses of a CDC query do not match"]);
    }
    if empty {
        return wrong(&["a CDC query says what it sends, and a filter which rows: neither is empty"]);
    }
    None
}
