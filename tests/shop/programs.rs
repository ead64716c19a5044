//! Promise: each program of the examples runs to its end; what they send is noted, so that CockroachDB's grammar reads it.
//!
//! `payments` and `metrics` have tests of their own beside them.

use crdb_examples::{bank, shop};
use crdb_orm::testing::TestDb;

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::test]
async fn the_shop_runs_to_its_end() -> Outcome {
    let db = TestDb::new().await?;
    shop::run(&db).await.map_err(|error| error.to_string())?;
    Ok(())
}

#[tokio::test]
async fn the_bank_keeps_its_money() -> Outcome {
    let db = TestDb::new().await?;
    let size = bank::Size { accounts: 8, tasks: 4, transfers: 40 };
    let report = bank::run(&db, size).await.map_err(|error| error.to_string())?;
    bank::show(&db, size, &report);
    assert_eq!(report.sums.0, report.sums.1);
    assert_eq!(report.made + report.refused, 40);
    Ok(())
}
