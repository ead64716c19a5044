//! The shop alone: `cargo run -p crdb-examples --bin shop`.

use crdb_examples::{Outcome, shop};
use crdb_orm::testing::{DevServer, TestDb};

#[tokio::main]
async fn main() -> Outcome {
    let db = TestDb::new().await?;
    println!("{}", DevServer::shared()?.describe());
    shop::run(&db).await
}
