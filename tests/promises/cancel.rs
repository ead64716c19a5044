//! Promise 6: a future that is dropped at any moment leaves nothing behind.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crdb_orm::testing::TestDb;
use crdb_orm::{Database, InsertBuilder, Result, Sql, Table};

use crate::deferred::Number;
use crate::support::{all_are_back, insert, numbers, read, rows, until, value};
use crdb_orm::testing::FaultProxy;

/// Polls a future so many times at most, and then drops it.
struct Polls<'f, T> {
    future: Option<Pin<Box<dyn Future<Output = T> + Send + 'f>>>,
    left: u32,
}

impl<'f, T> Polls<'f, T> {
    fn new(left: u32, future: impl Future<Output = T> + Send + 'f) -> Self {
        Self { future: Some(Box::pin(future)), left }
    }
}

impl<T> Future for Polls<'_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        if self.left == 0 {
            self.future = None;
            return Poll::Ready(None);
        }
        self.left -= 1;
        let Some(future) = &mut self.future else { return Poll::Ready(None) };
        let polled = future.as_mut().poll(cx).map(Some);
        if polled.is_pending() && self.left == 0 {
            // Dropped right after this poll, not when something wakes it again.
            self.future = None;
            return Poll::Ready(None);
        }
        polled
    }
}

/// A pool of one connection, in which anything that is lost is missed at once.
async fn one_connection(db: &TestDb) -> (FaultProxy, Database) {
    let proxy = FaultProxy::to(db).await.expect("a proxy");
    let builder = Database::builder(&proxy.url()).max_connections(1).wait_timeout(Duration::from_secs(5));
    let through = builder.connect().await.expect("a way through");
    (proxy, through)
}

/// On PostgreSQL, no session of this database has a transaction open.
async fn nothing_is_open(db: &TestDb) {
    if db.is_cockroachdb() {
        // Its sessions do not say; the next transaction would find the locks.
        return;
    }
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND pid <> pg_backend_pid() AND (state LIKE 'idle in transaction%' OR state = 'active')";
    until("no transaction is left open", 0_i64, async || value(db.db(), Sql::trusted(open)).await.unwrap())
        .await;
}

async fn nothing_is_left(db: &TestDb, proxy: &FaultProxy, through: &Database) {
    all_are_back(through).await;
    assert!(through.status().size <= 1 && proxy.most() <= 1, "{:?}", through.status());
    nothing_is_open(db).await;
}

#[tokio::test]
async fn a_transaction_that_is_dropped_at_any_poll_is_committed_or_not_and_leaves_nothing_behind() {
    let db = numbers(1).await;
    let (proxy, through) = one_connection(&db).await;
    let (mut committed, mut rolled_back) = (0, 0);
    for polls in 0.. {
        assert!(polls < 200, "it never completes");
        let id = 100 + i64::from(polls);
        let commits = proxy.count("COMMIT");
        let transaction = through.transaction("dropped", async |tx| {
            read(&tx, 1).await?;
            insert(&tx, id).await?;
            Ok(())
        });
        let ended = Polls::new(polls, transaction.into_future()).await;
        nothing_is_left(&db, &proxy, &through).await;
        let sent = proxy.count("COMMIT") - commits;
        let there = count(&db, id).await;
        assert_eq!(there, sent, "dropped after {polls} polls");
        committed += sent;
        rolled_back += 1 - sent;
        // The same row: nothing holds a lock on it.
        let fresh = through.transaction("fresh", async |tx| {
            Sql::trusted("DELETE FROM n WHERE id = $1").bind(id).exec(&tx).await?;
            insert(&tx, -id).await
        });
        assert_eq!(fresh.await.expect("a fresh transaction"), 1);
        if let Some(result) = ended {
            result.expect("an undisturbed transaction");
            break;
        }
    }
    // Without COMMIT, with COMMIT in flight, and undisturbed: all of them were seen.
    assert!(committed >= 2 && rolled_back >= 4, "{committed} committed, {rolled_back} rolled back");
    let stats = through.stats();
    assert_eq!(stats.attempts, stats.commits + stats.rollbacks + stats.unknown, "{stats:?}");
}

async fn count(db: &TestDb, id: i64) -> usize {
    let count: i64 =
        value(db.db(), Sql::trusted("SELECT count(*) FROM n WHERE id = $1").bind(id)).await.unwrap();
    usize::try_from(count).unwrap()
}

