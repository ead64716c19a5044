//! Promise 15: an idle connection is lent only where somebody has seen it alive.

use std::time::{Duration, Instant};

use crdb_orm::testing::FaultProxy;
use crdb_orm::{Database, DatabaseBuilder};
use crdb_tests::wire::Wire;

use crate::support::{numbers, read, set};

/// Round trips of a read on a connection that was idle for so long: for at least, for at most.
async fn read_after(pool: &Database, proxy: &FaultProxy, pause: Duration) -> (usize, Duration, Duration) {
    let used = Instant::now();
    read(pool, 1).await.expect("a read");
    let returned = Instant::now();
    tokio::time::sleep(pause).await;
    proxy.take_round_trips();
    let least = returned.elapsed();
    read(pool, 1).await.expect("a read");
    (proxy.take_round_trips(), least, used.elapsed())
}

#[tokio::test]
async fn a_connection_is_asked_for_a_sign_of_life_where_it_was_idle_for_long_and_not_where_it_was_used_just_now()
 {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let after = Duration::from_millis(400);
    let builder = Database::builder(&proxy.url()).max_connections(1).check_idle_after(after);
    let pool = builder.connect().await.expect("a pool");
    let (mut asked, mut trusted) = (0, 0);
    for pause in [0, 500, 10, 50, 450, 100, 410, 200, 600] {
        let (trips, least, most) = read_after(&pool, &proxy, Duration::from_millis(pause)).await;
        if least >= after {
            assert_eq!(trips, 2, "after {least:?}");
            asked += 1;
        } else if most < after {
            assert_eq!(trips, 1, "after {most:?}");
            trusted += 1;
        }
    }
    // In between, on a slow machine, nobody can tell.
    assert!(asked >= 4 && trusted >= 2, "{asked}, {trusted}");
    assert_eq!(proxy.accepted(), 1, "it was alive each time");
}

#[tokio::test]
async fn each_use_may_be_asked_for_a_sign_of_life_or_none_and_by_default_none_within_a_second() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let set = |builder: DatabaseBuilder, which| match which {
        0 => builder.check_idle_after(Duration::ZERO),
        1 => builder.parameter("pool_check_idle_after", "0"),
        2 => builder.check_idle_after(Duration::MAX),
        _ => builder,
    };
    for (which, trips) in [(0, 2), (1, 2), (2, 1), (3, 1)] {
        let pool =
            set(Database::builder(&proxy.url()).max_connections(1), which).connect().await.expect("a pool");
        for pause in [0, 300] {
            let (found, ..) = read_after(&pool, &proxy, Duration::from_millis(pause)).await;
            assert_eq!(found, trips, "{which}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_died_without_a_word_while_it_was_idle_is_replaced_and_nobody_sees_an_error() {
    let db = numbers(2).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let wire = Wire::to(&proxy).await;
    let url = proxy.url().replace(&proxy.node(), &wire.node());
    let builder = Database::builder(&url).max_connections(1).check_idle_after(Duration::from_millis(100));
    let pool = builder.connect().await.expect("a pool");
    for round in 1..=3 {
        read(&pool, 1).await.expect("a read");
        wire.go_dark();
        tokio::time::sleep(Duration::from_millis(150)).await;
        let began = Instant::now();
        let work = async {
            match round {
                1 => read(&pool, 1).await.map(drop),
                2 => set(&pool, 1, 5).await.map(|changed| assert_eq!(changed, 1)),
                _ => pool.transaction("works", async |tx| set(&tx, 2, 6).await).attempts(1).await.map(drop),
            }
        };
        // A sign of life is awaited for two seconds.
        let done = tokio::time::timeout(Duration::from_secs(4), work).await;
        done.expect("in time").expect("no error");
        assert!(began.elapsed() >= Duration::from_millis(1_900), "it was asked: {:?}", began.elapsed());
        // The pool may look by itself whether the node is there.
        let made = proxy.accepted();
        assert!((1 + round..=1 + 2 * round).contains(&made) && pool.status().size == 1, "{made}");
    }
    assert_eq!((read(&db, 1).await.expect("a value"), read(&db, 2).await.expect("a value")), (5, 6));
}
