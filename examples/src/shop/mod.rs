//! The shop: customers and their orders, in three regions.

pub mod data;
mod load;
mod queries;
mod schema;

pub use self::load::load;
pub use self::queries::{StatusTotal, show, statements};
pub use self::schema::{Customer, Order, SHOP, Status};

use crdb_orm::prelude::*;

use crate::Outcome;

/// The whole story: prints the schema, creates it, loads the data, asks a few questions.
///
/// # Errors
/// Any error of the database, or of the data's files.
pub async fn run(db: &Database) -> Outcome {
    println!("{}", SHOP.ddl(db.target(&SHOP).await?)?);
    db.create_schema(&SHOP).await?;
    load(db).await?;
    show(db).await
}
