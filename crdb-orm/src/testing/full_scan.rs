//! That a query needs no full scan.

use crate::conn::ServerKind;
use crate::database::Database;
use crate::error::Result;
use crate::exec::OnDatabase;
use crate::query::{Explain, Explained, Plan, Sql};

/// The plan of a query or a write, as on tables that are too large to be read whole.
async fn plan(db: &(impl OnDatabase + ?Sized), query: impl Explain) -> Result<Plan> {
    let db = db.database();
    let explained = query.__explained(Some(db.server().kind()))?;
    if db.server().kind() == ServerKind::CockroachDb {
        return explained.plan(db).await;
    }
    db.transaction("plan", async |tx| {
        // PostgreSQL reads small tables whole even where an index would do.
        let setting = Sql::trusted("SELECT set_config('enable_seqscan', 'off', true)");
        let _: (String,) = setting.unscoped("it reads no table").one(&tx).await?;
        explained.clone().plan(&tx).await
    })
    .await
}

/// Fails unless an index serves a query or a write, so that it takes no longer on ten million rows than on ten.
///
/// ```no_run
/// use crdb_orm::prelude::*;
/// use crdb_orm::testing::{TestDb, assert_no_full_scan};
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64 }
///
/// # async fn example(db: TestDb) {
/// assert_no_full_scan(&db, Order::find(Uuid::nil())).await;
/// # }
/// ```
///
/// Of a table of tenants, give it a handle of one: `&db.scoped(tenant)`.
///
/// On CockroachDB it looks for `FULL SCAN` in the plan; on PostgreSQL for a table that is read whole although that is
/// discouraged (`enable_seqscan`), or an index that is read without a condition.
///
/// # Panics
/// With the plan, when a step reads a whole table or index; and when the plan cannot be asked for.
pub async fn assert_no_full_scan(db: &(impl OnDatabase + ?Sized), statement: impl Explain) {
    let plan = match plan(db, statement).await {
        Ok(plan) => plan,
        Err(error) => panic!("the plan cannot be asked for: {error}"),
    };
    let tables: Vec<&str> = plan.full_scans().map(|step| step.table().unwrap_or(step.name())).collect();
    assert!(
        tables.is_empty(),
        "it reads all of {}: add an index on the columns that it filters by\n{plan}",
        tables.join(", ")
    );
}

/// The OIDs of the types that the server reports for what a statement reads, by its first row; none where it has none.
///
/// # Errors
/// The statement's.
#[doc(hidden)]
pub async fn column_oids(db: &Database, statement: impl Explain) -> Result<Vec<u32>> {
    let Explained(statements) = statement.__explained(Some(db.server().kind()))?;
    let Some(statement) = statements.first() else { return Ok(Vec::new()) };
    let rows = db.rows(statement).await?;
    Ok(rows
        .first()
        .map(|row| row.columns().iter().map(|column| column.type_().oid()).collect())
        .unwrap_or_default())
}
