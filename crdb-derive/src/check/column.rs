//! Columns: names, sizes, defaults, and what does not go together.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::spanned::Spanned as _;

use super::foreign_key;
use super::generated;
use super::key::{KeyFields, not_nullable};
use super::red_lines::Allows;
use super::volatile::changing;
use super::{expression_text, sql_name};
use crate::errors::Errors;
use crate::model::{Column, Field, ForeignKey, Identity, InsertAs, Size};
use crate::names;
use crate::parse::{
    DecimalSize, DefaultKind, FieldAst, FieldAttrs, SizeKind, StructAst, TextKind, TextSize, inside_option,
    is_list, is_uuid, without_sql_type,
};

/// The constant by which a schema names a table. The other constants of the traits are not written by users, and a
/// column's own constant goes before a trait's.
const TABLE: &str = "TABLE";
/// What an insert has as terminals.
const TAKEN_SETTERS: [&str; 6] = ["build", "exec", "once", "one", "rerun_if_unknown", "with"];
/// PostgreSQL's limits.
const MAX_PRECISION: u16 = 1000;
const MAX_LENGTH: u32 = 10_485_760;
const MAX_DIMENSIONS: u32 = 16_000;
const MAX_SRID: u32 = 999_999;
/// What `updated_at` is set to.
const NOW: &str = "now()";
const MAX_BITS: u32 = 83_886_080;

/// Checks all fields.
pub(super) fn check(ast: &mut StructAst, key: &KeyFields, errors: &mut Errors) -> Vec<Field> {
    let mut taken = Taken::default();
    let single = key.parts.len() == 1;
    let allows = ast.attrs.allows.clone();
    let allows = Allows::of(&allows);
    let mut versions = ast.fields.iter().filter_map(|field| field.attrs.version);
    if let (Some(_), Some(second)) = (versions.next(), versions.next()) {
        errors.add(second, "a row has one version: leave this one out");
    }
    let mut stamps = ast.fields.iter().filter_map(|field| field.attrs.updated_at);
    if let (Some(_), Some(second)) = (stamps.next(), stamps.next()) {
        errors.add(second, "a row was updated at one time: leave this `updated_at` out");
    }
    only_one(ast, |attrs| attrs.tenant, "a row belongs to one tenant: leave this one out", errors);
    only_one(ast, |attrs| attrs.soft_delete, "a row is deleted once: leave this one out", errors);
    ast.fields
        .iter_mut()
        .map(|field| {
            let in_key = key.contains(&field.ident);
            let attrs = std::mem::take(&mut field.attrs);
            let column = if skipped(field, &attrs, in_key, errors) {
                None
            } else {
                generated::check(field, &attrs, &allows, in_key, errors);
                Some(column(field, &attrs, in_key, single, &mut taken, errors))
            };
            // The checks are still wanted for the table.
            field.attrs.checks = attrs.checks;
            field.attrs.index = attrs.index;
            field.attrs.unique_without_index = attrs.unique_without_index;
            field.attrs.allows = attrs.allows;
            Field { ident: field.ident.clone(), vis: field.vis.clone(), ty: field.ty.clone(), column }
        })
        .collect()
}

/// Notes the second field that has what one field has.
fn only_one(ast: &StructAst, of: fn(&FieldAttrs) -> Option<Span>, why: &str, errors: &mut Errors) {
    if let Some(second) = ast.fields.iter().filter_map(|field| of(&field.attrs)).nth(1) {
        errors.add(second, why);
    }
}

/// Checks the fields of an ad-hoc row, whose columns are what a query calls them.
pub(super) fn row(ast: &mut StructAst, errors: &mut Errors) -> Vec<Field> {
    let mut taken: HashMap<String, String> = HashMap::new();
    let field = |field: &FieldAst| {
        let column = if skipped(field, &field.attrs, false, errors) {
            None
        } else {
            let attr = &field.attrs.column;
            let name = attr.as_ref().map_or_else(|| names::plain(&field.ident), |text| text.value.clone());
            if let Some(other) = taken.insert(name.clone(), names::plain(&field.ident)) {
                let span = attr.as_ref().map_or(field.ident.span(), |text| text.span);
                errors.add(span, format!("`{other}` and `{}` are both the column `{name}`", field.ident));
            }
            Some(Column {
                name,
                constant: names::constant(&field.ident),
                comment: None,
                size: Size::Unlimited,
                default: None,
                no_default: None,
                computed: None,
                on_update: None,
                identity: None,
                collation: None,
                not_visible: false,
                unique: false,
                references: None,
                in_key: false,
                version: None,
                updated_at: None,
                tenant: None,
                soft_delete: None,
                insert: InsertAs::Required,
            })
        };
        Field { ident: field.ident.clone(), vis: field.vis.clone(), ty: field.ty.clone(), column }
    };
    ast.fields.iter().map(field).collect()
}

