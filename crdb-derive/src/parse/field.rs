//! The attributes of a field.

use proc_macro2::Span;
use syn::{Attribute, Ident, Path};

use super::default::DefaultAttr;
use super::generated::{AllowAttr, IdentityAttr, allow, is_expression};
use super::items::{Arg, Item, items, number, parse_items, pieces, set};
use super::key::{CheckAttr, KeyOptions};
use super::relation::{ColumnPaths, column_paths};
use super::size::{DecimalSize, SizeAttr, TextSize};
use super::{Derive, Text, path};
use crate::errors::{Errors, did_you_mean, list};

/// What stands on a field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) primary_key: Option<(Span, KeyOptions)>,
    pub(crate) column: Option<Text>,
    pub(crate) decimal: Option<(DecimalSize, Span)>,
    /// `string(n)`, `varchar(n)` or `char(n)`.
    pub(crate) string: Option<TextSize>,
    /// `bit(8)` and its like.
    pub(crate) size: Option<SizeAttr>,
    pub(crate) default: Option<DefaultAttr>,
    /// `default = none`.
    pub(crate) no_default: Option<Span>,
    pub(crate) unique: Option<Span>,
    /// `unique(without_index)`.
    pub(crate) unique_without_index: Option<Span>,
    pub(crate) index: Option<Span>,
    pub(crate) checks: Vec<CheckAttr>,
    pub(crate) references: Option<Reference>,
    pub(crate) on_delete: Option<(&'static str, Span)>,
    pub(crate) on_update: Option<(&'static str, Span)>,
    pub(crate) computed: Option<ComputedAttr>,
    /// `on_update = now()`: an expression, and no action of a foreign key.
    pub(crate) set_on_update: Option<DefaultAttr>,
    pub(crate) identity: Option<IdentityAttr>,
    pub(crate) collate: Option<Text>,
    pub(crate) not_visible: Option<Span>,
    pub(crate) allows: Vec<AllowAttr>,
    pub(crate) skip: Option<Span>,
    pub(crate) version: Option<Span>,
    pub(crate) updated_at: Option<Span>,
    pub(crate) tenant: Option<Span>,
    pub(crate) soft_delete: Option<Span>,
}

/// `references = Customer`, or `references(Customer, key = Customer::EMAIL)`.
pub(crate) struct Reference {
    pub(crate) table: Path,
    pub(crate) key: Option<ColumnPaths>,
    pub(crate) name: Option<Text>,
}

/// `computed = ".."`.
pub(crate) struct ComputedAttr {
    pub(crate) expression: Text,
    pub(crate) stored: bool,
}

pub(super) const NAMES: [&str; 29] = [
    "allow",
    "bit",
    "char",
    "check",
    "collate",
    "column",
    "computed",
    "decimal",
    "default",
    "identity",
    "index",
    "interval",
    "not_visible",
    "on_delete",
    "on_update",
    "precision",
    "primary_key",
    "references",
    "shape",
    "skip",
    "soft_delete",
    "string",
    "tenant",
    "unique",
    "updated_at",
    "varbit",
    "varchar",
    "vector",
    "version",
];

const ROW_NAMES: [&str; 2] = ["column", "skip"];

/// Each action and its variant of `Action`.
const ACTIONS: [(&str, &str); 5] = [
    ("cascade", "Cascade"),
    ("no_action", "NoAction"),
    ("restrict", "Restrict"),
    ("set_default", "SetDefault"),
    ("set_null", "SetNull"),
];

impl FieldAttrs {
    pub(super) fn parse(attributes: &[Attribute], derive: Derive, errors: &mut Errors) -> Self {
        let mut all = Self::default();
        for item in items(attributes, errors) {
            let key = item.key();
            if derive == Derive::Row && !ROW_NAMES.contains(&key.as_str()) {
                let hint = did_you_mean(&key, ROW_NAMES);
                errors.add(item.span(), format!("`{key}` is not an attribute of a row's field: {hint}"));
                continue;
            }
            match key.as_str() {
                "primary_key" => set(&mut all.primary_key, &item, primary_key(&item, errors), errors),
                "column" => set(&mut all.column, &item, errors.take(item.text()), errors),
                "decimal" => set(&mut all.decimal, &item, errors.take(decimal(&item)), errors),
                "string" | "varchar" | "char" => all.text(&item, errors),
                "interval" => all.size(&item, errors.take(SizeAttr::interval(&item)), errors),
                "shape" => all.size(&item, errors.take(SizeAttr::shape(&item)), errors),
                "bit" | "varbit" | "vector" | "precision" => {
                    all.size(&item, errors.take(SizeAttr::parse(&item)), errors);
                }
                "default" if is_none(&item) => {
                    if all.default.is_some() {
                        errors.add(item.span(), "`default` is given twice");
                    }
                    set(&mut all.no_default, &item, Some(item.span()), errors);
                }
                "default" if all.no_default.is_some() => errors.add(item.span(), "`default` is given twice"),
                "default" => set(&mut all.default, &item, errors.take(DefaultAttr::parse(&item)), errors),
                "unique" => all.unique(&item, errors),
                "index" => set(&mut all.index, &item, errors.take(index(&item)), errors),
                "check" => all.checks.extend(errors.take(CheckAttr::parse(&item))),
                "references" => all.references(&item, errors),
                "on_delete" => set(&mut all.on_delete, &item, errors.take(action(&item)), errors),
                "on_update" if is_expression(&item) => {
                    set(&mut all.set_on_update, &item, errors.take(DefaultAttr::parse(&item)), errors);
                }
                "on_update" => set(&mut all.on_update, &item, errors.take(action(&item)), errors),
                "collate" => set(&mut all.collate, &item, errors.take(item.text()), errors),
                "not_visible" => set(&mut all.not_visible, &item, errors.take(item.flag()), errors),
                "identity" => {
                    set(&mut all.identity, &item, IdentityAttr::parse(&item, errors), errors);
                }
                "allow" => all.allows.extend(allow(&item, errors)),
                "computed" => set(&mut all.computed, &item, errors.take(computed(&item)), errors),
                "version" => set(&mut all.version, &item, errors.take(item.flag()), errors),
                "updated_at" => set(&mut all.updated_at, &item, errors.take(item.flag()), errors),
                "tenant" => set(&mut all.tenant, &item, errors.take(item.flag()), errors),
                "soft_delete" => set(&mut all.soft_delete, &item, errors.take(item.flag()), errors),
                "skip" => set(&mut all.skip, &item, errors.take(item.flag()), errors),
                other => errors.add(item.span(), unknown(other)),
            }
        }
        all
    }

    /// Whether something is said of its default.
    pub(crate) fn has_default(&self) -> bool {
        self.default.is_some() || self.no_default.is_some()
    }

    /// `string(n)` and its like: a column has one of them.
    fn text(&mut self, item: &Item, errors: &mut Errors) {
        let size = errors.take(TextSize::parse(item));
        match (&self.string, size) {
            (Some(other), Some(size)) if other.kind != size.kind => {
                errors.add(item.span(), format!("a column has one size: leave `{}` out", item.key()));
            }
            (_, size) => set(&mut self.string, item, size, errors),
        }
    }

    /// `bit(8)` and its like: a column has one of them.
    fn size(&mut self, item: &Item, size: Option<SizeAttr>, errors: &mut Errors) {
        match (&self.size, size) {
            (Some(other), Some(size)) if other.kind != size.kind => {
                errors.add(item.span(), format!("a column has one size: leave `{}` out", item.key()));
            }
            (_, size) => set(&mut self.size, item, size, errors),
        }
    }

    /// `unique` or `unique(without_index)`.
    fn unique(&mut self, item: &Item, errors: &mut Errors) {
        let form = "write it as `unique`, or `unique(without_index)`";
        let words: Vec<String> = match &item.arg {
            Arg::None => return set(&mut self.unique, item, Some(item.span()), errors),
            Arg::Value(_) => return errors.add(item.span(), form),
            Arg::List(list) => parse_items(list.clone(), errors).iter().map(Item::key).collect(),
        };
        if words == ["without_index"] {
            if self.unique.is_some() {
                errors.add(item.span(), "`unique` is given twice");
            }
            set(&mut self.unique_without_index, item, Some(item.span()), errors);
        } else {
            errors.add(item.span(), format!("{form}; several columns are `unique(a, b)` on the struct"));
        }
    }

    /// `references = Customer` or `references(Customer, on_delete = cascade)`.
    fn references(&mut self, item: &Item, errors: &mut Errors) {
        let wanted = "the struct that is referred to: `references = Customer`";
        let (table, rest) = match &item.arg {
            Arg::Value(value) => (value.clone(), Vec::new()),
            Arg::List(list) => {
                let mut parts = pieces(list.clone()).into_iter();
                (parts.next().unwrap_or_default(), parts.collect())
            }
            Arg::None => {
                errors.add(item.span(), format!("expected {wanted}"));
                return;
            }
        };
        let table = errors.take(path(table, wanted));
        let (mut key, mut name) = (None, None);
        let options: Vec<Item> = rest.into_iter().flat_map(|piece| parse_items(piece, errors)).collect();
        for option in options {
            match option.key().as_str() {
                "on_delete" => set(&mut self.on_delete, &option, errors.take(action(&option)), errors),
                "on_update" => set(&mut self.on_update, &option, errors.take(action(&option)), errors),
                "key" => set(&mut key, &option, errors.take(referenced(&option)), errors),
                "name" => set(&mut name, &option, errors.take(option.text()), errors),
                other => {
                    let hint = did_you_mean(other, ["key", "name", "on_delete", "on_update"]);
                    errors.add(option.span(), format!("`{other}` is not known in `references(..)`: {hint}"));
                }
            }
        }
        let reference = table.map(|table| Reference { table, key, name });
        set(&mut self.references, item, reference, errors);
    }
}

fn unknown(name: &str) -> String {
    if [
        "table",
        "schema",
        "locality",
        "changefeed",
        "ttl",
        "family",
        "storage",
        "auto_rehoming",
        "partition",
        "policy",
        "zone",
    ]
    .contains(&name)
    {
        return format!("`{name}` belongs on the struct, not on a field");
    }
    format!("`{name}` is not an attribute of a column: {}", did_you_mean(name, NAMES))
}

fn primary_key(item: &Item, errors: &mut Errors) -> Option<(Span, KeyOptions)> {
    match &item.arg {
        Arg::None => Some((item.span(), KeyOptions::default())),
        Arg::Value(_) => {
            errors.add(item.span(), "write it as `primary_key` or `primary_key(hash_sharded)`");
            None
        }
        Arg::List(list) => {
            let mut options = KeyOptions::default();
            for option in parse_items(list.clone(), errors) {
                if KeyOptions::is_one(&option.key()) {
                    options.set(&option, errors);
                } else {
                    errors.add(
                        option.span(),
                        format!(
                            "`{}` is not known here: a field has `primary_key` or `primary_key(hash_sharded)`; the columns of a composite key stand on the struct, `#[crdb(primary_key(a, b))]`",
                            option.name
                        ),
                    );
                }
            }
            Some((item.span(), options))
        }
    }
}

/// `default = none`.
fn is_none(item: &Item) -> bool {
    matches!(&item.arg, Arg::Value(value) if value.to_string() == "none")
}

/// `decimal(10, 2)`, or `decimal(10, 2, rounded)`.
fn decimal(item: &Item) -> syn::Result<(DecimalSize, Span)> {
    let form = "decimal(precision, scale)";
    let wrong = || syn::Error::new(item.span(), format!("write it as `{form}`, such as `decimal(10, 2)`"));
    let mut parts = pieces(item.list(form)?).into_iter();
    let (Some(precision), Some(scale), rounded, None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong());
    };
    if let Some(word) = rounded.as_ref().filter(|word| word.to_string() != "rounded") {
        return Err(syn::Error::new_spanned(
            word,
            "what may stand behind the scale is `rounded`, which lets the server round what has more digits: `decimal(10, 2, rounded)`",
        ));
    }
    let size = DecimalSize {
        precision: number(&precision)?.0,
        scale: number(&scale)?.0,
        rounded: rounded.is_some(),
    };
    Ok((size, item.span()))
}

