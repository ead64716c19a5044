//! Rows that were written together come back in the order in which they were given, whatever the server makes of their keys.

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::tables::{Customer, NUMBERS, Order, Saying, Stamp, Topic, database, sayings};

#[tokio::test]
async fn rows_whose_numbers_come_back_written_otherwise_keep_their_order() -> Result<()> {
    let db = database().await?;
    let topic = Topic::insert().name("x").one(&db).await?;
    let (numbers, sayings) = (NUMBERS, || sayings(&topic));
    let texts = |rows: Vec<Saying>| rows.into_iter().map(|row| row.text).collect::<Vec<_>>();
    assert_eq!(texts(Saying::insert_many(sayings()).all(&db).await?), numbers);
    // Rows that are there are updated, or left out.
    assert_eq!(texts(Saying::insert_many(sayings()).or_update().all(&db).await?), numbers);
    assert_eq!(texts(Saying::insert_many(sayings()).or_ignore().all(&db).await?), [""; 0]);
    Saying::filter(Saying::TEXT.eq_any(["7", "1.00", "8.0"])).delete().exec(&db).await?;
    assert_eq!(texts(Saying::insert_many(sayings()).or_ignore().all(&db).await?), ["7", "1.00", "8.0"]);
    Ok(())
}

#[tokio::test]
async fn rows_whose_times_the_server_cuts_keep_their_order() -> Result<()> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").one(&db).await?;
    let order = Order::insert().customer_id(ann.id).total(1).one(&db).await?;
    // Cut to whole seconds: of every other one the server changes the key.
    let stamps = || {
        (0..9_i64).map(|n| {
            let nanos = if n % 2 == 0 { 300_000_000 } else { 0 };
            let at = DateTime::from_timestamp(9 - n, nanos).expect("a time").naive_utc();
            Stamp::insert().order_id(order.id).at(at).text(n.to_string())
        })
    };
    let texts = |rows: Vec<Stamp>| rows.into_iter().map(|row| row.text).collect::<String>();
    assert_eq!(texts(Stamp::insert_many(stamps()).all(&db).await?), "012345678");
    Stamp::filter(Stamp::TEXT.eq_any(["1", "2", "5", "6"])).delete().exec(&db).await?;
    assert_eq!(texts(Stamp::insert_many(stamps()).or_ignore().all(&db).await?), "1256");
    Ok(())
}
