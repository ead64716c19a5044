//! The derives of `crdb-orm`, which re-exports them: depend on that crate and not on this one.
//!
//! A derive works in three steps, each in a module of its own: *parse* reads attributes into plain data, *check* finds
//! everything that is wrong and makes a model, *expand* writes the model as Rust. Mistakes are collected (*errors*), so
//! one compile shows them all, and *fallback* then writes enough for the rest of the crate to compile.

mod check;
mod crdb_test;
mod errors;
mod expand;
mod fallback;
mod model;
mod names;
mod parse;
#[cfg(test)]
mod size;

use proc_macro::TokenStream;
use syn::{DeriveInput, ItemFn, parse_macro_input};

use crate::errors::Errors;
use crate::model::Field;
use crate::parse::{CompositeAst, Derive, EnumAst, PatchAst};

#[doc = include_str!("../doc/table.md")]
#[proc_macro_derive(CrdbTable, attributes(crdb))]
pub fn crdb_table(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut errors = Errors::default();
    let Some(ast) = parse::structure(&input, Derive::Table, &mut errors) else {
        let mut tokens = errors.into_tokens();
        tokens.extend(fallback::unknown_table(&input));
        return tokens.into();
    };
    let table = check::table(ast, &mut errors);
    if errors.is_empty() {
        return expand::table(&table, true).into();
    }
    let mut tokens = errors.into_tokens();
    tokens.extend(fallback::table(table));
    tokens.into()
}

#[doc = include_str!("../doc/row.md")]
#[proc_macro_derive(CrdbRow, attributes(crdb))]
pub fn crdb_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut errors = Errors::default();
    let Some(ast) = parse::structure(&input, Derive::Row, &mut errors) else {
        let mut tokens = errors.into_tokens();
        if input.generics.params.is_empty() {
            tokens.extend(fallback::unknown_row(&input.ident));
        }
        return tokens.into();
    };
    let fields: Vec<Field> = check::row(ast, &mut errors);
    let mut tokens = errors.into_tokens();
    tokens.extend(expand::row(&input.ident, &fields));
    tokens.into()
}

#[doc = include_str!("../doc/patch.md")]
#[proc_macro_derive(CrdbPatch, attributes(crdb))]
pub fn crdb_patch(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut errors = Errors::default();
    let ast = PatchAst::parse(&input, &mut errors);
    let whole = errors.is_empty();
    let mut tokens = errors.into_tokens();
    tokens.extend(ast.map(|ast| if whole { expand::patch(&ast) } else { fallback::patch(&ast) }));
    tokens.into()
}

#[doc = include_str!("../doc/enum.md")]
#[proc_macro_derive(CrdbEnum, attributes(crdb))]
pub fn crdb_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut errors = Errors::default();
    let Some(ast) = EnumAst::parse(&input, &mut errors) else {
        let mut tokens = errors.into_tokens();
        tokens.extend(fallback::unknown_type(&input));
        return tokens.into();
    };
    let labels = check::labels(&ast, &mut errors);
    let plain = ast.has_only_names;
    let mut tokens = errors.into_tokens();
    tokens.extend(if plain { expand::enumeration(&ast, &labels) } else { fallback::unknown_type(&input) });
    tokens.into()
}

#[doc = include_str!("../doc/composite.md")]
#[proc_macro_derive(CrdbComposite, attributes(crdb))]
pub fn crdb_composite(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut errors = Errors::default();
    if let Some(ast) = CompositeAst::parse(&input, &mut errors) {
        let fields = check::composite(&ast, &mut errors);
        if errors.is_empty() {
            return expand::composite(&ast, &fields).into();
        }
    }
    let mut tokens = errors.into_tokens();
    tokens.extend(fallback::unknown_type(&input));
    tokens.into()
}

#[doc = include_str!("../doc/type.md")]
#[proc_macro_derive(CrdbType, attributes(crdb))]
pub fn crdb_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut errors = Errors::default();
    if let Some((member, ty)) = parse::newtype(&input, &mut errors) {
        return expand::newtype(&input.ident, &member, &ty).into();
    }
    let mut tokens = errors.into_tokens();
    tokens.extend(fallback::unknown_type(&input));
    tokens.into()
}

#[doc = include_str!("../doc/test.md")]
#[proc_macro_attribute]
pub fn crdb_test(options: TokenStream, function: TokenStream) -> TokenStream {
    let options = match syn::parse::<crdb_test::Options>(options) {
        Ok(options) => options,
        Err(error) => {
            // The function stays as it is, so that nothing else is reported.
            let mut tokens = TokenStream::from(error.into_compile_error());
            tokens.extend(function);
            return tokens;
        }
    };
    let function = parse_macro_input!(function as ItemFn);
    crdb_test::expand(options, &function).into()
}
