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

/// Notes every red line that tokens show, and every `allow` of what there is not or of what is not crossed.
pub(super) fn check(table: &Checked<'_>, errors: &mut Errors) {
    let ast = table.ast;
    known(ast.attrs.allows.iter().chain(ast.fields.iter().flat_map(|field| &field.attrs.allows)), errors);
    let crossed = table.crossed();
    for crossing in &crossed {
        if !table.is_allowed(crossing) {
            errors.add(crossing.span, unless(crossing.line, &crossing.why));
        }
    }
    table.unused(&crossed, errors);
}

/// A red line that is crossed.
struct Crossing {
    line: &'static str,
    /// The field that may allow it.
    field: Option<usize>,
    /// The index that may allow it.
    index: Option<usize>,
    span: proc_macro2::Span,
    why: String,
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
    /// Every red line that is crossed, allowed or not.
    fn crossed(&self) -> Vec<Crossing> {
        let mut all = Vec::new();
        self.generated(&mut all);
        self.folded(&mut all);
        self.redundant(&mut all);
        self.unserved(&mut all);
        self.across_tenants(&mut all);
        all
    }

    /// Whether the struct, the field or the index allows it.
    fn is_allowed(&self, crossing: &Crossing) -> bool {
        let own = crossing.field.and_then(|at| self.ast.fields.get(at));
        let own = own.map_or(&[][..], |field| &field.attrs.allows);
        Allows::of(&self.ast.attrs.allows).has(crossing.line, own)
            || crossing.index.is_some_and(|at| self.indexes[at].allows(crossing.line))
    }

    /// Notes every `allow` of what is not crossed. What only types show is for the compiler to see.
    fn unused(&self, crossed: &[Crossing], errors: &mut Errors) {
        let mut note = |allow: &AllowAttr| {
            // One thing at a time: without a reason it has been told already.
            if allow.reason.is_empty() {
                return;
            }
            errors.add(
                allow.name.span,
                format!(
                    "nothing here crosses `{}`, so there is nothing to allow: leave it out",
                    allow.name.value
                ),
            );
        };
        let fields = self.ast.fields.iter().enumerate();
        let fields =
            fields.flat_map(|(at, field)| field.attrs.allows.iter().map(move |allow| (Some(at), allow)));
        for (on, allow) in self.ast.attrs.allows.iter().map(|allow| (None, allow)).chain(fields) {
            let name = allow.name.value.as_str();
            let here = |field: Option<usize>| on.is_none() || on == field;
            let field = |at: usize| here(Some(at));
            let mut columns = self.fields.iter().enumerate().filter(|(at, _)| field(*at));
            let used = match name {
                "identity" => columns
                    .any(|(_, field)| field.column.as_ref().is_some_and(|column| column.identity.is_some())),
                // Another table may have the same name.
                "folded_names" if on.is_none() => true,
                "folded_names"
                | "foreign_key_index"
                | "redundant_index"
                | "sequential_key"
                | "time_ordered_key"
                | "unique_across_tenants" => {
                    crossed.iter().any(|crossing| crossing.line == name && here(crossing.field))
                }
                "missing_locality" => self.locality.is_none(),
                // The checks of `expand` look at these where there are any candidates.
                "float_key" | "json_key" => self.key.parts.iter().any(|part| here(part.field)),
                "timestamp_led" => self.led().into_iter().any(|at| here(Some(at))),
                "ttl_reference" => self.unguarded().into_iter().any(field),
                _ => true,
            };
            if !used {
                note(allow);
            }
        }
        for (at, index) in self.indexes.iter().enumerate() {
            for allow in &index.allows {
                let name = allow.name.value.as_str();
                let used = match name {
                    "timestamp_led" => index.is_plain() && leading(&index.parts, self.locality).is_some(),
                    "redundant_index" | "sequential_key" | "time_ordered_key" | "unique_across_tenants" => {
                        crossed.iter().any(|crossing| crossing.line == name && crossing.index == Some(at))
                    }
                    _ => true,
                };
                if !used {
                    note(allow);
                }
            }
        }
    }

