//! Names: what SQL allows, and what Rust items are called after fields.

use heck::ToSnakeCase;
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

/// PostgreSQL cuts longer names off without a word; CockroachDB does not.
const MAX_BYTES: usize = 63;

/// What every table has without being asked, so that no column can have the name.
const SYSTEM_COLUMNS: [&str; 9] = [
    "cmax",
    "cmin",
    "crdb_internal_mvcc_timestamp",
    "crdb_internal_origin_id",
    "crdb_internal_origin_timestamp",
    "ctid",
    "tableoid",
    "xmax",
    "xmin",
];

/// Why a name cannot be one in SQL, if it cannot. `what` is such as "a table".
pub(crate) fn wrong_sql_name(what: &str, name: &str) -> Option<String> {
    if name.is_empty() {
        Some(format!("the name of {what} cannot be empty"))
    } else if name.contains('\0') {
        Some(format!("the name of {what} cannot hold a NUL"))
    } else if name.len() > MAX_BYTES {
        Some(format!(
            "the name of {what} has {} bytes, but PostgreSQL cuts names off after {MAX_BYTES}: choose a shorter one",
            name.len()
        ))
    } else {
        None
    }
}

pub(crate) fn is_system_column(name: &str) -> bool {
    SYSTEM_COLUMNS.contains(&name)
}

/// A Rust name in SQL: without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// A struct's or an enum's name in SQL.
pub(crate) fn snake(ident: &Ident) -> String {
    plain(ident).to_snake_case()
}

/// The constant of a column: the field's name in capitals.
pub(crate) fn constant(field: &Ident) -> Ident {
    // Capitals are never a keyword, so no `r#` is needed.
    Ident::new(&plain(field).to_uppercase(), field.span())
}

/// An identifier of that name, or `None` where Rust has none.
pub(crate) fn module(name: &str, span: Span) -> Option<Ident> {
    let mut ident = syn::parse_str::<Ident>(name).ok()?;
    ident.set_span(span);
    Some(ident)
}
