//! A table as const data.

use super::const_check::{parts_eq, str_eq};
use super::{
    Allowed, ChangefeedDef, ColumnDef, FamilyDef, IndexDef, Locality, PartitioningDef, PolicyDef,
    PrimaryKeyDef, RowLevelSecurity, StorageParameter, TtlDef, ZoneDef,
};

/// The column by which the server places rows when no other one is named.
pub(super) const REGION_COLUMN: &str = "crdb_region";

/// A name, with its schema when that is not the default one (`public`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName {
    /// The SQL schema.
    pub schema: Option<&'static str>,
    /// The name itself.
    pub name: &'static str,
}

impl TypeName {
    /// A name in the default schema.
    pub const fn new(name: &'static str) -> Self {
        Self { schema: None, name }
    }

    /// Puts it in a schema.
    #[must_use]
    pub const fn in_schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }

    /// The SQL schema that it is in, `public` when none is given.
    pub const fn schema_name(&self) -> &'static str {
        match self.schema {
            Some(schema) => schema,
            None => "public",
        }
    }

    /// Whether it is another table of the same last name.
    pub(crate) fn is_namesake(&self, other: &Self) -> bool {
        self.name == other.name && self.schema_name() != other.schema_name()
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.schema_name() == other.schema_name()
    }
}

/// The name as people write it, without quotes.
impl std::fmt::Display for TypeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(self.name),
        }
    }
}

/// A table: columns, keys, indexes, constraints, locality.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct TableDef {
    /// Its name.
    pub name: TypeName,
    /// Its columns, in order.
    pub columns: &'static [ColumnDef],
    /// Its primary key.
    pub primary_key: PrimaryKeyDef,
    /// Its secondary indexes.
    pub indexes: &'static [IndexDef],
    /// Its foreign keys.
    pub foreign_keys: &'static [ForeignKeyDef],
    /// Its CHECK constraints.
    pub checks: &'static [CheckDef],
    /// Where its rows live.
    pub locality: Option<Locality>,
    /// Whether a row moves to the region that updates it.
    pub auto_rehoming: bool,
    /// Its changefeeds.
    pub changefeeds: &'static [ChangefeedDef<'static>],
    /// The comment on the table.
    pub comment: Option<&'static str>,
    /// When the server deletes its rows.
    pub ttl: Option<TtlDef>,
    /// Its column families.
    pub families: &'static [FamilyDef],
    /// Its other storage parameters.
    pub storage: &'static [StorageParameter],
    /// Whether backups hold the table without its rows.
    pub exclude_data_from_backup: bool,
    /// Whether its schema is locked; the server's default when `None`.
    pub schema_locked: Option<bool>,
    /// The partitions of it and of its indexes.
    pub partitions: &'static [PartitioningDef],
    /// The zone configurations of it, its indexes and its partitions.
    pub zones: &'static [ZoneDef],
    /// Whether its policies are applied.
    pub row_level_security: Option<RowLevelSecurity>,
    /// Its policies.
    pub policies: &'static [PolicyDef],
    /// The red lines that it may cross, and why.
    pub allowed: &'static [Allowed],
    /// What is known of its mistakes.
    checked: Checked,
}

/// What is known of the mistakes of a table.
#[derive(Debug, Clone, Copy)]
enum Checked {
    /// Nothing: it is built by hand.
    Not,
    /// The derive has found none, where each would stand.
    Derived,
    /// The derive has told some, and left out what they are in.
    Wrong,
}

/// How a table was made is no part of it.
impl PartialEq for Checked {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl TableDef {
    /// A table with columns and a key.
    pub const fn new(name: TypeName, columns: &'static [ColumnDef], primary_key: PrimaryKeyDef) -> Self {
        Self {
            name,
            columns,
            primary_key,
            indexes: &[],
            foreign_keys: &[],
            checks: &[],
            locality: None,
            auto_rehoming: false,
            changefeeds: &[],
            comment: None,
            ttl: None,
            families: &[],
            storage: &[],
            exclude_data_from_backup: false,
            schema_locked: None,
            partitions: &[],
            zones: &[],
            row_level_security: None,
            policies: &[],
            allowed: &[],
            checked: Checked::Not,
        }
    }

    /// What the derive has made and checked.
    #[doc(hidden)]
    #[must_use]
    pub const fn __derived(mut self) -> Self {
        self.checked = Checked::Derived;
        self
    }

