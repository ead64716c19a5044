use crdb_orm::Database;
use crdb_orm::testing::{TestDb, crdb_test};

#[crdb_test]
fn not_async(_db: TestDb) {}

#[crdb_test]
async fn without_a_database() {}

#[crdb_test]
async fn with_two(_db: TestDb, _other: Database) {}

#[crdb_test]
async fn generic<T>(_db: TestDb) {}

#[crdb_test]
#[test]
async fn a_test_already(_db: TestDb) {}

fn main() {}