/// Whether the field is no column; then nothing else can be said of it.
fn skipped(field: &FieldAst, attrs: &FieldAttrs, in_key: bool, errors: &mut Errors) -> bool {
    let Some(span) = attrs.skip else { return false };
    let others = [
        ("primary_key", in_key || attrs.primary_key.is_some()),
        ("column", attrs.column.is_some()),
        ("decimal", attrs.decimal.is_some()),
        ("a length", attrs.string.is_some()),
        ("a size", attrs.size.is_some()),
        ("default", attrs.default.is_some() || attrs.no_default.is_some()),
        ("unique", attrs.unique.is_some() || attrs.unique_without_index.is_some()),
        ("index", attrs.index.is_some()),
        ("check", !attrs.checks.is_empty()),
        ("references", attrs.references.is_some()),
        ("computed", attrs.computed.is_some()),
        ("identity", attrs.identity.is_some()),
        ("on_update", attrs.set_on_update.is_some()),
        ("collate", attrs.collate.is_some()),
        ("not_visible", attrs.not_visible.is_some()),
        ("version", attrs.version.is_some()),
        ("updated_at", attrs.updated_at.is_some()),
        ("tenant", attrs.tenant.is_some()),
        ("soft_delete", attrs.soft_delete.is_some()),
    ];
    for (name, given) in others {
        if given {
            errors.add(
                span,
                format!("`{}` is skipped, so it is not a column and cannot have `{name}`", field.ident),
            );
        }
    }
    true
}

fn column(
    field: &FieldAst,
    attrs: &FieldAttrs,
    in_key: bool,
    single_key: bool,
    taken: &mut Taken,
    errors: &mut Errors,
) -> Column {
    let span = attrs.column.as_ref().map_or(field.ident.span(), |text| text.span);
    let name = attrs.column.as_ref().map_or_else(|| names::plain(&field.ident), |text| text.value.clone());
    let constant = names::constant(&field.ident);
    if attrs.column.is_some() {
        sql_name("a column", attrs.column.as_ref(), errors);
    } else if let Some(wrong) = names::wrong_sql_name("a column", &name) {
        errors.add(span, wrong);
    }
    if names::is_system_column(&name) {
        errors.add(
            span,
            format!("every table has a system column `{name}`: rename it, `#[crdb(column = \"..\")]`"),
        );
    }
    taken.check(field, &name, span, &constant.to_string(), errors);
    if in_key {
        not_nullable(field, errors);
    }
    together(field, attrs, in_key, single_key, errors);
    let client_key =
        in_key && single_key && is_uuid(&field.ty) && !attrs.has_default() && attrs.computed.is_none();
    let insert =
        if attrs.computed.is_some() || attrs.identity.as_ref().is_some_and(|identity| identity.always) {
            InsertAs::Computed
        } else if attrs.tenant.is_some() {
            // The handle fills it in.
            InsertAs::Optional
        } else if client_key && attrs.references.is_none() {
            InsertAs::ClientKey
        } else if attrs.default.is_some()
            || attrs.identity.is_some()
            || attrs.version.is_some()
            || attrs.updated_at.is_some()
            || inside_option(&field.ty).is_some()
        {
            InsertAs::Optional
        } else {
            InsertAs::Required
        };
    Column {
        name,
        constant,
        comment: field.comment.clone(),
        size: size(attrs, errors),
        default: match (&attrs.default, attrs.version, attrs.updated_at) {
            (Some(default), ..) => Some((clone_kind(&default.kind), default.span)),
            // The first version.
            (None, Some(span), _) => Some((DefaultKind::Sql("1".to_owned()), span)),
            (None, None, Some(span)) => Some((DefaultKind::Sql(NOW.to_owned()), span)),
            (None, None, None) => None,
        },
        no_default: attrs.no_default,
        computed: attrs
            .computed
            .as_ref()
            .map(|computed| (computed.expression.value.clone(), computed.stored)),
        on_update: attrs.set_on_update.as_ref().map(|value| (clone_kind(&value.kind), value.span)),
        identity: attrs.identity.as_ref().map(|identity| Identity {
            always: identity.always,
            options: identity.options.clone(),
            span: identity.span,
        }),
        collation: attrs.collate.as_ref().map(|text| (text.value.clone(), text.span)),
        not_visible: attrs.not_visible.is_some(),
        unique: attrs.unique.is_some(),
        references: attrs.references.as_ref().map(|reference| ForeignKey {
            table: reference.table.clone(),
            key: foreign_key::referenced(&reference.table, reference.key.clone(), 1, errors),
            match_full: false,
            name: reference.name.as_ref().map(|name| name.value.clone()),
            on_delete: attrs.on_delete.map(|(action, _)| action),
            on_update: attrs.on_update.map(|(action, _)| action),
        }),
        in_key,
        version: attrs.version,
        updated_at: attrs.updated_at,
        tenant: attrs.tenant,
        soft_delete: attrs.soft_delete,
        insert,
    }
}