    /// The fields that lead the key or an index whose rows are kept in their order.
    fn led(&self) -> Vec<usize> {
        let first = |parts| leading(parts, self.locality).and_then(|part| part.field);
        let key = self.key.hash.is_none().then(|| first(&self.key.parts)).flatten();
        let indexes = self.indexes.iter().filter(|index| index.is_plain());
        let unique = self.fields.iter().enumerate().filter_map(|(at, field)| {
            field.column.as_ref().is_some_and(|column| column.unique).then_some(at)
        });
        key.into_iter().chain(indexes.filter_map(|index| first(&index.parts))).chain(unique).collect()
    }

    /// The fields of foreign keys that keep what they refer to from being deleted.
    fn unguarded(&self) -> Vec<usize> {
        let keeps =
            |key: &crate::model::ForeignKey| matches!(key.on_delete, None | Some("NoAction" | "Restrict"));
        let single = self.fields.iter().enumerate().filter_map(|(at, field)| {
            field.column.as_ref()?.references.as_ref().filter(|key| keeps(key)).map(|_| at)
        });
        let several = self.foreign_keys.iter().filter(|key| keeps(&key.key));
        single.chain(several.flat_map(|key| key.columns.iter().map(|(at, _)| *at))).collect()
    }

    /// Where rows are kept in the order of this field: `None` for the table itself, or for the field's own constraint.
    fn led_by(&self, field: usize) -> Vec<Option<usize>> {
        let first = |parts| leading(parts, self.locality).is_some_and(|part| part.field == Some(field));
        let own = (self.key.hash.is_none() && first(&self.key.parts))
            || self.fields[field].column.as_ref().is_some_and(|column| column.unique);
        let indexes = self.indexes.iter().enumerate();
        let indexes = indexes.filter(|(_, index)| index.is_plain() && first(&index.parts));
        own.then_some(None).into_iter().chain(indexes.map(|(at, _)| Some(at))).collect()
    }

    /// Generated values that follow each other.
    fn generated(&self, all: &mut Vec<Crossing>) {
        for (at, field) in self.fields.iter().enumerate() {
            let Some(column) = &field.column else { continue };
            let Some((DefaultKind::Sql(sql), span)) = &column.default else { continue };
            let calls = words(sql);
            let called =
                |names: &[&str]| calls.iter().any(|(word, called)| *called && names.contains(&word.as_str()));
            let mut add = |line, why: String| {
                let places = self.led_by(at);
                // One sentence is enough for all indexes that do not allow it.
                let mut told = false;
                for index in places {
                    let crossing = Crossing { line, field: Some(at), index, span: *span, why: why.clone() };
                    if self.is_allowed(&crossing) || !std::mem::replace(&mut told, true) {
                        all.push(crossing);
                    }
                }
            };
            if called(&SEQUENTIAL) {
                let why = format!(
                    "`{}` is generated in order and leads a key or an index, so all inserts go to one range: use a \
                     `Uuid`, `default = unordered_unique_rowid()`, or `hash_sharded`",
                    field.ident
                );
                add("sequential_key", why);
            }
            if called(&TIME_ORDERED) {
                let why = format!(
                    "`{}` begins with the time and leads a key or an index, so all inserts go to one range: use \
                     `gen_random_uuid()` or `hash_sharded`",
                    field.ident
                );
                add("time_ordered_key", why);
            }
        }
    }

