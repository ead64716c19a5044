//! The demo: the shop, then the bank, on a database of its own. `cargo xtask demo` runs it.

use crdb_examples::{Outcome, bank, shop};
use crdb_orm::testing::{DevServer, TestDb};

#[tokio::main]
async fn main() -> Outcome {
    let shop_db = TestDb::new().await?;
    println!("{}", DevServer::shared()?.describe());
    shop::run(&shop_db).await?;

    let bank_db = TestDb::new().await?;
    let size = bank::Size { accounts: 100, tasks: 16, transfers: 5_000 };
    let report = bank::run(&bank_db, size).await?;
    bank::show(&bank_db, size, &report);
    if report.sums.0 != report.sums.1 {
        return Err("the sum of money has changed: that is a bug, please report it".into());
    }
    println!("\nThe sum of money is unchanged.");
    Ok(())
}
