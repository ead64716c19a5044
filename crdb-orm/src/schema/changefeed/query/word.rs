//! A word of a CDC query, and the column that it names.

use super::super::mistake::{ChangefeedErrorKind as Kind, Mistake};
use super::token::same_word;
use crate::schema::nearest::distance;
use crate::schema::{Locality, TableDef, TtlExpiry};

/// A word of the query.
pub(super) struct Word<'a> {
    pub(super) sql: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
}

impl<'a> Word<'a> {
    pub(super) const fn text(&self) -> &'a str {
        let (head, _) = self.sql.split_at(self.end);
        let (_, text) = head.split_at(self.start);
        text
    }

    pub(super) const fn is(&self, word: &str) -> bool {
        !self.quoted && same_word(self.sql.as_bytes(), self.start, self.end, word.as_bytes())
    }

    /// Whether it means that name: without quotes, capitals are small letters.
    const fn means(&self, name: &str) -> bool {
        let (sql, name) = (self.sql.as_bytes(), name.as_bytes());
        let (mut at, mut i) = (self.start, 0);
        while at < self.end {
            if i >= name.len() {
                return false;
            }
            let byte = if self.quoted { sql[at] } else { sql[at].to_ascii_lowercase() };
            if byte != name[i] {
                return false;
            }
            if self.quoted && sql[at] == b'"' {
                at += 1;
            }
            at += 1;
            i += 1;
        }
        i == name.len()
    }

    pub(super) const fn is_table(&self, table: Option<&TableDef>) -> bool {
        match table {
            Some(table) => self.means(table.name.name),
            None => true,
        }
    }

    /// Refuses what is no column.
    pub(super) const fn column(&self, table: Option<&'a TableDef>) -> Option<Mistake<'a>> {
        let Some(table) = table else { return None };
        let mut i = 0;
        while i < table.columns.len() {
            if self.means(table.columns[i].name) {
                return None;
            }
            i += 1;
        }
        let expires = match &table.ttl {
            Some(ttl) => matches!(ttl.expiry, TtlExpiry::After(_)),
            None => false,
        };
        if self.is("cdc_prev")
            || self.is("crdb_internal_mvcc_timestamp")
            || (expires && self.is("crdb_internal_expiration"))
            || (matches!(table.locality, Some(Locality::RegionalByRow(None))) && self.is("crdb_region"))
        {
            return None;
        }
        let (hint, name, end) = match self.nearest(table) {
            Some((name, 0)) => ("write it in double quotes, with its capitals: `\"", name, "\"`"),
            Some((name, _)) => ("did you mean `", name, "`?"),
            None => ("columns go by their names in SQL, and new names by AS", "", ""),
        };
        Some(Mistake::new(
            Kind::WrongColumn,
            &[
                "the CDC query names `",
                self.text(),
                "`, which is no column of `",
                table.name.name,
                "`: ",
                hint,
                name,
                end,
            ],
        ))
    }

    /// The column whose name is nearest, if it is near, and how far it is, whatever the capitals are.
    const fn nearest(&self, table: &'a TableDef) -> Option<(&'a str, usize)> {
        let mut nearest: Option<(&'a str, usize)> = None;
        let mut i = 0;
        while i < table.columns.len() {
            let name = table.columns[i].name;
            let distance = distance(self.text().as_bytes(), name.as_bytes());
            let nearer = match nearest {
                Some((_, least)) => distance < least,
                None => true,
            };
            if nearer && distance <= 1 + name.len() / 4 {
                nearest = Some((name, distance));
            }
            i += 1;
        }
        nearest
    }
}
