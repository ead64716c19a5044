//! Changefeeds as const data, and the checks of them.

use proc_macro2::TokenStream;
use quote::quote;

use super::columns::evaluate;
use super::ident;
use crate::model::{Feed, Table};
use crate::parse::{FeedOption, FeedSink};

/// `ChangefeedDef::unchecked(..)`: the checks stand elsewhere, each where its message belongs.
pub(super) fn definition(feed: &Feed) -> TokenStream {
    let into = match &feed.into {
        FeedSink::Uri(uri) => {
            let uri = &uri.value;
            quote!(__crdb::Sink::uri(#uri))
        }
        FeedSink::Value(value) => quote!((#value).sink()),
        FeedSink::Nowhere => quote!(__crdb::Sink::NONE),
    };
    let options = feed.options.iter().map(option);
    let query = feed.select.as_ref().map(|select| {
        let select = &select.value;
        let filter = feed.filter.as_ref().map(|filter| {
            let filter = &filter.value;
            quote!(.filter(#filter))
        });
        quote!(__crdb::CdcQuery::select(#select)#filter)
    });
    let query = super::option(query);
    quote!(__crdb::ChangefeedDef::unchecked(#into, &[#(#options),*], #query))
}

/// One check of the options at the changefeed, one of each text of its query at that text.
pub(super) fn checks(table: &Table) -> impl Iterator<Item = TokenStream> {
    let this = &table.ident;
    table.changefeeds.iter().enumerate().map(move |(position, feed)| {
        let definition = quote!(<#this as ::crdb_orm::__private::Table>::TABLE);
        let arguments = quote!(&#definition.changefeeds[#position], #definition);
        let options = evaluate(feed.span, "changefeed_options", &arguments);
        let select = feed.select.as_ref().map(|text| evaluate(text.span, "changefeed_select", &arguments));
        let filter = feed.filter.as_ref().map(|text| evaluate(text.span, "changefeed_filter", &arguments));
        quote! { #options #select #filter }
    })
}

fn option(option: &FeedOption) -> TokenStream {
    let option = match option {
        FeedOption::Flag(variant) => {
            let variant = ident(variant);
            quote!(#variant)
        }
        FeedOption::MaybeText(variant, text) => {
            let variant = ident(variant);
            let text = super::option(text.as_ref().map(|text| quote!(#text)));
            quote!(#variant(#text))
        }
        FeedOption::Text(variant, text) => {
            let variant = ident(variant);
            quote!(#variant(#text))
        }
        FeedOption::Choice(variant, ty, value) => {
            let (variant, ty, value) = (ident(variant), ident(ty), ident(value));
            quote!(#variant(__crdb::#ty::#value))
        }
        FeedOption::Value(variant, value) => {
            let variant = ident(variant);
            quote!(#variant(#value))
        }
        FeedOption::Reference(variant, value) => {
            let variant = ident(variant);
            quote!(#variant(&#value))
        }
        // The check has named its column.
        FeedOption::Column(variant, field) => {
            let (variant, field) = (ident(variant), field.to_string());
            quote!(#variant(#field))
        }
    };
    quote!(__crdb::ChangefeedOption::#option)
}
