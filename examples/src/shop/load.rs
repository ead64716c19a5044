//! Loads the CSV files, many inserts at a time.

use crdb_orm::prelude::*;
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Customer, Order, Status};
use crate::Outcome;

const CUSTOMERS: &str = include_str!("../../shop/data/customers.csv");
const ORDERS: &str = include_str!("../../shop/data/orders.csv");
/// Inserts in flight together: as many as the pool's usual size.
const IN_FLIGHT: usize = 8;

/// Loads customers and orders, with a bar that shows how far it is.
///
/// # Errors
/// A file that cannot be read, or an error of the database.
pub async fn load(db: &Database) -> Outcome {
    insert(db, "customers", rows(CUSTOMERS, customer)?).await?;
    insert(db, "orders", rows(ORDERS, order)?).await
}

async fn insert<T: Table<Scope = ()>>(db: &Database, what: &'static str, rows: Vec<T>) -> Outcome {
    let style = ProgressStyle::with_template("{prefix:>10} {bar:40} {pos}/{len} rows, {per_sec}, {elapsed}")?;
    let bar = ProgressBar::new(rows.len() as u64).with_style(style).with_prefix(what);
    stream::iter(&rows)
        .map(|row| T::insert_row(row).exec(db))
        .buffer_unordered(IN_FLIGHT)
        .inspect_ok(|()| bar.inc(1))
        .try_collect::<()>()
        .await?;
    bar.finish();
    println!("loaded {} {what} in {:.1} s", rows.len(), bar.elapsed().as_secs_f64());
    Ok(())
}

fn rows<T>(text: &str, row: impl Fn(&csv::StringRecord) -> Outcome<T>) -> Outcome<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes()).records().map(|record| row(&record?)).collect()
}

fn cell(record: &csv::StringRecord, column: usize) -> Outcome<&str> {
    record.get(column).ok_or_else(|| format!("a line has only {} columns", record.len()).into())
}

fn customer(record: &csv::StringRecord) -> Outcome<Customer> {
    Ok(Customer {
        id: cell(record, 0)?.parse()?,
        email: cell(record, 1)?.to_owned(),
        name: cell(record, 2)?.to_owned(),
        region: Region::new(cell(record, 3)?),
        created_at: cell(record, 4)?.parse()?,
    })
}

fn order(record: &csv::StringRecord) -> Outcome<Order> {
    Ok(Order {
        id: cell(record, 0)?.parse()?,
        user_id: cell(record, 1)?.parse()?,
        total: cell(record, 2)?.parse()?,
        status: status(cell(record, 3)?)?,
        region: Region::new(cell(record, 4)?),
        created_at: cell(record, 5)?.parse()?,
    })
}

fn status(label: &str) -> Outcome<Status> {
    Status::from_label(label).ok_or_else(|| format!("no such status: {label}").into())
}
