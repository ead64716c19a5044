//! Red lines: what `CockroachDB`'s manual warns of, and what does not compile without a reason.
//!
//! What a server itself refuses is no red line here but a mistake, and cannot be allowed. What good schemas do, such as
//! keys of unlimited texts, natural INT8 keys, or an index that begins as another one does, is neither.

use super::const_check::{fail, str_eq};
use super::nearest::nearest;
use super::{Action, Schema, TableDef};

/// What does not compile, unless a table says why it must be: `#[crdb(allow(sequential_key, reason = ".."))]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedLine {
    /// Its name in `allow(..)`.
    pub name: &'static str,
    /// What is refused.
    pub what: &'static str,
    /// What is bad about it.
    pub why: &'static str,
    /// What to write instead.
    pub instead: &'static str,
    /// The page that it comes from.
    pub source: &'static str,
}

/// A red line that a table may cross, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowed {
    /// The red line's name.
    pub red_line: &'static str,
    /// Why it must be, for those who read the schema.
    pub reason: &'static str,
}

impl Allowed {
    /// Allows a red line of [`RED_LINES`].
    ///
    /// # Panics
    /// At compile time, in a const item: there is no red line of that name, or no reason.
    #[track_caller]
    pub const fn new(red_line: &'static str, reason: &'static str) -> Self {
        if !is_known(red_line) {
            let Some(near) = nearest(red_line, &NAMES) else {
                fail(&["`", red_line, "` is no red line: `schema::RED_LINES` lists them"]);
            };
            fail(&["`", red_line, "` is no red line: did you mean `", near, "`?"]);
        }
        if reason.trim_ascii().is_empty() {
            fail(&["`", red_line, "` is allowed for no reason: say why it must be"]);
        }
        Self { red_line, reason }
    }
}

const DOCS: &str = "https://www.cockroachlabs.com/docs/stable/";

/// All red lines, by name. The guide's page "Red lines" shows each with an example.
///
/// ```
/// let line = crdb_orm::schema::RED_LINES.iter().find(|line| line.name == "sequential_key").unwrap();
/// assert!(line.why.contains("range"));
/// ```
pub const RED_LINES: &[RedLine] = &[
    RedLine {
        name: "float_key",
        what: "a FLOAT4 or FLOAT8 in the primary key",
        why: "what is computed twice is seldom the same float twice, so a row is not found by its own key; NaN and -0.0 \
              are keys, too",
        instead: "a DECIMAL, a whole number of the smallest unit, or a UUID with a column beside it",
        source: "float",
    },
    RedLine {
        name: "folded_names",
        what: "two columns of a table, or two tables, whose names differ only in capitals",
        why: "a name without quotes is folded to small letters, so who writes SQL by hand reads and writes the other \
              one without a word",
        instead: "different names; `#[crdb(column = \"..\")]` and `#[crdb(table = \"..\")]` name them where the Rust names stay",
        source: "keywords-and-identifiers",
    },
    RedLine {
        name: "foreign_key_index",
        what: "a foreign key whose columns, in whatever order, no key or index of all rows begins with",
        why: "each delete of a row that is referred to, and each change of its key, reads the whole referring table, and \
              in a transaction conflicts with all who write there",
        instead: "`index` on the field, or `index(on(a, b))` on the struct; a unique constraint or the primary key serves, \
                  too",
        source: "foreign-key",
    },
    RedLine {
        name: "identity",
        what: "`identity`, a column that counts; a sequence takes its reason in `SequenceDef::allowed`",
        why: "a counter is one row that every insert changes in a transaction of its own, and numbers that follow each \
              other go to one range",
        instead: "a `Uuid`, or an `i64` with `default = unordered_unique_rowid()`",
        source: "create-sequence",
    },
    RedLine {
        name: "json_key",
        what: "a JSONB in the primary key",
        why: "it is compared as a whole, documents that mean the same are different keys, and every index holds a copy",
        instead: "a computed column of the field that identifies the row",
        source: "jsonb",
    },
    RedLine {
        name: "missing_locality",
        what: "a table without a locality in a schema with regions",
        why: "it becomes regional by table in the primary region, so everybody else reads and writes over an ocean, which \
              nobody notices on one machine",
        instead: "`locality = regional_by_row(region)`, `global` for what is read everywhere and seldom written, or \
                  `regional_by_table` to say that it is meant",
        source: "table-localities",
    },
    RedLine {
        name: "redundant_index",
        what: "an index, neither unique nor partial, with the columns of the primary key or of another index that covers it",
        why: "it finds nothing that the other does not find, and every insert and delete writes both",
        instead: "leave it out, or store its columns in the other one",
        source: "schema-design-indexes",
    },
    RedLine {
        name: "sequential_key",
        what: "`unique_rowid()` or `nextval(..)` as the default of a column that leads a key or index without hash sharding",
        why: "values that follow each other are all inserted into one range, so one node of the cluster does all of the \
              work, however many there are",
        instead: "a `Uuid`, `default = unordered_unique_rowid()`, or `hash_sharded`",
        source: "primary-key",
    },
    RedLine {
        name: "time_ordered_key",
        what: "a generated UUID that begins with the time (`gen_random_ulid()`, version 1, 6 or 7) as the default of a \
               column that leads a key or index without hash sharding",
        why: "it is as sequential as a number: all inserts go to one range",
        instead: "`gen_random_uuid()`, which is the default of a `Uuid` key, or `hash_sharded`",
        source: "uuid",
    },
    RedLine {
        name: "timestamp_led",
        what: "a key or an index without hash sharding that begins with a TIMESTAMP or TIMESTAMPTZ",
        why: "rows that are written now have times that follow each other, so all go to one range",
        instead: "`hash_sharded`, or a column before it by which rows are looked for: `on(user_id, created_at desc)`",
        source: "hash-sharded-indexes",
    },
    RedLine {
        name: "ttl_reference",
        what: "a foreign key without `on_delete` to a table whose rows expire",
        why: "the job that deletes expired rows fails at the first one that is still referred to, and no row is deleted \
              after it",
        instead: "`on_delete = cascade` or `on_delete = set_null`",
        source: "row-level-ttl",
    },
    RedLine {
        name: "unique_across_tenants",
        what: "a unique column, constraint or index of a table with a column `tenant` that leaves this column out",
        why: "it is unique among the rows of all tenants: one tenant keeps a value from the others, and learns by the \
              error that one of them has it",
        instead: "`unique(tenant_id, email)`, or an index that begins with the tenant's column and is `unique`",
        source: "unique",
    },
];

