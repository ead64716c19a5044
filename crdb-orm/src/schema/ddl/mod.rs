//! The schema printed as DDL.

mod changefeed;
mod check;
mod collation;
mod column;
mod column_check;
mod comment;
mod composites;
mod constraint;
mod enums;
mod extension;
mod index;
mod index_check;
mod names;
mod notices;
mod object;
mod order;
mod partition;
mod policy;
mod region;
mod sequence;
mod sql_schema;
mod statement;
mod storage;
mod storage_check;
mod table;
mod text_check;
mod types;
mod zone;

pub use self::statement::{Ddl, DdlKind, DdlStatement};

use self::names::Names;
use self::notices::{Notice, Notices};
use self::object::Place;
use self::order::Planned;
use super::object::plain_name;
use super::{ColumnDef, Schema, SqlObjectKind, TableDef, Target, TypeName, ident};
use crate::error::Result;

/// The type of a column as `CockroachDB` writes it, for a picture.
pub(super) fn column_type(column: &ColumnDef) -> String {
    let mut out = String::new();
    types::push_column_type(&mut out, column, Target::COCKROACHDB);
    out
}

/// What is being printed.
struct Printer {
    target: Target,
    statements: Vec<DdlStatement>,
    notices: Notices,
}

impl Printer {
    fn new(target: Target) -> Self {
        Self { target, statements: Vec::new(), notices: Notices::default() }
    }

    fn push(&mut self, kind: DdlKind, sql: String) {
        self.statements.push(DdlStatement::new(kind, sql));
    }

    /// A statement that needs a setting of the session.
    fn push_set(&mut self, kind: DdlKind, sql: String, setting: Option<&'static str>) {
        self.statements.push(DdlStatement::new(kind, sql).with_setting(setting));
    }

    fn finish(self) -> Ddl {
        Ddl::new(self.statements, self.notices.texts(self.target))
    }
}

impl Schema {
    /// The statements that make this schema in an empty database, in an order that runs.
    ///
    /// That is: the database's regions; extensions and collations of `PostgreSQL`; zone configurations of the database and
    /// of localities; SQL schemas, types and sequences; functions that tables call; tables with their localities,
    /// partitions and indexes, a referenced one first; foreign keys of a cycle, and those to unique indexes of `PostgreSQL`; owners of sequences; comments; zone
    /// configurations; other functions, procedures and views; policies; triggers; the locks of tables; changefeeds, those
    /// of a table before those of the schema.
    ///
    /// What the target does not have is left out, and named in the [notices](Ddl::notices).
    ///
    /// On [`Target::COCKROACHDB`] the database gets its regions by `ALTER DATABASE` with [the schema's
    /// name](Schema::name), which must be the name of the database that the statements run in.
    ///
    /// # Errors
    /// The schema cannot be printed: a foreign key to a table that is not in it, a name that a server would cut, two
    /// things of one name, a column that does not exist. The message says where and what to do.
    pub fn ddl(&self, target: Target) -> Result<Ddl> {
        self.ddl_in(self.name(), target)
    }

    /// The same for a database of another name.
    pub(crate) fn ddl_in(&self, database: &str, target: Target) -> Result<Ddl> {
        let planned = self.plan(target)?;
        let mut out = Printer::new(target);
        region::push_database(&mut out, self, database);
        extension::push(&mut out, self.table_defs());
        collation::push(&mut out, self.table_defs());
        zone::push_database(&mut out, self, database);
        zone::push_localities(&mut out, self, database);
        sql_schema::push(&mut out, self);
        region::push_type(&mut out, self);
        let enums = enums::of(self.table_defs())?;
        for def in &enums {
            enums::push(&mut out, def);
        }
        let composites = composites::of(self.table_defs())?;
        for def in &composites {
            composites::push(&mut out, def);
        }
        for def in self.sequence_defs() {
            sequence::push(&mut out, def);
        }
        object::push(&mut out, self, Place::BeforeTables);
        for plan in &planned {
            table::push(&mut out, plan.table, &plan.names, &plan.deferred);
        }
        for plan in &planned {
            index::push_statements(&mut out, plan.table, &plan.names);
        }
        for plan in &planned {
            constraint::push_deferred(&mut out, plan.table, &plan.names, &plan.deferred);
        }
        for def in self.sequence_defs() {
            sequence::push_owner(&mut out, def);
        }
        if let Some(text) = self.database_comment() {
            comment::push(&mut out, "DATABASE ", text, |sql| ident::push_ident(sql, database));
        }
        sql_schema::push_comments(&mut out, self);
        comment::push_types(&mut out, &enums, &composites);
        for plan in &planned {
            comment::push_table(&mut out, plan.table, &plan.names);
        }
        for plan in &planned {
            zone::push_table(&mut out, plan.table);
        }
        object::push(&mut out, self, Place::AfterTables);
        for plan in &planned {
            policy::push(&mut out, plan.table);
        }
        object::push(&mut out, self, Place::AfterPolicies);
        for plan in &planned {
            storage::push_lock(&mut out, plan.table);
        }
        for plan in &planned {
            changefeed::push(&mut out, plan.table);
        }
        changefeed::push_shared(&mut out, self);
        Ok(out.finish())
    }

