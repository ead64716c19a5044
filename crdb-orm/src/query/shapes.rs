//! Texts of the shapes that statements by key and inserts take: each is written once in the life of a program.
//!
//! A program makes few of them, one for each place in its code at most, while it runs each a million times. A list is
//! as good as a map for so few, needs no lock, and never moves what it has lent.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::node::{Node, Operator};
use crate::schema::ColumnType;

/// The most texts that are kept for a table; more are written each time.
const MOST: usize = 32;

/// Texts, each with its shape.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    first: OnceLock<Box<Kept>>,
}

#[derive(Debug)]
struct Kept {
    shape: Box<[Piece]>,
    text: String,
    next: OnceLock<Box<Self>>,
}

/// What a shape is made of: a column, and what is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// A column of an insert, or one that is set to a value.
    Value(&'static str),
    /// A column that is changed by an operator and a value of the first type, and cast to the second.
    Change(&'static str, Operator, ColumnType, ColumnType),
    /// A column that counts the changes.
    Count(&'static str),
    /// What kind of statement it is; an insert of a whole row names no columns.
    Update,
    Insert,
    InsertRow,
    Delete,
    /// It names the version that it wants to find.
    AtVersion,
    /// It returns the row.
    Returning,
}

impl Shapes {
    /// The text of a shape, which is written once; where there are too many shapes, each time.
    pub(super) fn of(
        &'static self,
        shape: &(impl Iterator<Item = Piece> + Clone),
        write: impl Fn() -> String,
    ) -> Cow<'static, str> {
        self.text(shape, &write).map_or_else(|| Cow::Owned(write()), Cow::Borrowed)
    }

    /// The text of a shape, which is written if it is the first of its kind. `None` when so many are kept that this one
    /// is not: a program that makes new shapes all the time must not grow for ever.
    fn text(
        &self,
        shape: &(impl Iterator<Item = Piece> + Clone),
        write: impl FnOnce() -> String,
    ) -> Option<&str> {
        let mut slot = &self.first;
        let mut write = Some(write);
        for _ in 0..MOST {
            // Somebody else may fill it meanwhile, and with another shape.
            let kept = slot.get_or_init(|| {
                let text = write.take().map_or_else(String::new, |write| write());
                Box::new(Kept { shape: shape.clone().collect(), text, next: OnceLock::new() })
            });
            if kept.shape.iter().copied().eq(shape.clone()) {
                return Some(&kept.text);
            }
            slot = &kept.next;
        }
        None
    }
}

impl Piece {
    /// What an assignment of a column is, where its text depends on nothing else.
    pub(super) fn of_assignment(column: &'static str, node: &Node) -> Option<Self> {
        match node {
            Node::Value(_) => Some(Self::Value(column)),
            Node::Cast(changed, ty) => match &**changed {
                Node::Binary(operator, operands) => match &**operands {
                    (Node::Of(_, of) | Node::Column(of), Node::Value(value)) if *of == column => {
                        Some(Self::Change(column, *operator, value.column_type(), *ty))
                    }
                    (Node::Of(_, of), Node::Constant("1")) if *of == column => Some(Self::Count(column)),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_text_is_written_once_for_each_shape() {
        let shapes = Shapes::default();
        let written = Cell::new(0);
        let text = |shape: &'static [Piece]| {
            let text = shapes.text(&shape.iter().copied(), || {
                written.set(written.get() + 1);
                format!("{shape:?}")
            });
            text.map(str::to_owned)
        };
        let all: [&'static [Piece]; 5] = [
            &[],
            &[Piece::Insert, Piece::Value("a")],
            &[Piece::Insert, Piece::Value("a"), Piece::Value("b")],
            &[Piece::Update, Piece::Value("a")],
            &[Piece::Update, Piece::Change("a", Operator::ADD, ColumnType::Int8, ColumnType::Int8)],
        ];
        for _ in 0..3 {
            for shape in all {
                assert_eq!(text(shape), Some(format!("{shape:?}")));
            }
        }
        assert_eq!(written.get(), all.len());
    }

    #[test]
    fn a_program_that_makes_new_shapes_all_the_time_does_not_grow() {
        let shapes = Shapes::default();
        let names: Vec<&'static str> = (0..100).map(|n| &*format!("column_{n}").leak()).collect();
        let kept = names
            .iter()
            .filter(|name| {
                shapes.text(&std::iter::once(Piece::Value(name)), || (**name).to_owned()).is_some()
            })
            .count();
        assert_eq!(kept, MOST);
        // Those that are kept are found again.
        let again = shapes.text(&std::iter::once(Piece::Value(names[3])), || "written again".to_owned());
        assert_eq!(again, Some(names[3]));
    }
}
