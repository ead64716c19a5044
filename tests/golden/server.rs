//! The DDL of each case, run on the server that is there.

use crdb_orm::Target;
use crdb_orm::schema::{Ddl, DdlKind};
use crdb_orm::testing::{TestDb, skip_on_cockroachdb, skip_on_postgresql};

use crate::cases;

#[tokio::test]
async fn postgresql_runs_what_is_printed_for_it() {
    let db = TestDb::new().await.expect("a database");
    let test = "postgresql_runs_what_is_printed_for_it";
    if !skip_on_cockroachdb(&db, test, "what is printed for PostgreSQL is not its language") {
        make_and_drop_all(&db, Target::POSTGRESQL).await;
    }
}

#[tokio::test]
async fn cockroachdb_runs_what_is_printed_for_one_region() {
    let db = TestDb::new().await.expect("a database");
    let test = "cockroachdb_runs_what_is_printed_for_one_region";
    if !skip_on_postgresql(&db, test, "what is printed for CockroachDB is not its language") {
        make_and_drop_all(&db, Target::COCKROACHDB_SINGLE_REGION).await;
    }
}

/// All in one database: a case that leaves something behind makes a later one fail.
async fn make_and_drop_all(db: &TestDb, target: Target) {
    for case in cases::all() {
        let made = case.schema.ddl(target).expect("it can be printed");
        let dropped = case.schema.drop_ddl(target).expect("it can be printed");
        for ddl in [&made, &dropped, &made, &dropped] {
            run(db, ddl).await.unwrap_or_else(|error| panic!("{} on {target}: {error:?}\n{ddl}", case.name));
        }
    }
}

async fn run(db: &TestDb, ddl: &Ddl) -> crdb_orm::Result<()> {
    // A changefeed needs a sink that answers.
    let statements: Vec<_> =
        ddl.statements().iter().filter(|one| one.kind() != DdlKind::Changefeed).collect();
    db.run_ddl(&statements).await
}
