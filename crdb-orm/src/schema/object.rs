//! Views, functions, procedures and triggers: SQL of one's own that belongs to a schema.

use super::const_check::fail;
use super::sql_text::{Kind, cut, is_word, next, not_one};
use super::{Dialect, TypeName};

/// A view, function, procedure or trigger, as the statement that makes it.
///
/// The statement is read when the crate is compiled: it is one statement, of the kind that it is said to be, with all
/// quotes and parentheses closed and without a `;`. The server reads the rest of it. A view and a function come after
/// the tables, in the order given, a trigger after them and the policies.
///
/// ```
/// use crdb_orm::Schema;
/// use crdb_orm::schema::SqlObject;
///
/// const SHOP: Schema = Schema::new("shop").tables(&[]).objects(&[
///     SqlObject::view("CREATE VIEW busy AS SELECT 1 AS one"),
///     SqlObject::function("CREATE FUNCTION one() RETURNS INT8 LANGUAGE SQL AS $$ SELECT 1; $$"),
/// ]);
/// ```
///
/// ```compile_fail
/// # use crdb_orm::schema::SqlObject;
/// const TWO: SqlObject = SqlObject::view("CREATE VIEW a AS SELECT 1; DROP TABLE b");
/// ```
///
/// Source: `CockroachDB`, "CREATE VIEW", "CREATE FUNCTION", "CREATE TRIGGER" (24.3 or later).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqlObject {
    /// What it is.
    pub kind: SqlObjectKind,
    /// The statement that makes it.
    pub sql: &'static str,
    /// Its name, as it is written in the statement.
    pub name: &'static str,
    /// The table of a trigger, as it is written in the statement.
    pub table: Option<&'static str>,
    /// The only servers that have it; all when `None`.
    pub only: Option<Dialect>,
    /// Whether it is made before the tables, since one of them calls it.
    pub before_tables: bool,
}

/// What an [`SqlObject`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlObjectKind {
    /// A view.
    View,
    /// A materialized view, which holds its rows until it is refreshed.
    MaterializedView,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// A trigger.
    Trigger,
}

impl SqlObject {
    /// `CREATE VIEW .. AS ..`.
    ///
    /// # Panics
    /// At compile time, in a const item: it is not one such statement.
    #[track_caller]
    pub const fn view(sql: &'static str) -> Self {
        Self::read(SqlObjectKind::View, sql)
    }

    /// `CREATE MATERIALIZED VIEW .. AS ..`.
    ///
    /// # Panics
    /// At compile time, in a const item: it is not one such statement.
    #[track_caller]
    pub const fn materialized_view(sql: &'static str) -> Self {
        Self::read(SqlObjectKind::MaterializedView, sql)
    }

    /// `CREATE FUNCTION ..`. Its body stands in `$$`.
    ///
    /// # Panics
    /// At compile time, in a const item: it is not one such statement.
    #[track_caller]
    pub const fn function(sql: &'static str) -> Self {
        Self::read(SqlObjectKind::Function, sql)
    }

    /// `CREATE PROCEDURE ..`. Its body stands in `$$`.
    ///
    /// # Panics
    /// At compile time, in a const item: it is not one such statement.
    #[track_caller]
    pub const fn procedure(sql: &'static str) -> Self {
        Self::read(SqlObjectKind::Procedure, sql)
    }

    /// `CREATE TRIGGER .. ON table ..`.
    ///
    /// # Panics
    /// At compile time, in a const item: it is not one such statement.
    #[track_caller]
    pub const fn trigger(sql: &'static str) -> Self {
        Self::read(SqlObjectKind::Trigger, sql)
    }

    /// Makes it only on one kind of server, with a notice on the others.
    #[must_use]
    pub const fn only_on(mut self, dialect: Dialect) -> Self {
        self.only = Some(dialect);
        self
    }

    /// Makes a function before the tables: one that a default, a computed column or a check calls.
    ///
    /// # Panics
    /// At compile time, in a const item: it is no function.
    #[must_use]
    #[track_caller]
    pub const fn before_tables(mut self) -> Self {
        if !matches!(self.kind, SqlObjectKind::Function) {
            fail(&[
                "`",
                self.name,
                "` is ",
                self.kind.name(),
                ", which needs its tables: only a function comes before them",
            ]);
        }
        self.before_tables = true;
        self
    }

    /// Whether it is made on a kind of server.
    pub(crate) fn is_on(&self, dialect: Dialect) -> bool {
        self.only.is_none_or(|only| only == dialect)
    }

