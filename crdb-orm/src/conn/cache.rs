//! The prepared statements of one connection.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use postgres_types::Type;
use tokio_postgres::Statement;

/// How many statements a connection keeps, at least as many as most programs have.
const CAPACITY: usize = 256;

/// A bounded cache, the least recently used out first.
#[derive(Default)]
pub(super) struct Cache {
    entries: HashMap<Cow<'static, str>, Entry, BuildHasherDefault<TextHasher>>,
    clock: u64,
}

struct Entry {
    statement: Statement,
    types: Vec<Type>,
    used: u64,
}

/// A quick hash of texts, eight bytes at a time. It is not hard to find texts that collide, which would gain nobody
/// anything: there are few of them, and they are the program's own.
#[derive(Default)]
struct TextHasher(u64);

impl TextHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for TextHasher {
    fn write(&mut self, bytes: &[u8]) {
        for word in bytes.as_chunks::<8>().0 {
            self.add(u64::from_le_bytes(*word));
        }
        // Then the last eight, some of them once more: quicker than what is left, which has any length.
        let last = match bytes.last_chunk::<8>() {
            Some(last) => u64::from_le_bytes(*last),
            None => bytes.iter().fold(0, |last, byte| last << 8 | u64::from(*byte)),
        };
        self.add(last ^ bytes.len() as u64);
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        // The low bits choose the place, and the high ones are the better ones.
        self.0 ^ (self.0 >> 32)
    }
}

impl Cache {
    /// The statement of this text, if it was prepared for these very types: the same text may be bound to
    /// values of other types later.
    pub(super) fn get(&mut self, sql: &str, types: impl ExactSizeIterator<Item = Type>) -> Option<Statement> {
        self.clock += 1;
        let entry = self.entries.get_mut(sql)?;
        if !(entry.types.len() == types.len() && types.zip(&entry.types).all(|(one, other)| one == *other)) {
            return None;
        }
        entry.used = self.clock;
        Some(entry.statement.clone())
    }

    /// Keeps a statement. What has to leave is returned: dropping it sends a message, which must not happen
    /// under the lock of the cache.
    #[must_use]
    pub(super) fn put(
        &mut self,
        sql: Cow<'static, str>,
        types: Vec<Type>,
        statement: Statement,
    ) -> Vec<Statement> {
        self.clock += 1;
        let mut gone = Vec::new();
        if self.entries.len() >= CAPACITY && !self.entries.contains_key(&sql) {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(sql, _)| sql.clone());
            gone.extend(oldest.and_then(|sql| self.entries.remove(&sql)).map(|entry| entry.statement));
        }
        let entry = Entry { statement, types, used: self.clock };
        gone.extend(self.entries.insert(sql, entry).map(|entry| entry.statement));
        gone
    }

    /// Forgets everything: the schema has changed.
    #[must_use]
    pub(super) fn clear(&mut self) -> Vec<Statement> {
        self.entries.drain().map(|(_, entry)| entry.statement).collect()
    }
}
