//! `CREATE SCHEMA`.

use super::super::{Schema, ident};
use super::comment;
use super::names::check_name;
use super::{DdlKind, Printer};
use crate::error::{Error, Result};

pub(super) fn push(out: &mut Printer, schema: &Schema) {
    for name in schema.sql_schemas_needed() {
        let mut sql = "CREATE SCHEMA ".to_owned();
        ident::push_ident(&mut sql, name);
        let owner = schema.sql_schema_defs().iter().find(|def| def.name == name).and_then(|def| def.owner);
        if let Some(owner) = owner {
            sql.push_str(" AUTHORIZATION ");
            ident::push_ident(&mut sql, owner);
        }
        out.push(DdlKind::SqlSchema, sql);
    }
}

pub(super) fn push_comments(out: &mut Printer, schema: &Schema) {
    for def in schema.sql_schema_defs() {
        if let Some(text) = def.comment {
            comment::push(out, "SCHEMA ", text, |sql| ident::push_ident(sql, def.name));
        }
    }
}

pub(super) fn push_drop(out: &mut Printer, schema: &Schema) {
    for name in schema.sql_schemas_needed().into_iter().rev() {
        let mut sql = "DROP SCHEMA IF EXISTS ".to_owned();
        ident::push_ident(&mut sql, name);
        out.push(DdlKind::SqlSchema, sql);
    }
}

pub(super) fn check(schema: &Schema) -> Result<()> {
    let all = schema.sql_schema_defs();
    for (i, def) in all.iter().enumerate() {
        check_name("an SQL schema", def.name)?;
        if let Some(owner) = def.owner {
            check_name(&format!("the owner of SQL schema `{}`", def.name), owner)?;
        }
        if all[..i].iter().any(|other| other.name == def.name) {
            return Err(Error::schema(format!(
                "the SQL schema `{}` stands twice in `.sql_schemas(..)`",
                def.name
            )));
        }
        if def.name == "public" && def.owner.is_some() {
            return Err(Error::schema(
                "the SQL schema `public` is there already, and its owner is the server's to say",
            ));
        }
    }
    Ok(())
}
