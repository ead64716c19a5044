use crdb_orm::testing::{TestDb, crdb_test};

#[crdb_test(retry = 2)]
async fn unknown(_db: TestDb) {}

#[crdb_test(retries)]
async fn without_a_value(_db: TestDb) {}

#[crdb_test(retries = 1, retries = 2)]
async fn twice(_db: TestDb) {}

#[crdb_test(retries = 0)]
async fn none(_db: TestDb) {}

#[crdb_test(flavor = "multi_threaded")]
async fn no_such_flavor(_db: TestDb) {}

#[crdb_test(worker_threads = 2)]
async fn on_one_thread(_db: TestDb) {}

fn main() {}
