//! Red lines: what CockroachDB's manual warns of, and what a reason allows.
//!
//! The library's `schema::RED_LINES` says of each why, and what to do instead. What only the type of a field shows is
//! found by the compiler, in checks that `expand` writes; what only the schema shows, in `Schema::tables`.

use super::StructAst;
use super::volatile::words;
use crate::errors::{Errors, did_you_mean};
use crate::model::{Field, Index, Key, Locality, Part, TableKey, leading, without_region};
use crate::parse::{ALLOWED, AllowAttr, DefaultKind};

/// What an index can allow for itself.
const OF_AN_INDEX: [&str; 5] =
    ["redundant_index", "sequential_key", "time_ordered_key", "timestamp_led", "unique_across_tenants"];

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
    known(ast.attrs.allows.iter().chain(ast.fields.iter().flat_map(|field| &field.attrs.allows)), errors);
    table.generated(errors);
    table.folded(errors);
    table.redundant(errors);
    table.unserved(errors);
    table.across_tenants(errors);
}

/// Notes what there is not to allow.
fn known<'a>(allows: impl Iterator<Item = &'a AllowAttr>, errors: &mut Errors) {
    for AllowAttr { name, .. } in allows.filter(|allow| !allow.is_known()) {
        let hint = did_you_mean(&name.value, ALLOWED);
        errors.add(name.span, format!("`{}` is nothing that can be allowed: {hint}", name.value));
    }
}

/// Checks what an index allows for itself.
pub(super) fn of_an_index(allows: &[AllowAttr], errors: &mut Errors) {
    known(allows.iter(), errors);
    for AllowAttr { name, .. } in allows.iter().filter(|allow| allow.is_known()) {
        if !OF_AN_INDEX.contains(&name.value.as_str()) {
            let why =
                format!("`{}` is not about an index: allow it on the field, or on the struct", name.value);
            errors.add(name.span, why);
        }
    }
}

impl Checked<'_> {
    fn allows(&self, name: &str, field: Option<usize>) -> bool {
        let own = field.and_then(|at| self.ast.fields.get(at)).map_or(&[][..], |field| &field.attrs.allows);
        Allows::of(&self.ast.attrs.allows).has(name, own)
    }

    /// Whether rows are kept in the order of this field, in the table or in an index that does not allow it.
    fn leads(&self, field: usize, line: &str) -> bool {
        let first = |parts| leading(parts, self.locality).is_some_and(|part| part.field == Some(field));
        (self.key.hash.is_none() && first(&self.key.parts))
            || self.indexes.iter().any(|index| index.is_plain() && !index.allows(line) && first(&index.parts))
            || self.fields[field].column.as_ref().is_some_and(|column| column.unique)
    }

    /// Generated values that follow each other.
    fn generated(&self, errors: &mut Errors) {
        for (at, field) in self.fields.iter().enumerate() {
            let Some(column) = &field.column else { continue };
            let Some((DefaultKind::Sql(sql), span)) = &column.default else { continue };
            let calls = words(sql);
            let called =
                |names: &[&str]| calls.iter().any(|(word, called)| *called && names.contains(&word.as_str()));
            let refused = |line| self.leads(at, line) && !self.allows(line, Some(at));
            if called(&SEQUENTIAL) && refused("sequential_key") {
                let why = format!(
                    "`{}` is generated in order and leads a key or an index, so all inserts go to one range: use a \
                     `Uuid`, `default = unordered_unique_rowid()`, or `hash_sharded`",
                    field.ident
                );
                errors.add(*span, unless("sequential_key", &why));
            }
            if called(&TIME_ORDERED) && refused("time_ordered_key") {
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
            let allowed = index.allows("redundant_index") || self.allows("redundant_index", field);
            if (by_key || by_another) && !allowed {
                let by = if by_key { "the primary key" } else { "another index" };
                let why = format!(
                    "this index has the columns of {by}, which finds the same rows: every write pays for both, so leave \
                     it out"
                );
                errors.add(index.span, unless("redundant_index", &why));
            }
        }
    }

    /// Unique keys by which one tenant learns of the rows of another.
    fn across_tenants(&self, errors: &mut Errors) {
        const LINE: &str = "unique_across_tenants";
        let tenant = self
            .fields
            .iter()
            .position(|field| field.column.as_ref().is_some_and(|column| column.tenant.is_some()));
        let Some(tenant) = tenant else { return };
        let name = &self.fields[tenant].ident;
        let mut refuse = |what: &str, add: &str, span| {
            let why = format!(
                "{what} is unique among the rows of all tenants, so one tenant keeps a value from another and learns \
                 that it is there: {add}"
            );
            errors.add(span, unless(LINE, &why));
        };
        for (at, field) in self.fields.iter().enumerate() {
            let unique = field.column.as_ref().is_some_and(|column| column.unique);
            if unique && at != tenant && !self.allows(LINE, Some(at)) {
                let ident = &field.ident;
                let add = format!("write `unique({name}, {ident})` on the struct");
                refuse(&format!("`{ident}`"), &add, ident.span());
            }
        }
        for index in self.indexes.iter().filter(|index| index.unique && !index.allows(LINE)) {
            let first = index.parts.first().and_then(|part| part.field);
            if !index.parts.iter().any(|part| part.field == Some(tenant)) && !self.allows(LINE, first) {
                refuse("this", &format!("let it begin with `{name}`"), index.span);
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
        // The server puts the region before every index of a table that is regional by row, and looks in all regions
        // where the foreign key does not name it.
        let fields: Vec<usize> = match self.locality {
            Some(Locality::Row(Some((region, _)))) => {
                fields.iter().copied().filter(|field| field != region).collect()
            }
            _ => fields.to_vec(),
        };
        let begins = |parts| {
            let parts = without_region(parts, self.locality);
            parts.len() >= fields.len()
                && parts[..fields.len()].iter().all(|part| part.field.is_some_and(|at| fields.contains(&at)))
        };
        let unique = |at: usize| self.fields[at].column.as_ref().is_some_and(|column| column.unique);
        begins(&self.key.parts)
            || self
                .indexes
                .iter()
                .any(|index| index.filter.is_none() && index.method.is_none() && begins(&index.parts))
            || matches!(fields.as_slice(), [only] if unique(*only))
    }
}

fn same_parts(one: &[Part], other: &[Part]) -> bool {
    let part = |part: &Part| (part.field, part.column.clone(), part.descending, part.op_class.clone());
    one.iter().map(part).eq(other.iter().map(part))
}