fn index(item: &Item) -> syn::Result<Span> {
    item.flag().map_err(|_| {
        syn::Error::new(
            item.span(),
            "on a field, `index` stands alone; an index with options stands on the struct: `#[crdb(index(on(a), ..))]`",
        )
    })
}

/// `key = Customer::EMAIL`, or `key = (Customer::CITY, Customer::NUMBER)`.
pub(super) fn referenced(item: &Item) -> syn::Result<ColumnPaths> {
    let form = "references(Customer, key = Customer::EMAIL)";
    column_paths(item.value(form)?, form)
}

pub(super) fn action(item: &Item) -> syn::Result<(&'static str, Span)> {
    let key = item.key();
    let word: Ident = syn::parse2(item.value(&format!("{key} = cascade"))?)
        .map_err(|error| syn::Error::new(error.span(), format!("write it as `{key} = cascade`")))?;
    let name = word.to_string();
    let found = ACTIONS.iter().find(|(action, _)| *action == name);
    found.map(|(_, variant)| (*variant, word.span())).ok_or_else(|| {
        let names: Vec<&str> = ACTIONS.iter().map(|(action, _)| *action).collect();
        syn::Error::new(word.span(), format!("`{name}` is not an action: it is one of {}", list(&names)))
    })
}

fn computed(item: &Item) -> syn::Result<ComputedAttr> {
    let Arg::List(tokens) = &item.arg else {
        return Ok(ComputedAttr { expression: item.text()?, stored: true });
    };
    let form = || {
        syn::Error::new(
            item.span(),
            "write it as `computed = \"..\"`, `computed(\"..\", stored)` or `computed(\"..\", virtual)`",
        )
    };
    let mut parts = pieces(tokens.clone()).into_iter();
    let expression = syn::parse2(parts.next().ok_or_else(form)?)?;
    let stored = match parts.next().map(|word| word.to_string()).as_deref() {
        None | Some("stored") => true,
        Some("virtual") => false,
        Some(_) => return Err(form()),
    };
    if parts.next().is_some() { Err(form()) } else { Ok(ComputedAttr { expression, stored }) }
}
