//! Choices of a random schema, drawn from numbers that proptest makes: fewer and smaller ones are a simpler schema.

use std::cell::{Cell, RefCell};

use proptest::prelude::*;

/// Numbers to choose by. Where they have come to an end, each choice is the first one.
#[derive(Debug)]
pub(crate) struct Dice {
    numbers: Vec<u16>,
    at: Cell<usize>,
    /// How many names were made.
    named: RefCell<usize>,
}

/// Enough numbers for any schema here.
pub(crate) fn numbers() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..600)
}

/// What can break out of a name or text, or is read otherwise without quotes.
const PIECES: [&str; 28] = [
    "", "a", "B", "_", "'", "\"", "\\", "\n", ";", "--", "/*", "*/", "$$", "e'", "é", "表", "\u{301}", " ",
    "\t", "(", ")", ",", ".", "@", "%", "\r", "\u{1}", "\u{2019}",
];

impl Dice {
    pub(crate) fn new(numbers: Vec<u16>) -> Self {
        Self { numbers, at: Cell::new(0), named: RefCell::new(0) }
    }

    /// A number below `count`.
    pub(crate) fn below(&self, count: usize) -> usize {
        let number = self.numbers.get(self.at.get()).copied().unwrap_or_default();
        self.at.set(self.at.get() + 1);
        usize::from(number) % count.max(1)
    }

    pub(crate) fn coin(&self) -> bool {
        self.below(2) == 1
    }

    /// True once in so many times.
    pub(crate) fn once_in(&self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(crate) fn of<T: Copy>(&self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub(crate) fn maybe<T>(&self, make: impl FnOnce() -> T) -> Option<T> {
        self.coin().then(make)
    }

    /// From none to `most` of something.
    pub(crate) fn some<T>(&self, most: usize, mut make: impl FnMut() -> T) -> &'static [T] {
        let count = self.below(most + 1);
        leak((0..count).map(|_| make()).collect())
    }

    /// Some of the given things, at least one where there is one, in an order of their own.
    pub(crate) fn part<T: Copy>(&self, all: &[T], most: usize) -> Vec<T> {
        let mut left = all.to_vec();
        let count = (1 + self.below(most)).min(left.len());
        (0..count).map(|_| left.remove(self.below(left.len()))).collect()
    }

    /// A text that tries to break out.
    pub(crate) fn text(&self) -> &'static str {
        let pieces = self.below(5);
        (0..pieces).map(|_| self.of(&PIECES)).collect::<String>().leak()
    }

    /// A piece of a text, short, so that names that are made of several stay whole.
    pub(crate) fn piece(&self) -> &'static str {
        self.of(&PIECES)
    }

    /// A name that no other one is: it begins and ends as it likes.
    pub(crate) fn name(&self) -> &'static str {
        *self.named.borrow_mut() += 1;
        let number = *self.named.borrow();
        match self.below(4) {
            0 => format!("n{number}").leak(),
            1 => format!("N {number}").leak(),
            _ => format!("{}{}{number}{}", self.of(&PIECES), self.of(&PIECES), self.of(&PIECES)).leak(),
        }
    }
}

pub(crate) fn leak<T>(values: Vec<T>) -> &'static [T] {
    values.leak()
}

pub(crate) fn leaked<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
