//! Views, functions and triggers.

use super::super::object::{means, plain_name};
use super::super::sql_text::not_one;
use super::super::{Feature, Schema, SqlObject, SqlObjectKind, Target};
use super::notices::Notice;
use super::{DdlKind, Printer};
use crate::error::{Error, Result};

/// When an object is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    BeforeTables,
    AfterTables,
    AfterPolicies,
}

/// The objects of a place, in the order given.
fn at(schema: &Schema, place: Place) -> impl DoubleEndedIterator<Item = &'static SqlObject> {
    schema.object_defs().iter().filter(move |object| {
        place
            == match object.kind {
                SqlObjectKind::Trigger => Place::AfterPolicies,
                _ if object.before_tables => Place::BeforeTables,
                _ => Place::AfterTables,
            }
    })
}

pub(super) fn push(out: &mut Printer, schema: &Schema, place: Place) {
    for object in at(schema, place) {
        if object.is_on(out.target.dialect()) {
            let mut sql = object.sql.trim().to_owned();
            if not_one(&sql).is_some() {
                // It ends with a comment, which ends with its line.
                sql.push('\n');
            }
            out.push(kind(object), sql);
        } else {
            out.notices.add(Notice::Objects, format!("{} {}", word(object), object.name));
        }
    }
}

/// Drops the triggers.
pub(super) fn push_drop_triggers(out: &mut Printer, schema: &Schema) {
    let triggers = at(schema, Place::AfterPolicies).rev().filter(|object| object.is_on(out.target.dialect()));
    let statements: Vec<_> = triggers
        .filter_map(|object| Some(format!("DROP TRIGGER IF EXISTS {} ON {}", object.name, object.table?)))
        .collect();
    for sql in statements {
        out.push(DdlKind::Trigger, sql);
    }
}

/// Drops the functions and views of a place, the last one first.
pub(super) fn push_drop(out: &mut Printer, schema: &Schema, place: Place) {
    let dialect = out.target.dialect();
    for object in at(schema, place).rev().filter(|object| object.is_on(dialect)) {
        let sql = format!("DROP {} IF EXISTS {}", word(object).to_uppercase(), object.name);
        out.push(kind(object), sql);
    }
}

fn kind(object: &SqlObject) -> DdlKind {
    match object.kind {
        SqlObjectKind::View | SqlObjectKind::MaterializedView => DdlKind::View,
        SqlObjectKind::Function | SqlObjectKind::Procedure => DdlKind::Function,
        SqlObjectKind::Trigger => DdlKind::Trigger,
    }
}

fn word(object: &SqlObject) -> &'static str {
    match object.kind {
        SqlObjectKind::View => "view",
        SqlObjectKind::MaterializedView => "materialized view",
        SqlObjectKind::Function => "function",
        SqlObjectKind::Procedure => "procedure",
        SqlObjectKind::Trigger => "trigger",
    }
}

/// What an object needs.
fn features(object: &SqlObject) -> Vec<Feature> {
    match object.kind {
        SqlObjectKind::View | SqlObjectKind::MaterializedView => Vec::new(),
        SqlObjectKind::Trigger => vec![Feature::Trigger],
        SqlObjectKind::Procedure if object.has_word("plpgsql") => vec![Feature::Procedure, Feature::PlPgSql],
        SqlObjectKind::Procedure => vec![Feature::Procedure],
        SqlObjectKind::Function => {
            let mut features = vec![Feature::Function];
            if object.has_word("plpgsql") {
                features.push(Feature::PlPgSql);
            }
            if object.has_word("trigger") {
                features.push(Feature::Trigger);
            }
            features
        }
    }
}

pub(super) fn check(schema: &Schema, target: Target) -> Result<()> {
    let here: Vec<&SqlObject> =
        schema.object_defs().iter().filter(|object| object.is_on(target.dialect())).collect();
    for (i, object) in here.iter().enumerate() {
        let what = format!("{} `{}`", word(object), object.name);
        super::check::too_old(&what, &features(object), target)?;
        match object.kind {
            SqlObjectKind::Trigger => {
                let table = object.table.unwrap_or_default();
                if !schema.table_defs().iter().any(|def| means(table, &def.name)) {
                    return Err(Error::schema(format!(
                        "{what} is on table `{table}`, which is not in schema `{}`: add it to `.tables(..)`",
                        schema.name()
                    )));
                }
            }
            SqlObjectKind::View | SqlObjectKind::MaterializedView => {
                let taken = schema.table_defs().iter().map(|def| def.name);
                let taken = taken.chain(schema.sequence_defs().iter().map(|def| def.name));
                let same = |other: &&SqlObject| {
                    other.kind != SqlObjectKind::Function
                        && other.kind != SqlObjectKind::Procedure
                        && other.kind != SqlObjectKind::Trigger
                        && plain_name(other.name) == plain_name(object.name)
                };
                if taken.into_iter().any(|name| means(object.name, &name)) || here[..i].iter().any(same) {
                    return Err(Error::schema(format!(
                        "{what} has the name of another view, table or sequence: rename one"
                    )));
                }
            }
            // Functions and procedures are told apart by their arguments, too.
            SqlObjectKind::Function | SqlObjectKind::Procedure => {}
        }
    }
    Ok(())
}
