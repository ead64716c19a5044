//! The tenant's column in writes of many rows.

use super::columns::Columns;
use super::text;
use crate::query::guard::TenantColumn;
use crate::query::table::Table;
use crate::query::writer::push_placeholder;
use crate::types::{Slot, Value};

/// How a batch says to which tenant its rows belong.
#[derive(Debug, Clone, Copy)]
pub(in crate::query) enum OfTenant {
    /// The rows give it, at this place among the columns; or the table has no tenants.
    Given(Option<(usize, TenantColumn)>),
    /// It was left out: the handle fills it in.
    LeftOut(TenantColumn),
}

impl OfTenant {
    pub(super) fn of<T: Table>(columns: &Columns) -> Self {
        Self::of_column(T::__GUARD.tenant, columns)
    }

    pub(in crate::query) fn of_column(tenant: Option<TenantColumn>, columns: &Columns) -> Self {
        match tenant {
            None => Self::Given(None),
            Some(tenant) => match columns.position(tenant.name) {
                Some(position) => Self::Given(Some((position, tenant))),
                None => Self::LeftOut(tenant),
            },
        }
    }

    /// The column, where the rows do not give it.
    pub(super) fn left_out(&self) -> Option<&'static str> {
        match self {
            Self::Given(_) => None,
            Self::LeftOut(tenant) => Some(tenant.name),
        }
    }

    /// Writes its placeholder behind so many values, where the rows do not give it.
    pub(super) fn push(&self, out: &mut String, values: usize, comma: &str) {
        if let Self::LeftOut(tenant) = self {
            out.push_str(comma);
            push_placeholder(out, values + 1, tenant.ty);
        }
    }

    /// The values of a batch, with those that are given marked.
    pub(super) fn given(&self, columns: Columns) -> Vec<Value> {
        match self {
            Self::LeftOut(_) => text::values(columns),
            Self::Given(_) => self.values(columns),
        }
    }

    /// The values of a batch, with the tenant behind them, or with those that are given marked.
    pub(in crate::query) fn values(&self, columns: Columns) -> Vec<Value> {
        let (nested, each) = (columns.nested(), columns.list().len());
        let mut values = text::values(columns);
        match *self {
            Self::Given(None) => {}
            Self::Given(Some((position, tenant))) => {
                let step = if nested { each } else { values.len().max(1) };
                for value in values.iter_mut().skip(position).step_by(step) {
                    *value = value.clone().for_tenant(tenant.kind);
                }
            }
            Self::LeftOut(tenant) => values.push(tenant.value(Slot::New)),
        }
        values
    }
}
