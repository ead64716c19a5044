//! Conditions on what belongs to a row.

use super::link::Link;
use crate::query::Expr;
use crate::query::expr::{Filter, IntoFilter};
use crate::query::node::{Node, Operator, Precedence, parts, text, whole};
use crate::query::read::{Body, JOIN, Join, Relation as _};
use crate::query::table::Table;
use crate::schema::{ColumnType, TypeName};

impl<P: Table, C: Table, S> Link<P, C, S> {
    /// A condition on `P`: some row that belongs to it meets another condition.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers", has_many(orders = Order::USER_ID))]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, #[crdb(references = Customer, index)] user_id: Uuid, total: i64 }
    ///
    /// assert_eq!(
    ///     Customer::filter(Customer::ORDERS.any(Order::TOTAL.gt(5))).to_sql(),
    ///     "SELECT id FROM customers WHERE EXISTS \
    ///      (SELECT 1 FROM orders WHERE orders.user_id = customers.id AND orders.total > $1)"
    /// );
    /// ```
    pub fn any(self, condition: impl IntoFilter<C>) -> Filter<P> {
        Expr::new(self.found(Some(condition.__condition().into_node())))
    }

    /// A condition on `P`: no row that belongs to it meets another condition. So it is where nothing belongs to it.
    pub fn none(self, condition: impl IntoFilter<C>) -> Filter<P> {
        Expr::new(Node::Not(Box::new(self.found(Some(condition.__condition().into_node())))))
    }

    /// A condition on `P`: something belongs to it. `!Customer::ORDERS.exists()` is where nothing does.
    pub fn exists(self) -> Filter<P> {
        Expr::new(self.found(None))
    }

    /// True or false, never NULL.
    fn found(&self, condition: Option<Node>) -> Node {
        let table = self.through.map_or(&C::NAME, |through| through.table);
        let mut body = self.body();
        // Inside the query a name of a table means the nearest one, so the row of the same table outside cannot be named.
        if P::NAME == C::NAME || P::NAME == *table {
            return self.among_those(table, body, condition);
        }
        for (own, column) in self.key.columns.iter().zip(self.columns) {
            body.and(Node::binary(Operator::EQ, Node::Of(table, column), Node::Of(&P::NAME, own)));
        }
        if let Some(condition) = condition {
            body.and(condition);
        }
        body.list = vec![(Node::Constant("1"), ColumnType::Int8)];
        parts(Precedence::Atom, [text("EXISTS "), whole(Node::Query(Box::new(body)))])
    }

    /// `id IN (SELECT employees.manager_id FROM employees WHERE ..)`, without the NULLs, which would make it NULL.
    fn among_those(&self, table: &'static TypeName, mut body: Body, condition: Option<Node>) -> Node {
        let there = |node: Node| Node::Postfix(Box::new(node), " IS NOT NULL");
        for column in self.columns {
            body.and(there(Node::Of(table, column)));
        }
        if let Some(condition) = condition {
            body.and(condition);
        }
        let keys = self.columns.iter().zip(self.key.types);
        body.list = keys.map(|(column, ty)| (Node::Of(table, column), ty.ty)).collect();
        let mut own: Vec<Node> = self.key.columns.iter().map(|column| Node::Of(&P::NAME, column)).collect();
        let nullable =
            |name: &str| P::TABLE.columns.iter().any(|column| column.name == name && column.nullable);
        let nulls = self.key.columns.iter().filter(|column| nullable(column));
        let nulls = nulls.map(|column| there(Node::Of(&P::NAME, column)));
        let nulls = nulls.reduce(|all, next| Node::and(Some(all), next));
        let key = if own.len() == 1 { own.remove(0) } else { Node::Row(own) };
        let query = whole(Node::Query(Box::new(body)));
        let among = parts(Precedence::Compare, [whole(key), text(" IN "), query]);
        Node::and(nulls, among)
    }

    /// The rows, whatever they belong to.
    fn body(&self) -> Body {
        let mut body = Body::new(self.through.map_or(C::SOURCE, |through| through.source));
        if let Some(through) = self.through {
            let equal = |(own, to): (&&'static str, &&'static str)| {
                Node::binary(Operator::EQ, Node::Of(&C::NAME, own), Node::Of(through.table, to))
            };
            let on = C::KEY_COLUMNS.iter().zip(through.to).map(equal);
            if let Some(on) = on.reduce(|all, next| Node::and(Some(all), next)) {
                body.joins.push(Join::new(JOIN, C::SOURCE, Some(on)));
            }
        }
        body
    }
}