#[tokio::test]
async fn a_transaction_that_is_dropped_while_it_rolls_back_leaves_nothing_behind() {
    let db = numbers(1).await;
    let (proxy, through) = one_connection(&db).await;
    for polls in 0.. {
        assert!(polls < 200, "it never completes");
        let transaction = through.transaction("rolls back", async |tx| {
            insert(&tx, 100).await?;
            // A unique violation.
            insert(&tx, 1).await
        });
        let ended = Polls::new(polls, transaction.into_future()).await;
        nothing_is_left(&db, &proxy, &through).await;
        assert_eq!(rows(&through).await, 1, "dropped after {polls} polls");
        if let Some(result) = ended {
            assert!(result.unwrap_err().is_unique_violation());
            break;
        }
    }
    assert_eq!(proxy.count("COMMIT"), 0);
}

#[tokio::test]
async fn a_statement_that_is_dropped_at_any_poll_is_done_or_not_and_leaves_nothing_behind() {
    let db = numbers(1).await;
    let (proxy, through) = one_connection(&db).await;
    for polls in 0.. {
        assert!(polls < 200, "it never completes");
        let id = 100 + i64::from(polls);
        // Another text each time, so that preparing it is dropped, too.
        let text = format!("INSERT INTO n (id, v) VALUES ({id}, 0)");
        let ended = Polls::new(polls, Sql::trusted(text).exec(&through)).await;
        nothing_is_left(&db, &proxy, &through).await;
        let there = count(&db, id).await;
        assert!(there <= 1);
        insert(&through, -id).await.expect("a fresh statement");
        if let Some(result) = ended {
            assert_eq!((result.expect("an undisturbed statement"), there), (1, 1));
            break;
        }
    }
}

#[tokio::test]
async fn a_statement_that_is_dropped_inside_a_transaction_still_counts() {
    // Whether it is done or not, the answer belongs to the transaction, whose next statement finds the connection in order.
    let db = numbers(1).await;
    let (proxy, through) = one_connection(&db).await;
    for polls in 0.. {
        assert!(polls < 200, "it never completes");
        let id = 100 + i64::from(polls);
        let (ended, second) = through
            .transaction("drops one", async |tx| {
                let ended = Polls::new(polls, insert(&tx, id)).await;
                let second = insert(&tx, -id).await?;
                Ok((ended, second))
            })
            .await
            .expect("the rest of the transaction");
        assert_eq!((second, count(&db, -id).await), (1, 1));
        assert!(count(&db, id).await <= 1);
        nothing_is_left(&db, &proxy, &through).await;
        if let Some(result) = ended {
            assert_eq!((result.unwrap(), count(&db, id).await), (1, 1));
            break;
        }
    }
}

