//! Starts a server for tests, says where, and ends in the way that its argument names.

use std::io::Write;
use std::time::Duration;

use crdb_orm::testing::{DevServer, TestDb, say_skipped, skip_on_cockroachdb, skip_on_postgresql};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let how = std::env::args().nth(1).unwrap_or_default();
    if how == "skip" {
        say_skipped("paper", "a_test", "it has no edge");
        let db = TestDb::new().await?;
        let skipped =
            [skip_on_cockroachdb(&db, "one", "reason one"), skip_on_postgresql(&db, "two", "reason two")];
        return if skipped == [db.is_cockroachdb(), !db.is_cockroachdb()] {
            Ok(())
        } else {
            Err("not as asked".into())
        };
    }
    // In a static, which is never dropped, as in a test.
    let server = DevServer::shared()?;
    let db = TestDb::new().await?;
    println!(
        "{}\n{}\n{}",
        server.folder().map(|folder| folder.display().to_string()).unwrap_or_default(),
        db.url(),
        db.name()
    );
    std::io::stdout().flush()?;
    match how.as_str() {
        "return" => Ok(()),
        "exit" => std::process::exit(0),
        "panic" => panic!("on purpose"),
        _ => loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
        },
    }
}
