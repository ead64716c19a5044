//! Checks that run when a crate is compiled, in free `const` items that the derive emits.
//!
//! `fail` joins its parts and panics, so the compiler shows one sentence at the field's span.

use super::{ChangefeedDef, ColumnType, KeyPart, SequenceOptions, TableDef, TypeName, ZoneConfig, sql_text};
use crate::types::SqlType;

const MAX: usize = 512;

/// Panics at compile time with the joined parts.
///
/// # Panics
/// Always: that is how a const item refuses to compile.
#[track_caller]
pub const fn fail(parts: &[&str]) -> ! {
    let mut text = [0_u8; MAX];
    let mut length = 0;
    let mut part = 0;
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut i = 0;
        while i < bytes.len() && length < MAX {
            text[length] = bytes[i];
            length += 1;
            i += 1;
        }
        part += 1;
    }
    let (joined, _) = text.split_at(length);
    match std::str::from_utf8(joined) {
        Ok(joined) => panic!("{}", joined),
        Err(_) => panic!("the schema is wrong here (the message was cut inside a character)"),
    }
}

/// Whether two texts are equal.
pub const fn str_eq(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn name_eq(a: &TypeName, b: &TypeName) -> bool {
    let schemas = match (a.schema, b.schema) {
        (Some(a), Some(b)) => str_eq(a, b),
        (None, None) => true,
        _ => false,
    };
    schemas && str_eq(a.name, b.name)
}

/// Whether two columns have the same type.
pub const fn type_eq(a: &ColumnType, b: &ColumnType) -> bool {
    match (a, b) {
        (ColumnType::Enum(a), ColumnType::Enum(b)) => name_eq(&a.name, &b.name),
        (ColumnType::Composite(a), ColumnType::Composite(b)) => name_eq(&a.name, &b.name),
        (ColumnType::Array(a), ColumnType::Array(b)) => type_eq(a, b),
        _ => str_eq(type_name(a), type_name(b)),
    }
}

/// A short name of the type for messages.
pub const fn type_name(ty: &ColumnType) -> &'static str {
    match ty {
        ColumnType::Bool => "BOOL",
        ColumnType::Int2 => "INT2",
        ColumnType::Int4 => "INT4",
        ColumnType::Int8 => "INT8",
        ColumnType::Float4 => "FLOAT4",
        ColumnType::Float8 => "FLOAT8",
        ColumnType::Decimal => "DECIMAL",
        ColumnType::String => "STRING",
        ColumnType::Bytes => "BYTES",
        ColumnType::Uuid => "UUID",
        ColumnType::Jsonb => "JSONB",
        ColumnType::Inet => "INET",
        ColumnType::Date => "DATE",
        ColumnType::Time => "TIME",
        ColumnType::Timestamp => "TIMESTAMP",
        ColumnType::TimestampTz => "TIMESTAMPTZ",
        ColumnType::TimeTz => "TIMETZ",
        ColumnType::Interval => "INTERVAL",
        ColumnType::VarBit => "VARBIT",
        ColumnType::TsVector => "TSVECTOR",
        ColumnType::TsQuery => "TSQUERY",
        ColumnType::CiText => "CITEXT",
        ColumnType::LTree => "LTREE",
        ColumnType::Box2d => "BOX2D",
        ColumnType::JsonPath => "JSONPATH",
        ColumnType::Name => "NAME",
        ColumnType::Char => "\"char\"",
        ColumnType::Oid => "OID",
        ColumnType::Vector => "VECTOR",
        ColumnType::Geometry => "GEOMETRY",
        ColumnType::Geography => "GEOGRAPHY",
        ColumnType::Enum(def) => def.name.name,
        ColumnType::Composite(def) => def.name.name,
        ColumnType::Region => "crdb_internal_region",
        ColumnType::Array(_) => "an array",
    }
}

/// Refuses a nullable key column.
#[track_caller]
pub const fn key_column(field: &str, nullable: bool) {
    if nullable {
        fail(&["`", field, "` is part of the primary key, so it cannot be an `Option`: a key is never NULL"]);
    }
}

