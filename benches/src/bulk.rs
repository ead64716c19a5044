//! Many rows: `-- bulk [rows] [rounds]`. An insert of many rows, and a copy, against COPY BINARY by tokio-postgres, in turns, into a table
//! with a UUID key and one secondary index.

use std::pin::pin;
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::{DevServer, TestDb};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls};

use crate::contestants::Outcome;
use crate::median;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "payments", index(on(customer)))]
struct Payment {
    #[crdb(primary_key)]
    id: Uuid,
    customer: Uuid,
    cents: i64,
    note: String,
}

const SCHEMA: Schema = Schema::new("bulk").tables(&[Payment::TABLE]);

pub(crate) async fn run(mut arguments: impl Iterator<Item = String>) -> Outcome {
    let count: usize = arguments.next().map_or(Ok(100_000), |count| count.parse())?;
    let rounds: usize = arguments.next().map_or(Ok(7), |rounds| rounds.parse())?;
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    println!("{}: {count} rows, median of {rounds} rounds", DevServer::shared()?.describe());
    let (client, connection) =
        tokio_postgres::connect(&db.url().replacen("cockroachdb", "postgresql", 1), NoTls).await?;
    tokio::spawn(connection);

    let shapes = [(500, 1), (500, 4), (1000, 1), (1000, 4), (2000, 4)];
    let (mut copies, mut ours) = (Vec::new(), Vec::new());
    let mut inserts = vec![Vec::new(); shapes.len()];
    for round in 0..=rounds {
        let rows = rows(count);
        let copy = timed(&db, &client, async { copy(&client, &rows).await }).await?;
        let rows = self::rows(count);
        let typed = timed(&db, &client, async { Ok(Payment::copy_in(&rows).exec(&db).await?) }).await?;
        for (shape, times) in shapes.iter().zip(&mut inserts) {
            // Keys are not used twice: those of a round before would be in the cache.
            let rows = self::rows(count);
            let insert = timed(&db, &client, async {
                let many = Payment::insert_many(&rows).batch_rows(shape.0).in_flight(shape.1);
                Ok(many.exec(&*db).await?)
            });
            let insert = insert.await?;
            // The first round warms up.
            if round > 0 {
                times.push(insert);
            }
        }
        if round > 0 {
            copies.push(copy);
            ours.push(typed);
        }
    }
    let copy = median(&mut copies);
    let many = f64::from(u32::try_from(count)?);
    let rate = |time: Duration| many / time.as_secs_f64();
    println!("{:<44}{:>10.0} rows/s", "COPY BINARY, tokio-postgres", rate(copy));
    let rate_of = rate(median(&mut ours));
    println!("{:<44}{rate_of:>10.0} rows/s{:>8.2} of COPY's", "copy_in", rate_of / rate(copy));
    for ((rows, in_flight), mut times) in shapes.into_iter().zip(inserts) {
        let rate_of = rate(median(&mut times));
        let name = format!("insert_many, {rows} rows a batch, {in_flight} in flight");
        println!("{name:<44}{rate_of:>10.0} rows/s{:>8.2} of COPY's", rate_of / rate(copy));
    }
    Ok(())
}

fn rows(count: usize) -> Vec<Payment> {
    let row = |n: usize| Payment {
        id: Uuid::new_v4(),
        customer: Uuid::new_v4(),
        cents: i64::try_from(n).unwrap_or_default(),
        note: format!("payment {n}"),
    };
    (0..count).map(row).collect()
}

/// Runs it on an empty table, and says how long it took.
async fn timed(
    db: &Database,
    client: &Client,
    work: impl Future<Output = Outcome<u64>>,
) -> Outcome<Duration> {
    client.batch_execute("TRUNCATE payments; CHECKPOINT").await?;
    let began = Instant::now();
    let written = work.await?;
    let took = began.elapsed();
    let there = Payment::query().count(db).await?;
    if there == written { Ok(took) } else { Err(format!("{there} rows are there of {written}").into()) }
}

async fn copy(client: &Client, rows: &[Payment]) -> Outcome<u64> {
    let sink = client.copy_in("COPY payments (id, customer, cents, note) FROM STDIN BINARY").await?;
    let writer = BinaryCopyInWriter::new(sink, &[Type::UUID, Type::UUID, Type::INT8, Type::TEXT]);
    let mut writer = pin!(writer);
    for row in rows {
        writer.as_mut().write(&[&row.id, &row.customer, &row.cents, &row.note]).await?;
    }
    Ok(writer.finish().await?)
}