    /// Names that are one name where they stand without quotes.
    fn folded(&self, all: &mut Vec<Crossing>) {
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
            let why = format!(
                "the columns `{other}` and `{name}` are one name where nobody writes quotes: rename one of them"
            );
            all.push(Crossing {
                line: "folded_names",
                field: Some(at),
                index: None,
                span: ident.span(),
                why,
            });
        }
    }

    /// Indexes that another one makes needless.
    fn redundant(&self, all: &mut Vec<Crossing>) {
        for (at, index) in self.indexes.iter().enumerate() {
            if index.unique || index.filter.is_some() || index.method.is_some() {
                continue;
            }
            let field = index.parts.first().and_then(|part| part.field);
            let noted = self.key.parts.len() == 1
                && field.is_some_and(|at| self.ast.fields[at].attrs.index.is_some());
            let by_key = !noted && index.hash == self.key.hash && same_parts(&index.parts, &self.key.parts);
            let by_another = self.indexes.iter().enumerate().any(|(other_at, other)| {
                let covers = index.storing.iter().all(|column| other.storing.contains(column));
                let is_first = other_at < at || other.unique || other.storing.len() > index.storing.len();
                other_at != at
                    && is_first
                    && covers
                    && other.filter.is_none()
                    && other.method.is_none()
                    && !other.unindexed
                    && index.hash == other.hash
                    && same_parts(&index.parts, &other.parts)
            });
            if by_key || by_another {
                let by = if by_key { "the primary key" } else { "another index" };
                let why = format!(
                    "this index has the columns of {by}, which finds the same rows: every write pays for both, so leave \
                     it out"
                );
                all.push(Crossing { line: "redundant_index", field, index: Some(at), span: index.span, why });
            }
        }
    }

    /// Unique keys by which one tenant learns of the rows of another.
    fn across_tenants(&self, all: &mut Vec<Crossing>) {
        let tenant = self
            .fields
            .iter()
            .position(|field| field.column.as_ref().is_some_and(|column| column.tenant.is_some()));
        let Some(tenant) = tenant else { return };
        let name = &self.fields[tenant].ident;
        let mut cross = |what: &str, add: &str, field, index, span| {
            let why = format!(
                "{what} is unique among the rows of all tenants, so one tenant keeps a value from another and learns \
                 that it is there: {add}"
            );
            all.push(Crossing { line: "unique_across_tenants", field, index, span, why });
        };
        for (at, field) in self.fields.iter().enumerate() {
            if field.column.as_ref().is_some_and(|column| column.unique) && at != tenant {
                let ident = &field.ident;
                let add = format!("write `unique({name}, {ident})` on the struct");
                cross(&format!("`{ident}`"), &add, Some(at), None, ident.span());
            }
        }
        for (at, index) in self.indexes.iter().enumerate().filter(|(_, index)| index.unique) {
            if !index.parts.iter().any(|part| part.field == Some(tenant)) {
                let first = index.parts.first().and_then(|part| part.field);
                cross("this", &format!("let it begin with `{name}`"), first, Some(at), index.span);
            }
        }
    }

    /// Foreign keys that no index serves.
    fn unserved(&self, all: &mut Vec<Crossing>) {
        let single = self.fields.iter().enumerate().filter_map(|(at, field)| {
            let reference = field.column.as_ref()?.references.as_ref()?;
            Some((vec![at], syn::spanned::Spanned::span(&reference.table), &reference.table))
        });
        let several = self
            .foreign_keys
            .iter()
            .map(|key| (key.columns.iter().map(|(at, _)| *at).collect::<Vec<_>>(), key.span, &key.key.table));
        for (fields, span, other) in single.chain(several).collect::<Vec<_>>() {
            if self.serves(&fields) {
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
            all.push(Crossing {
                line: "foreign_key_index",
                field: fields.first().copied(),
                index: None,
                span,
                why,
            });
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
                .filter(|index| index.filter.is_none() && index.method.is_none() && !index.unindexed)
                .any(|index| begins(&index.parts))
            || matches!(fields.as_slice(), [only] if unique(*only))
    }
}

fn same_parts(one: &[Part], other: &[Part]) -> bool {
    let part = |part: &Part| (part.field, part.column.clone(), part.descending, part.op_class.clone());
    one.iter().map(part).eq(other.iter().map(part))
}