/// Refuses `decimal(p, s)` on a column of another type.
#[track_caller]
pub const fn decimal_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::Decimal) {
        fail(&["`decimal(..)` on `", field, "` needs a DECIMAL, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `string(n)` on a column of another type.
#[track_caller]
pub const fn string_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::String) {
        fail(&["`string(n)` on `", field, "` needs a STRING, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `bit(n)` and `varbit(n)` on a column of another type.
#[track_caller]
pub const fn bits_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::VarBit) {
        fail(&["bits on `", field, "` need `Bits`, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `vector(n)` on a column of another type.
#[track_caller]
pub const fn vector_column(field: &str, ty: ColumnType) {
    if !element(ty).is_vector() {
        fail(&["`vector(n)` on `", field, "` needs a VECTOR, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `shape(..)` on a column of another type.
#[track_caller]
pub const fn shape_column(field: &str, ty: ColumnType) {
    if !element(ty).is_shape() {
        fail(&[
            "`shape(..)` on `",
            field,
            "` needs a GEOMETRY or GEOGRAPHY, but the field is ",
            type_name(&ty),
        ]);
    }
}

/// Refuses `precision(n)` on what has no seconds.
#[track_caller]
pub const fn precision_column(field: &str, ty: ColumnType) {
    if !element(ty).has_seconds() {
        fail(&[
            "`precision(n)` on `",
            field,
            "` needs a time or an INTERVAL, but the field is ",
            type_name(&ty),
        ]);
    }
}

/// Refuses `interval(..)` on a column of another type.
#[track_caller]
pub const fn interval_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::Interval) {
        fail(&["`interval(..)` on `", field, "` needs an INTERVAL, but the field is ", type_name(&ty)]);
    }
}

/// Refuses a field of a composite type that `CockroachDB` does not have there.
#[track_caller]
pub const fn composite_field(field: &str, ty: ColumnType) {
    if ty.is_user_defined() {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", and CockroachDB has no composite types of types that are made by CREATE TYPE (cockroach#91779): use a \
             column, a text, or `Json<T>` for all of it",
        ]);
    }
    if !ty.is_composite_field() {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", which a composite type cannot hold: use a column, or `Json<T>` for all of it",
        ]);
    }
}

/// Refuses arrays that `CockroachDB` does not have.
#[track_caller]
pub const fn array_column(field: &str, ty: ColumnType) {
    if let ColumnType::Array(element) = ty
        && !element.has_arrays()
    {
        fail(&[
            "`",
            field,
            "` is an array of ",
            type_name(element),
            ", which CockroachDB does not have: use a table",
        ]);
    }
}

const fn element(ty: ColumnType) -> ColumnType {
    match ty {
        ColumnType::Array(element) => *element,
        ty => ty,
    }
}

/// Refuses an inverted index over what cannot be turned inside out.
#[track_caller]
pub const fn inverted_index(field: &str, ty: ColumnType, trigrams: bool) {
    match ty {
        ColumnType::String if trigrams => {}
        _ if trigrams => fail(&["trigrams are of a STRING, but `", field, "` is ", type_name(&ty)]),
        ColumnType::String => fail(&[
            "an inverted index over the STRING `",
            field,
            "` is by trigrams: write `",
            field,
            " gin_trgm_ops`",
        ]),
        ty if ty.is_inverted() => {}
        ty => fail(&[
            "an inverted index is over a JSONB, an array, a TSVECTOR, a shape or the trigrams of a STRING, but `",
            field,
            "` is ",
            type_name(&ty),
        ]),
    }
}

/// Refuses a vector index over anything else than vectors.
#[track_caller]
pub const fn vector_index(field: &str, ty: ColumnType) {
    if !ty.is_vector() {
        fail(&["a vector index is over a VECTOR, but `", field, "` is ", type_name(&ty)]);
    }
}

/// Refuses an `identity` that is no whole number, or may be NULL.
#[track_caller]
pub const fn identity_column(field: &str, ty: ColumnType, nullable: bool) {
    if !matches!(ty, ColumnType::Int2 | ColumnType::Int4 | ColumnType::Int8) {
        fail(&[
            "`identity` on `",
            field,
            "` needs a whole number (`i64`), but the field is ",
            type_name(&ty),
        ]);
    }
    if nullable {
        fail(&["`", field, "` is an identity, so it is never NULL: it cannot be an `Option`"]);
    }
}

/// Refuses options of a sequence that the server would refuse.
#[track_caller]
pub const fn sequence_options(options: SequenceOptions) {
    if let Some(why) = options.wrong() {
        fail(&["the sequence of this identity ", why]);
    }
}

/// Refuses `collate = ".."` on what is no text.
#[track_caller]
pub const fn collated_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::String) {
        fail(&["`collate = \"..\"` on `", field, "` needs a STRING, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `updated_at` on what is no time.
#[track_caller]
pub const fn updated_at_column(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::TimestampTz | ColumnType::Timestamp) {
        fail(&[
            "`updated_at` is a TIMESTAMPTZ (or a TIMESTAMP), but `",
            field,
            "` is ",
            type_name(&ty),
            ": make it a `DateTime<Utc>`",
        ]);
    }
}

/// Refuses a float as a part of the primary key.
#[track_caller]
pub const fn float_key(field: &str, ty: ColumnType) {
    if matches!(ty, ColumnType::Float4 | ColumnType::Float8) {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            " and in the primary key, but a float that is computed twice is seldom the same: use a DECIMAL or a whole \
             number; or say why, `#[crdb(allow(float_key, reason = \"..\"))]`",
        ]);
    }
}

/// Refuses a document as a part of the primary key.
#[track_caller]
pub const fn json_key(field: &str, ty: ColumnType) {
    if matches!(ty, ColumnType::Jsonb) {
        fail(&[
            "`",
            field,
            "` is JSONB and in the primary key, which every index copies and compares as a whole: use a computed column \
             of what identifies the row; or say why, `#[crdb(allow(json_key, reason = \"..\"))]`",
        ]);
    }
}

/// Refuses a time at the beginning of a key or index.
#[track_caller]
pub const fn timestamp_led(field: &str, ty: ColumnType) {
    if matches!(ty, ColumnType::Timestamp | ColumnType::TimestampTz) {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            " and leads a key or an index, so all rows of now go to one range: put another column before it, or add \
             `hash_sharded`; or say why, `#[crdb(allow(timestamp_led, reason = \"..\"))]`",
        ]);
    }
}

/// Refuses an `allow` of a red line that no type crosses.
#[track_caller]
pub const fn unused_allow(red_line: &str, types: &[ColumnType]) {
    let mut i = 0;
    while i < types.len() {
        let crosses = match types[i] {
            ColumnType::Float4 | ColumnType::Float8 => str_eq(red_line, "float_key"),
            ColumnType::Jsonb => str_eq(red_line, "json_key"),
            ColumnType::Timestamp | ColumnType::TimestampTz => str_eq(red_line, "timestamp_led"),
            _ => false,
        };
        if crosses {
            return;
        }
        i += 1;
    }
    fail(&["nothing here crosses `", red_line, "`, so there is nothing to allow: leave it out"]);
}

/// Refuses `allow(ttl_reference)` where no row that is referred to expires.
#[track_caller]
pub const fn unused_ttl_reference(expires: &[bool]) {
    let mut i = 0;
    while i < expires.len() {
        if expires[i] {
            return;
        }
        i += 1;
    }
    fail(&["no row that is referred to here expires, so there is no `ttl_reference` to allow: leave it out"]);
}

/// Refuses a `regional_by_row(column)` whose column is not a region, or may be NULL.
#[track_caller]
pub const fn region_column(field: &str, ty: ColumnType, nullable: bool) {
    if !matches!(ty, ColumnType::Region) {
        fail(&[
            "`regional_by_row(",
            field,
            ")` needs a field of type `Region` (crdb_internal_region), but it is ",
            type_name(&ty),
        ]);
    }
    if nullable {
        fail(&[
            "`regional_by_row(",
            field,
            ")` needs a `Region`, not an `Option<Region>`: a row lives somewhere",
        ]);
    }
}

/// Refuses a TTL by a column that is no time with a zone.
#[track_caller]
pub const fn ttl_column(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::TimestampTz) {
        fail(&[
            "a row expires at a TIMESTAMPTZ, but `",
            field,
            "` is ",
            type_name(&ty),
            ": choose another column, or an expression that gives one",
        ]);
    }
}

/// Refuses a time of deletion that is no time with a zone.
#[track_caller]
pub const fn soft_delete_column(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::TimestampTz) {
        fail(&[
            "a row is deleted at a TIMESTAMPTZ, but `",
            field,
            "` is ",
            type_name(&ty),
            ": make it an `Option<DateTime<Utc>>`, or the like of another crate of times",
        ]);
    }
}

