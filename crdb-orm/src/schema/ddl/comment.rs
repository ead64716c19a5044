//! `COMMENT ON ..`.

use super::super::{EnumDef, TableDef, ident};
use super::notices::Notice;
use super::{DdlKind, Printer};

/// The comments of a table and its columns.
pub(super) fn push_table(out: &mut Printer, table: &TableDef) {
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
}

/// The comments of enums. `CockroachDB` knows them from 24.2 on: they are left out there, with a notice.
pub(super) fn push_types(out: &mut Printer, enums: &[&'static EnumDef]) {
    for def in enums {
        let Some(comment) = def.comment else { continue };
        if out.target.is_postgresql() {
            push(out, "TYPE ", comment, |sql| ident::push_name(sql, &def.name));
        } else {
            out.notices.add(Notice::TypeComment, def.name.to_string());
        }
    }
}

fn push(out: &mut Printer, kind: &str, comment: &str, name: impl FnOnce(&mut String)) {
    let mut sql = format!("COMMENT ON {kind}");
    name(&mut sql);
    sql.push_str(" IS ");
    ident::push_literal(&mut sql, comment);
    out.push(DdlKind::Comment, sql);
}
