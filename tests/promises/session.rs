//! Promise: no statement leaves anything on its connection for whoever uses it next.

use crdb_orm::testing::{TestDb, skip_on_cockroachdb};
use crdb_orm::{CommitOutcome, Database, Prepared, Result, Sql, Write};

async fn setting(x: &(impl Write + ?Sized)) -> Option<String> {
    let read = Sql::trusted("SELECT current_setting('app.tenant', true)");
    let (tenant,): (Option<String>,) = read.one(x).await.expect("a setting");
    tenant.filter(|tenant| !tenant.is_empty())
}

#[tokio::test]
async fn a_statement_that_would_poison_its_connection_is_refused_wherever_it_runs() {
    let db = TestDb::new().await.expect("a database");
    for prepared in [Prepared::Auto, Prepared::Never] {
        let one = Database::builder(db.url()).max_connections(1).prepared(prepared).connect().await.unwrap();
        for (text, advice) in [
            ("SET app.tenant = 'acme'", "session_variable(..)"),
            ("SET ROLE nobody", "session_variable(..)"),
            ("SELECT set_config('app.tenant', 'acme', false)", "`true`"),
            ("RESET ALL", "SET LOCAL"),
            ("DISCARD ALL", "the library has set"),
            ("LISTEN news", "a connection of your own"),
            ("CREATE TEMP TABLE t (id INT8)", "temporary"),
            ("DECLARE c CURSOR WITH HOLD FOR SELECT 1", ".stream(&db)"),
            ("SELECT pg_advisory_lock(1)", "pg_advisory_xact_lock"),
        ] {
            let run = || Sql::trusted(text);
            let errors = [
                run().exec(&one).await.unwrap_err(),
                run().all::<(String,), _>(&one).await.unwrap_err(),
                one.transaction("t", async |tx| run().exec(&tx).await).await.unwrap_err(),
                one.transaction("d", async |tx| {
                    run().defer(&tx);
                    Ok(())
                })
                .await
                .unwrap_err(),
                run().read_only().all::<(String,), _>(&one).await.unwrap_err(),
            ];
            for (place, error) in errors.iter().enumerate() {
                assert!(error.is_invalid_statement(), "{text} {place}: {error}");
                assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted);
                let is_ddl_inside = text.starts_with("CREATE") && place > 1;
                assert!(is_ddl_inside || error.to_string().contains(advice), "{text} {place}: {error}");
            }
        }
        assert_eq!(setting(&one).await, None);
    }
}

#[tokio::test]
async fn a_setting_of_a_transaction_ends_with_it() {
    let db = TestDb::new().await.expect("a database");
    if skip_on_cockroachdb(&db, "a_setting_of_a_transaction_ends_with_it", "old versions have no SET LOCAL") {
        return;
    }
    let one = Database::builder(db.url()).max_connections(1).connect().await.unwrap();
    for text in ["SET LOCAL app.tenant = 'acme'", "SELECT set_config('app.tenant', 'acme', true)"] {
        let inside: Result<_> = one
            .transaction("tenant", async |tx| {
                Sql::trusted(text).exec(&tx).await?;
                Ok(setting(&tx).await)
            })
            .await;
        assert_eq!(inside.unwrap().as_deref(), Some("acme"), "{text}");
        assert_eq!(setting(&one).await, None, "{text}");
    }
    // Alone it would say nothing and change nothing.
    let error = Sql::trusted("SET LOCAL app.tenant = 'acme'").exec(&one).await.unwrap_err();
    assert!(error.is_invalid_statement() && error.to_string().contains("db.transaction(..)"), "{error}");
    let read_only = one.transaction("read", async |tx| {
        Sql::trusted("SET TRANSACTION READ ONLY").exec(&tx).await?;
        Sql::trusted("CREATE").exec(&tx).await.map_err(|error| assert!(error.is_invalid_statement())).ok();
        Ok(())
    });
    assert!(read_only.await.unwrap_err().is_invalid_statement());
}
