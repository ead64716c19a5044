//! What is cancelled is cancelled through TLS, too.

use std::time::Duration;

use crdb_orm::{Database, Sql};

use crate::server::TlsServer;

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_cancelled_over_tls() {
    let test = "a_statement_that_nobody_waits_for_is_cancelled_over_tls";
    let Some(server) = TlsServer::shared(test).await else { return };
    let db = Database::connect(&server.url("only_tls", "sslmode=require")).await.expect("a way in");
    let sleep = Sql::trusted("SELECT pg_sleep(60)").exec(&db);
    assert!(tokio::time::timeout(Duration::from_secs(2), sleep).await.is_err());
    let running =
        "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'";
    assert_eq!(server.ask(running).await.as_deref(), Some("1"));
    // A server in the middle of a statement does not look whether its client is still there: only the cancel request,
    // which is sent when the statement has not come to an end for five seconds, ends it.
    for _ in 0..90 {
        if server.ask(running).await.as_deref() == Some("0") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it still runs");
}