    /// Whether the statement has a word outside of texts and comments.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        let mut token = next(self.sql, 0);
        while !matches!(token.kind, Kind::End | Kind::Broken(_)) {
            if is_word(self.sql, token, word) {
                return true;
            }
            token = next(self.sql, token.end);
        }
        false
    }

    #[track_caller]
    const fn read(kind: SqlObjectKind, sql: &'static str) -> Self {
        if let Some(why) = not_one(sql) {
            fail(&["the SQL of ", kind.name(), " ", why]);
        }
        let Some(at) = head(kind, sql) else {
            fail(&["the SQL of ", kind.name(), " begins otherwise: write `", kind.form(), "`"]);
        };
        let Some((name, after)) = written_name(sql, at) else {
            fail(&["the SQL of ", kind.name(), " has no name where it belongs: write `", kind.form(), "`"]);
        };
        let table = match kind {
            SqlObjectKind::Trigger => match trigger_table(sql, after) {
                Some(table) => Some(table),
                None => fail(&["the trigger `", name, "` is on no table: write `", kind.form(), "`"]),
            },
            SqlObjectKind::Function if !matches!(next(sql, after).kind, Kind::Sign(b'(')) => {
                fail(&["the function `", name, "` has no list of arguments: write `", kind.form(), "`"])
            }
            SqlObjectKind::Procedure if !matches!(next(sql, after).kind, Kind::Sign(b'(')) => {
                fail(&["the procedure `", name, "` has no list of arguments: write `", kind.form(), "`"])
            }
            SqlObjectKind::View | SqlObjectKind::MaterializedView if !has_as(sql, after) => {
                fail(&["the view `", name, "` has no query: write `", kind.form(), "`"])
            }
            _ => None,
        };
        Self { kind, sql, name, table, only: None, before_tables: false }
    }
}

impl SqlObjectKind {
    /// What it is, in words.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::View => "a view",
            Self::MaterializedView => "a materialized view",
            Self::Function => "a function",
            Self::Procedure => "a procedure",
            Self::Trigger => "a trigger",
        }
    }

    const fn form(self) -> &'static str {
        match self {
            Self::View => "CREATE VIEW name AS SELECT ..",
            Self::MaterializedView => "CREATE MATERIALIZED VIEW name AS SELECT ..",
            Self::Function => "CREATE FUNCTION name(..) RETURNS ..",
            Self::Procedure => "CREATE PROCEDURE name(..) LANGUAGE ..",
            Self::Trigger => {
                "CREATE TRIGGER name BEFORE UPDATE ON table FOR EACH ROW EXECUTE FUNCTION function()"
            }
        }
    }
}

/// Where the name begins, after `CREATE VIEW` or alike.
const fn head(kind: SqlObjectKind, sql: &str) -> Option<usize> {
    let words: &[&str] = match kind {
        SqlObjectKind::View => &["CREATE", "VIEW"],
        SqlObjectKind::MaterializedView => &["CREATE", "MATERIALIZED", "VIEW"],
        SqlObjectKind::Function => &["CREATE", "FUNCTION"],
        SqlObjectKind::Procedure => &["CREATE", "PROCEDURE"],
        SqlObjectKind::Trigger => &["CREATE", "TRIGGER"],
    };
    let (mut at, mut i) = (0, 0);
    while i < words.len() {
        let token = next(sql, at);
        if !is_word(sql, token, words[i]) {
            return None;
        }
        at = token.end;
        i += 1;
    }
    // What is there already is not this schema's.
    if is_word(sql, next(sql, at), "IF") { None } else { Some(at) }
}

/// A name with its schema as it is written, and where it ends.
const fn written_name(sql: &'static str, at: usize) -> Option<(&'static str, usize)> {
    let first = next(sql, at);
    let mut last = first;
    loop {
        if !matches!(last.kind, Kind::Word | Kind::Quoted) {
            return None;
        }
        let dot = next(sql, last.end);
        if !matches!(dot.kind, Kind::Sign(b'.')) {
            return Some((cut(sql, first.start, last.end), last.end));
        }
        last = next(sql, dot.end);
    }
}

