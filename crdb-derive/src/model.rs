//! A table that has been checked: every name resolved, ready to be written as Rust.

use proc_macro2::Span;
use syn::{Ident, Path, Type, Visibility};

use crate::check::Expression;
use crate::parse::{
    AllowAttr, ColumnPaths, DecimalSize, DefaultKind, FeedOption, FeedSink, Method, PartitionValue,
    PolicyAttr, RegionAttr, SequenceOption, SizeAttr, StorageValue, Text, TextSize, TtlSetting, ZoneAttr,
};

/// A table.
pub(crate) struct Table {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) comment: Option<String>,
    pub(crate) name: String,
    pub(crate) schema: Option<String>,
    /// Every field, in order.
    pub(crate) fields: Vec<Field>,
    pub(crate) key: Key,
    pub(crate) indexes: Vec<Index>,
    pub(crate) checks: Vec<(Option<String>, String)>,
    pub(crate) locality: Option<Locality>,
    pub(crate) auto_rehoming: bool,
    pub(crate) changefeeds: Vec<Feed>,
    pub(crate) ttl: Option<Ttl>,
    /// Column families: names and columns.
    pub(crate) families: Vec<(String, Vec<String>)>,
    pub(crate) storage: Vec<(String, StorageValue)>,
    pub(crate) exclude_data_from_backup: bool,
    pub(crate) schema_locked: Option<bool>,
    pub(crate) partitions: Vec<Partitioning>,
    pub(crate) zones: Vec<ZoneAttr>,
    pub(crate) policies: Vec<PolicyAttr>,
    /// Whether it is forced.
    pub(crate) row_level_security: Option<bool>,
    /// The foreign keys of several columns.
    pub(crate) foreign_keys: Vec<TableKey>,
    /// What is allowed: by the struct, or by the field of that position.
    pub(crate) allows: Vec<(Option<usize>, AllowAttr)>,
    pub(crate) relations: Vec<Relation>,
    /// All SQL expressions that it is written with.
    pub(crate) expressions: Vec<Expression>,
}

/// A relation.
pub(crate) struct Relation {
    pub(crate) name: String,
    pub(crate) constant: Ident,
    pub(crate) link: Link,
}

/// What a relation follows.
pub(crate) enum Link {
    /// Columns of another table refer to this one; `one` is whether they have to be unique.
    Has { columns: ColumnPaths, one: bool },
    /// Columns of this table, by the positions of their fields, refer to another one.
    BelongsTo { fields: Vec<usize>, table: Path },
    /// Columns of a table between refer to this one, others of them to another one.
    Through { to: Path, from: ColumnPaths, onward: ColumnPaths },
}

/// A foreign key of several columns: positions of fields, and names of columns.
pub(crate) struct TableKey {
    pub(crate) span: Span,
    pub(crate) columns: Vec<(usize, String)>,
    pub(crate) key: ForeignKey,
}

/// The partitions of an index; those of the primary one when `index` is `None`.
pub(crate) struct Partitioning {
    pub(crate) index: Option<String>,
    /// Whether it is of all indexes.
    pub(crate) all: bool,
    pub(crate) by: PartitionBy,
}

/// How rows are divided.
pub(crate) struct PartitionBy {
    pub(crate) range: bool,
    pub(crate) columns: Vec<String>,
    pub(crate) partitions: Vec<PartitionedBy>,
}

/// One partition.
pub(crate) struct PartitionedBy {
    pub(crate) name: String,
    pub(crate) rows: Vec<Vec<PartitionValue>>,
    pub(crate) by: Option<PartitionBy>,
}

/// A changefeed. Its options name columns by their names in SQL.
pub(crate) struct Feed {
    pub(crate) span: Span,
    pub(crate) into: FeedSink,
    pub(crate) options: Vec<FeedOption>,
    pub(crate) select: Option<Text>,
    pub(crate) filter: Option<Text>,
}

/// Row-level TTL.
pub(crate) struct Ttl {
    pub(crate) after: bool,
    pub(crate) text: String,
    pub(crate) span: Span,
    /// The field's position, when the expression is a column.
    pub(crate) field: Option<usize>,
    pub(crate) settings: Vec<TtlSetting>,
}

/// A field: a column, or skipped.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    pub(crate) column: Option<Column>,
}

/// A column.
pub(crate) struct Column {
    pub(crate) name: String,
    /// The name of its constant.
    pub(crate) constant: Ident,
    pub(crate) comment: Option<String>,
    pub(crate) size: Size,
    pub(crate) default: Option<(DefaultKind, Span)>,
    /// It has no default, not even that of a key.
    pub(crate) no_default: Option<Span>,
    pub(crate) computed: Option<(String, bool)>,
    pub(crate) on_update: Option<(DefaultKind, Span)>,
    pub(crate) identity: Option<Identity>,
    pub(crate) collation: Option<(String, Span)>,
    pub(crate) not_visible: bool,
    pub(crate) unique: bool,
    pub(crate) references: Option<ForeignKey>,
    pub(crate) in_key: bool,
    /// It counts the changes of its row.
    pub(crate) version: Option<Span>,
    /// It holds when its row was last written.
    pub(crate) updated_at: Option<Span>,
    /// It says to whom its row belongs.
    pub(crate) tenant: Option<Span>,
    /// It is the time at which its row was deleted.
    pub(crate) soft_delete: Option<Span>,
    pub(crate) insert: InsertAs,
}

