//! Contention control: fewer attempts run where they conflict, in their order, and retries lock what they read.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::txn::Contention;
use crdb_orm::{Error, LockReads, Result};
use tokio::sync::Notify;

use crate::support::{numbers, set, until};

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "n")]
struct Number {
    #[crdb(primary_key)]
    id: i64,
    v: i64,
}

/// What is known of transactions of this name.
fn contention(db: &Database, name: &str) -> Option<Contention> {
    db.contention().into_iter().find(|contention| contention.name == name)
}

async fn count_up(db: &Database, id: i64) -> Result<()> {
    db.transaction("count up", async |tx| {
        let number = Number::find(id).one(&tx).await?;
        Number::update(id).set(Number::V, number.v + 1).exec(&tx).await
    })
    .attempts(1000)
    .deadline(Duration::from_mins(1))
    .await?;
    Ok(())
}

/// Makes every attempt conflict until only one of this name may run at once.
async fn pin_to_one(db: &Database, name: &'static str) {
    let outcome: Result<()> = db
        .transaction(name, async |tx| {
            let number = Number::find(1).one(&tx).await?;
            set(&db.outside(), 1, number.v + 1).await?;
            Number::update(1).set(Number::V, 0).exec(&tx).await.map(drop)
        })
        .lock_reads(LockReads::Never)
        .attempts(12)
        .await;
    assert!(outcome.unwrap_err().is_serialization_failure());
    assert_eq!(contention(db, name).and_then(|contention| contention.limit), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_on_one_row_wait_for_each_other_and_every_commit_is_made() {
    let test = numbers(1).await;
    let db = Database::builder(test.url()).max_connections(32).connect().await.unwrap();
    // From the beginning one of them runs at a time, whatever they would meet: so the others wait.
    pin_to_one(&db, "count up").await;
    let before = (Number::find(1).one(&db).await.unwrap().v, contention(&db, "count up").unwrap());
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    count_up(&db, 1).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(Number::find(1).one(&db).await.unwrap().v, before.0 + 320);
    let (before, seen) = (before.1, contention(&db, "count up").expect("its name is known"));
    assert!(seen.conflicts > 0 && seen.waits > before.waits && seen.waited > before.waited, "{seen:?}");
    assert_eq!((seen.running, seen.waiting), (0, 0), "every turn was given back");
    assert_eq!(db.stats().contention, db.contention());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_that_do_not_meet_are_not_limited() {
    let test = numbers(16).await;
    let db = Database::builder(test.url()).max_connections(16).isolation(crdb_orm::Isolation::ReadCommitted);
    let db = db.connect().await.unwrap();
    let tasks: Vec<_> = (1..=16)
        .map(|id| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    count_up(&db, id).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let seen = contention(&db, "count up").expect("its name is known");
    assert_eq!((seen.limit, seen.conflicts, seen.waits, seen.running), (None, 0, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_that_waits_for_its_turn_holds_no_connection_and_its_deadline_counts() {
    let test = numbers(1).await;
    let db = Database::builder(test.url()).max_connections(4).connect().await.unwrap();
    pin_to_one(&db, "t").await;
    let (inside, leave) = (Notify::new(), Notify::new());
    let ran = AtomicU32::new(0);
    let first = async {
        db.transaction("t", async |tx| {
            Number::find(1).one(&tx).await?;
            inside.notify_one();
            leave.notified().await;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    };
    let others = async {
        inside.notified().await;
        let waiting = async {
            let began = Instant::now();
            let outcome: Result<()> = db
                .transaction("t", async |_| {
                    ran.fetch_add(1, SeqCst);
                    Ok(())
                })
                .deadline(Duration::from_secs(2))
                .await;
            (outcome, began.elapsed())
        };
        let looking = async {
            until("it waits for its turn", 1, async || contention(&db, "t").unwrap().waiting).await;
            let in_use = db.status().size - db.status().idle;
            (contention(&db, "t").unwrap(), in_use)
        };
        let ((outcome, took), (seen, in_use)) = tokio::join!(waiting, looking);
        assert_eq!((seen.running, seen.waiting, in_use), (1, 1, 1), "{seen:?}");
        let error = outcome.unwrap_err();
        assert!(error.is_deadline() && error.to_string().contains("turn"), "{error}");
        assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(20), "{took:?}");
        // Another name, and one that takes no part, do not wait.
        db.transaction("another", async |_| Ok::<_, Error>(()))
            .deadline(Duration::from_secs(5))
            .await
            .unwrap();
        let free = db.transaction("t", async |_| Ok::<_, Error>(())).limit(false);
        free.deadline(Duration::from_secs(5)).await.unwrap();
        leave.notify_one();
    };
    tokio::join!(first, others);
    assert_eq!(ran.load(SeqCst), 0);
    db.transaction("t", async |_| Ok::<_, Error>(())).deadline(Duration::from_secs(5)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_gives_its_turn_back_whether_it_waits_or_runs() {
    let test = numbers(1).await;
    let db = Database::builder(test.url()).max_connections(4).connect().await.unwrap();
    pin_to_one(&db, "t").await;
    for _ in 0..5 {
        let runs = db.transaction("t", async |_| std::future::pending::<Result<()>>().await);
        let waits = db.transaction("t", async |_| Ok::<_, Error>(()));
        let both = async { tokio::join!(runs, waits) };
        assert!(tokio::time::timeout(Duration::from_millis(50), both).await.is_err());
    }
    let next = db.transaction("t", async |_| Ok::<_, Error>(())).deadline(Duration::from_secs(5));
    next.await.unwrap();
    let seen = contention(&db, "t").unwrap();
    assert_eq!((seen.running, seen.waiting), (0, 0));
}

/// Runs two attempts that read row 1; says of each whether the read had locked it.
async fn locked(db: &Database, lock_reads: LockReads) -> Vec<bool> {
    let locked = std::sync::Mutex::new(Vec::new());
    db.transaction("look", async |tx| {
        let number = Number::find(1).one(&tx).await?;
        let outside = db.outside();
        let taken = Sql::trusted("SELECT id FROM n WHERE id = 1 FOR UPDATE NOWAIT").exec(&outside).await;
        if let Err(error) = &taken {
            assert_eq!(error.sqlstate(), Some("55P03"), "{error}");
        }
        locked.lock().unwrap().push(taken.is_err());
        if tx.attempt() == 1 {
            // The first attempt is made to fail: what it writes was changed by another one since.
            if taken.is_ok() {
                set(&outside, 1, number.v + 1).await?;
            }
        }
        Number::update(1).set(Number::V, number.v + 1).exec(&tx).await
    })
    .lock_reads(lock_reads)
    .await
    .unwrap();
    locked.into_inner().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_by_key_lock_their_row_from_the_second_attempt_on_unless_it_is_said_otherwise() {
    let db = numbers(1).await;
    assert_eq!(locked(&db, LockReads::OnRetry).await, [false, true]);
    assert_eq!(locked(&db, LockReads::Never).await, [false, false]);
    assert_eq!(locked(&db, LockReads::Always).await, [true]);
    assert_eq!(locked(&db, LockReads::default()).await, [false, true]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_only_reads_locks_nothing() {
    let db = numbers(1).await;
    let read = db.transaction("read", async |tx| Number::find(1).one(&tx).await);
    let number = read.read_only().lock_reads(LockReads::Always).await.expect("FOR UPDATE would be refused");
    assert_eq!((number.id, number.v), (1, 0));
}
