//! One column inside `CREATE TABLE`.

use super::super::{ColumnDef, ColumnType, DefaultValue, TableDef, Target, ident};
use super::notices::{Notice, Notices};
use super::{enums, region, types};

pub(super) fn push(
    out: &mut String,
    table: &TableDef,
    column: &ColumnDef,
    target: Target,
    notices: &mut Notices,
) {
    ident::push_ident(out, column.name);
    out.push(' ');
    types::push_column_type(out, column, target);
    if !column.nullable {
        out.push_str(" NOT NULL");
    }
    if let Some(default) = column.default {
        out.push_str(" DEFAULT ");
        push_default(out, &column.ty, default, target);
    }
    region::push_rehome(out, table, column, target);
    if let Some(computed) = column.computed {
        out.push_str(if target.is_postgresql() { " GENERATED ALWAYS AS (" } else { " AS (" });
        out.push_str(computed.expression);
        out.push_str(if computed.stored || target.is_postgresql() { ") STORED" } else { ") VIRTUAL" });
        if !computed.stored && target.is_postgresql() {
            notices.add(Notice::VirtualColumn, format!("{}.{}", table.name, column.name));
        }
    }
}

fn push_default(out: &mut String, ty: &ColumnType, default: DefaultValue, target: Target) {
    match default {
        DefaultValue::Sql(expression) => out.push_str(expression),
        DefaultValue::Text(text) => {
            ident::push_literal(out, text);
            if enums::of_type(ty).is_some() || region::is_region(ty) {
                out.push_str("::");
                types::push_type(out, ty, target);
            }
        }
    }
}
