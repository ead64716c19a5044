//! The attributes of a struct.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Path};

use super::feed::FeedAttr;
use super::foreign_key::ForeignKeyAttr;
use super::generated::{AllowAttr, allow};
use super::items::{Item, items, set};
use super::key::{CheckAttr, IndexAttr, KeyAttr, UniqueAttr};
use super::partition::PartitionAttr;
use super::policy::{PolicyAttr, security};
use super::relation::RelationAttr;
use super::storage::{FamilyAttr, StorageAttr, locked};
use super::ttl::TtlAttr;
use super::zone::ZoneAttr;
use super::{Derive, Text};
use crate::errors::{Errors, did_you_mean};

/// What stands on the struct.
#[derive(Default)]
pub(crate) struct ContainerAttrs {
    pub(crate) table: Option<Text>,
    pub(crate) schema: Option<Text>,
    pub(crate) primary_key: Option<KeyAttr>,
    pub(crate) indexes: Vec<IndexAttr>,
    pub(crate) uniques: Vec<UniqueAttr>,
    pub(crate) checks: Vec<CheckAttr>,
    pub(crate) locality: Option<LocalityAttr>,
    pub(crate) auto_rehoming: Option<Span>,
    pub(crate) changefeeds: Vec<FeedAttr>,
    pub(crate) ttl: Option<TtlAttr>,
    pub(crate) families: Vec<FamilyAttr>,
    pub(crate) storage: Vec<StorageAttr>,
    pub(crate) exclude_data_from_backup: Option<Span>,
    pub(crate) schema_locked: Option<bool>,
    pub(crate) allows: Vec<AllowAttr>,
    pub(crate) foreign_keys: Vec<ForeignKeyAttr>,
    pub(crate) partitions: Vec<PartitionAttr>,
    pub(crate) zones: Vec<ZoneAttr>,
    pub(crate) policies: Vec<PolicyAttr>,
    /// Whether it is forced.
    pub(crate) row_level_security: Option<bool>,
    pub(crate) relations: Vec<RelationAttr>,
}

/// `locality = ..`.
pub(crate) struct LocalityAttr {
    pub(crate) kind: LocalityKind,
}

pub(crate) enum LocalityKind {
    Global,
    Table(Option<RegionAttr>),
    Row(Option<Ident>),
}

/// A region by its name, or by the path of a constant.
pub(crate) enum RegionAttr {
    Name(Text),
    Constant(Path),
}

const NAMES: [&str; 24] = [
    "allow",
    "auto_rehoming",
    "belongs_to",
    "changefeed",
    "check",
    "exclude_data_from_backup",
    "family",
    "foreign_key",
    "has_many",
    "has_one",
    "index",
    "locality",
    "many_to_many",
    "partition",
    "policy",
    "primary_key",
    "row_level_security",
    "schema",
    "schema_locked",
    "storage",
    "table",
    "ttl",
    "unique",
    "zone",
];

impl ContainerAttrs {
    pub(super) fn parse(attributes: &[Attribute], derive: Derive, errors: &mut Errors) -> Self {
        let mut all = Self::default();
        for item in items(attributes, errors) {
            let key = item.key();
            if derive == Derive::Row {
                let message =
                    format!("`CrdbRow` has no attributes on the struct, so `{key}` means nothing here");
                errors.add(item.span(), message);
                continue;
            }
            match key.as_str() {
                "table" => set(&mut all.table, &item, errors.take(item.text()), errors),
                "schema" => set(&mut all.schema, &item, errors.take(item.text()), errors),
                "primary_key" => {
                    let key = KeyAttr::parse(&item, errors);
                    set(&mut all.primary_key, &item, key, errors);
                }
                "index" => all.indexes.extend(IndexAttr::parse(&item, errors)),
                "unique" => all.uniques.extend(UniqueAttr::parse(&item, errors)),
                "check" => all.checks.extend(errors.take(CheckAttr::parse(&item))),
                "locality" => set(&mut all.locality, &item, errors.take(locality(&item)), errors),
                "auto_rehoming" => set(&mut all.auto_rehoming, &item, errors.take(item.flag()), errors),
                "changefeed" => all.changefeeds.extend(FeedAttr::parse(&item, errors)),
                "ttl" => set(&mut all.ttl, &item, TtlAttr::parse(&item, errors), errors),
                "family" => all.families.extend(FamilyAttr::parse(&item, errors)),
                "storage" => all.storage.extend(StorageAttr::parse(&item, errors)),
                "exclude_data_from_backup" => {
                    set(&mut all.exclude_data_from_backup, &item, errors.take(item.flag()), errors);
                }
                "schema_locked" => set(&mut all.schema_locked, &item, errors.take(locked(&item)), errors),
                "allow" => all.allows.extend(allow(&item, errors)),
                "foreign_key" => all.foreign_keys.extend(ForeignKeyAttr::parse(&item, errors)),
                "partition" => all.partitions.extend(PartitionAttr::parse(&item, errors)),
                "policy" => all.policies.extend(PolicyAttr::parse(&item, errors)),
                "row_level_security" => {
                    set(&mut all.row_level_security, &item, errors.take(security(&item)), errors);
                }
                "belongs_to" | "has_many" | "has_one" | "many_to_many" => {
                    all.relations.extend(RelationAttr::parse(&item, errors));
                }
                "zone" => all.zones.extend(ZoneAttr::parse(&item, errors)),
                other => errors.add(item.span(), unknown(other)),
            }
        }
        all
    }
}

fn unknown(name: &str) -> String {
    if super::field::NAMES.contains(&name) {
        return format!("`{name}` belongs on a field, not on the struct");
    }
    format!("`{name}` is not an attribute of a table: {}", did_you_mean(name, NAMES))
}

const FORMS: &str = "a locality is `global`, `regional_by_table`, `regional_by_table(\"region\")`, `regional_by_row` or `regional_by_row(field)`";

fn locality(item: &Item) -> syn::Result<LocalityAttr> {
    let value = item.value("locality = regional_by_row(region)")?;
    let kind = syn::parse2::<LocalityKind>(value)?;
    Ok(LocalityAttr { kind })
}

impl Parse for LocalityKind {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let wrong = |span: Span| syn::Error::new(span, FORMS);
        let word: Ident = input.parse().map_err(|error| wrong(error.span()))?;
        let argument = if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            Some(content)
        } else {
            None
        };
        let kind = match (word.to_string().as_str(), argument) {
            ("global", None) => Self::Global,
            ("regional_by_table", None) => Self::Table(None),
            ("regional_by_row", None) => Self::Row(None),
            ("regional_by_table", Some(content)) => {
                let region = if content.peek(LitStr) {
                    let name: LitStr = content.parse()?;
                    RegionAttr::Name(Text { value: name.value(), span: name.span() })
                } else {
                    RegionAttr::Constant(content.parse().map_err(|error| wrong(error.span()))?)
                };
                if !content.is_empty() {
                    return Err(wrong(content.span()));
                }
                Self::Table(Some(region))
            }
            ("regional_by_row", Some(content)) => {
                let field: Ident = content.parse().map_err(|error| wrong(error.span()))?;
                if !content.is_empty() {
                    return Err(wrong(content.span()));
                }
                Self::Row(Some(field))
            }
            _ => return Err(wrong(word.span())),
        };
        if input.is_empty() { Ok(kind) } else { Err(wrong(input.span())) }
    }
}
