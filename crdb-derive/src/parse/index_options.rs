//! What an index is over, and what only some indexes have: operator classes, methods, visibility.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Lit, LitStr};

use super::Text;
use super::items::{Arg, Item};

/// A field or an SQL expression in an index, with its operator class and direction.
pub(crate) struct IndexPart {
    pub(crate) term: IndexTerm,
    pub(crate) descending: bool,
    pub(crate) op_class: Option<Text>,
}

pub(crate) enum IndexTerm {
    Field(Ident),
    Expression(Text),
}

/// How an index finds rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Inverted,
    Vector,
}

/// The operator classes that CockroachDB has.
const OP_CLASSES: [&str; 6] =
    ["array_ops", "gin_trgm_ops", "jsonb_ops", "vector_cosine_ops", "vector_ip_ops", "vector_l2_ops"];

impl Parse for IndexPart {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let term = if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            IndexTerm::Expression(Text { value: text.value(), span: text.span() })
        } else {
            let field = input.parse().map_err(|error| {
                syn::Error::new(
                    error.span(),
                    "expected the name of a field, or an SQL expression in double quotes",
                )
            })?;
            IndexTerm::Field(field)
        };
        let mut part = Self { term, descending: false, op_class: None };
        let mut directed = false;
        while !input.is_empty() {
            let word: Ident = input
                .parse()
                .map_err(|error| syn::Error::new(error.span(), "expected `asc`, `desc` or a comma"))?;
            match word.to_string().as_str() {
                "asc" if !directed => directed = true,
                "desc" if !directed => (part.descending, directed) = (true, true),
                "asc" | "desc" => return Err(syn::Error::new(word.span(), "the direction is given twice")),
                "nulls" => nulls(input, &word, part.descending)?,
                class if OP_CLASSES.contains(&class) => {
                    part.op_class = Some(Text { value: class.to_owned(), span: word.span() });
                    continue;
                }
                other => {
                    let message = format!(
                        "`{other}` is no direction and no operator class: write `asc`, `desc`, one of {}, or a comma",
                        crate::errors::list(&OP_CLASSES)
                    );
                    return Err(syn::Error::new(word.span(), message));
                }
            }
            if word == "nulls" && !input.is_empty() {
                return Err(input.error("expected a comma"));
            }
        }
        Ok(part)
    }
}

/// `nulls first` or `nulls last`: CockroachDB has one order of them for each direction.
fn nulls(input: ParseStream<'_>, span: &Ident, descending: bool) -> syn::Result<()> {
    let form = || syn::Error::new(span.span(), "write it as `nulls first` or `nulls last`");
    let word: Ident = input.parse().map_err(|_| form())?;
    match (word.to_string().as_str(), descending) {
        ("first", false) | ("last", true) => Ok(()),
        ("first" | "last", _) => Err(syn::Error::new(
            word.span(),
            "an index of CockroachDB has NULL first where it ascends and last where it descends: leave it out, and \
             order the query",
        )),
        _ => Err(form()),
    }
}

impl Method {
    /// `inverted` or `vector`.
    pub(super) fn parse(item: &Item) -> syn::Result<(Self, Span)> {
        let method = if item.key() == "vector" { Self::Vector } else { Self::Inverted };
        Ok((method, item.flag()?))
    }
}

/// `not_visible` or `visibility = 0.5`.
pub(super) fn visibility(item: &Item) -> syn::Result<(f64, Span)> {
    let form = || {
        syn::Error::new(
            item.span(),
            "write it as `not_visible`, or `visibility = 0.5` for the part of the queries that may use the index",
        )
    };
    if item.key() == "not_visible" {
        return Ok((0.0, item.flag()?));
    }
    let Arg::Value(value) = &item.arg else { return Err(form()) };
    let fraction: f64 = match syn::parse2::<Lit>(value.clone()).map_err(|_| form())? {
        Lit::Float(number) => number.base10_parse()?,
        Lit::Int(number) => number.base10_parse()?,
        _ => return Err(form()),
    };
    if (0.0..=1.0).contains(&fraction) { Ok((fraction, item.span())) } else { Err(form()) }
}
