//! The bank alone: `cargo run -p crdb-examples --bin bank [accounts] [tasks] [transfers]`.

use crdb_examples::{Outcome, bank};
use crdb_orm::testing::{DevServer, TestDb};

#[tokio::main]
async fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |text| text.parse());
    let (accounts, tasks, transfers) = (number(100)?, number(16)?, number(5_000)?);
    if accounts < 2 || tasks == 0 {
        return Err("a transfer needs two accounts and somebody to make it".into());
    }
    let size = bank::Size { accounts: usize::try_from(accounts)?, tasks: usize::try_from(tasks)?, transfers };
    let db = TestDb::new().await?;
    println!("{}", DevServer::shared()?.describe());
    let report = bank::run(&db, size).await?;
    bank::show(&db, size, &report);
    if report.sums.0 == report.sums.1 { Ok(()) } else { Err("the sum of money has changed".into()) }
}