impl RedLine {
    /// The address of the page that it comes from.
    pub fn url(&self) -> String {
        format!("{DOCS}{}", self.source)
    }
}

/// The names of all red lines.
const NAMES: [&str; RED_LINES.len()] = {
    let mut names = [""; RED_LINES.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = RED_LINES[i].name;
        i += 1;
    }
    names
};

const fn is_known(name: &str) -> bool {
    let mut i = 0;
    while i < NAMES.len() {
        if str_eq(NAMES[i], name) {
            return true;
        }
        i += 1;
    }
    false
}

pub(super) const fn allows(table: &TableDef, red_line: &str) -> bool {
    let mut i = 0;
    while i < table.allowed.len() {
        if str_eq(table.allowed[i].red_line, red_line) {
            return true;
        }
        i += 1;
    }
    false
}

/// Refuses what only the whole schema shows.
#[track_caller]
pub(super) const fn check(schema: &Schema) {
    let tables = schema.table_defs();
    let mut i = 0;
    while i < tables.len() {
        let table = tables[i];
        if !schema.region_names().is_empty() && table.locality.is_none() && !allows(table, "missing_locality")
        {
            fail(&[
                "database `",
                schema.name(),
                "` has regions, but table `",
                table.name.name,
                "` has no locality, so all of its rows would live in `",
                schema.region_names()[0],
                "`: add `locality = regional_by_row(region)`, `global` or `regional_by_table`; or say why, ",
                "`#[crdb(allow(missing_locality, reason = \"..\"))]`",
            ]);
        }
        if table.ttl.is_some() {
            references(schema, table);
        }
        folded(schema, i);
        i += 1;
    }
}

/// Refuses a table whose name is that of an earlier one but for capitals.
#[track_caller]
const fn folded(schema: &Schema, at: usize) {
    let tables = schema.table_defs();
    let name = &tables[at].name;
    let mut earlier = 0;
    while earlier < at {
        let other = &tables[earlier].name;
        if other.name.eq_ignore_ascii_case(name.name)
            && other.schema_name().eq_ignore_ascii_case(name.schema_name())
            && !allows(tables[at], "folded_names")
        {
            fail(&[
                "the tables `",
                other.name,
                "` and `",
                name.name,
                "` of database `",
                schema.name(),
                "` are one name where nobody writes quotes: rename one of them; or say why, ",
                "`#[crdb(allow(folded_names, reason = \"..\"))]`",
            ]);
        }
        earlier += 1;
    }
}

/// Refuses foreign keys that keep expired rows of `expiring` from being deleted.
#[track_caller]
const fn references(schema: &Schema, expiring: &TableDef) {
    let tables = schema.table_defs();
    let mut i = 0;
    while i < tables.len() {
        let keys = tables[i].foreign_keys;
        let mut k = 0;
        while k < keys.len() {
            let other = &keys[k].references;
            if matches!(keys[k].on_delete, Action::NoAction | Action::Restrict)
                && str_eq(other.name, expiring.name.name)
                && str_eq(other.schema_name(), expiring.name.schema_name())
                && !allows(tables[i], "ttl_reference")
            {
                fail(&[
                    "`",
                    keys[k].columns[0],
                    "` of table `",
                    tables[i].name.name,
                    "` refers to `",
                    other.name,
                    "`, whose rows expire: the job that deletes them fails while one is referred to. Add ",
                    "`on_delete = cascade` or `set_null`; or say why, ",
                    "`#[crdb(allow(ttl_reference, reason = \"..\"))]`",
                ]);
            }
            k += 1;
        }
        i += 1;
    }
}