fn clone_kind(kind: &DefaultKind) -> DefaultKind {
    match kind {
        DefaultKind::Sql(sql) => DefaultKind::Sql(sql.clone()),
        DefaultKind::Text(text) => DefaultKind::Text(text.clone()),
        DefaultKind::Integer(number) => DefaultKind::Integer(*number),
        DefaultKind::Float(number) => DefaultKind::Float(number.clone()),
        DefaultKind::Bool(value) => DefaultKind::Bool(*value),
        DefaultKind::Label(path) => DefaultKind::Label(path.clone()),
    }
}

/// Attributes that do not go together.
fn together(field: &FieldAst, attrs: &FieldAttrs, in_key: bool, single_key: bool, errors: &mut Errors) {
    let name = &field.ident;
    if let (Some(default), Some(_)) = (&attrs.default, &attrs.computed) {
        errors.add(default.span, format!("`{name}` is computed, so it cannot have a default, too"));
    }
    if let Some(span) = attrs.no_default {
        let keyed = in_key
            && single_key
            && attrs.references.is_none()
            && attrs.computed.is_none()
            && attrs.identity.is_none();
        if !keyed || inside_option(&field.ty).is_some() {
            errors.add(
                span,
                format!(
                    "`{name}` has no default that could be left out: only a UUID that alone is the primary key has one \
                     unasked; leave `default = none` out"
                ),
            );
        }
    }
    if let Some(computed) = &attrs.computed {
        expression_text(&computed.expression, errors);
        changing(&computed.expression, "what is computed", errors);
        if in_key && !computed.stored {
            errors.add(
                computed.expression.span,
                format!("`{name}` is part of the primary key, so it must be stored"),
            );
        }
    }
    if let Some(span) = attrs.version {
        if attrs.computed.is_some() {
            errors.add(span, format!("`{name}` is computed, so it cannot count versions"));
        }
        if attrs.identity.is_some() || attrs.set_on_update.is_some() {
            errors.add(span, format!("`{name}` counts versions, so nothing else can set it"));
        }
        if in_key {
            errors.add(span, format!("`{name}` is part of the primary key, and a version changes"));
        }
    }
    updated_at(field, attrs, in_key, errors);
    guards(field, attrs, in_key, errors);
    for default in [&attrs.default, &attrs.set_on_update].into_iter().flatten() {
        match &default.kind {
            DefaultKind::Sql(sql) if sql.trim().is_empty() => {
                errors.add(default.span, "an SQL expression cannot be empty");
            }
            DefaultKind::Sql(text) | DefaultKind::Text(text) if text.contains('\0') => {
                errors.add(default.span, "a default cannot hold a NUL");
            }
            DefaultKind::Text(text) => {
                let length = text.chars().count();
                if let Some(TextSize { n: most, .. }) = attrs.string
                    && usize::try_from(most).is_ok_and(|most| length > most)
                {
                    errors.add(
                        default.span,
                        format!("this has {length} characters, and `{name}` holds {most}"),
                    );
                }
            }
            DefaultKind::Integer(_) | DefaultKind::Float(_) => {
                if let Some((DecimalSize { precision, scale, .. }, _)) = attrs.decimal
                    && let Some(wrong) = does_not_fit(&default.kind, (precision, scale))
                {
                    errors.add(default.span, format!("`{name}` is a DECIMAL({precision}, {scale}): {wrong}"));
                }
            }
            _ => {}
        }
    }
    if let Some(name) = attrs.references.as_ref().and_then(|reference| reference.name.as_ref()) {
        sql_name("a constraint", Some(name), errors);
    }
    if let (Some(span), true, true) = (attrs.unique.or(attrs.unique_without_index), in_key, single_key) {
        errors.add(span, format!("`{name}` is the primary key, which is unique: leave `unique` out"));
    }
    if let (Some(span), true, true) = (attrs.index, in_key, single_key) {
        errors.add(span, format!("`{name}` is the primary key, which is an index: leave `index` out"));
    }
    if let (Some(span), Some(_), false) = (attrs.index, attrs.unique, in_key && single_key) {
        errors.add(span, format!("`{name}` is `unique`, which is an index: leave `index` out"));
    }
    if let (Some((_, decimal)), Some(_)) = (&attrs.decimal, &attrs.string) {
        errors.add(*decimal, format!("`{name}` cannot be a DECIMAL and a STRING"));
    }
    if let Some(TextSize { kind: TextKind::Char, span, .. }) = attrs.string
        && is_list(&field.ty)
    {
        errors.add(
            span,
            format!("`{name}` is an array, and the values of a CHAR(n) in it come back filled up with blanks: write `varchar(n)`"),
        );
    }
    if let (Some(size), true) = (&attrs.size, attrs.decimal.is_some() || attrs.string.is_some()) {
        errors.add(size.span, format!("`{name}` has two sizes: leave one out"));
    }
    if attrs.references.is_none() {
        for (key, action) in [("on_delete", attrs.on_delete), ("on_update", attrs.on_update)] {
            if let Some((_, span)) = action {
                errors.add(span, format!("`{key}` needs a foreign key: `references = Table`"));
            }
        }
        return;
    }
    for (key, action) in [("on_delete", attrs.on_delete), ("on_update", attrs.on_update)] {
        match action {
            Some(("SetDefault", span)) if attrs.default.is_none() => {
                errors.add(span, format!("`{key} = set_default` needs a default: `default = ..`"));
            }
            Some(("SetNull", span)) if in_key => {
                errors
                    .add(span, format!("`{key} = set_null` cannot be: `{name}` is part of the primary key"));
            }
            _ => {}
        }
    }
}