    /// What is left of a table whose mistakes the derive has told: nothing more is said of it.
    #[doc(hidden)]
    #[must_use]
    pub const fn __incomplete(mut self) -> Self {
        self.checked = Checked::Wrong;
        self
    }

    /// Whether a part of it is missing, of which the compiler has told why.
    pub(crate) const fn is_incomplete(&self) -> bool {
        matches!(self.checked, Checked::Wrong)
    }

    /// Whether what one table alone shows has been checked where it stands.
    pub(crate) const fn is_checked(&self) -> bool {
        !matches!(self.checked, Checked::Not)
    }

    /// Sets the secondary indexes.
    #[must_use]
    pub const fn indexes(mut self, indexes: &'static [IndexDef]) -> Self {
        self.checked = Checked::Not;
        self.indexes = indexes;
        self
    }

    /// Sets the foreign keys.
    #[must_use]
    pub const fn foreign_keys(mut self, keys: &'static [ForeignKeyDef]) -> Self {
        self.checked = Checked::Not;
        self.foreign_keys = keys;
        self
    }

    /// Sets the CHECK constraints.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [CheckDef]) -> Self {
        self.checked = Checked::Not;
        self.checks = checks;
        self
    }

    /// Sets where the rows live.
    #[must_use]
    pub const fn locality(mut self, locality: Locality) -> Self {
        self.checked = Checked::Not;
        self.locality = Some(locality);
        self
    }

