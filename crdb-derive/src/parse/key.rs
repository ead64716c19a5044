//! Keys, indexes and constraints.

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token};

use super::Text;
use super::generated::{AllowAttr, allow};
use super::index_options::{IndexPart, Method, visibility};
use super::items::{Arg, Item, item, number, parse_items, pieces, set};
use super::storage::StorageAttr;
use crate::errors::{Errors, did_you_mean};

/// `primary_key(a, b desc, hash_sharded = 8)`.
pub(crate) struct KeyAttr {
    pub(crate) span: Span,
    pub(crate) parts: Vec<Part>,
    pub(crate) options: KeyOptions,
}

/// What is said of a key beside its columns, on the struct or on a field.
#[derive(Default)]
pub(crate) struct KeyOptions {
    pub(crate) hash: Option<HashAttr>,
    pub(crate) name: Option<Text>,
    pub(crate) storage: Vec<StorageAttr>,
}

impl KeyOptions {
    pub(super) fn is_one(name: &str) -> bool {
        ["hash_sharded", "name", "storage"].contains(&name)
    }

    /// Reads one of them.
    pub(super) fn set(&mut self, item: &Item, errors: &mut Errors) {
        match item.key().as_str() {
            "name" => set(&mut self.name, item, errors.take(item.text()), errors),
            "storage" => self.storage.extend(StorageAttr::parse(item, errors)),
            _ => set(&mut self.hash, item, HashAttr::parse(item, errors), errors),
        }
    }
}

/// A field in a key or index, and its direction.
pub(crate) struct Part {
    pub(crate) field: Ident,
    pub(crate) descending: bool,
}

/// `hash_sharded`, `hash_sharded = 8` or `hash_sharded(on(a), buckets = 8)`.
#[derive(Clone)]
pub(crate) struct HashAttr {
    pub(crate) span: Span,
    pub(crate) buckets: Option<(u16, Span)>,
    /// The first columns of the key, when the hash is not of all of them.
    pub(crate) on: Option<Vec<Ident>>,
}

/// `index(name, on(..), ..)`.
pub(crate) struct IndexAttr {
    pub(crate) span: Span,
    pub(crate) name: Option<Text>,
    pub(crate) parts: Vec<IndexPart>,
    pub(crate) unique: bool,
    pub(crate) filter: Option<Text>,
    pub(crate) storing: Vec<Ident>,
    pub(crate) hash: Option<HashAttr>,
    /// `inverted` or `vector`.
    pub(crate) method: Option<(Method, Span)>,
    pub(crate) storage: Vec<StorageAttr>,
    pub(crate) visibility: Option<(f64, Span)>,
    pub(crate) comment: Option<Text>,
    pub(crate) allows: Vec<AllowAttr>,
}

/// `unique(a, b)` or `unique(name, on(a, b), ..)`.
pub(crate) struct UniqueAttr {
    pub(crate) span: Span,
    pub(crate) name: Option<Text>,
    pub(crate) fields: Vec<Ident>,
    pub(crate) storing: Vec<Ident>,
    pub(crate) without_index: Option<Span>,
}

/// `check = ".."` or `check(name, "..")`.
pub(crate) struct CheckAttr {
    pub(crate) name: Option<Text>,
    pub(crate) expression: Text,
}

const INDEX_OPTIONS: [&str; 13] = [
    "allow",
    "comment",
    "filter",
    "hash_sharded",
    "inverted",
    "name",
    "not_visible",
    "on",
    "storage",
    "storing",
    "unique",
    "vector",
    "visibility",
];

impl Parse for Part {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let field: Ident =
            input.parse().map_err(|error| syn::Error::new(error.span(), "expected the name of a field"))?;
        let mut descending = false;
        if !input.is_empty() {
            let direction: Ident = input
                .parse()
                .map_err(|error| syn::Error::new(error.span(), "expected `asc`, `desc` or a comma"))?;
            descending = match direction.to_string().as_str() {
                "asc" => false,
                "desc" => true,
                other => {
                    let message = format!("`{other}` is not a direction: write `asc`, `desc` or a comma");
                    return Err(syn::Error::new(direction.span(), message));
                }
            };
        }
        if !input.is_empty() {
            return Err(input.error("expected a comma"));
        }
        Ok(Self { field, descending })
    }
}

