//! `CREATE SEQUENCE`.

use std::fmt::Write as _;

use super::super::{Feature, Schema, SequenceCache, SequenceDef, SequenceOptions, TableDef, Target, ident};
use super::check::too_old;
use super::names::check_name;
use super::notices::{Notice, Notices};
use super::{DdlKind, Printer};
use crate::error::{Error, Result};

pub(super) fn push(out: &mut Printer, sequence: &SequenceDef) {
    let mut sql = "CREATE SEQUENCE ".to_owned();
    ident::push_name(&mut sql, &sequence.name);
    let place = || sequence.name.to_string();
    if let Some(ty) = sequence.ty {
        sql.push_str(" AS ");
        sql.push_str(ty.name());
    }
    push_options(&mut sql, &sequence.options, out.target, &mut out.notices, &place);
    if sequence.is_virtual {
        if out.target.is_postgresql() {
            out.notices.add(Notice::VirtualSequence, sequence.name.to_string());
        } else {
            sql.push_str(" VIRTUAL");
        }
    }
    out.push(DdlKind::Sequence, sql);
}

/// Writes how a sequence counts, each option after a space.
pub(super) fn push_options(
    sql: &mut String,
    options: &SequenceOptions,
    target: Target,
    notices: &mut Notices,
    place: &dyn Fn() -> String,
) {
    let mut option = |name: &str, value: Option<i64>| {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(sql, " {name} {value}");
        }
    };
    option("INCREMENT", options.increment);
    option("MINVALUE", options.min);
    option("MAXVALUE", options.max);
    option("START", options.start);
    match options.cache {
        Some(SequenceCache::Session(number)) => option("CACHE", Some(number.into())),
        Some(SequenceCache::Node(number)) if !target.is_postgresql() => {
            option("PER NODE CACHE", Some(number.into()));
        }
        Some(SequenceCache::Node(_)) => notices.add(Notice::NodeCache, place()),
        None => {}
    }
}

/// Gives a sequence to its column, which has to be there.
pub(super) fn push_owner(out: &mut Printer, sequence: &SequenceDef) {
    let Some((table, column)) = &sequence.owned_by else { return };
    // Only where a sequence and its table are in one SQL schema has PostgreSQL an owner.
    if out.target.is_postgresql() && table.schema_name() != sequence.name.schema_name() {
        out.notices.add(Notice::SequenceOwner, format!("{} ({table}.{column})", sequence.name));
        return;
    }
    let mut sql = "ALTER SEQUENCE ".to_owned();
    ident::push_name(&mut sql, &sequence.name);
    sql.push_str(" OWNED BY ");
    ident::push_name(&mut sql, table);
    sql.push('.');
    ident::push_ident(&mut sql, column);
    out.push(DdlKind::Sequence, sql);
}

pub(super) fn push_drop(out: &mut Printer, sequence: &SequenceDef) {
    let mut sql = "DROP SEQUENCE IF EXISTS ".to_owned();
    ident::push_name(&mut sql, &sequence.name);
    out.push(DdlKind::Sequence, sql);
}

pub(super) fn check(schema: &Schema, target: Target) -> Result<()> {
    let all = schema.sequence_defs();
    for (i, sequence) in all.iter().enumerate() {
        let name = sequence.name;
        check_name("a sequence", name.name)?;
        check_name(&format!("the SQL schema of sequence `{name}`"), name.schema_name())?;
        if let Some(SequenceCache::Node(_)) = sequence.options.cache {
            too_old(&format!("sequence `{name}`"), &[Feature::SequenceNodeCache], target)?;
        }
        if let Some((owner, column)) = &sequence.owned_by {
            let there = |table: &&&TableDef| table.name.is_same(owner) && table.column(column).is_some();
            if !schema.table_defs().iter().any(|table| there(&table)) {
                return Err(Error::schema(format!(
                    "sequence `{name}` is owned by `{owner}.{column}`, which is not in schema `{}`",
                    schema.name()
                )));
            }
        }
        let table = schema.table_defs().iter().any(|table| table.name.is_same(&name));
        if table || all[..i].iter().any(|other| other.name.is_same(&name)) {
            return Err(Error::schema(format!(
                "sequence `{name}` and another sequence or table have one name: rename one"
            )));
        }
    }
    Ok(())
}