#[tokio::test]
async fn a_slow_statement_that_is_dropped_does_not_hold_its_connection_for_ever() {
    // The server works on; the connection is cancelled and closed after some seconds, and its place is free again.
    let db = numbers(1).await;
    let (_proxy, through) = one_connection(&db).await;
    let sleep = if db.is_cockroachdb() { "SELECT pg_sleep(60)" } else { "SELECT pg_sleep(60)::TEXT" };
    let dropped = tokio::time::timeout(Duration::from_millis(200), Sql::trusted(sleep).exec(&through)).await;
    assert!(dropped.is_err(), "it did not sleep");
    let began = Instant::now();
    let patient = Database::clone(&through);
    until("its place is free", true, async || read(&patient, 1).await.is_ok()).await;
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    nothing_is_open(&db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_cancelled_statements_leak_no_connection() {
    const ROUNDS: u32 = 10_000;
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let through = Database::builder(&proxy.url()).max_connections(4).connect().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..8 {
        let db = through.clone();
        tasks.spawn(async move {
            for round in 0..ROUNDS / 8 {
                // Waiting for a connection, sending, or waiting for the answer.
                match Polls::new((task + round) % 5, read(&db, 1)).await {
                    None => {}
                    Some(result) => assert_eq!(result.expect("a read"), 0),
                }
            }
        });
    }
    let all: Vec<()> = tasks.join_all().await;
    assert_eq!(all.len(), 8);
    all_are_back(&through).await;
    assert!(through.status().size <= 4, "{:?}", through.status());
    // One whose making was cancelled is closed in the background, so there may have been more for a moment.
    until("no other connection is left", true, async || proxy.open() <= through.status().size).await;
    nothing_is_open(&db).await;
    let all_four: Result<Vec<i64>> = {
        let (a, b, c, d) =
            tokio::join!(read(&through, 1), read(&through, 1), read(&through, 1), read(&through, 1));
        [a, b, c, d].into_iter().collect()
    };
    assert_eq!(all_four.expect("every connection works"), [0, 0, 0, 0]);
}

#[tokio::test]
async fn a_closure_that_panics_is_rolled_back_and_leaves_nothing_behind() {
    let db = numbers(1).await;
    let (proxy, through) = one_connection(&db).await;
    let through_it = through.clone();
    let panics = tokio::spawn(async move {
        let transaction = through_it.transaction("panics", async |tx| {
            insert(&tx, 100).await?;
            assert!(tx.attempt() > 1, "on purpose");
            Ok(())
        });
        transaction.await
    });
    assert!(panics.await.is_err_and(|error| error.is_panic()));
    nothing_is_left(&db, &proxy, &through).await;
    assert_eq!(rows(&through).await, 1);
}

#[tokio::test]
async fn what_travels_with_commit_is_done_with_it_or_not_at_all_at_whatever_poll_it_is_dropped() {
    let db = numbers(1).await;
    let (proxy, through) = one_connection(&db).await;
    let (mut done, mut undone) = (0, 0);
    for polls in 0.. {
        assert!(polls < 200, "it never completes");
        let id = 100 + 10 * i64::from(polls);
        let transaction = through.transaction("deferred", async |tx| {
            Number::find(1).one(&tx).await?;
            tx.savepoint(async |sp| {
                insert(&sp, id).await?;
                Number::insert().id(id + 1).v(0).build().defer(&sp);
                Ok(())
            })
            .await?;
            Number::insert().id(id + 2).v(0).build().defer(&tx);
            Ok(())
        });
        let ended = Polls::new(polls, transaction.into_future()).await;
        nothing_is_left(&db, &proxy, &through).await;
        let there = count(&db, id).await + count(&db, id + 1).await + count(&db, id + 2).await;
        assert!(there == 0 || there == 3, "dropped after {polls} polls: {there} of 3 rows");
        if there == 3 {
            done += 1;
        } else {
            undone += 1;
        }
        if let Some(result) = ended {
            result.expect("an undisturbed transaction");
            break;
        }
    }
    assert!(done >= 1 && undone >= 4, "{done} done, {undone} undone");
}

#[tokio::test]
async fn reads_that_are_made_together_leave_nothing_behind_at_whatever_poll_they_are_dropped() {
    let db = numbers(2).await;
    let (proxy, through) = one_connection(&db).await;
    for polls in 0.. {
        assert!(polls < 200, "it never completes");
        let ended = Polls::new(polls, through.read_together((Number::find(1), Number::query()))).await;
        nothing_is_left(&db, &proxy, &through).await;
        if let Some(result) = ended {
            assert_eq!(result.expect("undisturbed reads").1.len(), 2);
            break;
        }
    }
}

#[tokio::test]
async fn a_write_whose_future_is_dropped_in_a_transaction_that_goes_on_is_committed_with_it() {
    let db = numbers(2).await;
    db.transaction("goes on", async |tx| {
        // BEGIN is answered, so what follows is sent when it is first polled.
        read(&tx, 1).await?;
        let slow = Sql::trusted("UPDATE n SET v = 7 WHERE id = 1 AND pg_sleep(2) IS NOT NULL").exec(&tx);
        assert!(tokio::time::timeout(Duration::from_millis(500), slow).await.is_err());
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(read(&db, 1).await.unwrap(), 7);
    // Given up in a savepoint that is undone, it is not.
    db.transaction("goes on", async |tx| {
        let undone: Result<()> = tx
            .savepoint(async |sp| {
                let slow =
                    Sql::trusted("UPDATE n SET v = 8 WHERE id = 2 AND pg_sleep(2) IS NOT NULL").exec(&sp);
                let late = tokio::time::timeout(Duration::from_millis(500), slow).await;
                assert!(late.is_err());
                Number::find(404).one(&sp).await.map(drop)
            })
            .await;
        assert!(undone.is_err());
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(read(&db, 2).await.unwrap(), 0);
}
