//! Joins by a relation.

use super::link::Link;
use crate::query::node::{Node, Operator};
use crate::query::read::{Alias, JoinOn, On, Relation};
use crate::query::table::Table;
use crate::schema::TypeName;

/// `a.x = b.y AND ..`.
fn equal(
    left: &'static TypeName,
    columns: &[&'static str],
    right: &'static TypeName,
    others: &[&'static str],
) -> Node {
    let pairs = columns.iter().zip(others);
    let equal =
        pairs.map(|(own, other)| Node::binary(Operator::EQ, Node::Of(left, own), Node::Of(right, other)));
    equal.reduce(|all, next| Node::and(Some(all), next)).unwrap_or(Node::Constant("TRUE"))
}

impl<P: Table, C: Table, S> Link<P, C, S> {
    fn on<U: Relation>(self, name: &'static TypeName) -> On<U, (P, U)> {
        let (own, key) = (&P::NAME, self.key.columns);
        match self.through {
            None => On::new(equal(own, key, name, self.columns)),
            Some(through) => {
                let between = through.source;
                let onward = equal(name, C::KEY_COLUMNS, through.table, through.to);
                On { via: Some((between, onward)), ..On::new(equal(own, key, through.table, self.columns)) }
            }
        }
    }

    /// The relation to a second name of the table, for a query that reads it twice: where a table refers to itself, say.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "employees", belongs_to(manager = manager_id))]
    /// # struct Employee { #[crdb(primary_key)] id: Uuid, name: String, #[crdb(references = Employee, index)] manager_id: Option<Uuid> }
    ///
    /// crdb_orm::alias!(Manager = Employee as "manager");
    ///
    /// let pairs = Employee::query()
    ///     .left_join(Employee::MANAGER.under::<Manager>())
    ///     .select((Employee::NAME, Employee::NAME.under::<Manager>()));
    /// assert_eq!(
    ///     pairs.to_sql(),
    ///     "SELECT employees.name, manager.name FROM employees \
    ///      LEFT JOIN employees AS manager ON employees.manager_id = manager.id"
    /// );
    /// ```
    pub fn under<A: Alias<Table = C>>(self) -> On<A, (P, A)> {
        self.on(&A::ALIAS)
    }
}

impl<P: Table, C: Table, S> JoinOn for Link<P, C, S> {
    type Table = C;
    type Over = (P, C);

    fn __on(self) -> On<C, (P, C)> {
        self.on(&C::NAME)
    }
}
