//! `CREATE SEQUENCE`.

use std::fmt::Write as _;

use super::super::{Feature, Schema, SequenceCache, SequenceDef, Target, ident};
use super::check::too_old;
use super::names::check_name;
use super::notices::Notice;
use super::{DdlKind, Printer};
use crate::error::{Error, Result};

pub(super) fn push(out: &mut Printer, sequence: &SequenceDef) {
    let mut sql = "CREATE SEQUENCE ".to_owned();
    ident::push_name(&mut sql, &sequence.name);
    let mut option = |name: &str, value: Option<i64>| {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(sql, " {name} {value}");
        }
    };
    option("INCREMENT", sequence.increment);
    option("MINVALUE", sequence.min);
    option("MAXVALUE", sequence.max);
    option("START", sequence.start);
    match sequence.cache {
        Some(SequenceCache::Session(number)) => option("CACHE", Some(number.into())),
        Some(SequenceCache::Node(number)) if !out.target.is_postgresql() => {
            option("PER NODE CACHE", Some(number.into()));
        }
        Some(SequenceCache::Node(_)) => out.notices.add(Notice::NodeCache, sequence.name.to_string()),
        None => {}
    }
    if sequence.is_virtual {
        if out.target.is_postgresql() {
            out.notices.add(Notice::VirtualSequence, sequence.name.to_string());
        } else {
            sql.push_str(" VIRTUAL");
        }
    }
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
        if let Some(SequenceCache::Node(_)) = sequence.cache {
            too_old(&format!("sequence `{name}`"), &[Feature::SequenceNodeCache], target)?;
        }
        if let Some(why) = sequence.wrong() {
            return Err(Error::schema(format!("sequence `{name}` {why}")));
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
