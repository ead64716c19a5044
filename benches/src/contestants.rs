//! The same work, once by the library and once by hand.

use crdb_orm::prelude::*;
use tokio_postgres::{Client, NoTls};

/// What everything here ends with.
pub(crate) type Outcome<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Rows that the reads meet.
const ROWS: i64 = 1_000;
/// Statements in a round of single rows.
const SINGLE: i64 = 100;

/// A row of some columns.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "items")]
struct Item {
    #[crdb(primary_key)]
    id: Uuid,
    number: i64,
    name: String,
    price: f64,
    note: Option<String>,
}

const SCHEMA: Schema = Schema::new("bench").tables(&[Item::TABLE]);

/// What a round does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Work {
    Find,
    Insert,
    List,
    Transfer,
}

impl Work {
    pub(crate) const ALL: [Self; 4] = [Self::Find, Self::Insert, Self::List, Self::Transfer];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Find => "100 rows found by key",
            Self::Insert => "100 rows inserted, with RETURNING",
            Self::List => "1,000 rows read at once",
            Self::Transfer => "20 transactions of two updates",
        }
    }
}

pub(crate) trait Contestant {
    fn round(&self, work: Work) -> impl Future<Output = Outcome> + Send;
}

fn key(number: i64) -> Uuid {
    Uuid::from_u128(u128::from(number.unsigned_abs()))
}

/// The library.
pub(crate) struct Library {
    db: Database,
}

impl Library {
    pub(crate) async fn new(url: &str) -> Outcome<Self> {
        let db = Database::builder(url).max_connections(1).connect().await?;
        db.create_schema(&SCHEMA).await?;
        for number in 0..ROWS {
            let name = format!("item {number}");
            Item::insert().id(key(number)).number(number).name(name).price(1.5).exec(&db).await?;
        }
        Ok(Self { db })
    }
}

impl Contestant for Library {
    async fn round(&self, work: Work) -> Outcome {
        let db = &self.db;
        match work {
            Work::Find => {
                for number in 0..SINGLE {
                    Item::find(key(number)).one(db).await?;
                }
            }
            Work::Insert => {
                for number in 0..SINGLE {
                    Item::insert().number(number - ROWS).name("new").price(2.5).one(db).await?;
                }
            }
            Work::List => {
                let items = Item::filter(Item::NUMBER.ge(0)).all(db).await?;
                assert_eq!(items.len(), usize::try_from(ROWS)?);
            }
            Work::Transfer => {
                for number in 0..SINGLE / 5 {
                    db.transaction("transfer", async |tx| {
                        Item::update(key(number)).sub(Item::PRICE, 0.5).exec(&tx).await?;
                        Item::update(key(number + 1)).add(Item::PRICE, 0.5).exec(&tx).await
                    })
                    .await?;
                }
            }
        }
        Ok(())
    }
}

/// By hand: texts prepared once, columns read by index, BEGIN and COMMIT without retries.
pub(crate) struct Raw {
    client: Client,
    find: tokio_postgres::Statement,
    insert: tokio_postgres::Statement,
    list: tokio_postgres::Statement,
    add: tokio_postgres::Statement,
}

impl Raw {
    pub(crate) async fn new(url: &str) -> Outcome<Self> {
        let url = url.replacen("cockroachdb://", "postgresql://", 1);
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
        tokio::spawn(connection);
        // What the library sets, too.
        client.batch_execute("SET default_transaction_isolation = 'serializable'").await?;
        let columns = "id, number, name, price, note";
        Ok(Self {
            find: client.prepare(&format!("SELECT {columns} FROM items WHERE id = $1")).await?,
            insert: client
                .prepare(&format!(
                    "INSERT INTO items (id, number, name, price) VALUES ($1, $2, $3, $4) RETURNING {columns}"
                ))
                .await?,
            list: client.prepare(&format!("SELECT {columns} FROM items WHERE number >= $1")).await?,
            add: client.prepare("UPDATE items SET price = price + $1 WHERE id = $2").await?,
            client,
        })
    }
}

fn item(row: &tokio_postgres::Row) -> Outcome<Item> {
    Ok(Item {
        id: row.try_get(0)?,
        number: row.try_get(1)?,
        name: row.try_get(2)?,
        price: row.try_get(3)?,
        note: row.try_get(4)?,
    })
}

impl Contestant for Raw {
    async fn round(&self, work: Work) -> Outcome {
        let client = &self.client;
        match work {
            Work::Find => {
                for number in 0..SINGLE {
                    item(&client.query_one(&self.find, &[&key(number)]).await?)?;
                }
            }
            Work::Insert => {
                for number in 0..SINGLE {
                    let (id, number) = (Uuid::new_v4(), number - ROWS);
                    item(&client.query_one(&self.insert, &[&id, &number, &"new", &2.5_f64]).await?)?;
                }
            }
            Work::List => {
                let rows = client.query(&self.list, &[&0_i64]).await?;
                let items = rows.iter().map(item).collect::<Outcome<Vec<Item>>>()?;
                assert_eq!(items.len(), usize::try_from(ROWS)?);
            }
            Work::Transfer => {
                for number in 0..SINGLE / 5 {
                    client.batch_execute("BEGIN").await?;
                    client.execute(&self.add, &[&-0.5_f64, &key(number)]).await?;
                    client.execute(&self.add, &[&0.5_f64, &key(number + 1)]).await?;
                    client.batch_execute("COMMIT").await?;
                }
            }
        }
        Ok(())
    }
}