/// What does not go together with `updated_at`.
fn updated_at(field: &FieldAst, attrs: &FieldAttrs, in_key: bool, errors: &mut Errors) {
    let (name, Some(span)) = (&field.ident, attrs.updated_at) else { return };
    for (given, what) in [
        (attrs.computed.is_some(), "is computed, so no update can set it"),
        (attrs.identity.is_some(), "is an identity, which is no time"),
        (attrs.version.is_some(), "counts versions, and `updated_at` is a time: take two columns"),
        (attrs.references.is_some(), "is a foreign key, which an update must not change by itself"),
        (in_key, "is part of the primary key, and `updated_at` changes"),
    ] {
        if given {
            errors.add(span, format!("`{name}` {what}"));
        }
    }
    let now = |kind: &DefaultKind| matches!(kind, DefaultKind::Sql(sql) if sql.replace(' ', "") == NOW);
    for (what, value) in [("default", &attrs.default), ("on_update", &attrs.set_on_update)] {
        if let Some(value) = value.as_ref().filter(|value| !now(&value.kind)) {
            errors.add(
                value.span,
                format!("`{name}` is `updated_at`, so its `{what}` is `now()`: leave this out"),
            );
        }
    }
}

/// Columns that narrow every statement.
fn guards(field: &FieldAst, attrs: &FieldAttrs, in_key: bool, errors: &mut Errors) {
    let name = &field.ident;
    let made = attrs.default.is_some()
        || attrs.computed.is_some()
        || attrs.identity.is_some()
        || attrs.set_on_update.is_some()
        || attrs.version.is_some();
    if let Some(span) = attrs.tenant {
        if inside_option(&field.ty).is_some() {
            errors.add(
                span,
                format!(
                    "`{name}` may be NULL, and a row without a tenant would be nobody's: leave `Option` out"
                ),
            );
        }
        if made {
            errors.add(
                span,
                format!(
                    "`{name}` is the tenant of its row, which the handle gives: nothing else can make it"
                ),
            );
        }
    }
    if let Some(span) = attrs.soft_delete {
        if inside_option(&field.ty).is_none() {
            errors.add(
                span,
                format!("`{name}` is NULL as long as its row is there: it is an `Option`, such as `Option<DateTime<Utc>>`"),
            );
        }
        if made {
            errors.add(
                span,
                format!("`{name}` is the time at which its row was deleted: nothing else can make it"),
            );
        }
        if in_key || attrs.tenant.is_some() {
            errors.add(
                span,
                format!("`{name}` is the time at which its row was deleted, and can be nothing else"),
            );
        }
    }
}