impl HashAttr {
    pub(crate) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let mut hash = Self { span: item.span(), buckets: None, on: None };
        match &item.arg {
            Arg::None => {}
            Arg::Value(value) => hash.buckets = Some(errors.take(number(value))?),
            Arg::List(list) => {
                let (mut on, mut buckets) = (None, None);
                for option in parse_items(list.clone(), errors) {
                    match (option.key().as_str(), &option.arg) {
                        ("on", Arg::List(list)) => {
                            set(&mut on, &option, Some(fields(list.clone(), errors)), errors);
                        }
                        ("buckets", Arg::Value(value)) => {
                            set(&mut buckets, &option, errors.take(number(value)), errors);
                        }
                        _ => errors.add(
                            option.span(),
                            "write it as `hash_sharded`, `hash_sharded = 8` for a number of buckets, or \
                             `hash_sharded(on(a), buckets = 8)` for a hash of the first columns alone",
                        ),
                    }
                }
                (hash.on, hash.buckets) = (on, buckets);
            }
        }
        Some(hash)
    }
}

impl KeyAttr {
    pub(super) fn parse(item_: &Item, errors: &mut Errors) -> Option<Self> {
        let list = errors.take(item_.list("primary_key(a, b)"))?;
        let (mut parts, mut options) = (Vec::new(), KeyOptions::default());
        for piece in pieces(list) {
            match option(&piece) {
                Some(item) => options.set(&item, errors),
                None => parts.extend(errors.take(syn::parse2::<Part>(piece))),
            }
        }
        Some(Self { span: item_.span(), parts, options })
    }
}

/// What stands among the columns of a key and is none; a field may be called `name` or `storage`.
fn option(piece: &TokenStream) -> Option<Item> {
    let is_option = |item: &Item| match item.key().as_str() {
        "name" => matches!(item.arg, Arg::Value(_)),
        "storage" => matches!(item.arg, Arg::List(_)),
        key => key == "hash_sharded",
    };
    item(piece.clone()).ok().filter(is_option)
}

impl IndexAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let list = errors.take(item.list("index(on(a, b desc), ..)"))?;
        let mut index = Self {
            span: item.span(),
            name: None,
            parts: Vec::new(),
            unique: false,
            filter: None,
            storing: Vec::new(),
            hash: None,
            method: None,
            storage: Vec::new(),
            visibility: None,
            comment: None,
            allows: Vec::new(),
        };
        let (mut on, mut storing, mut unique) = (None, None, None);
        for (position, item) in parse_items(list, errors).into_iter().enumerate() {
            match item.key().as_str() {
                "on" => {
                    let parts = errors.take(item.list("on(a, b desc)")).map(|list| parts(list, errors));
                    set(&mut on, &item, parts, errors);
                }
                "unique" => {
                    let flag = errors.take(item.flag());
                    set(&mut unique, &item, flag, errors);
                }
                "filter" => {
                    let text = errors.take(item.text());
                    set(&mut index.filter, &item, text, errors);
                }
                "comment" => {
                    let text = errors.take(item.text());
                    set(&mut index.comment, &item, text, errors);
                }
                "name" => {
                    let text = errors.take(item.text());
                    set(&mut index.name, &item, text, errors);
                }
                "storing" => {
                    let fields = errors.take(item.list("storing(a, b)")).map(|list| fields(list, errors));
                    set(&mut storing, &item, fields, errors);
                }
                "hash_sharded" => {
                    let hash = HashAttr::parse(&item, errors);
                    set(&mut index.hash, &item, hash, errors);
                }
                "inverted" | "vector" => {
                    let method = errors.take(Method::parse(&item));
                    set(&mut index.method, &item, method, errors);
                }
                "not_visible" | "visibility" => {
                    let visibility = errors.take(visibility(&item));
                    set(&mut index.visibility, &item, visibility, errors);
                }
                "storage" => index.storage.extend(StorageAttr::parse(&item, errors)),
                "allow" => index.allows.extend(allow(&item, errors)),
                // The first bare word is the name.
                name if position == 0 && matches!(item.arg, Arg::None) => {
                    index.name = Some(Text { value: name.to_owned(), span: item.span() });
                }
                other => errors.add(
                    item.span(),
                    format!("`{other}` is not known in `index(..)`: {}", did_you_mean(other, INDEX_OPTIONS)),
                ),
            }
        }
        index.unique = unique.is_some();
        index.storing = storing.unwrap_or_default();
        let Some(Some(parts)) = on else {
            if on.is_some() {
                // A part of it was wrong, and has been noted.
                return None;
            }
            errors.add(item.span(), "`index(..)` needs its columns: `index(on(a, b desc))`");
            return None;
        };
        index.parts = parts;
        Some(index)
    }
}