/// Refuses a zone configuration that the server would refuse.
#[track_caller]
pub const fn zone(config: &ZoneConfig) {
    if let Some(why) = config.wrong() {
        fail(&["this zone configuration ", why]);
    }
}

/// Refuses SQL that is more or less than one expression.
#[track_caller]
pub const fn one_expression(sql: &str) {
    if let Some(why) = sql_text::not_expression(sql) {
        fail(&["this SQL ", why]);
    }
}

/// Refuses a foreign key whose column has another type than the key that it refers to.
#[track_caller]
pub const fn foreign_key(
    columns: &[&str],
    types: &[ColumnType],
    other: &TypeName,
    key: &[&str],
    key_types: &[ColumnType],
) {
    if columns.len() != key.len() {
        fail(&[
            "the foreign key to `",
            other.name,
            "` does not have as many columns as that table's primary key",
        ]);
    }
    let mut i = 0;
    while i < columns.len() {
        if !type_eq(&types[i], &key_types[i]) {
            fail(&[
                "`",
                columns[i],
                "` is ",
                type_name(&types[i]),
                ", but the key `",
                key[i],
                "` of `",
                other.name,
                "` is ",
                type_name(&key_types[i]),
            ]);
        }
        i += 1;
    }
}

/// Refuses a foreign key to columns of another table that are no unique key of it.
#[track_caller]
pub const fn referenced_key(table: &TableDef, columns: &[&str]) {
    if !table.is_unique_key(columns) {
        fail(&[
            "`",
            columns[0],
            if columns.len() > 1 { "` and the others are no key of `" } else { "` is no key of `" },
            table.name.name,
            "`: a foreign key refers to the primary key or to a UNIQUE constraint (`unique` on the field, or \
             `unique(a, b)`), and a unique index is not enough on every server",
        ]);
    }
}

