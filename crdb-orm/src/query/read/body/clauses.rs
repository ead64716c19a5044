//! What stands before FROM, and what comes last.

use std::borrow::Cow;

use super::super::lock::{Lock, Strength, Wait};
use crate::query::node::{Node, cast};
use crate::query::writer::Writer;
use crate::schema::ColumnType;
use crate::types::{Value, text_cast};

pub(crate) fn write_list(
    writer: &mut Writer,
    list: Vec<(Node, ColumnType)>,
    names: &'static [&'static str],
    read: bool,
) {
    const TEXTS: ColumnType = ColumnType::Array(&ColumnType::String);
    for (i, (node, ty)) in list.into_iter().enumerate() {
        let node = match text_cast(ty) {
            // Read as text, so that no driver looks up the OID of a user's type.
            Some(array) if read => cast(node, if array { TEXTS } else { ColumnType::String }),
            _ => node,
        };
        writer.push(if i == 0 { "" } else { ", " }).node(node);
        if let Some(name) = names.get(i) {
            writer.push(" AS ").ident(name);
        }
    }
}

pub(super) fn write_limit(writer: &mut Writer, limit: Option<u64>, offset: Option<u64>) {
    for (text, rows) in [(" LIMIT ", limit), (" OFFSET ", offset)] {
        if let Some(rows) = rows {
            // More rows than an i64 counts are no limit.
            writer.push(text).value(Value::encode(&i64::try_from(rows).unwrap_or(i64::MAX)));
        }
    }
}

/// `FOR UPDATE` and its like.
pub(crate) fn write_lock(writer: &mut Writer, lock: Lock) {
    writer.push(match lock.strength {
        Strength::Update => " FOR UPDATE",
        Strength::Share => " FOR SHARE",
    });
    if let Some(of) = lock.of {
        writer.push(" OF ");
        // A name of a table in a schema, without it: the server takes no other.
        let renamed = writer.renamed().iter().find(|(table, _)| *table == of).map(|(_, name)| name.clone());
        writer.ident(&renamed.unwrap_or(Cow::Borrowed(of.name)));
    }
    writer.push(match lock.wait {
        Wait::Block => "",
        Wait::Fail => " NOWAIT",
        Wait::Skip => " SKIP LOCKED",
    });
}
