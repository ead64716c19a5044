//! Which row of an answer is which of the rows that were sent.
//!
//! Both servers answer in the order in which the rows of an INSERT were given, and neither promises to. So rows are told apart
//! by their keys, and there is one rule for every write that returns several:
//!
//! - They are told by those columns of the key that all of them give and whose equal values have one form: a DECIMAL or a
//!   CITEXT may come back written otherwise than it was sent, and would be taken for a row that is not there.
//! - Rows that are equal in these, or of which none is given, are told by their order among each other.
//! - A key that the server has changed, such as a time that it has cut to its digits, stands where it stands in the answer,
//!   unless the rows that are known show that the answer is in another order: then it takes the place of a row that was not
//!   found.

use std::collections::{HashMap, VecDeque};

use tokio_postgres::Row;

use super::columns::{Columns, joined};
use crate::query::guard::TenantColumn;
use crate::query::row::Raw;
use crate::schema::TableDef;
use crate::schema::const_check::has_several_forms;

/// The values by which a row is told, put together; `None` where one of them is NULL.
type Key = Option<Vec<u8>>;

/// What the rows of a statement are told apart by in its answer.
#[derive(Debug)]
pub(in crate::query) struct Told {
    /// For each row that was sent.
    sent: Vec<Key>,
    /// Where the columns are in a row of the answer.
    columns: Vec<usize>,
}

