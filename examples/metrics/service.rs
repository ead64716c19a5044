//! What a service needs to be watched: a recorder, an endpoint, and something to do.

use axum::Router;
use axum::routing::get;
use crdb_orm::prelude::*;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// From a statement on the same machine to a transaction that nearly gives up.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Installs a recorder for this process.
pub(crate) fn prometheus() -> Result<PrometheusHandle, Box<dyn std::error::Error + Send + Sync>> {
    let builder = PrometheusBuilder::new();
    let handle =
        builder.set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?.install_recorder()?;
    crdb_orm::observe::describe();
    Ok(handle)
}

/// `GET /metrics`.
pub(crate) fn router(prometheus: PrometheusHandle) -> Router {
    Router::new().route(
        "/metrics",
        get(async move || {
            prometheus.run_upkeep();
            prometheus.render()
        }),
    )
}

/// An account of the service.
#[derive(CrdbTable, Debug)]
#[crdb(table = "accounts")]
pub(crate) struct Account {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) cents: i64,
}

/// The schema of the service.
pub(crate) const SCHEMA: Schema = Schema::new("accounts").tables(&[Account::TABLE]);

/// Keeps a database busy for as long as it is awaited: twelve tasks move cents between two accounts, and get into each
/// other's way. What fails is seen in the numbers, and tried again.
pub(crate) async fn busy(db: &Database) -> crdb_orm::Result<()> {
    let accounts =
        [Account::insert().cents(0).one(db).await?.id, Account::insert().cents(0).one(db).await?.id];
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..12 {
        let db = db.clone();
        tasks.spawn(async move {
            let (from, to) = (accounts[number % 2], accounts[(number + 1) % 2]);
            loop {
                let moved = db.transaction("transfer", async |tx| {
                    let (giver, taker) =
                        (Account::find(from).one(&tx).await?, Account::find(to).one(&tx).await?);
                    Account::update(giver.id).set(Account::CENTS, giver.cents - 1).exec(&tx).await?;
                    Account::update(taker.id).set(Account::CENTS, taker.cents + 1).exec(&tx).await
                });
                if let Err(error) = moved.await {
                    eprintln!("not transferred: {error}");
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        });
    }
    tasks.join_all().await;
    Ok(())
}