/// Refuses a relation by columns that are no foreign key to the table.
#[track_caller]
pub const fn has_many(
    relation: &str,
    table: &TableDef,
    columns: &[&str],
    other: &TypeName,
    key_columns: &[&str],
) {
    let mut i = 0;
    while i < table.foreign_keys.len() {
        let key = &table.foreign_keys[i];
        if name_eq(&key.references, other) && list_eq(key.columns, columns) {
            if !list_eq(key.referenced, key_columns) {
                fail(&[
                    "`",
                    relation,
                    "` is no relation: `",
                    columns[0],
                    "` of `",
                    table.name.name,
                    "` refers to another key of `",
                    other.name,
                    "` than the primary one, by which rows are put together; join the tables instead",
                ]);
            }
            return;
        }
        i += 1;
    }
    let (and, second) = if columns.len() > 1 { ("`, `", columns[1]) } else { ("", "") };
    fail(&[
        "`",
        relation,
        "` is no relation: `",
        columns[0],
        and,
        second,
        "` of `",
        table.name.name,
        "` is no foreign key to `",
        other.name,
        "`: write `references = ..` on the field, or `foreign_key(.., references = ..)` with these columns in this order",
    ]);
}

/// Refuses a relation to one row by columns of which several rows may have the same.
#[track_caller]
pub const fn has_one(
    relation: &str,
    table: &TableDef,
    columns: &[&str],
    other: &TypeName,
    key_columns: &[&str],
) {
    has_many(relation, table, columns, other, key_columns);
    let mut unique = parts_eq(table.primary_key.parts, columns);
    let mut i = 0;
    while i < table.indexes.len() {
        let index = &table.indexes[i];
        unique = unique || (index.unique && index.filter.is_none() && parts_eq(index.parts, columns));
        i += 1;
    }
    let mut i = 0;
    while i < table.columns.len() {
        let column = &table.columns[i];
        unique = unique || (column.unique && columns.len() == 1 && str_eq(column.name, columns[0]));
        i += 1;
    }
    if !unique {
        fail(&[
            "`",
            relation,
            "` may be several rows, since `",
            columns[0],
            "` of `",
            table.name.name,
            "` is not unique: write `unique` there, or `has_many` here",
        ]);
    }
}