const fn trigger_table(sql: &'static str, from: usize) -> Option<&'static str> {
    let mut at = from;
    loop {
        let token = next(sql, at);
        if matches!(token.kind, Kind::End | Kind::Broken(_)) {
            return None;
        }
        if is_word(sql, token, "ON") {
            return match written_name(sql, token.end) {
                Some((table, _)) => Some(table),
                None => None,
            };
        }
        at = token.end;
    }
}

/// Whether `AS` and something follow, outside of parentheses.
const fn has_as(sql: &str, from: usize) -> bool {
    let (mut at, mut depth) = (from, 0_usize);
    loop {
        let token = next(sql, at);
        match token.kind {
            Kind::End | Kind::Broken(_) => return false,
            Kind::Sign(b'(') => depth += 1,
            Kind::Sign(b')') => depth = depth.saturating_sub(1),
            _ if depth == 0 && is_word(sql, token, "AS") => {
                return !matches!(next(sql, token.end).kind, Kind::End | Kind::Broken(_));
            }
            _ => {}
        }
        at = token.end;
    }
}

/// The SQL schema and the name that a server makes of a written name: letters without quotes are small.
pub(crate) fn plain_name(written: &str) -> (Option<String>, String) {
    let (mut parts, mut token) = (Vec::new(), next(written, 0));
    while !matches!(token.kind, Kind::End | Kind::Broken(_)) {
        let text = cut(written, token.start, token.end);
        match token.kind {
            Kind::Word => parts.push(text.to_lowercase()),
            Kind::Quoted => parts.push(text[1..text.len() - 1].replace("\"\"", "\"")),
            _ => {}
        }
        token = next(written, token.end);
    }
    let name = parts.pop().unwrap_or_default();
    (parts.pop(), name)
}

/// Whether a written name means a table.
pub(crate) fn means(written: &str, table: &TypeName) -> bool {
    let (schema, name) = plain_name(written);
    name == table.name && schema.as_deref().unwrap_or("public") == table.schema_name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let view = SqlObject::view("create view sales.\"Open\"\"s\" (a) AS (SELECT 1)");
        assert_eq!((view.name, view.table), ("sales.\"Open\"\"s\"", None));
        assert_eq!(plain_name(view.name), (Some("sales".to_owned()), "Open\"s".to_owned()));
        let trigger = SqlObject::trigger(
            "CREATE TRIGGER Touch BEFORE UPDATE /* ON x */ ON Orders FOR EACH ROW EXECUTE FUNCTION f()",
        );
        assert_eq!((trigger.name, trigger.table), ("Touch", Some("Orders")));
        assert!(
            means("Orders", &TypeName::new("orders")) && means("public.orders", &TypeName::new("orders"))
        );
        assert!(
            !means("\"Orders\"", &TypeName::new("orders")) && !means("a.orders", &TypeName::new("orders"))
        );
        let function =
            SqlObject::function("CREATE FUNCTION f(a INT8) RETURNS INT8 LANGUAGE SQL AS $$ SELECT a; $$");
        assert!(function.has_word("sql") && !function.has_word("select"));
    }

    macro_rules! refused {
        ($($name:ident: $call:expr, $why:literal;)+) => {$(
            #[test]
            #[should_panic(expected = $why)]
            fn $name() {
                let _ = $call;
            }
        )+};
    }

    refused! {
        two_statements: SqlObject::view("CREATE VIEW a AS SELECT 1; SELECT 2"), "the SQL of a view has a `;`";
        another_kind: SqlObject::view("CREATE TABLE a (b INT8)"), "the SQL of a view begins otherwise";
        a_plain_view: SqlObject::materialized_view("CREATE VIEW a AS SELECT 1"), "of a materialized view begins otherwise";
        one_that_may_be_there: SqlObject::view("CREATE VIEW IF NOT EXISTS a AS SELECT 1"), "begins otherwise";
        a_view_without_a_query: SqlObject::view("CREATE VIEW a (b)"), "the view `a` has no query";
        a_trigger_on_nothing: SqlObject::trigger("CREATE TRIGGER a BEFORE UPDATE"), "the trigger `a` is on no table";
        a_function_of_nothing: SqlObject::function("CREATE FUNCTION a RETURNS INT8"), "has no list of arguments";
        an_open_text: SqlObject::function("CREATE FUNCTION a() AS $$ SELECT 1"), "`$$` that is not closed";
        a_name_that_is_none: SqlObject::view("CREATE VIEW 1 AS SELECT 1"), "has no name where it belongs";
        a_view_before_tables: SqlObject::view("CREATE VIEW a AS SELECT 1").before_tables(), "only a function comes before";
    }
}
