//! Takes payments by HTTP: `cargo run -p crdb-examples --example payments`.

mod service;

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;

use self::service::{Account, PAYMENTS, router};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let db = TestDb::new().await?;
    db.create_schema(&PAYMENTS).await?;
    let account = Account::insert().cents(10_000).one(&db).await?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 3000)).await?;
    println!("Pay, twice, and see that it is paid once. Ctrl-C ends it.\n");
    println!(
        "curl -i http://localhost:3000/accounts/{}/payments -H 'Idempotency-Key: \"{}\"' -H 'Content-Type: application/json' -d '{{\"cents\": 250}}'",
        account.id,
        Uuid::new_v4()
    );
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, router(db.db().clone())).with_graceful_shutdown(stop).await?;
    Ok(())
}
