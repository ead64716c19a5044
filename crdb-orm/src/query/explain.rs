//! What a server intends to do with a statement, as data.

use std::fmt;

use super::batches::InBatches;
use super::bulk::{InsertMany, NewRow, Returned, ReturningMany, UpdateMany};
use super::delete::{Delete, DeleteByKey};
use super::insert::{Insert, InsertOrIgnore};
use super::insert_from::InsertFrom;
use super::joined_write::{JoinedChange, JoinedWrite};
use super::page::{Pageable, Paged};
use super::raw::Sql;
use super::read::{InnerJoins, LockedRows, Returning, Rows};
use super::relate::{Link, Load as _, LoadAll, Loading, Related, Shape};
use super::row::read_all;
use super::select::{Find, Select};
use super::table::Table;
use super::tree::{Below, Tree, Trees};
use super::update::{Update, UpdateByKey};
use crate::conn::ServerKind;
use crate::error::Result;
use crate::exec::{BoxFuture, Class, Expects, Handle, Label, Read, Statement, Write};
use crate::txn::Tx;

/// A query or a write whose plan can be asked for. Of a page it is that of the page which would be read, of a write of many rows
/// that of its first row, and of one in batches that of its first batch.
///
/// Where there are several statements, as of a query with `.with(..)` and of a tree, the plan has the steps of all of them. The
/// keys by which a relation is loaded are known only when the rows are read: it is planned, and by `explain_analyze` run, for
/// one that no row is likely to have, of zeros.
///
/// ```no_run
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::Explain as _;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64 }
///
/// # async fn example(db: Database) -> crdb_orm::Result<()> {
/// let plan = Order::filter(Order::TOTAL.gt(100)).explain(&db).await?;
/// for step in plan.full_scans() {
///     println!("reads all of {:?}", step.table());
/// }
/// println!("{plan}");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no statement whose plan can be asked for",
    note = "give it a query or a write before its terminal: `Order::filter(..)` and not `Order::filter(..).all(&db)`"
)]
pub trait Explain: Sized {
    #[doc(hidden)]
    fn __explained(self, kind: Option<ServerKind>) -> Result<Explained>;

    /// The plan of the statement, which is not run.
    ///
    /// # Errors
    /// A statement's errors.
    fn explain<X: Read + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<Plan>> {
        run(self.__explained(executor.handle().server_kind()), "EXPLAIN ", Class::Read, executor)
    }

    /// Runs the statement, a write too, and returns its plan with what was counted and measured. To undo a write, do it
    /// in a transaction that is rolled back. The writes of a tree are one transaction.
    ///
    /// # Errors
    /// A statement's errors.
    fn explain_analyze<X: Write + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<Plan>> {
        run(self.__explained(executor.handle().server_kind()), "EXPLAIN ANALYZE ", Class::Write, executor)
    }
}

/// The statements whose plans are asked for.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Explained(pub(crate) Vec<Statement>);

#[cfg(feature = "testing")]
impl Explained {
    /// The plan of all of them.
    pub(crate) fn plan<X: Read + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<Plan>> {
        run(Ok(self), "EXPLAIN ", Class::Read, executor)
    }
}

impl From<Statement> for Explained {
    fn from(statement: Statement) -> Self {
        Self(vec![statement])
    }
}

fn run<'a, X: Read + ?Sized>(
    explained: Result<Explained>,
    explain: &'static str,
    class: Class,
    executor: &'a X,
) -> BoxFuture<'a, Result<Plan>> {
    let handle = executor.handle();
    Box::pin(async move {
        let Explained(statements) = explained.inspect_err(|error| handle.fail(error))?;
        // What is run writes all of it or nothing, as it would by itself.
        let writes = |statement: &Statement| !matches!(statement.class, Class::Read | Class::ReadOnly);
        if let (Handle::Database(db), Class::Write, [_, _, ..]) = (handle, class, &statements[..])
            && statements.iter().any(writes)
        {
            let together = async |tx: Tx| each(statements.clone(), explain, class, tx.handle()).await;
            return db.transaction("explain", together).await;
        }
        each(statements, explain, class, handle).await
    })
}

/// The plans of all of them, one behind the other.
async fn each(
    statements: Vec<Statement>,
    explain: &'static str,
    class: Class,
    handle: Handle<'_>,
) -> Result<Plan> {
    let mut plan = Plan::default();
    for mut statement in statements {
        statement.sql = format!("{explain}{}", statement.sql).into();
        // What it answers is the plan.
        statement.expects = Expects::Any;
        statement.class = class;
        statement.locking = None;
        statement.label = Label { verb: "explain", table: statement.label.table };
        let lines: Vec<(String,)> = handle.read(&statement, |rows| read_all(rows, statement.label)).await?;
        plan.extend(Plan::parse(lines.into_iter().map(|(line,)| line)));
    }
    Ok(plan)
}

macro_rules! explain {
    ($([$($generics:tt)*] $statement:ty: $this:ident, $kind:pat => $make:expr;)*) => {$(
        impl<$($generics)*> Explain for $statement {
            fn __explained(self, $kind: Option<ServerKind>) -> Result<Explained> {
                let $this = self;
                $make.map(Into::into)
            }
        }
    )*};
}

