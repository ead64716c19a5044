//! The table as const data.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{feed, ident};
use crate::model::{Column, Field, ForeignKey, Hash, Index, Key, Locality, Part, Size, Table, Ttl};
use crate::names;
use crate::parse::{
    DecimalSize, DefaultKind, Method, RegionAttr, SequenceOption, SizeAttr, SizeKind, StorageValue, TextKind,
    TextSize, TtlSetting,
};

/// `TableDef::new(..)` and what is set on it. It stands where `__crdb` is the library's private module.
pub(super) fn table(table: &Table) -> TokenStream {
    let columns = table.columns().map(|(field, column)| define(table, field, column));
    let key = key(&table.key);
    let mut definition = quote! {
        __crdb::TableDef::new(<Self as __crdb::Table>::NAME, &[#(#columns),*], #key)
    };
    let indexes = table.indexes.iter().map(index);
    set(&mut definition, "indexes", indexes);
    let single = table.columns().filter_map(|(_, column)| {
        let name = &column.name;
        Some(foreign_key(&quote!(#name), column.references.as_ref()?))
    });
    let several = table.foreign_keys.iter().map(|key| {
        let columns = key.columns.iter().map(|(_, column)| column);
        foreign_key(&quote!(#(#columns),*), &key.key)
    });
    let foreign_keys = single.chain(several);
    set(&mut definition, "foreign_keys", foreign_keys);
    let checks = table.checks.iter().map(|(name, expression)| {
        let name = name.as_ref().map(|name| quote!(.name(#name)));
        quote!(__crdb::CheckDef::new(#expression)#name)
    });
    set(&mut definition, "checks", checks);
    set(&mut definition, "changefeeds", table.changefeeds.iter().map(feed::definition));
    if let Some(locality) = &table.locality {
        let locality = match locality {
            Locality::Global => quote!(Global),
            Locality::Table(region) => {
                let region = super::option(region.as_ref().map(|region| match region {
                    RegionAttr::Name(name) => {
                        let name = &name.value;
                        quote!(#name)
                    }
                    RegionAttr::Constant(path) => {
                        quote_spanned!(path.span()=> const { (#path).__crdb_label() })
                    }
                }));
                quote!(RegionalByTable(#region))
            }
            Locality::Row(column) => {
                let column = super::option(column.as_ref().map(|(_, column)| quote!(#column)));
                quote!(RegionalByRow(#column))
            }
        };
        definition.extend(quote!(.locality(__crdb::Locality::#locality)));
    }
    if table.auto_rehoming {
        definition.extend(quote!(.auto_rehoming()));
    }
    if let Some(comment) = &table.comment {
        definition.extend(quote!(.comment(#comment)));
    }
    stored(&mut definition, table);
    let of_indexes = table.indexes.iter().flat_map(|index| &index.allows);
    let allows = table.allows.iter().map(|(_, allow)| allow).chain(of_indexes);
    // What is wrong with an `allow` has been told where it stands.
    let allows = allows.filter(|allow| allow.is_known() && !allow.reason.is_empty()).map(|allow| {
        let (name, reason) = (&allow.name.value, &allow.reason);
        quote!(__crdb::Allowed::new(#name, #reason))
    });
    set(&mut definition, "allowed", allows);
    definition
}

/// How the table is stored.
fn stored(definition: &mut TokenStream, table: &Table) {
    if let Some(ttl) = &table.ttl {
        let ttl = self::ttl(ttl);
        definition.extend(quote!(.ttl(#ttl)));
    }
    let families =
        table.families.iter().map(|(name, columns)| quote!(__crdb::FamilyDef::new(#name, &[#(#columns),*])));
    set(definition, "families", families);
    set(definition, "storage", table.storage.iter().map(parameter));
    if table.exclude_data_from_backup {
        definition.extend(quote!(.exclude_data_from_backup()));
    }
    set(definition, "partitions", table.partitions.iter().map(super::place::partitioning));
    set(definition, "zones", table.zones.iter().map(super::place::zone));
    set(definition, "policies", table.policies.iter().map(super::place::policy));
    if let Some(forced) = table.row_level_security {
        definition.extend(super::place::security(forced));
    }
    if let Some(locked) = table.schema_locked {
        definition.extend(quote!(.schema_locked(#locked)));
    }
}

fn parameter((name, value): &(String, StorageValue)) -> TokenStream {
    let value = match value {
        StorageValue::Bool(value) => quote!(Bool(#value)),
        StorageValue::Integer(value) => quote!(Integer(#value)),
        StorageValue::Text(value) => quote!(Text(#value)),
    };
    quote!(__crdb::StorageParameter::new(#name, __crdb::StorageValue::#value))
}

fn ttl(ttl: &Ttl) -> TokenStream {
    let (new, text) = (ident(if ttl.after { "expire_after" } else { "expiration" }), &ttl.text);
    let settings = ttl.settings.iter().map(|setting| match setting {
        TtlSetting::Flag(name) => {
            let name = ident(name);
            quote!(.#name())
        }
        TtlSetting::Number(name, number) => {
            let name = ident(name);
            quote!(.#name(#number))
        }
        TtlSetting::Text(name, text) => {
            let name = ident(name);
            quote!(.#name(#text))
        }
    });
    quote!(__crdb::TtlDef::#new(#text)#(#settings)*)
}

/// `.name(&[..])`, when there is anything.
fn set(definition: &mut TokenStream, name: &str, items: impl Iterator<Item = TokenStream>) {
    let items: Vec<TokenStream> = items.collect();
    if !items.is_empty() {
        let name = ident(name);
        definition.extend(quote!(.#name(&[#(#items),*])));
    }
}

fn define(table: &Table, field: &Field, column: &Column) -> TokenStream {
    let (name, ty) = (&column.name, &field.ty);
    let rust = names::plain(&field.ident);
    let mut definition = quote_spanned! {ty.span()=>
        __crdb::column(#name, #rust, <#ty as __crdb::Field>::TYPE, <#ty as __crdb::Field>::NULLABLE)
    };
    match column.size {
        Size::Unlimited => {}
        Size::Decimal(DecimalSize { precision, scale, .. }) => {
            definition.extend(quote!(.decimal(#precision, #scale)));
        }
        Size::Other(SizeAttr { kind, n, .. }) => definition.extend(match kind {
            SizeKind::Bit => quote!(.bits(#n)),
            SizeKind::Shape(shape) => {
                let shape = ident(shape);
                let srid = i32::try_from(n).unwrap_or_default();
                quote!(.shape(__crdb::Shape::#shape, #srid))
            }
            SizeKind::Interval(variant, seconds) => {
                let variant = ident(variant);
                let digits = seconds.then(|| {
                    let digits = u8::try_from(n).ok();
                    let digits = super::option(digits.map(|digits| quote!(#digits)));
                    quote!((#digits))
                });
                quote!(.interval(__crdb::IntervalFields::#variant #digits))
            }
            SizeKind::Vector | SizeKind::VarBit => quote!(.length(#n)),
            SizeKind::Precision => {
                let n = u8::try_from(n).unwrap_or(u8::MAX);
                quote!(.precision(#n))
            }
        }),
        Size::Text(TextSize { kind, n, .. }) => {
            let setter = ident(match kind {
                TextKind::String => "length",
                TextKind::VarChar => "varchar",
                TextKind::Char => "char",
            });
            definition.extend(quote!(.#setter(#n)));
        }
    }
    if let Some((kind, span)) = &column.default {
        let value = value(kind, *span);
        definition.extend(quote!(.default(#value)));
    }
    if let Some((kind, span)) = &column.on_update {
        let value = value(kind, *span);
        definition.extend(quote!(.on_update(#value)));
    }
    if let Some(identity) = &column.identity {
        let kind = ident(if identity.always { "Always" } else { "ByDefault" });
        definition.extend(quote!(.identity(__crdb::Identity::#kind)));
        if !identity.options.is_empty() {
            let options = sequence_options(&identity.options, &quote!(__crdb));
            definition.extend(quote!(.identity_options(#options)));
        }
    }
    if let Some((collation, _)) = &column.collation {
        definition.extend(quote!(.collate(#collation)));
    }
    if column.not_visible {
        definition.extend(quote!(.not_visible()));
    }
    if let Some((expression, stored)) = &column.computed {
        definition.extend(quote!(.computed(#expression, #stored)));
    }
    let alone = column.in_key && table.key.parts.len() == 1;
    if alone && column.references.is_none() && column.computed.is_none() && column.no_default.is_none() {
        definition.extend(quote!(.key_default()));
    }
    if column.unique {
        definition.extend(quote!(.unique()));
    }
    if let Some(comment) = &column.comment {
        definition.extend(quote!(.comment(#comment)));
    }
    definition
}

/// A `SequenceOptions`.
pub(super) fn sequence_options(options: &[SequenceOption], p: &TokenStream) -> TokenStream {
    let options = options.iter().map(|SequenceOption { name, number, span }| {
        let cache = |variant: &str| {
            let variant = ident(variant);
            // The check tells what is no u32: zero numbers are none.
            let number = u32::try_from(*number).unwrap_or_default();
            quote_spanned!(*span=> .cache(#p::SequenceCache::#variant(#number)))
        };
        match *name {
            "cache" => cache("Session"),
            "node_cache" => cache("Node"),
            name => {
                let name = ident(name);
                quote_spanned!(*span=> .#name(#number))
            }
        }
    });
    quote!(#p::SequenceOptions::new()#(#options)*)
}

/// A `DefaultValue`.
fn value(kind: &DefaultKind, span: Span) -> TokenStream {
    let value = match kind {
        DefaultKind::Sql(sql) => quote!(Sql(#sql)),
        DefaultKind::Text(text) => quote!(Text(#text)),
        DefaultKind::Integer(number) => {
            let digits = number.to_string();
            quote!(Sql(#digits))
        }
        DefaultKind::Float(number) => quote!(Sql(#number)),
        DefaultKind::Bool(value) => {
            let word = value.to_string();
            quote!(Sql(#word))
        }
        DefaultKind::Label(path) => quote_spanned!(span=> Text(const { (#path).__crdb_label() })),
    };
    quote!(__crdb::DefaultValue::#value)
}

fn parts(parts: &[Part]) -> TokenStream {
    let parts = parts.iter().map(|part| {
        let direction = ident(if part.descending { "desc" } else { "asc" });
        let column = &part.column;
        let class = part.op_class.as_ref().map(|class| quote!(.op_class(#class)));
        if part.field.is_none() {
            let descending = part.descending.then(|| quote!(.descending()));
            return quote!(__crdb::KeyPart::expression(#column)#descending #class);
        }
        quote!(__crdb::KeyPart::#direction(#column)#class)
    });
    quote!(&[#(#parts),*])
}

fn hash(hash: Option<&Hash>) -> Option<TokenStream> {
    hash.map(|Hash { buckets, columns }| {
        let buckets = super::option(buckets.map(|buckets| quote!(#buckets)));
        let columns = (!columns.is_empty()).then(|| quote!(.shard_columns(&[#(#columns),*])));
        quote!(.hash_sharded(#buckets)#columns)
    })
}

fn parameters(all: &[(String, StorageValue)]) -> Option<TokenStream> {
    let parameters = all.iter().map(parameter);
    (!all.is_empty()).then(|| quote!(.storage(&[#(#parameters),*])))
}

fn key(key: &Key) -> TokenStream {
    let (parts, hash, storage) = (parts(&key.parts), hash(key.hash.as_ref()), parameters(&key.storage));
    let name = key.name.as_ref().map(|name| quote!(.name(#name)));
    quote!(__crdb::PrimaryKeyDef::new(#parts)#hash #storage #name)
}

fn index(index: &Index) -> TokenStream {
    let (parts, hash) = (parts(&index.parts), hash(index.hash.as_ref()));
    let name = index.name.as_ref().map(|name| quote!(.name(#name)));
    let unique = match (index.unique, index.constraint) {
        _ if index.unindexed => Some(quote!(.unique_without_index())),
        (_, true) => Some(quote!(.unique_constraint())),
        (true, false) => Some(quote!(.unique())),
        (false, false) => None,
    };
    let method = index.method.map(|(method, _)| match method {
        Method::Inverted => quote!(.inverted()),
        Method::Vector => quote!(.vector()),
    });
    let visibility = index.visibility.map(|fraction| quote!(.visibility(#fraction)));
    let storage = parameters(&index.storage);
    let filter = index.filter.as_ref().map(|filter| quote!(.filter(#filter)));
    let storing = (!index.storing.is_empty()).then(|| {
        let columns = &index.storing;
        quote!(.storing(&[#(#columns),*]))
    });
    let comment = index.comment.as_ref().map(|comment| quote!(.comment(#comment)));
    quote!(__crdb::IndexDef::new(#parts)#name #method #unique #filter #storing #hash #storage #visibility #comment)
}

fn foreign_key(columns: &TokenStream, reference: &ForeignKey) -> TokenStream {
    let other = &reference.table;
    let action = |setter: &str, action: Option<&str>| {
        action.map(|action| {
            let (setter, action) = (ident(setter), ident(action));
            quote!(.#setter(__crdb::Action::#action))
        })
    };
    let (on_delete, on_update) =
        (action("on_delete", reference.on_delete), action("on_update", reference.on_update));
    let referenced = match &reference.key {
        None => quote_spanned!(other.span()=> <#other as __crdb::Table>::KEY_COLUMNS),
        Some(key) => super::relation::names(key),
    };
    let match_full = reference.match_full.then(|| quote!(.match_full()));
    let name = reference.name.as_ref().map(|name| quote!(.name(#name)));
    quote_spanned! {other.span()=>
        __crdb::ForeignKeyDef::new(&[#columns], <#other as __crdb::Table>::NAME, #referenced)
            #on_delete #on_update #match_full #name
    }
}