impl Told {
    /// The columns of a key by which rows that give these columns are told, and whether they are all of it, so that no two
    /// rows are equal in them. The handle gives the same tenant to all rows that leave it out.
    pub(in crate::query) fn columns_of(
        rows: &Columns,
        table: &TableDef,
        key: &[&'static str],
        tenant: Option<TenantColumn>,
    ) -> (Vec<&'static str>, bool) {
        let one_form = |name: &str| {
            table.columns.iter().any(|column| column.name == name && !has_several_forms(column.ty))
        };
        let told: Vec<_> =
            key.iter().copied().filter(|name| rows.position(name).is_some() && one_form(name)).collect();
        let left_out =
            |name: &str| tenant.is_some_and(|tenant| tenant.name == name) && rows.position(name).is_none();
        let whole = key.iter().all(|name| told.contains(name) || left_out(name));
        (told, whole)
    }

    /// Rows that are told by these columns, of which the answer has all those of the table.
    pub(in crate::query) fn new(rows: &Columns, table: &TableDef, by: &[&str]) -> Self {
        let place = |name: &&str| {
            let read = table.columns.iter().position(|column| column.name == *name)?;
            Some((rows.position(name)?, read))
        };
        let (given, columns): (Vec<_>, Vec<_>) = by.iter().filter_map(place).unzip();
        Self { sent: rows.keys(&given), columns }
    }

    /// Rows that are told by these columns, of which the answer has nothing but them behind so many others.
    pub(super) fn behind(rows: &Columns, by: &[&str], others: usize) -> Self {
        let given: Vec<_> = by.iter().filter_map(|name| rows.position(name)).collect();
        let columns = (others..others + given.len()).collect();
        Self { sent: rows.keys(&given), columns }
    }

    fn keys(&self, rows: &[Row]) -> Vec<Key> {
        let key =
            |row: &Row| joined(self.columns.iter().map(|column| row.try_get::<_, Raw<'_>>(*column).ok()?.0));
        rows.iter().map(key).collect()
    }

    /// For each row that was sent, which of the answer it is.
    pub(in crate::query) fn places(&self, rows: &[Row]) -> Vec<Option<usize>> {
        places(&self.sent, &self.keys(rows))
    }

    /// The same of rows that were read again by their keys: such an answer has no order, so that none is told by it.
    pub(in crate::query) fn places_of_what_was_read(&self, rows: &[Row]) -> Vec<Option<usize>> {
        if self.sent.len() == 1 {
            // It was asked for by its key.
            return vec![(rows.len() == 1).then_some(0)];
        }
        found(&self.sent, &self.keys(rows)).0
    }

    /// The rows of an answer in the order in which they were sent. Some of these may have been left out.
    pub(in crate::query) fn restore(&self, rows: Vec<Row>) -> Vec<Row> {
        if self.columns.is_empty() {
            return rows;
        }
        let Some(order) = order(&self.sent, &self.keys(&rows)) else { return rows };
        let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
        order.into_iter().filter_map(|row| rows.get_mut(row)?.take()).collect()
    }
}

/// For each row that was sent, the first of the answer that has its key and is no other's; and those of the answer that are
/// left over, in their order.
fn found(sent: &[Key], answered: &[Key]) -> (Vec<Option<usize>>, Vec<usize>) {
    let mut rows: HashMap<&Key, VecDeque<usize>> = HashMap::with_capacity(answered.len());
    for (row, key) in answered.iter().enumerate() {
        rows.entry(key).or_default().push_back(row);
    }
    let places = sent.iter().map(|key| rows.get_mut(key)?.pop_front()).collect();
    let mut left: Vec<usize> = rows.into_values().flatten().collect();
    left.sort_unstable();
    (places, left)
}

/// The same, where what is left over are those that are not found.
fn places(sent: &[Key], answered: &[Key]) -> Vec<Option<usize>> {
    let (mut places, left) = found(sent, answered);
    for (place, row) in places.iter_mut().filter(|place| place.is_none()).zip(left) {
        *place = Some(row);
    }
    places
}

/// The order in which the rows of an answer were sent; `None` where that is its own, as far as can be told.
fn order(sent: &[Key], answered: &[Key]) -> Option<Vec<usize>> {
    let mut rest = sent.iter();
    if answered.iter().all(|key| rest.any(|sent| sent == key)) {
        return None;
    }
    let (told, _) = found(sent, answered);
    if told.iter().flatten().is_sorted() {
        return None;
    }
    let mut order: Vec<usize> = places(sent, answered).into_iter().flatten().collect();
    // No server answers with more rows than it was given; if one did, none would be lost.
    let mut known = vec![false; answered.len()];
    for row in &order {
        if let Some(known) = known.get_mut(*row) {
            *known = true;
        }
    }
    order.extend(known.iter().enumerate().filter(|(_, known)| !**known).map(|(row, _)| row));
    Some(order)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Key, order, places};

    fn keys(text: &str) -> Vec<Key> {
        text.chars().map(|key| (key != '-').then(|| vec![key as u8])).collect()
    }

    /// The answer as it is handed on.
    fn restored(sent: &str, answered: &str) -> String {
        let rows: Vec<char> = answered.chars().collect();
        match order(&keys(sent), &keys(answered)) {
            Some(order) => order.into_iter().map(|row| rows[row]).collect(),
            None => answered.to_owned(),
        }
    }

    #[test]
    fn rows_come_in_the_order_in_which_they_were_sent() {
        for (sent, answered, wanted) in [
            ("abc", "abc", "abc"),
            ("abc", "cab", "abc"),
            // Some were there already.
            ("abcd", "bd", "bd"),
            ("abcd", "db", "bd"),
            ("abc", "", ""),
            // Keys that the server has changed stay where they are among those that it has not.
            ("abc", "xbc", "xbc"),
            ("abc", "axc", "axc"),
            ("abc", "bx", "bx"),
            ("abcd", "xby", "xby"),
            // In another order they take the places that are open.
            ("abc", "cxa", "axc"),
            // Equal ones stay in their order, and so do those that have no key.
            ("aab", "baa", "aab"),
            ("a--", "-a-", "a--"),
            // More than were sent.
            ("ab", "bxa", "abx"),
        ] {
            assert_eq!(restored(sent, answered), wanted, "{sent}, of which {answered} came");
        }
    }

    #[test]
    fn each_row_that_was_sent_has_one_of_the_answer() {
        assert_eq!(places(&keys("abc"), &keys("cab")), [Some(1), Some(2), Some(0)]);
        assert_eq!(places(&keys("aa"), &keys("aa")), [Some(0), Some(1)]);
        assert_eq!(places(&keys("abc"), &keys("xbc")), [Some(0), Some(1), Some(2)]);
        assert_eq!(places(&keys("ab"), &keys("a")), [Some(0), None]);
    }

    proptest! {
        #[test]
        fn no_row_is_lost_and_none_comes_twice(sent in "[a-e-]{0,12}", answered in "[a-g-]{0,12}") {
            let mut rows: Vec<char> = restored(&sent, &answered).chars().collect();
            let mut wanted: Vec<char> = answered.chars().collect();
            rows.sort_unstable();
            wanted.sort_unstable();
            prop_assert_eq!(rows, wanted);
        }

        #[test]
        fn whatever_the_order_of_the_answer_the_rows_are_in_theirs(
            sent in Just("abcdefgh".chars().collect::<Vec<_>>()),
            answered in Just("abcdefgh".chars().collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let text = |rows: &[char]| rows.iter().collect::<String>();
            prop_assert_eq!(restored(&text(&sent), &text(&answered)), text(&sent));
        }
    }
}
