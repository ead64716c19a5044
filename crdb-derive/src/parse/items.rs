//! The grammar that all attributes share: `name`, `name = value`, `name(list)`, separated by commas.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, LitInt, LitStr, Meta, Token};

use super::Text;
use crate::errors::Errors;

/// `name`, `name = value` or `name(list)`.
pub(crate) struct Item {
    pub(crate) name: Ident,
    pub(crate) arg: Arg,
}

pub(crate) enum Arg {
    None,
    Value(TokenStream),
    List(TokenStream),
}

impl Item {
    /// The name in lower letters, as it is looked up.
    pub(crate) fn key(&self) -> String {
        self.name.unraw().to_string()
    }

    pub(crate) fn span(&self) -> Span {
        self.name.span()
    }

    fn wrong(&self, form: &str) -> syn::Error {
        syn::Error::new(self.span(), format!("write it as `{form}`"))
    }

    /// Refuses anything after the name.
    pub(crate) fn flag(&self) -> syn::Result<Span> {
        match self.arg {
            Arg::None => Ok(self.span()),
            _ => Err(self.wrong(&self.key())),
        }
    }

    /// `name = ".."`.
    pub(crate) fn text(&self) -> syn::Result<Text> {
        match &self.arg {
            Arg::Value(value) => syn::parse2::<Text>(value.clone()),
            _ => Err(self.wrong(&format!("{} = \"..\"", self.key()))),
        }
    }

    /// `name = value`; `form` shows it.
    pub(crate) fn value(&self, form: &str) -> syn::Result<TokenStream> {
        match &self.arg {
            Arg::Value(value) => Ok(value.clone()),
            _ => Err(self.wrong(form)),
        }
    }

    /// `name(list)`; `form` shows it.
    pub(crate) fn list(&self, form: &str) -> syn::Result<TokenStream> {
        match &self.arg {
            Arg::List(list) => Ok(list.clone()),
            _ => Err(self.wrong(form)),
        }
    }
}

impl Parse for Text {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let literal: LitStr = input
            .parse()
            .map_err(|error| syn::Error::new(error.span(), "expected a text in double quotes"))?;
        if !input.is_empty() {
            return Err(input.error("expected a comma after the text"));
        }
        Ok(Self { value: literal.value(), span: literal.span() })
    }
}

/// All items of all `#[crdb(..)]` attributes.
pub(crate) fn items(attributes: &[Attribute], errors: &mut Errors) -> Vec<Item> {
    let mut items = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("crdb")) {
        match &attribute.meta {
            Meta::List(list) if matches!(list.delimiter, syn::MacroDelimiter::Paren(_)) => {
                items.extend(parse_items(list.tokens.clone(), errors));
            }
            other => errors.add(other.span(), "write it as `#[crdb(..)]`, with a list of attributes"),
        }
    }
    items
}

/// The items of a list. A wrong one is noted and left out.
pub(crate) fn parse_items(tokens: TokenStream, errors: &mut Errors) -> Vec<Item> {
    pieces(tokens).into_iter().filter_map(|piece| errors.take(item(piece))).collect()
}

/// One item.
pub(crate) fn item(piece: TokenStream) -> syn::Result<Item> {
    syn::parse2(piece)
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name =
            Ident::parse_any(input).map_err(|error| syn::Error::new(error.span(), "expected a name"))?;
        if input.is_empty() {
            return Ok(Self { name, arg: Arg::None });
        }
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let value: TokenStream = input.parse()?;
            if value.is_empty() {
                return Err(syn::Error::new(name.span(), format!("`{name} =` needs a value")));
            }
            return Ok(Self { name, arg: Arg::Value(value) });
        }
        let tree: TokenTree = input.parse()?;
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis && input.is_empty() => {
                Ok(Self { name, arg: Arg::List(group.stream()) })
            }
            other => Err(syn::Error::new(
                other.span(),
                format!("expected a comma, `=` or parentheses after `{name}`"),
            )),
        }
    }
}

/// The parts between commas. A comma at the end is fine.
pub(crate) fn pieces(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = Vec::new();
    let mut piece = TokenStream::new();
    for tree in tokens {
        match &tree {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                pieces.push(std::mem::take(&mut piece));
            }
            _ => piece.extend([tree]),
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// A whole number up to a limit.
pub(crate) fn number<N>(tokens: &TokenStream) -> syn::Result<(N, Span)>
where
    N: std::str::FromStr,
    N::Err: std::fmt::Display,
{
    let literal: LitInt = syn::parse2(tokens.clone())
        .map_err(|error| syn::Error::new(error.span(), "expected a whole number"))?;
    let value = literal.base10_parse().map_err(|error| syn::Error::new(literal.span(), error))?;
    Ok((value, literal.span()))
}

/// A value given once: a second one is a mistake.
pub(crate) fn set<T>(slot: &mut Option<T>, item: &Item, value: Option<T>, errors: &mut Errors) {
    let Some(value) = value else { return };
    if slot.is_some() {
        errors.add(item.span(), format!("`{}` is given twice", item.key()));
    } else {
        *slot = Some(value);
    }
}