    /// The region column that an update sets by itself.
    pub(crate) fn rehoming_column(&self) -> Option<&'static str> {
        match self.locality {
            Some(Locality::RegionalByRow(by)) if self.auto_rehoming => Some(by.unwrap_or(REGION_COLUMN)),
            _ => None,
        }
    }

    /// Moves a row to the region of the gateway that updates it, in a table that is regional by row.
    ///
    /// The region column gets `ON UPDATE rehome_row()`: what the setting `enable_auto_rehoming` does when the server
    /// makes the column, without a setting. Source: `CockroachDB`, "ALTER TABLE", auto-rehoming.
    #[must_use]
    pub const fn auto_rehoming(mut self) -> Self {
        self.checked = Checked::Not;
        self.auto_rehoming = true;
        self
    }

    /// Sets the changefeeds.
    #[must_use]
    pub const fn changefeeds(mut self, feeds: &'static [ChangefeedDef<'static>]) -> Self {
        self.checked = Checked::Not;
        self.changefeeds = feeds;
        self
    }

    /// Sets the comment.
    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// Sets when the server deletes rows.
    #[must_use]
    pub const fn ttl(mut self, ttl: TtlDef) -> Self {
        self.checked = Checked::Not;
        self.ttl = Some(ttl);
        self
    }

    /// Sets the column families.
    #[must_use]
    pub const fn families(mut self, families: &'static [FamilyDef]) -> Self {
        self.checked = Checked::Not;
        self.families = families;
        self
    }

    /// Sets storage parameters that have no method of their own.
    #[must_use]
    pub const fn storage(mut self, parameters: &'static [StorageParameter]) -> Self {
        self.checked = Checked::Not;
        self.storage = parameters;
        self
    }

    /// Leaves the rows out of backups, which then hold an empty table.
    #[must_use]
    pub const fn exclude_data_from_backup(mut self) -> Self {
        self.checked = Checked::Not;
        self.exclude_data_from_backup = true;
        self
    }

    /// Locks the schema of the table, so that nothing changes it until it is unlocked, or says that it stays open.
    ///
    /// The lock is set after everything else has been made. Source: `CockroachDB`, "Schema locked tables".
    #[must_use]
    pub const fn schema_locked(mut self, locked: bool) -> Self {
        self.checked = Checked::Not;
        self.schema_locked = Some(locked);
        self
    }

    /// Sets the partitions of the table and of its indexes.
    #[must_use]
    pub const fn partitions(mut self, partitions: &'static [PartitioningDef]) -> Self {
        self.checked = Checked::Not;
        self.partitions = partitions;
        self
    }

    /// Sets the zone configurations of the table, its indexes and its partitions.
    #[must_use]
    pub const fn zones(mut self, zones: &'static [ZoneDef]) -> Self {
        self.checked = Checked::Not;
        self.zones = zones;
        self
    }

    /// Applies policies: a role sees and writes only the rows that one of them allows, and none without any.
    #[must_use]
    pub const fn row_level_security(mut self, security: RowLevelSecurity) -> Self {
        self.checked = Checked::Not;
        self.row_level_security = Some(security);
        self
    }

    /// Sets the policies.
    #[must_use]
    pub const fn policies(mut self, policies: &'static [PolicyDef]) -> Self {
        self.checked = Checked::Not;
        self.policies = policies;
        self
    }

    /// Lets the table cross [red lines](super::RED_LINES).
    #[must_use]
    pub const fn allowed(mut self, allowed: &'static [Allowed]) -> Self {
        self.checked = Checked::Not;
        self.allowed = allowed;
        self
    }

    /// Whether these columns, in whatever order, are unique: by its primary key, a constraint, or an index over
    /// all rows.
    pub(crate) const fn is_unique_key(&self, columns: &[&str]) -> bool {
        if self.is_constrained_key(columns) {
            return true;
        }
        let mut i = 0;
        while i < self.indexes.len() {
            let index = &self.indexes[i];
            if index.unique && index.filter.is_none() && parts_eq(index.parts, columns) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether these columns, in whatever order, are its primary key or a UNIQUE constraint.
    pub(crate) const fn is_constrained_key(&self, columns: &[&str]) -> bool {
        if parts_eq(self.primary_key.parts, columns) {
            return true;
        }
        let mut i = 0;
        while i < self.indexes.len() {
            if self.indexes[i].constraint && parts_eq(self.indexes[i].parts, columns) {
                return true;
            }
            i += 1;
        }
        let mut i = 0;
        while i < self.columns.len() {
            let column = &self.columns[i];
            if column.unique && columns.len() == 1 && str_eq(column.name, columns[0]) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// The column of that SQL name.
    pub fn column(&self, name: &str) -> Option<&'static ColumnDef> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A foreign key.
///
/// It names the other table instead of holding its definition, so that two tables may refer to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForeignKeyDef {
    /// The columns of this table.
    pub columns: &'static [&'static str],
    /// The other table.
    pub references: TypeName,
    /// The other table's columns.
    pub referenced: &'static [&'static str],
    /// What happens here when a referenced row is deleted.
    pub on_delete: Action,
    /// What happens here when a referenced key changes.
    pub on_update: Action,
    /// Whether a key of which only a part is NULL is refused: `MATCH FULL`.
    pub match_full: bool,
    /// Its name; the server's own convention (`table_columns_fkey`) when `None`.
    pub name: Option<&'static str>,
}

impl ForeignKeyDef {
    /// A foreign key without actions.
    #[allow(clippy::similar_names, reason = "they are the names of the fields")]
    pub const fn new(
        columns: &'static [&'static str],
        references: TypeName,
        referenced: &'static [&'static str],
    ) -> Self {
        Self {
            columns,
            references,
            referenced,
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            match_full: false,
            name: None,
        }
    }

    /// Sets what happens when a referenced row is deleted.
    #[must_use]
    pub const fn on_delete(mut self, action: Action) -> Self {
        self.on_delete = action;
        self
    }

    /// Sets what happens when a referenced key changes.
    #[must_use]
    pub const fn on_update(mut self, action: Action) -> Self {
        self.on_update = action;
        self
    }

    /// Refuses a key of which a part is NULL and another is not; otherwise such a key refers to nothing.
    #[must_use]
    pub const fn match_full(mut self) -> Self {
        self.match_full = true;
        self
    }

    /// Names it.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }
}

/// What a foreign key does when the row it refers to goes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Action {
    /// `NO ACTION`: an error.
    #[default]
    NoAction,
    /// `RESTRICT`: an error at once.
    Restrict,
    /// `CASCADE`: the referring rows too.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}

/// A CHECK constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckDef {
    /// Its name; chosen by the printer when `None`.
    pub name: Option<&'static str>,
    /// The SQL expression.
    pub expression: &'static str,
    /// The comment on the constraint.
    pub comment: Option<&'static str>,
}

impl CheckDef {
    /// An unnamed constraint.
    pub const fn new(expression: &'static str) -> Self {
        Self { name: None, expression, comment: None }
    }

    /// Names it.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Sets the comment.
    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}
