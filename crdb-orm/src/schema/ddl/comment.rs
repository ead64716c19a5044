//! `COMMENT ON ..`.

use super::super::{CompositeDef, EnumDef, Feature, IndexDef, TableDef, ident};
use super::names::Names;
use super::notices::Notice;
use super::{DdlKind, Printer};

/// The comments of a table, its columns, its indexes and its checks.
pub(super) fn push_table(out: &mut Printer, table: &TableDef, names: &Names) {
    if let Some(comment) = table.comment {
        push(out, "TABLE ", comment, |sql| ident::push_name(sql, &table.name));
    }
    for column in table.columns {
        if let Some(comment) = column.comment {
            push(out, "COLUMN ", comment, |sql| {
                ident::push_name(sql, &table.name);
                sql.push('.');
                ident::push_ident(sql, column.name);
            });
        }
    }
    for (index, name) in table.indexes.iter().zip(&names.indexes) {
        push_index(out, table, index, name);
    }
    for (check, name) in table.checks.iter().zip(&names.checks) {
        if let Some(comment) = check.comment {
            push(out, "CONSTRAINT ", comment, |sql| {
                ident::push_ident(sql, name);
                sql.push_str(" ON ");
                ident::push_name(sql, &table.name);
            });
        }
    }
}

/// An index belongs to its table on `CockroachDB`, and to the SQL schema on `PostgreSQL`.
fn push_index(out: &mut Printer, table: &TableDef, index: &IndexDef, name: &str) {
    let Some(comment) = index.comment else { return };
    let postgresql = out.target.is_postgresql();
    push(out, "INDEX ", comment, |sql| {
        if postgresql {
            if let Some(schema) = table.name.schema {
                ident::push_ident(sql, schema);
                sql.push('.');
            }
        } else {
            ident::push_name(sql, &table.name);
            sql.push('@');
        }
        ident::push_ident(sql, name);
    });
}

/// The comments of enums and composite types. `CockroachDB` knows them from 24.2 on: they are left out, with a notice, unless the target is
/// known to have them.
pub(super) fn push_types(
    out: &mut Printer,
    enums: &[&'static EnumDef],
    composites: &[&'static CompositeDef],
) {
    let enums = enums.iter().map(|def| (def.name, def.comment));
    let composites = composites.iter().map(|def| (def.name, def.comment));
    for (name, comment) in enums.chain(composites) {
        let Some(comment) = comment else { continue };
        if out.target.has(Feature::TypeComment) {
            push(out, "TYPE ", comment, |sql| ident::push_type_name(sql, &name));
        } else {
            out.notices.add(Notice::TypeComment, name.to_string());
        }
    }
}

pub(super) fn push(out: &mut Printer, kind: &str, comment: &str, name: impl FnOnce(&mut String)) {
    let mut sql = format!("COMMENT ON {kind}");
    name(&mut sql);
    sql.push_str(" IS ");
    ident::push_literal(&mut sql, comment);
    out.push(DdlKind::Comment, sql);
}
