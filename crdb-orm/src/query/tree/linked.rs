//! Rows of a `many_to_many`: each is named beside the row above by a row of the table between.

use super::below::{Planter, Planting};
use super::parent::ParentKey;
use super::plan::Target;
use super::{is_left_to_the_handle, label};
use crate::error::{Error, Result};
use crate::exec::Label;
use crate::query::bulk::Columns;
use crate::query::key::IntoKey;
use crate::query::relate::{ByTable, Link};
use crate::query::table::Table;
use crate::schema::ColumnType;

/// Plans the rows of the table between that name rows which are there already.
pub(super) fn links<P: Table, C: Table, S: ByTable, K: IntoKey<C::Key>>(
    relation: Link<P, C, S>,
    keys: impl IntoIterator<Item = K>,
) -> Planter {
    let far = |key: K| Columns::one(|out| key.__write(C::KEY_COLUMNS, out), label::<C>());
    let keys: Vec<_> = keys.into_iter().map(far).collect();
    Box::new(move |planting| {
        let Planting { above, at, plan } = planting;
        for far in keys {
            if let Some((target, row)) = between(&relation, above, &far?)? {
                plan.add(at, target, row, &[])?;
            }
        }
        Ok(())
    })
}

/// The row of the table between two rows.
pub(super) fn between<P: Table, C: Table, S: ByTable>(
    relation: &Link<P, C, S>,
    above: &Columns,
    below: &Columns,
) -> Result<Option<(Target, Columns)>> {
    let Some(through) = relation.through else { return Ok(None) };
    let tenant = through.source.guard.tenant;
    let key = ParentKey::of(relation, above, tenant)?;
    let label = Label { verb: "insert", table: Some(through.table.name) };
    let mut far = Vec::with_capacity(through.to.len());
    for ((name, ty), to) in C::KEY_COLUMNS.iter().zip(C::KEY_TYPES).zip(through.to) {
        let Some(raw) = below.first(name) else {
            if is_left_to_the_handle(C::__GUARD.tenant, name, tenant, to) {
                continue;
            }
            let why = format!("the table between needs its `{name}`, which only the server would know");
            return Err(Error::invalid_statement(self::label::<C>(), why).with_column(name));
        };
        // One column may be of both keys, such as the tenant, and holds one value.
        let mut near = relation.columns.iter().zip(key.values());
        match near.find_map(|(near, raw)| (near == to).then_some(*raw).flatten()) {
            None => far.push((*to, raw, (*ty, ColumnType::Array(ty)))),
            Some(near) if near == raw => {}
            Some(_) => {
                let why = format!("the row is of another `{to}` than the one above");
                return Err(Error::invalid_statement(label, why).with_column(to));
            }
        }
    }
    let row = Columns::one(
        |out| {
            for ((name, raw), ty) in relation.columns.iter().zip(key.values()).zip(relation.key.types) {
                if let Some(raw) = raw {
                    out.push_raw(name, (ty.ty, ty.array), raw);
                }
            }
            for (name, raw, types) in far {
                out.push_raw(name, types, raw);
            }
        },
        label,
    )?;
    Ok(Some((Target::between(through.table, label, tenant), row)))
}
