//! Red lines: what CockroachDB's manual warns of, and what a reason allows.
//!
//! The library's `schema::RED_LINES` says of each why, and what to do instead. What only the type of a field shows is
//! found by the compiler, in checks that `expand` writes; what only the schema shows, in `Schema::tables`.

use super::StructAst;
use crate::errors::{Errors, did_you_mean};
use crate::model::{Field, Index, Key, Locality, Part, TableKey};
use crate::parse::{AllowAttr, DefaultKind, Text};

/// What `allow(..)` can allow, sorted.
pub(crate) const ALLOWED: [&str; 11] = [
    "float_key",
    "folded_names",
    "foreign_key_index",
    "identity",
    "json_key",
    "missing_locality",
    "redundant_index",
    "sequential_key",
    "time_ordered_key",
    "timestamp_led",
    "ttl_reference",
];

/// Functions whose numbers follow each other.
const SEQUENTIAL: [&str; 2] = ["nextval", "unique_rowid"];
/// Functions whose UUIDs begin with the time.
const TIME_ORDERED: [&str; 7] = [
    "gen_random_ulid",
    "gen_uuid_v7",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v6",
    "uuid_generate_v7",
    "uuidv7",
];
/// What gives another answer each time, or in each session.
const VOLATILE: [&str; 17] = [
    "clock_timestamp",
    "cluster_logical_timestamp",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "gen_random_ulid",
    "gen_random_uuid",
    "localtime",
    "localtimestamp",
    "nextval",
    "now",
    "random",
    "session_user",
    "statement_timestamp",
    "transaction_timestamp",
    "unique_rowid",
];

/// What the struct allows.
pub(super) struct Allows<'a>(&'a [AllowAttr]);

impl<'a> Allows<'a> {
    pub(super) fn of(all: &'a [AllowAttr]) -> Self {
        Self(all)
    }

    /// Whether the struct, or a field, allows it.
    pub(super) fn has(&self, name: &str, field: &[AllowAttr]) -> bool {
        self.0.iter().chain(field).any(|allow| allow.name.value == name)
    }
}

/// A sentence with what allows it.
pub(super) fn unless(name: &str, why: &str) -> String {
    format!("{why}; or say why it must be: `#[crdb(allow({name}, reason = \"..\"))]`")
}

/// What a table is, as far as red lines go.
pub(super) struct Checked<'a> {
    pub(super) ast: &'a StructAst,
    pub(super) fields: &'a [Field],
    pub(super) key: &'a Key,
    pub(super) indexes: &'a [Index],
    pub(super) foreign_keys: &'a [TableKey],
    pub(super) locality: Option<&'a Locality>,
}

/// Notes every red line that tokens show, and every `allow` of what there is not.
pub(super) fn check(table: &Checked<'_>, errors: &mut Errors) {
    let ast = table.ast;
    for allow in ast.attrs.allows.iter().chain(ast.fields.iter().flat_map(|field| &field.attrs.allows)) {
        let name = &allow.name;
        if !ALLOWED.contains(&name.value.as_str()) {
            let hint = did_you_mean(&name.value, ALLOWED);
            errors.add(name.span, format!("`{}` is nothing that can be allowed: {hint}", name.value));
        }
    }
    table.generated(errors);
    table.folded(errors);
    table.redundant(errors);
    table.unserved(errors);
}

