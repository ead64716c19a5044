use crdb_orm::prelude::*;

async fn all<T: Table>(db: &Database) -> crdb_orm::Result<Vec<T>> {
    T::query().all(db).await
}

async fn save<T: Table>(db: &dyn Write, row: &T) -> crdb_orm::Result<()> {
    T::insert_row(row).exec(db).await
}

async fn one<T: Table<Scope = ()>>(db: &Database, key: T::Key) -> crdb_orm::Result<T> {
    T::find(key).one(db).await
}

fn main() {}
