//! What narrows every statement of a table: the rows of one tenant, and those that are not deleted.
//!
//! It is a constant of the table, and is written wherever the table is: by [`Texts`](super::Texts), by the writer of a
//! SELECT ([`Body`](super::read::Body)), and by those of UPDATE, DELETE and ON CONFLICT.

use std::any::TypeId;

use super::node::{Node, Operator};
use super::table::Table;
use super::writer::push_placeholder;
use crate::schema::{ColumnType, TypeName, ident};
use crate::types::{Field, Slot, Value};

/// What narrows every statement of a table.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    pub(crate) tenant: Option<TenantColumn>,
    /// The column of the time at which a row was deleted.
    pub(crate) deleted: Option<&'static str>,
}

/// The column that says to whom a row belongs.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TenantColumn {
    pub(crate) name: &'static str,
    pub(crate) ty: ColumnType,
    pub(crate) kind: TypeId,
}

/// Which rows of a table with soft deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Deleted {
    /// Those that are not deleted.
    #[default]
    Hidden,
    /// All.
    Shown,
    /// Those that are deleted.
    Only,
}

impl Guard {
    /// Nothing does.
    pub const NONE: Self = Self { tenant: None, deleted: None };

    /// Rows belong to tenants. The derive calls this.
    #[must_use]
    pub const fn tenant<F: Field>(mut self, column: &'static str) -> Self {
        self.tenant = Some(TenantColumn { name: column, ty: F::TYPE, kind: TypeId::of::<F>() });
        self
    }

    /// Deleted rows stay. The derive calls this.
    #[must_use]
    pub const fn soft_delete(mut self, column: &'static str) -> Self {
        self.deleted = Some(column);
        self
    }

    pub(crate) const fn is_none(&self) -> bool {
        self.tenant.is_none() && self.deleted.is_none()
    }

    /// The condition on a table of that name, with the tenant as a value.
    pub(crate) fn condition(&self, table: TypeName, deleted: Deleted) -> Option<Node> {
        let tenant = self.tenant.map(|tenant| {
            let column = Node::At(table, tenant.name);
            Node::binary(Operator::EQ, column, Node::Value(tenant.value(Slot::Where)))
        });
        let there = self.deleted.and_then(|column| {
            let suffix = deleted.suffix()?;
            Some(Node::Postfix(Box::new(Node::At(table, column)), suffix))
        });
        match (tenant, there) {
            (tenant, Some(there)) => Some(Node::and(tenant, there)),
            (tenant, None) => tenant,
        }
    }

    /// The conditions of `filter` and of the table.
    pub(crate) fn narrow(&self, filter: Option<Node>, table: TypeName, deleted: Deleted) -> Option<Node> {
        match self.condition(table, deleted) {
            Some(condition) => Some(Node::and(filter, condition)),
            None => filter,
        }
    }

    /// ` AND tenant_id = $n AND deleted_at IS NULL` behind a condition with so many values. [`push`](Self::push) adds
    /// the value.
    pub(crate) fn text(&self, values: usize, deleted: Deleted) -> String {
        let mut out = String::new();
        if let Some(tenant) = self.tenant {
            out.push_str(" AND ");
            ident::push_ident(&mut out, tenant.name);
            out.push_str(" = ");
            push_placeholder(&mut out, values + 1, tenant.ty);
        }
        if let (Some(column), Some(suffix)) = (self.deleted, deleted.suffix()) {
            out.push_str(" AND ");
            ident::push_ident(&mut out, column);
            out.push_str(suffix);
        }
        out
    }

    /// Adds the value that [`text`](Self::text) stands for.
    pub(crate) fn push(&self, mut values: Vec<Value>) -> Vec<Value> {
        values.extend(self.tenant.map(|tenant| tenant.value(Slot::Where)));
        values
    }

    /// What holds of a row that an insert finds in its place: it is of the same tenant, and is not deleted.
    pub(crate) fn of_the_row_that_is_there(&self, table: TypeName) -> Option<Node> {
        let same = self.tenant.map(|tenant| {
            Node::binary(Operator::EQ, Node::At(table, tenant.name), Node::Excluded(tenant.name))
        });
        let there = Self { tenant: None, ..*self }.condition(table, Deleted::Hidden);
        match (same, there) {
            (same, Some(there)) => Some(Node::and(same, there)),
            (same, None) => same,
        }
    }

    /// An assignment in an update: a row stays with its tenant.
    pub(crate) fn assigned(&self, column: &str, node: Node) -> Node {
        let Some(tenant) = self.tenant.filter(|tenant| tenant.name == column) else { return node };
        match node {
            Node::Value(value) => Node::Value(value.for_tenant(tenant.kind)),
            // The guard of the statement holds of it.
            Node::Excluded(name) if name == column => node,
            _ => Node::Value(Value::refused(
                tenant.ty,
                "a row stays with its tenant: set the column to a value, or leave it out",
            )),
        }
    }
}

impl TenantColumn {
    pub(crate) const fn value(&self, slot: Slot) -> Value {
        Value::tenant(self.ty, self.kind, slot)
    }
}

impl Deleted {
    const fn suffix(self) -> Option<&'static str> {
        match self {
            Self::Hidden => Some(" IS NULL"),
            Self::Shown => None,
            Self::Only => Some(" IS NOT NULL"),
        }
    }
}

/// A table whose rows stay when they are deleted: one of its columns is `#[crdb(soft_delete)]`.
///
/// The column is the time of the deletion, NULL for a row that is there. Every read, update, upsert and delete through
/// the library leaves deleted rows out: also in joins, relations and subqueries. [`Table::delete`] and
/// [`Select::delete`](super::Select::delete) set the time.
///
/// ```no_run
/// use crdb_orm::prelude::*;
///
/// #[derive(CrdbTable, Debug, Clone)]
/// #[crdb(table = "users", index(users_email, on(email), unique, filter = "deleted_at IS NULL"))]
/// struct User {
///     #[crdb(primary_key)]
///     id: Uuid,
///     email: String,
///     #[crdb(soft_delete)]
///     deleted_at: Option<DateTime<Utc>>,
/// }
///
/// # async fn example(db: Database, id: Uuid) -> crdb_orm::Result<()> {
/// User::delete(id).exec(&db).await?; // UPDATE users SET deleted_at = now() ..
/// assert!(User::find(id).optional(&db).await?.is_none());
/// let gone = User::find(id).with_deleted().one(&db).await?;
/// User::restore(id).exec(&db).await?;
/// let old = User::query().only_deleted().filter(User::DELETED_AT.lt(Utc::now()));
/// old.delete().hard().exec(&db).await?; // DELETE FROM users ..
/// # drop(gone);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "rows of `{Self}` do not stay when they are deleted",
    note = "mark the column of the time: `#[crdb(soft_delete)] deleted_at: Option<DateTime<Utc>>`"
)]
pub trait SoftDelete: Table {
    /// Brings the deleted row of that primary key back. Without one it finds nothing (`is_not_found`).
    fn restore(key: impl super::IntoKey<Self::Key>) -> super::UpdateByKey<Self> {
        super::UpdateByKey::restore(key.__into_values())
    }
}