    /// The statements that drop this schema: all its tables with their rows, its types and SQL schemas.
    ///
    /// # Errors
    /// As [`Schema::ddl`].
    pub fn drop_ddl(&self, target: Target) -> Result<Ddl> {
        let planned = self.plan(target)?;
        let mut out = Printer::new(target);
        changefeed::push_drop_schedules(&mut out, self);
        for plan in &planned {
            storage::push_unlock(&mut out, plan.table);
        }
        // What calls a function goes before it, and a function before the tables that it reads.
        object::push_drop_triggers(&mut out, self);
        if self.object_defs().iter().any(|object| object.kind == SqlObjectKind::Function) {
            for plan in &planned {
                policy::push_drop(&mut out, plan.table);
            }
        }
        object::push_drop(&mut out, self, Place::AfterTables);
        for plan in &planned {
            constraint::push_drop_deferred(&mut out, plan);
        }
        for plan in planned.iter().rev() {
            table::push_drop(&mut out, plan.table);
            if !target.is_postgresql() && changefeed::has_jobs(plan.table) {
                out.notices.add(Notice::ChangefeedJobs, plan.table.name.to_string());
            }
        }
        object::push_drop(&mut out, self, Place::BeforeTables);
        for def in self.sequence_defs().iter().rev() {
            sequence::push_drop(&mut out, def);
        }
        for def in composites::of(self.table_defs())?.iter().rev() {
            composites::push_drop(&mut out, def);
        }
        for def in enums::of(self.table_defs())?.iter().rev() {
            enums::push_drop(&mut out, def);
        }
        collation::push_drop(&mut out, self.table_defs());
        region::push_drop(&mut out, self);
        zone::note_kept(&mut out, self);
        sql_schema::push_drop(&mut out, self);
        Ok(out.finish())
    }

    /// The types that must be made.
    pub(crate) fn type_names(&self, target: Target) -> Result<Vec<TypeName>> {
        let mut names: Vec<_> = enums::of(self.table_defs())?.iter().map(|def| def.name).collect();
        names.extend(composites::of(self.table_defs())?.iter().map(|def| def.name));
        if region::needs_type(self, target) {
            names.push(region::TYPE);
        }
        Ok(names)
    }

    /// The SQL schemas, where they are written, and the names of its sequences and views.
    pub(crate) fn other_relations(&self, target: Target) -> Vec<(Option<String>, String)> {
        let sequences = self.sequence_defs().iter();
        let sequences = sequences.map(|def| (def.name.schema.map(str::to_owned), def.name.name.to_owned()));
        let views = self.object_defs().iter().filter(|object| {
            matches!(object.kind, SqlObjectKind::View | SqlObjectKind::MaterializedView)
                && object.is_on(target.dialect())
        });
        sequences.chain(views.map(|object| plain_name(object.name))).collect()
    }

    fn plan(&self, target: Target) -> Result<Vec<Planned>> {
        check::schema(self, target)?;
        sql_schema::check(self)?;
        changefeed::check_shared(self, target)?;
        sequence::check(self, target)?;
        object::check(self, target)?;
        let planned = order::plan(self.table_defs(), target)?;
        for plan in &planned {
            check::names(plan.table, &plan.names)?;
        }
        check::relations(&planned, target)?;
        Ok(planned)
    }

    /// The SQL schemas that must be made: those that are said, and then those that sequences, tables and types name, in
    /// the order in which they name them first.
    pub(crate) fn sql_schemas_needed(&self) -> Vec<&'static str> {
        let named = self.sql_schema_defs().iter().map(|def| def.name);
        let mut found: Vec<&'static str> = named.filter(|name| *name != "public").collect();
        for sequence in self.sequence_defs() {
            let name = sequence.name.schema_name();
            if name != "public" && !found.contains(&name) {
                found.push(name);
            }
        }
        for table in self.table_defs() {
            let types = table.columns.iter().filter_map(|column| {
                let composite = || composites::of_type(&column.ty).map(|def| def.name);
                enums::of_type(&column.ty).map(|def| def.name).or_else(composite)
            });
            for name in std::iter::once(table.name).chain(types) {
                if name.schema_name() != "public" && !found.contains(&name.schema_name()) {
                    found.push(name.schema_name());
                }
            }
        }
        found
    }
}

impl TableDef {
    /// The filter of the index of that name in the database, if it has one.
    pub(crate) fn filter_of_index(&self, name: &str) -> Option<&'static str> {
        let names = Names::of(self).ok()?;
        let index = names.indexes.iter().position(|index| index == name)?;
        self.indexes.get(index)?.filter
    }

    /// The statements that make this table alone, with its enums.
    ///
    /// The tables that its foreign keys refer to, its SQL schema and the regions of the database must be there: use
    /// [`Schema::ddl`] for all of them.
    ///
    /// # Errors
    /// As [`Schema::ddl`], as far as one table can tell.
    pub fn ddl(&self, target: Target) -> Result<Ddl> {
        check::table(self, target)?;
        let names = Names::of(self)?;
        check::names(self, &names)?;
        let enums = enums::of(&[self])?;
        let mut out = Printer::new(target);
        if !target.is_multi_region() && self.columns.iter().any(|column| region::is_region(&column.ty)) {
            out.notices.add(Notice::RegionType, self.name.to_string());
        }
        extension::push(&mut out, &[self]);
        collation::push(&mut out, &[self]);
        for def in &enums {
            enums::push(&mut out, def);
        }
        let composites = composites::of(&[self])?;
        for def in &composites {
            composites::push(&mut out, def);
        }
        let itself = self.foreign_keys.iter().enumerate().filter(|(_, key)| {
            key.references.is_same(&self.name) && order::waits_for_an_index(key, self, target)
        });
        let deferred: Vec<usize> = itself.map(|(i, _)| i).collect();
        table::push(&mut out, self, &names, &deferred);
        index::push_statements(&mut out, self, &names);
        constraint::push_deferred(&mut out, self, &names, &deferred);
        comment::push_types(&mut out, &enums, &composites);
        comment::push_table(&mut out, self, &names);
        zone::push_table(&mut out, self);
        policy::push(&mut out, self);
        storage::push_lock(&mut out, self);
        changefeed::push(&mut out, self);
        Ok(out.finish())
    }
}
