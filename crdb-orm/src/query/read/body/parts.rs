//! WITH.

use super::clauses::write_list;
use super::{Part, Query};
use crate::query::writer::Writer;

/// `WITH a (..) AS (..), b (..) AS (..) `. What stands behind it can read them.
pub(super) fn write(writer: &mut Writer, with: Vec<Part>) {
    let named = !with.is_empty();
    let recursive = with.iter().any(|part| part.recursive);
    for (i, part) in with.into_iter().enumerate() {
        let start = if recursive { "WITH RECURSIVE " } else { "WITH " };
        writer.push(if i == 0 { start } else { ", " }).name(&part.name.name).push(" (");
        for (i, column) in part.columns.iter().enumerate() {
            writer.push(if i == 0 { "" } else { ", " }).ident(column);
        }
        writer.push(match part.materialized {
            None => ") AS (",
            Some(true) => ") AS MATERIALIZED (",
            Some(false) => ") AS NOT MATERIALIZED (",
        });
        if part.recursive {
            writer.know_part(part.name.name);
        }
        match part.query {
            Query::Read(body) => body.write(writer, false),
            Query::Write { statement, list, joined } => {
                writer.resume_with_parts(*statement).push(" RETURNING ");
                let before = writer.qualify(true);
                writer.qualify(before || joined);
                write_list(writer, list, &[], false);
                writer.qualify(before);
            }
        }
        writer.push(")");
        if !part.recursive {
            writer.know_part(part.name.name);
        }
    }
    writer.push(if named { " " } else { "" });
}