/// That a sequence fills a column.
pub(crate) struct Identity {
    /// Whether no insert can give its number.
    pub(crate) always: bool,
    pub(crate) options: Vec<SequenceOption>,
    pub(crate) span: Span,
}

/// How an insert treats a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum InsertAs {
    /// It has to be given.
    Required,
    /// It may be left out.
    Optional,
    /// Left out, the client makes it.
    ClientKey,
    /// It cannot be given.
    Computed,
}

impl Column {
    /// How many digits behind the point its values may have at most, where that is known and more are refused.
    pub(crate) fn scale(&self) -> Option<u16> {
        match self.size {
            Size::Decimal(DecimalSize { scale, rounded: false, .. }) => Some(scale),
            _ => None,
        }
    }
}

pub(crate) enum Size {
    Unlimited,
    Decimal(DecimalSize),
    Text(TextSize),
    Other(SizeAttr),
}

pub(crate) struct ForeignKey {
    pub(crate) table: Path,
    /// The columns that are referred to, when they are not the primary key.
    pub(crate) key: Option<ColumnPaths>,
    pub(crate) match_full: bool,
    pub(crate) name: Option<String>,
    pub(crate) on_delete: Option<&'static str>,
    pub(crate) on_update: Option<&'static str>,
}

/// The primary key.
#[derive(Default)]
pub(crate) struct Key {
    pub(crate) parts: Vec<Part>,
    pub(crate) hash: Option<Hash>,
    pub(crate) name: Option<String>,
    pub(crate) storage: Vec<(String, StorageValue)>,
}

/// A column of a key or index: its field's position, its name and its direction; or an expression of an index.
#[derive(Clone)]
pub(crate) struct Part {
    /// `None` for an expression.
    pub(crate) field: Option<usize>,
    /// The column's name, or the expression.
    pub(crate) column: String,
    pub(crate) descending: bool,
    pub(crate) op_class: Option<String>,
}

/// Hash sharding, with its number of buckets and its columns when given.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hash {
    pub(crate) buckets: Option<u16>,
    /// All columns when there are none.
    pub(crate) columns: Vec<String>,
}

pub(crate) struct Index {
    pub(crate) span: Span,
    pub(crate) name: Option<String>,
    pub(crate) parts: Vec<Part>,
    /// `inverted` or `vector`, and where it stands.
    pub(crate) method: Option<(Method, Span)>,
    pub(crate) unique: bool,
    /// Whether it is made as a UNIQUE constraint.
    pub(crate) constraint: bool,
    /// Whether there is no index of it.
    pub(crate) unindexed: bool,
    pub(crate) filter: Option<String>,
    pub(crate) storing: Vec<String>,
    pub(crate) hash: Option<Hash>,
    pub(crate) storage: Vec<(String, StorageValue)>,
    pub(crate) visibility: Option<f64>,
    pub(crate) comment: Option<String>,
    /// What is allowed of this index only.
    pub(crate) allows: Vec<AllowAttr>,
}

pub(crate) enum Locality {
    Global,
    Table(Option<RegionAttr>),
    /// The field's position and the column's name.
    Row(Option<(usize, String)>),
}

/// The column that decides where rows of a key or index are put. The server puts the region of a table that is regional
/// by row before it, named or not, and rows of one region are in one place all the same.
pub(crate) fn leading<'p>(parts: &'p [Part], locality: Option<&Locality>) -> Option<&'p Part> {
    without_region(parts, locality).first()
}

/// The columns of a key or index behind the region that the server puts before them.
pub(crate) fn without_region<'p>(parts: &'p [Part], locality: Option<&Locality>) -> &'p [Part] {
    match (parts.split_first(), locality) {
        (Some((first, rest)), Some(Locality::Row(Some((region, _)))))
            if first.field == Some(*region) && !rest.is_empty() =>
        {
            rest
        }
        _ => parts,
    }
}

impl Index {
    /// Whether rows go where its first column says: it is ordered, and not hash-sharded.
    pub(crate) fn is_plain(&self) -> bool {
        self.hash.is_none() && self.method.is_none() && !self.unindexed
    }

    /// Whether it allows a red line for itself.
    pub(crate) fn allows(&self, name: &str) -> bool {
        self.allows.iter().any(|allow| allow.name.value == name)
    }
}

impl Table {
    /// Whether the struct allows a red line, or the field of that position.
    pub(crate) fn allows(&self, name: &str, field: Option<usize>) -> bool {
        let here = |on: &Option<usize>| on.is_none() || *on == field;
        self.allows.iter().any(|(on, allow)| here(on) && allow.name.value == name)
    }

    /// The columns with their fields, in order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&Field, &Column)> {
        self.fields.iter().filter_map(|field| Some((field, field.column.as_ref()?)))
    }

    /// The columns that an insert can give.
    pub(crate) fn writable(&self) -> impl Iterator<Item = (&Field, &Column)> {
        self.columns().filter(|(_, column)| column.insert != InsertAs::Computed)
    }

    /// The columns that an insert must give.
    pub(crate) fn required(&self) -> impl Iterator<Item = (&Field, &Column)> {
        self.columns().filter(|(_, column)| column.insert == InsertAs::Required)
    }
}