/// Whether equal values of a type may be written differently.
pub(crate) const fn has_several_forms(ty: ColumnType) -> bool {
    matches!(
        ty,
        ColumnType::Decimal
            | ColumnType::Float4
            | ColumnType::Float8
            | ColumnType::Jsonb
            | ColumnType::Interval
            | ColumnType::TimeTz
            | ColumnType::CiText
            | ColumnType::Array(_)
            | ColumnType::Composite(_)
    )
}

/// Refuses a relation by a column whose equal values have several forms: rows are put together by the bytes of their keys.
#[track_caller]
pub const fn relation_key(relation: &str, field: &str, ty: ColumnType) {
    if has_several_forms(ty) {
        fail(&[
            "`",
            relation,
            "` goes by `",
            field,
            "`, which is ",
            type_name(&ty),
            ": values of it that are equal may be written differently, so rows cannot be put together by it; ",
            "join the tables instead",
        ]);
    }
}

const fn list_eq(a: &[&str], b: &[&str]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if !str_eq(a[i], b[i]) {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether a key has these columns and no others, in whatever order.
pub(super) const fn parts_eq(parts: &[KeyPart], columns: &[&str]) -> bool {
    let mut i = 0;
    while i < parts.len() {
        if parts[i].expression {
            return false;
        }
        let (mut found, mut j) = (false, 0);
        while j < columns.len() {
            found = found || str_eq(parts[i].column, columns[j]);
            j += 1;
        }
        if !found {
            return false;
        }
        i += 1;
    }
    parts.len() == columns.len()
}

/// Refuses `set_null` on a column that cannot be NULL.
#[track_caller]
pub const fn set_null(field: &str, nullable: bool) {
    if !nullable {
        fail(&["`set_null` needs a column that may be NULL, but `", field, "` is not an `Option`"]);
    }
}

/// Refuses a text as the default of a number or a truth value, and one that the server could not read.
#[track_caller]
pub const fn text_default(field: &str, ty: ColumnType, text: &str) {
    match ty {
        ColumnType::Bool
        | ColumnType::Int2
        | ColumnType::Int4
        | ColumnType::Int8
        | ColumnType::Float4
        | ColumnType::Float8
        | ColumnType::Decimal => fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", so its default is not a text: leave the quotes out",
        ]),
        ColumnType::Enum(def) => {
            let mut i = 0;
            while i < def.labels.len() {
                if str_eq(def.labels[i], text) {
                    return;
                }
                i += 1;
            }
            fail(&["`", text, "` is not a label of the enum `", def.name.name, "` of `", field, "`"])
        }
        // The servers also take words, such as `now`, and would read them once, when the table is created.
        ColumnType::Date | ColumnType::Time | ColumnType::Timestamp | ColumnType::TimestampTz
            if text.is_empty() || !text.as_bytes()[0].is_ascii_digit() =>
        {
            fail(&[
                "`",
                text,
                "` is no ",
                type_name(&ty),
                ": write one such as `2026-01-31` or `12:00`, or a call of SQL without quotes, `now()`",
            ])
        }
        ColumnType::Uuid if text.len() != 36 => fail(&[
            "`",
            text,
            "` is no UUID: write all of it, or a call of SQL without quotes, `gen_random_uuid()`",
        ]),
        _ => {}
    }
}

/// Refuses a whole number as the default of what is no number, and one that does not fit.
#[track_caller]
pub const fn integer_default(field: &str, ty: ColumnType, value: i128) {
    let (least, most) = match ty {
        ColumnType::Int2 => (i16::MIN as i128, i16::MAX as i128),
        ColumnType::Int4 => (i32::MIN as i128, i32::MAX as i128),
        ColumnType::Int8 => (i64::MIN as i128, i64::MAX as i128),
        ColumnType::Float4 | ColumnType::Float8 | ColumnType::Decimal => return,
        _ => fail(&["`", field, "` is ", type_name(&ty), ", so its default is not a number"]),
    };
    if value < least || value > most {
        fail(&["the default of `", field, "` does not fit into ", type_name(&ty)]);
    }
}