/// All parts, or nothing when one was wrong.
fn parts(list: TokenStream, errors: &mut Errors) -> Option<Vec<IndexPart>> {
    let parts: Vec<Option<IndexPart>> =
        pieces(list).into_iter().map(|piece| errors.take(syn::parse2(piece))).collect();
    parts.into_iter().collect()
}

pub(super) fn fields(list: TokenStream, errors: &mut Errors) -> Vec<Ident> {
    let field = |piece| {
        syn::parse2::<Ident>(piece)
            .map_err(|error| syn::Error::new(error.span(), "expected the name of a field"))
    };
    pieces(list).into_iter().filter_map(|piece| errors.take(field(piece))).collect()
}

impl UniqueAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let list = errors.take(item.list("unique(a, b)"))?;
        let (mut name, mut on, mut storing, mut bare, mut without) = (None, None, None, Vec::new(), None);
        for option in parse_items(list, errors) {
            match (option.key().as_str(), &option.arg) {
                ("on", Arg::List(list)) => set(&mut on, &option, Some(fields(list.clone(), errors)), errors),
                ("storing", Arg::List(list)) => {
                    set(&mut storing, &option, Some(fields(list.clone(), errors)), errors);
                }
                ("name", Arg::Value(_)) => set(&mut name, &option, errors.take(option.text()), errors),
                ("without_index", Arg::None) => set(&mut without, &option, Some(option.span()), errors),
                (_, Arg::None) => bare.push(option.name),
                (other, _) => errors.add(
                    option.span(),
                    format!("`{other}` is not known in `unique(..)`: write it as `unique(a, b)` or `unique(name, on(a, b), storing(c))`"),
                ),
            }
        }
        let fields = match on {
            None => bare,
            // Beside `on(..)`, a bare word is the name.
            Some(on) => {
                for word in bare {
                    let text = Text { value: crate::names::plain(&word), span: word.span() };
                    if name.is_some() {
                        errors.add(text.span, "the name is given twice");
                    }
                    name = Some(text);
                }
                on
            }
        };
        Some(Self {
            span: item.span(),
            name,
            fields,
            storing: storing.unwrap_or_default(),
            without_index: without,
        })
    }
}

impl CheckAttr {
    pub(super) fn parse(item: &Item) -> syn::Result<Self> {
        let Arg::List(list) = &item.arg else {
            return Ok(Self { name: None, expression: item.text()? });
        };
        let form = || syn::Error::new(item.span(), "write it as `check = \"..\"` or `check(name, \"..\")`");
        let mut pieces = pieces(list.clone()).into_iter();
        let (first, second) = (pieces.next().ok_or_else(form)?, pieces.next());
        if pieces.next().is_some() {
            return Err(form());
        }
        let Some(second) = second else {
            return Ok(Self { name: None, expression: syn::parse2(first)? });
        };
        let name = syn::parse2::<Name>(first)?;
        Ok(Self { name: Some(name.0), expression: syn::parse2(second)? })
    }
}

/// A constraint's or a family's name: a word or a text.
pub(super) struct Name(pub(super) Text);

impl Parse for Name {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::LitStr) {
            return input.parse().map(Self);
        }
        if input.peek(Token![_]) {
            return Err(input.error("expected a name"));
        }
        let name: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), "expected a name"))?;
        Ok(Self(Text { value: crate::names::plain(&name), span: name.span() }))
    }
}
