//! A constant for each unique index and constraint, by which an insert tells that a row is there already.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{option, private};
use crate::model::{Index, Table};
use crate::names;

/// The constants that a table has anyway.
pub(crate) const TAKEN: [&str; 5] = ["KEY_COLUMNS", "KEY_TYPES", "NAME", "SELECT", "TABLE"];

/// `pub const IDX_USERS_EMAIL: UniqueKey<Self> = ..;`: one for each unique index over columns that has a name or several
/// columns. One that would be called like a column is left out: its columns name it as well.
pub(super) fn constants(table: &Table) -> TokenStream {
    let p = private();
    let (ident, vis, allow) = (&table.ident, &table.vis, super::allow());
    let mut taken: HashSet<String> = TAKEN.map(str::to_owned).into();
    taken.extend(table.columns().map(|(_, column)| column.constant.to_string()));
    taken.extend(table.relations.iter().map(|relation| relation.constant.to_string()));
    let constants = table.indexes.iter().filter_map(|index| {
        let constant = constant(table, index)?;
        if !taken.insert(constant.to_string()) {
            return None;
        }
        let columns = index.parts.iter().map(|part| &part.column);
        let filter = option(index.filter.as_ref().map(|filter| quote!(#filter)));
        let list: Vec<&str> = index.parts.iter().map(|part| part.column.as_str()).collect();
        let doc = format!("The unique key over `{}`.", list.join("`, `"));
        Some(quote! {
            #[doc = #doc]
            #vis const #constant: #p::UniqueKey<Self> = #p::UniqueKey::new(&[#(#columns),*], #filter);
        })
    });
    let constants: Vec<_> = constants.collect();
    if constants.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #allow
        impl #ident {
            #(#constants)*
        }
    }
}

/// `IDX_USERS_EMAIL` after its name, `UNIQUE_SHOW_NUMBER` after its fields. Expressions are no target of a conflict on
/// CockroachDB.
fn constant(table: &Table, index: &Index) -> Option<Ident> {
    let plain = index.parts.iter().all(|part| part.field.is_some());
    if !index.unique || !plain {
        return None;
    }
    let name = match &index.name {
        Some(name) => {
            let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
            name.chars().map(word).collect::<String>().to_uppercase()
        }
        None if index.parts.len() > 1 => {
            let fields = index.parts.iter().filter_map(|part| table.fields.get(part.field?));
            let fields: Vec<String> = fields.map(|field| names::plain(&field.ident).to_uppercase()).collect();
            format!("UNIQUE_{}", fields.join("_"))
        }
        None => return None,
    };
    names::module(&name, Span::call_site())
}