/// Refuses a number with a point as the default of anything else than a fraction.
#[track_caller]
pub const fn number_default(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::Float4 | ColumnType::Float8 | ColumnType::Decimal) {
        fail(&["`", field, "` is ", type_name(&ty), ", so its default is not a number with a point"]);
    }
}

/// Refuses `true` and `false` as the default of anything else than BOOL.
#[track_caller]
pub const fn bool_default(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::Bool) {
        fail(&["`", field, "` is ", type_name(&ty), ", so its default is not `true` or `false`"]);
    }
}

/// Refuses a patch of what identifies a row, of what counts its changes, and of what every update sets by itself.
#[track_caller]
pub const fn patched_column(column: &str, key: &[&str], version: Option<&str>, updated_at: Option<&str>) {
    if let Some(updated_at) = updated_at
        && str_eq(column, updated_at)
    {
        fail(&[
            "`",
            column,
            "` is `updated_at`, which every update sets to now(): leave it out of the patch, and set it by \
             `.set(..)` where it has to be another time",
        ]);
    }
    let mut i = 0;
    while i < key.len() {
        if str_eq(key[i], column) {
            fail(&[
                "`",
                column,
                "` is part of the primary key, which says what row is changed: `update(key).patch(&patch)`; a field that is \
                 no part of the patch is `#[crdb(skip)]`",
            ]);
        }
        i += 1;
    }
    if let Some(version) = version
        && str_eq(version, column)
    {
        fail(&[
            "`",
            column,
            "` counts the changes of its row, and a patch that sets it would hide those of others: compare it by \
             `.version(seen)`; a field that is no part of the patch is `#[crdb(skip)]`",
        ]);
    }
}

/// The type of a value, which is not made: it may own something.
pub const fn type_of<T: SqlType>(_: fn() -> T) -> ColumnType {
    T::TYPE
}

/// Refuses a variant as the default of what is no enum, and one of another enum.
#[track_caller]
pub const fn label_default(field: &str, ty: ColumnType, default: ColumnType) {
    if let (ColumnType::Enum(_) | ColumnType::Region, false) = (ty, type_eq(&ty, &default)) {
        fail(&["`", field, "` is ", type_name(&ty), ", and its default is of ", type_name(&default)]);
    }
    if !matches!(ty, ColumnType::Enum(_) | ColumnType::Region) {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", so its default is not a variant: a call of SQL is `now()`, any other SQL is `sql(\"..\")`",
        ]);
    }
}

/// Refuses a changefeed that the server would refuse on this table.
#[track_caller]
pub const fn changefeed(feed: &ChangefeedDef<'static>, table: &'static TableDef) {
    if let Some(mistake) = feed.mistake_on(table) {
        mistake.fail();
    }
}

/// Refuses the options and the sink of a changefeed.
#[track_caller]
pub const fn changefeed_options(feed: &ChangefeedDef<'static>, table: &'static TableDef) {
    if let Some(mistake) = feed.mistake_of_options(table) {
        mistake.fail();
    }
}

/// Refuses the projection of a CDC query.
#[track_caller]
pub const fn changefeed_select(feed: &ChangefeedDef<'static>, table: &'static TableDef) {
    if let Some(query) = &feed.query
        && let Some(mistake) = query.mistake_of_projection(table)
    {
        mistake.fail();
    }
}

/// Refuses the filter of a CDC query.
#[track_caller]
pub const fn changefeed_filter(feed: &ChangefeedDef<'static>, table: &'static TableDef) {
    if let Some(query) = &feed.query
        && let Some(mistake) = query.mistake_of_filter(table)
    {
        mistake.fail();
    }
}

/// The same for all changefeeds of a table.
#[track_caller]
pub(super) const fn changefeeds(table: &'static TableDef) {
    let mut i = 0;
    while i < table.changefeeds.len() {
        changefeed(&table.changefeeds[i], table);
        i += 1;
    }
}