impl Checked<'_> {
    fn allows(&self, name: &str, field: Option<usize>) -> bool {
        let own = field.and_then(|at| self.ast.fields.get(at)).map_or(&[][..], |field| &field.attrs.allows);
        Allows::of(&self.ast.attrs.allows).has(name, own)
    }

    /// Whether rows are kept in the order of this field, in the table or an index.
    fn leads(&self, field: usize) -> bool {
        let first = |parts: &[Part]| parts.first().is_some_and(|part| part.field == Some(field));
        (self.key.hash.is_none() && first(&self.key.parts))
            || self
                .indexes
                .iter()
                .any(|index| index.hash.is_none() && index.method.is_none() && first(&index.parts))
            || self.fields[field].column.as_ref().is_some_and(|column| column.unique)
    }

    /// Generated values that follow each other.
    fn generated(&self, errors: &mut Errors) {
        for (at, field) in self.fields.iter().enumerate() {
            let Some(column) = &field.column else { continue };
            let Some((DefaultKind::Sql(sql), span)) = &column.default else { continue };
            if !self.leads(at) {
                continue;
            }
            let calls = words(sql);
            let called = |names: &[&str]| calls.iter().any(|word| names.contains(&word.as_str()));
            if called(&SEQUENTIAL) && !self.allows("sequential_key", Some(at)) {
                let why = format!(
                    "`{}` is generated in order and leads a key or an index, so all inserts go to one range: use a \
                     `Uuid`, `default = unordered_unique_rowid()`, or `hash_sharded`",
                    field.ident
                );
                errors.add(*span, unless("sequential_key", &why));
            }
            if called(&TIME_ORDERED) && !self.allows("time_ordered_key", Some(at)) {
                let why = format!(
                    "`{}` begins with the time and leads a key or an index, so all inserts go to one range: use \
                     `gen_random_uuid()` or `hash_sharded`",
                    field.ident
                );
                errors.add(*span, unless("time_ordered_key", &why));
            }
        }
    }

    /// Names that are one name where they stand without quotes.
    fn folded(&self, errors: &mut Errors) {
        let columns = || {
            self.fields
                .iter()
                .enumerate()
                .filter_map(|(at, field)| Some((at, &field.ident, &field.column.as_ref()?.name)))
        };
        for (at, ident, name) in columns() {
            let same = columns()
                .take_while(|(earlier, ..)| *earlier < at)
                .find(|(_, _, other)| *other != name && other.to_lowercase() == name.to_lowercase());
            let Some((_, _, other)) = same else { continue };
            if !self.allows("folded_names", Some(at)) {
                let why = format!(
                    "the columns `{other}` and `{name}` are one name where nobody writes quotes: rename one of them"
                );
                errors.add(ident.span(), unless("folded_names", &why));
            }
        }
    }

    /// Indexes that another one makes needless.
    fn redundant(&self, errors: &mut Errors) {
        let same_hash = |index: &Index, other: Option<crate::model::Hash>| match (index.hash, other) {
            (None, None) => true,
            (Some(one), Some(other)) => one.buckets == other.buckets,
            _ => false,
        };
        for (at, index) in self.indexes.iter().enumerate() {
            if index.unique || index.filter.is_some() || index.method.is_some() {
                continue;
            }
            let field = index.parts.first().and_then(|part| part.field);
            let noted = self.key.parts.len() == 1
                && field.is_some_and(|at| self.ast.fields[at].attrs.index.is_some());
            let by_key =
                !noted && same_hash(index, self.key.hash) && same_parts(&index.parts, &self.key.parts);
            let by_another = self.indexes.iter().enumerate().any(|(other_at, other)| {
                let covers = index.storing.iter().all(|column| other.storing.contains(column));
                let is_first = other_at < at || other.unique || other.storing.len() > index.storing.len();
                other_at != at
                    && is_first
                    && covers
                    && other.filter.is_none()
                    && other.method.is_none()
                    && same_hash(index, other.hash)
                    && same_parts(&index.parts, &other.parts)
            });
            if (by_key || by_another) && !self.allows("redundant_index", field) {
                let by = if by_key { "the primary key" } else { "another index" };
                let why = format!(
                    "this index has the columns of {by}, which finds the same rows: every write pays for both, so leave \
                     it out"
                );
                errors.add(index.span, unless("redundant_index", &why));
            }
        }
    }

    /// Foreign keys that no index serves.
    fn unserved(&self, errors: &mut Errors) {
        let single = self.fields.iter().enumerate().filter_map(|(at, field)| {
            let reference = field.column.as_ref()?.references.as_ref()?;
            Some((vec![at], syn::spanned::Spanned::span(&reference.table), &reference.table))
        });
        let several = self
            .foreign_keys
            .iter()
            .map(|key| (key.columns.iter().map(|(at, _)| *at).collect::<Vec<_>>(), key.span, &key.key.table));
        for (fields, span, other) in single.chain(several).collect::<Vec<_>>() {
            if self.serves(&fields) || self.allows("foreign_key_index", fields.first().copied()) {
                continue;
            }
            let names: Vec<String> = fields.iter().map(|at| self.fields[*at].ident.to_string()).collect();
            let other = other.segments.last().map_or_else(String::new, |last| last.ident.to_string());
            let add = match names.as_slice() {
                [_] => "add `index` to the field".to_owned(),
                _ => format!("add `index(on({}))`", names.join(", ")),
            };
            let why = format!(
                "no index begins with `{}`, so each change of a `{other}` that is referred to reads this whole table: {add}",
                names.join("`, `")
            );
            errors.add(span, unless("foreign_key_index", &why));
        }
    }

    /// Whether the first columns of the key, or of an index of all rows, are these, in whatever order.
    fn serves(&self, fields: &[usize]) -> bool {
        let region = match self.locality {
            Some(Locality::Row(Some((at, _)))) => Some(*at),
            _ => None,
        };
        let begins = |parts: &[Part]| {
            let own: Vec<Option<usize>> = parts.iter().map(|part| part.field).collect();
            // The server puts the region before every index of a table that is regional by row.
            let skip = usize::from(region.is_some() && own.first() == Some(&region));
            [0, skip].into_iter().any(|skip| {
                let first = own.iter().skip(skip).take(fields.len());
                first.clone().count() == fields.len()
                    && first.clone().all(|part| part.is_some_and(|at| fields.contains(&at)))
            })
        };
        let unique = |at: usize| self.fields[at].column.as_ref().is_some_and(|column| column.unique);
        begins(&self.key.parts)
            || self
                .indexes
                .iter()
                .any(|index| index.filter.is_none() && index.method.is_none() && begins(&index.parts))
            || matches!(fields, [only] if unique(*only))
    }
}

fn same_parts(one: &[Part], other: &[Part]) -> bool {
    let part = |part: &Part| (part.field, part.column.clone(), part.descending, part.op_class.clone());
    one.iter().map(part).eq(other.iter().map(part))
}

/// Notes a function in an index's predicate that gives another answer each time: no server has such an index.
pub(super) fn predicate(filter: &Text, errors: &mut Errors) {
    if let Some(word) = words(&filter.value).iter().find(|word| VOLATILE.contains(&word.as_str())) {
        errors.add(
            filter.span,
            format!(
                "`{word}` gives another answer each time, and which rows are in an index cannot change by itself: compare \
                 with a constant, or leave the condition to the query"
            ),
        );
    }
}

/// The names in an SQL expression, in small letters, without what stands in quotes.
fn words(sql: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut word = String::new();
    let mut quote: Option<char> = None;
    for c in sql.chars().chain([' ']) {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c.is_alphanumeric() || c == '_' => word.extend(c.to_lowercase()),
            None => {
                if !word.is_empty() {
                    all.push(std::mem::take(&mut word));
                }
                quote = Some(c).filter(|c| matches!(c, '\'' | '"'));
            }
        }
    }
    all
}