explain! {
    [T: Table] Select<T>: query, kind => {
        let limit = query.limit;
        Ok(query.statement(limit, None, kind))
    };
    [T: Table] Find<T>: query, _ => Ok(query.statement(None));
    [S, O: Send + 'static, W] Rows<S, O, W>: query, kind => query.checked(kind);
    [S, O: Send + 'static] LockedRows<S, O>: query, kind => query.into_statement(kind);
    [T: Table] Insert<T>: write, _ => Ok(write.statement(false));
    [T: Table] InsertOrIgnore<T>: write, _ => Ok(write.0.statement(false));
    [T: Table] Update<T>: write, kind => write.statement(false, kind);
    [T: Table] UpdateByKey<T>: write, _ => write.statement(false);
    [T: Table] InsertFrom<T>: write, kind => write.into_statement(kind);
    [S: InnerJoins, C: JoinedChange] JoinedWrite<S, C>: write, kind => write.statement(kind);
    [T: Table] Delete<T>: write, kind => write.statement(false, kind);
    ['r, T: Table] InsertMany<'r, T>: write, _ => write.of_first_row(&Returned::Nothing);
    ['r, T: Table] UpdateMany<'r, T>: write, _ => write.of_first_row(&Returned::Nothing);
    ['r, T: Table, O: Send + 'static] ReturningMany<InsertMany<'r, T>, O>: write, _ => write.of_first_row();
    ['r, T: Table, O: Send + 'static] ReturningMany<UpdateMany<'r, T>, O>: write, _ => write.of_first_row();
    ['r, T: Table] InBatches<'r, T>: write, kind => write.of_first_batch(kind);
    [T: Table] DeleteByKey<T>: write, _ => Ok(write.statement(false));
    [T: Table, O: Send + 'static] Returning<T, O>: write, kind => write.into_statement(kind);
    [] Sql: sql, _ => sql.checked();
    [T: Table, W: LoadAll<T>] Loading<Select<T>, W>: query, kind => query.explained::<T>(kind);
    [T: Table, W: LoadAll<T>] Loading<Find<T>, W>: query, kind => query.explained::<T>(kind);
    [P: Table, C: Table, S: Shape] Link<P, C, S>: link, _ => Ok(Explained(link.__statements()));
    [P: Table, C: Table, S: Shape, W: LoadAll<C>] Related<P, C, S, W>: related, _ => {
        Ok(Explained(related.__statements()))
    };
    [Q: Pageable] Paged<Q>: page, kind => page.explained(kind);
    [T: Table, B: NewRow<T> + Send + 'static, W: Below<T>] Tree<T, B, W>: tree, _ => {
        Trees::new([tree]).explained()
    };
    [T: Table, R: Send + 'static] Trees<T, R>: trees, _ => trees.explained();
}

/// A plan: steps that take their rows from those below them. `Display` is the server's own text.
///
/// Where there are several statements, the steps of each stand behind those of the one before, from depth 0 on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    lines: Vec<String>,
    steps: Vec<Step>,
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    depth: usize,
    name: String,
    table: Option<String>,
    index: Option<String>,
    attributes: Vec<(String, String)>,
    full_scan: bool,
}

impl Step {
    /// How many steps are above it.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// What it does, in the server's words: `scan` or `Seq Scan`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table that it reads.
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// The index that it reads.
    pub fn index(&self) -> Option<&str> {
        self.index.as_deref()
    }

    /// What the server says of it under a name, such as `filter` or `Index Cond`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All that the server says of it.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether it may read a whole table or index, however large it is.
    pub const fn is_full_scan(&self) -> bool {
        self.full_scan
    }
}

impl Plan {
    fn parse(lines: impl IntoIterator<Item = String>) -> Self {
        let lines: Vec<String> = lines.into_iter().collect();
        let steps =
            if lines.iter().any(|line| line.contains('•')) { cockroach(&lines) } else { postgres(&lines) };
        Self { lines, steps }
    }

    /// Adds the plan of a further statement.
    fn extend(&mut self, next: Self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.extend(next.lines);
        self.steps.extend(next.steps);
    }

    /// The steps, each before those from which it takes its rows.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The steps that may read a whole table or index.
    pub fn full_scans(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.full_scan)
    }

    /// The server's own lines.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

/// `CockroachDB` draws a tree: `└── • scan`, and below each step `table: orders@orders_pkey`.
fn cockroach(lines: &[String]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in lines {
        let text = line.trim_start_matches([' ', '│', '├', '└', '─']);
        if let Some(name) = text.strip_prefix("• ") {
            // Four signs a level.
            let depth = line.chars().take_while(|c| *c != '•').count() / 4;
            steps.push(step(depth, name));
        } else if let (Some(step), Some((key, value))) = (steps.last_mut(), text.split_once(": ")) {
            match key {
                "table" => {
                    let (table, index) = value.split_once('@').unwrap_or((value, ""));
                    step.table = Some(table.to_owned());
                    step.index = (!index.is_empty()).then(|| index.to_owned());
                }
                "spans" => step.full_scan = value.starts_with("FULL SCAN"),
                _ => {}
            }
            step.attributes.push((key.to_owned(), value.to_owned()));
        }
    }
    steps
}

/// `PostgreSQL` indents: `->  Index Scan using orders_pkey on orders  (cost=..)`, and below it `Index Cond: (..)`.
fn postgres(lines: &[String]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in lines {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim_start();
        let name = match text.strip_prefix("->  ") {
            Some(name) => Some(name),
            None if steps.is_empty() => Some(text),
            None => None,
        };
        if let Some(name) = name {
            // Six blanks a level, of which the arrow takes four.
            let depth = if steps.is_empty() { 0 } else { indent / 6 + 1 };
            let name = name.split("  (").next().unwrap_or(name);
            let (name, table) = name.split_once(" on ").map_or((name, None), |(name, on)| (name, Some(on)));
            let (name, index) =
                name.split_once(" using ").map_or((name, None), |(name, by)| (name, Some(by)));
            let mut step = step(depth, name);
            if name == "Bitmap Index Scan" {
                step.index = table.map(str::to_owned);
            } else {
                // An alias may follow.
                step.table = table.and_then(|table| table.split(' ').next()).map(str::to_owned);
                step.index = index.map(str::to_owned);
            }
            steps.push(step);
        } else if let (Some(step), Some((key, value))) = (steps.last_mut(), text.split_once(": ")) {
            step.attributes.push((key.to_owned(), value.to_owned()));
        }
    }
    let full: Vec<bool> = steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let whole = match step.name.trim_start_matches("Parallel ") {
                "Seq Scan" => true,
                "Index Scan"
                | "Index Only Scan"
                | "Index Scan Backward"
                | "Index Only Scan Backward"
                | "Bitmap Index Scan" => step.attribute("Index Cond").is_none(),
                _ => false,
            };
            // The first rows of a table, without looking for them, are no full scan.
            let above = steps[..at].iter().rev().find(|above| above.depth < step.depth);
            let limited =
                above.is_some_and(|above| above.name == "Limit") && step.attribute("Filter").is_none();
            whole && !limited
        })
        .collect();
    for (step, full) in steps.iter_mut().zip(full) {
        step.full_scan = full;
    }
    steps
}

fn step(depth: usize, name: &str) -> Step {
    Step { depth, name: name.to_owned(), table: None, index: None, attributes: Vec::new(), full_scan: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Plan {
        Plan::parse(text.lines().map(str::to_owned))
    }

    // From CockroachDB's own documentation of EXPLAIN.
    #[test]
    fn a_plan_of_cockroachdb_is_read() {
        let plan = plan(
            "distribution: full\nvectorized: true\n\n• sort\n│ estimated row count: 125,000\n│ order: +revenue\n│\n\
             └── • filter\n    │ estimated row count: 125,000\n    │ filter: revenue > 90\n    │\n    \
             └── • scan\n          estimated row count: 125,000 (100% of the table; stats collected 19 minutes ago)\n          \
             table: rides@rides_pkey\n          spans: FULL SCAN\n",
        );
        let names: Vec<_> = plan.steps().iter().map(|step| (step.depth(), step.name())).collect();
        assert_eq!(names, [(0, "sort"), (1, "filter"), (2, "scan")]);
        let scan = plan.full_scans().next().expect("a full scan");
        assert_eq!((scan.table(), scan.index()), (Some("rides"), Some("rides_pkey")));
        assert_eq!(plan.steps()[1].attribute("filter"), Some("revenue > 90"));
    }

    #[test]
    fn a_scan_of_some_rows_is_no_full_scan() {
        for spans in ["[/'a' - /'a']", "LIMITED SCAN", "1 span"] {
            let plan = plan(&format!("• scan\n  table: rides@rides_pkey\n  spans: {spans}\n"));
            assert_eq!(plan.full_scans().count(), 0, "{spans}");
        }
    }

    #[test]
    fn a_plan_of_postgresql_is_read() {
        let plan = plan(
            "Nested Loop  (cost=0.15..2 rows=1 width=4)\n  ->  Seq Scan on orders o  (cost=0..1 rows=1 width=4)\n        \
             Filter: (total > 1)\n  ->  Index Scan using customers_pkey on customers  (cost=0.15..1 rows=1 width=4)\n        \
             Index Cond: (id = o.user_id)\n",
        );
        let full: Vec<_> = plan.full_scans().map(|step| (step.depth(), step.table())).collect();
        assert_eq!(full, [(1, Some("orders"))]);
        assert_eq!(plan.steps()[2].index(), Some("customers_pkey"));
    }

    #[test]
    fn the_first_rows_are_no_full_scan_unless_they_are_looked_for() {
        let first = "Limit  (cost=0)\n  ->  Index Scan using t_pkey on t  (cost=0)\n";
        assert_eq!(plan(first).full_scans().count(), 0);
        let searched = format!("{first}        Filter: (a = 1)\n");
        assert_eq!(plan(&searched).full_scans().count(), 1);
    }
}
