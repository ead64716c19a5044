//! What `#[crdb_test]` expands to calls.

use super::retries::force_retries;
use super::test_db::TestDb;
use crate::database::Database;
use crate::schema::Schema;

/// The options of a `#[crdb_test]`. Not part of the API: it changes without notice.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct __TestOptions {
    /// What is created first.
    pub schema: Option<&'static Schema>,
    /// How many attempts are forced to fail in a second run; none means no second run.
    pub retries: u32,
    /// Whether the test runs on several threads.
    pub multi_thread: bool,
    /// How many threads.
    pub worker_threads: Option<usize>,
}

/// What a `#[crdb_test]` may take. Not part of the API: it changes without notice.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `#[crdb_test]` takes `TestDb` or `Database`, and not `{Self}`",
    label = "write `TestDb` or `Database`"
)]
pub trait __TestArgument: Sized {
    /// The argument, and what must live as long as the test runs.
    fn from_test_db(db: TestDb) -> (Self, Option<TestDb>);
}

impl __TestArgument for TestDb {
    fn from_test_db(db: TestDb) -> (Self, Option<TestDb>) {
        (db, None)
    }
}

impl __TestArgument for Database {
    fn from_test_db(db: TestDb) -> (Self, Option<TestDb>) {
        (db.db().clone(), Some(db))
    }
}

/// What a `#[crdb_test]` may return. Not part of the API: it changes without notice.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `#[crdb_test]` returns nothing or a `Result`, and not `{Self}`",
    label = "return `()` or a `Result`"
)]
pub trait __TestResult {
    /// Whether the test failed.
    fn has_failed(&self) -> bool;
}

impl __TestResult for () {
    fn has_failed(&self) -> bool {
        false
    }
}

impl<T, E> __TestResult for Result<T, E> {
    fn has_failed(&self) -> bool {
        self.is_err()
    }
}

/// Runs a test on a fresh database, and again on another one where retries are asked for. Not part of the API: it
/// changes without notice.
///
/// # Panics
/// There is no database server, or the schema cannot be created: the test has failed.
#[doc(hidden)]
#[track_caller]
#[allow(clippy::needless_pass_by_value, reason = "an expansion calls it")]
pub fn __run_test<A, F, T>(options: __TestOptions, body: impl Fn(A) -> F) -> T
where
    A: __TestArgument,
    F: Future<Output = T>,
    T: __TestResult,
{
    let result = run(options, 0, &body);
    if options.retries == 0 || result.has_failed() {
        return result;
    }
    // Shown if the second run fails.
    let first =
        if options.retries == 1 { "attempt".to_owned() } else { format!("{} attempts", options.retries) };
    println!(
        "the test has passed; now once more, with the first {first} of each transaction forced to fail with 40001"
    );
    run(options, options.retries, &body)
}

#[track_caller]
fn run<A, F, T>(options: __TestOptions, retries: u32, body: &impl Fn(A) -> F) -> T
where
    A: __TestArgument,
    F: Future<Output = T>,
{
    let mut builder = if options.multi_thread {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    if let Some(threads) = options.worker_threads {
        builder.worker_threads(threads);
    }
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("the runtime of the test did not start: {error}"),
    };
    runtime.block_on(async {
        let db = match TestDb::new().await {
            Ok(db) => db,
            Err(error) => panic!("the test has no database: {error}"),
        };
        if let Some(schema) = options.schema
            && let Err(error) = db.create_schema(schema).await
        {
            panic!("the schema of the test was not created: {error}");
        }
        // It lives as long as the test, on this very pool.
        let _forced = (retries > 0).then(|| force_retries(&db, retries));
        let (argument, _kept) = A::from_test_db(db);
        body(argument).await
    })
}