/// Why a number is not one of so many digits, of which so many stand behind the point.
fn does_not_fit(number: &DefaultKind, (precision, scale): (u16, u16)) -> Option<String> {
    let number = match number {
        DefaultKind::Integer(number) => number.to_string(),
        DefaultKind::Float(number) if !number.contains(['e', 'E']) => number.clone(),
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let whole = whole.trim_start_matches('-').trim_start_matches('0').len();
    let fraction = fraction.trim_end_matches('0').len();
    let most = usize::from(precision.saturating_sub(scale));
    if whole > most {
        Some(format!("{number} has {whole} digits before the point, and it holds {most}"))
    } else if fraction > usize::from(scale) {
        Some(format!("{number} has {fraction} digits behind the point, and it keeps {scale}"))
    } else {
        None
    }
}

fn size(attrs: &FieldAttrs, errors: &mut Errors) -> Size {
    if let Some((size, span)) = attrs.decimal {
        let DecimalSize { precision, scale, .. } = size;
        if precision == 0 || precision > MAX_PRECISION {
            errors
                .add(span, format!("a DECIMAL has 1 to {MAX_PRECISION} digits: `decimal(precision, scale)`"));
        } else if scale > precision {
            errors.add(
                span,
                format!(
                    "`decimal({precision}, {scale})` has {scale} digits after the point of {precision} in all: the first number is the whole, such as `decimal({scale}, {precision})`"
                ),
            );
        }
        return Size::Decimal(size);
    }
    if let Some(size) = attrs.string {
        if size.n == 0 || size.n > MAX_LENGTH {
            errors.add(size.span, format!("`{}(n)` takes 1 to {MAX_LENGTH} characters", size.kind.name()));
        }
        return Size::Text(size);
    }
    if let Some(size) = attrs.size {
        let (most, what) = match size.kind {
            // The parser has looked at its digits.
            SizeKind::Interval(..) => (u32::MAX, "what an interval keeps"),
            SizeKind::Precision => (6, "0 to 6 digits of a second"),
            SizeKind::Bit | SizeKind::VarBit => (MAX_BITS, "1 to 83886080 bits"),
            SizeKind::Vector => (MAX_DIMENSIONS, "1 to 16000 dimensions"),
            SizeKind::Shape(_) => (MAX_SRID, "the number of a spatial reference system"),
        };
        if size.n > most
            || (size.n == 0
                && !matches!(size.kind, SizeKind::Precision | SizeKind::Shape(_) | SizeKind::Interval(..)))
        {
            errors.add(size.span, format!("this takes {what}"));
        }
        return Size::Other(size);
    }
    Size::Unlimited
}

/// Names that only one field can have.
#[derive(Default)]
struct Taken {
    columns: HashMap<String, String>,
    constants: HashMap<String, String>,
}

impl Taken {
    fn check(&mut self, field: &FieldAst, column: &str, span: Span, constant: &str, errors: &mut Errors) {
        let name = names::plain(&field.ident);
        // PostgreSQL and CockroachDB tell capitals apart in quoted names, so these are equal only when they are the same.
        if let Some(other) = self.columns.insert(column.to_owned(), name.clone()) {
            errors.add(span, format!("`{other}` and `{name}` are both the column `{column}`"));
        }
        if let Some(other) = self.constants.insert(constant.to_owned(), name.clone()) {
            errors.add(
                field.ident.span(),
                format!("`{other}` and `{name}` would both have the constant `{constant}`: rename one of the fields"),
            );
        }
        let rename = format!("rename the field and keep the column: `#[crdb(column = \"{column}\")]`");
        if constant == TABLE {
            errors.add(
                field.ident.span(),
                format!("`{name}` would have the constant `{constant}`, by which a schema names the table: {rename}"),
            );
        }
        if TAKEN_SETTERS.contains(&name.as_str()) {
            errors.add(
                field.ident.span(),
                format!(
                    "`{name}` would have a setter like `insert().{name}(..)`, which is a method of every insert: {rename}"
                ),
            );
        }
        has_sql_type(&field.ty, errors);
        if let syn::Type::Tuple(_) | syn::Type::Reference(_) = &field.ty {
            errors.add(field.ty.span(), format!("`{name}` is a {} and has no SQL type", kind_of(&field.ty)));
        }
    }
}

/// Notes a type of Rust that is no SQL type, as far as tokens show it: the compiler would tell it in more places.
pub(super) fn has_sql_type(ty: &syn::Type, errors: &mut Errors) {
    if let Some((primitive, instead)) = without_sql_type(ty) {
        let why = if primitive.starts_with('u') { ": the whole numbers of SQL have a sign" } else { "" };
        errors.add(ty.span(), format!("`{primitive}` has no SQL type{why}; use {instead}"));
    }
}

fn kind_of(ty: &syn::Type) -> &'static str {
    match ty {
        syn::Type::Reference(_) => "borrowed value: a row owns what it holds (`String`, not `&str`)",
        _ => "tuple",
    }
}
