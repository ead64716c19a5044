//! What `PostgreSQL` has as an extension, and `CockroachDB` has built in.

use super::super::{ColumnType, TableDef};
use super::notices::Notice;
use super::{DdlKind, Printer, index};

/// The operator class of trigrams.
pub(super) const TRIGRAM_OPS: &str = "gin_trgm_ops";

/// The extension of a type.
fn of_type(ty: &ColumnType) -> Option<&'static str> {
    match ty {
        ColumnType::CiText => Some("citext"),
        ColumnType::LTree => Some("ltree"),
        ColumnType::Vector => Some("vector"),
        ColumnType::Geometry | ColumnType::Geography | ColumnType::Box2d => Some("postgis"),
        ColumnType::Array(element) => of_type(element),
        _ => None,
    }
}

/// Makes the extensions that tables need, each once.
pub(super) fn push(out: &mut Printer, tables: &[&TableDef]) {
    if !out.target.is_postgresql() {
        return;
    }
    let mut made: Vec<&str> = Vec::new();
    for table in tables {
        let columns = table
            .columns
            .iter()
            .filter_map(|column| Some((of_type(&column.ty)?, format!("{}.{}", table.name, column.name))));
        let indexes = table
            .indexes
            .iter()
            .filter_map(|index| Some((index::extension(index)?, format!("an index of {}", table.name))));
        for (name, place) in columns.chain(indexes) {
            out.notices.add(Notice::Extension, format!("{name} ({place})"));
            if !made.contains(&name) {
                made.push(name);
                out.push(DdlKind::Extension, format!("CREATE EXTENSION IF NOT EXISTS {name}"));
            }
        }
    }
}
