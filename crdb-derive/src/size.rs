//! How much a table expands to: what the compiler has to read is what a build takes.

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::DeriveInput;

use crate::errors::Errors;
use crate::parse::{self, Derive};
use crate::{check, expand};

fn tokens(stream: TokenStream) -> usize {
    let count = |tree| match tree {
        TokenTree::Group(group) => 2 + tokens(group.stream()),
        _ => 1,
    };
    stream.into_iter().map(count).sum()
}

/// The size of a table with so many columns of a type beside its key.
fn table(columns: usize, ty: &TokenStream) -> usize {
    let fields = (0..columns).map(|number| format_ident!("column_{number}"));
    let input: DeriveInput = syn::parse_quote! {
        struct Thing {
            #[crdb(primary_key)]
            id: Uuid,
            #(#fields: #ty,)*
        }
    };
    let mut errors = Errors::default();
    let ast = parse::structure(&input, Derive::Table, &mut errors).expect("a struct");
    let table = check::table(ast, &mut errors);
    assert!(errors.is_empty(), "the struct has no mistakes");
    tokens(expand::table(&table, true))
}

#[test]
fn a_table_of_twelve_columns_stays_small() {
    let sizes = |ty: &TokenStream| [0, 12, 24].map(|columns| table(columns, ty));
    // A column that must be given is a type parameter of the insert, which each setter names: a little more than a line.
    let [none, twelve, more] = sizes(&quote!(String));
    println!("required: {none}, {twelve} and {more} tokens for 0, 12 and 24 columns");
    assert!(none <= 1_400, "{none} tokens for a table of a key");
    assert!(twelve - none <= 12 * 550, "{} tokens for each of 12 columns", (twelve - none) / 12);
    assert!(more - none <= 24 * 650, "{} tokens for each of 24 columns", (more - none) / 24);
    let [none, twelve, more] = sizes(&quote!(Option<String>));
    println!("optional: {none}, {twelve} and {more} tokens for 0, 12 and 24 columns");
    assert!(twelve - none <= 12 * 400, "{} tokens for each of 12 columns", (twelve - none) / 12);
    // What stands once for a type is in the first twelve.
    assert!(more - twelve <= twelve - none, "it is a line");
    assert!(twelve - none <= more - twelve + 50, "it is a line");
}
