//! Promise 15: connections are spread over the nodes; one that drains is left at once, one that dies takes nothing with
//! it that had not begun, and one that comes back gets its part again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::{LogIn, Reply};
use crdb_orm::testing::{FaultProxy, TestDb};
use crdb_orm::{DatabaseBuilder, Error, RetryPolicy};
use crdb_tests::wire::Wire;

use crate::deferred::Number;
use tokio::sync::{Barrier, Notify};

use crate::support::{numbers, read, rows, set, until};

/// A server behind three proxies, which are three nodes to a pool.
struct Cluster {
    db: TestDb,
    nodes: Vec<Arc<FaultProxy>>,
}

impl Cluster {
    async fn start() -> Self {
        let db = numbers(64).await;
        let mut nodes = Vec::new();
        for _ in 0..3 {
            nodes.push(Arc::new(FaultProxy::to(&db).await.expect("a proxy")));
        }
        Self { db, nodes }
    }

    fn url(&self) -> String {
        let all: Vec<String> = self.nodes.iter().map(|node| node.node()).collect();
        self.nodes[0].url().replace(&all[0], &all.join(","))
    }

    fn builder(&self, connections: usize) -> DatabaseBuilder {
        Database::builder(&self.url()).max_connections(connections).connect_timeout(Duration::from_secs(5))
    }

    /// The connections at each node, as the nodes see it.
    fn spread(&self) -> Vec<usize> {
        self.nodes.iter().map(|node| node.open()).collect()
    }

    fn is_even(&self) -> bool {
        let spread = self.spread();
        spread.iter().max().zip(spread.iter().min()).is_some_and(|(most, least)| most - least <= 1)
    }
}

/// What many tasks did through one pool.
#[derive(Default)]
struct Work {
    over: AtomicBool,
    transactions: AtomicU64,
    reads: AtomicU64,
    writes: AtomicU64,
    unknown: AtomicU64,
}

const TASKS: u64 = 200;

/// Lets 200 tasks work until `act` has ended; returns every failure.
async fn under_work(db: &Database, act: impl Future<Output = ()>) -> (Arc<Work>, Vec<Error>) {
    let work = Arc::new(Work::default());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..TASKS {
        let (db, work) = (db.clone(), work.clone());
        tasks.spawn(async move {
            let id = i64::try_from(number % 64).unwrap_or_default() + 1;
            let mut failures = Vec::new();
            while !work.over.load(SeqCst) {
                let result = match number % 4 {
                    0 => {
                        let pay = db.transaction("adds", async |tx| {
                            let add = Sql::trusted("UPDATE n SET v = v + 1 WHERE id = $1").bind(id);
                            add.exec(&tx).await
                        });
                        let added = pay.await;
                        work.transactions.fetch_add(u64::from(added.is_ok()), SeqCst);
                        added.map(drop)
                    }
                    1 => {
                        let wrote =
                            Sql::trusted("UPDATE n SET v = v + 1 WHERE id = $1").bind(id).exec(&db).await;
                        work.writes.fetch_add(u64::from(wrote.is_ok()), SeqCst);
                        wrote.map(drop)
                    }
                    2 => {
                        let found = Number::find(id).one(&db).await;
                        work.reads.fetch_add(u64::from(found.is_ok()), SeqCst);
                        found.map(drop)
                    }
                    _ => {
                        let found = db.transaction("reads", async |tx| read(&tx, id).await).read_only().await;
                        work.reads.fetch_add(u64::from(found.is_ok()), SeqCst);
                        found.map(drop)
                    }
                };
                if let Err(error) = result {
                    work.unknown.fetch_add(u64::from(error.is_outcome_unknown()), SeqCst);
                    failures.push(error);
                }
                tokio::time::sleep(Duration::from_millis(fastrand::u64(1..20))).await;
            }
            failures
        });
    }
    act.await;
    work.over.store(true, SeqCst);
    let failures = tasks.join_all().await.into_iter().flatten().collect();
    (work, failures)
}

async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// Every increment that was reported as done is there, and no more than those whose outcome is unknown besides.
async fn nothing_is_lost_or_done_twice(cluster: &Cluster, work: &Work) {
    let (sum,): (i64,) = Sql::trusted("SELECT sum(v)::INT8 FROM n").one(&*cluster.db).await.expect("a sum");
    let done = work.transactions.load(SeqCst) + work.writes.load(SeqCst);
    let sum = u64::try_from(sum).unwrap_or_default();
    let unknown = work.unknown.load(SeqCst);
    assert!((done..=done + unknown).contains(&sum), "{sum} of {done} and {unknown} unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_spread_evenly_over_the_nodes() {
    let cluster = Cluster::start().await;
    let db = cluster.builder(9).min_idle(9).connect().await.expect("a pool");
    until("three connections at each node", vec![3, 3, 3], async || cluster.spread()).await;
    until("all of them are idle", 9, async || db.status().idle).await;
    let status = db.status();
    assert_eq!((status.size, status.in_use), (9, 0), "{status:?}");
    assert!(
        status.is_healthy() && status.nodes.iter().all(|node| node.up && node.connections == 3),
        "{status:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_when_one_node_of_three_drains_and_its_connections_come_back_with_it() {
    let cluster = Cluster::start().await;
    let db = cluster.builder(15).connect().await.expect("a pool");
    let act = async {
        pause(500).await;
        for node in [0, 1] {
            let drained = &cluster.nodes[node];
            drained.drain_gracefully();
            until("the draining node is left", 0, async || drained.open()).await;
            pause(500).await;
            let status = db.status();
            let down: Vec<_> = status.nodes.iter().filter(|node| !node.up).collect();
            assert_eq!(down.len(), 1, "{status:?}");
            assert_eq!(*down[0].node, *drained.node());
            let returned = Instant::now();
            drained.come_back();
            until("connections are even again", true, async || cluster.is_even()).await;
            assert!(returned.elapsed() < Duration::from_secs(9), "{:?}", returned.elapsed());
        }
    };
    let (work, failures) = under_work(&db, act).await;
    // Those, too, that were on their way to the node while it said good-bye.
    assert!(failures.is_empty(), "{} failed, the first: {:?}", failures.len(), failures[0]);
    let writes = work.writes.load(SeqCst);
    assert!(work.transactions.load(SeqCst) > 100 && work.reads.load(SeqCst) > 100 && writes > 100);
    nothing_is_lost_or_done_twice(&cluster, &work).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_a_node_dies_only_what_was_in_flight_may_fail_and_says_rightly_what_became_of_it() {
    let cluster = Cluster::start().await;
    let db = cluster.builder(15).connect().await.expect("a pool");
    let act = async {
        for node in &cluster.nodes {
            pause(400).await;
            node.die();
            pause(600).await;
            let returned = Instant::now();
            node.come_back();
            until("connections are even again", true, async || cluster.is_even()).await;
            assert!(returned.elapsed() < Duration::from_secs(9), "{:?}", returned.elapsed());
        }
    };
    let (work, failures) = under_work(&db, act).await;
    for error in &failures {
        // Reads and transactions before their COMMIT are run again; what is left is what nobody can know.
        assert!(error.is_outcome_unknown(), "{error:?}");
    }
    // Three deaths, each with at most the connections of one node in flight.
    assert!(failures.len() <= 3 * 5, "{} failed", failures.len());
    nothing_is_lost_or_done_twice(&cluster, &work).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_connection_of_a_node_that_broke_is_looked_at_before_it_is_used() {
    let cluster = Cluster::start().await;
    let db = cluster.builder(6).min_idle(6).connect().await.expect("a pool");
    until("two connections at each node", vec![2, 2, 2], async || cluster.spread()).await;
    // All at once, and nobody has looked yet.
    cluster.nodes[0].die();
    for id in 1..=12 {
        assert_eq!(set(&db, id, 1).await.expect("a single write that had not begun"), 1);
    }
    until("the others have its connections", vec![0, 3, 3], async || cluster.spread()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_lets_nobody_in_is_tried_again_and_again_but_not_by_those_who_wait() {
    let cluster = Cluster::start().await;
    cluster.nodes[2].log_in(LogIn::Silence);
    let db = cluster
        .builder(6)
        .connect_timeout(Duration::from_secs(10))
        .min_idle(6)
        .connect()
        .await
        .expect("a pool");
    until("the silent node is known to be down", 2, async || {
        db.status().nodes.iter().filter(|node| node.up).count()
    })
    .await;
    let before = cluster.nodes[2].accepted();
    let began = Instant::now();
    for id in 1..=20 {
        read(&db, id).await.expect("a read at another node");
    }
    // Nobody waited for the ten seconds that the silent node is given, and it was not asked by each of them.
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    let probed = cluster.nodes[2].accepted() - before;
    assert!(probed <= 5, "{probed} probes in {:?}", began.elapsed());
    cluster.nodes[2].log_in(LogIn::Forward);
    until("it is up again", 3, async || db.status().nodes.iter().filter(|node| node.up).count()).await;
    until("connections are even again", true, async || cluster.is_even()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_says_nothing_costs_a_moment_and_not_seconds() {
    let cluster = Cluster::start().await;
    let silent = &cluster.nodes[..2];
    for node in silent {
        node.log_in(LogIn::Silence);
    }
    let mut pools = Vec::new();
    for _ in 0..6 {
        let began = Instant::now();
        let db = cluster.builder(1).connect().await.expect("the third node is there");
        // It may take five seconds.
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        pools.push(db);
    }
    // Two nodes that are equally good are tried in any order, so some pool met them. What lost goes on, and is noted.
    until("those that were tried are known to be down", true, async || {
        pools.iter().any(|db| db.status().nodes.iter().any(|node| !node.up))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_only_reads_is_passed_over_where_one_that_writes_is_wanted() {
    let cluster = Cluster::start().await;
    let reads_only = |node: &FaultProxy| {
        node.on("transaction_read_only").always().answer(Reply::row("transaction_read_only", "on"))
    };
    cluster.nodes[..2].iter().for_each(|node| drop(reads_only(node)));
    let url = cluster.url();
    let url = format!("{url}{}target_session_attrs=read-write", if url.contains('?') { '&' } else { '?' });
    for _ in 0..4 {
        let db = Database::builder(&url).max_connections(1).connect().await.expect("the third node writes");
        assert_eq!(set(&db, 1, 5).await.expect("a write"), 1);
        assert_eq!(db.status().nodes.iter().map(|node| node.connections).collect::<Vec<_>>(), [0, 0, 1]);
    }
    reads_only(&cluster.nodes[2]);
    let error = Database::builder(&url).connect().await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    for node in &cluster.nodes {
        assert!(error.to_string().contains(&node.node()), "{} in {error}", node.node());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_second_is_closed_and_its_node_stays_up() {
    let cluster = Cluster::start().await;
    for node in &cluster.nodes[..2] {
        node.latency(Duration::from_millis(400));
    }
    for _ in 0..4 {
        let db = cluster.builder(1).connect().await.expect("a pool");
        assert_eq!(read(&db, 1).await.expect("a read"), 0);
        until("the pool has its one connection and no other", 1, async || cluster.spread().iter().sum())
            .await;
        assert!(db.status().nodes.iter().all(|node| node.up), "{:?}", db.status());
        assert_eq!(db.status().nodes.iter().map(|node| node.connections).sum::<usize>(), 1);
        drop(db);
        until("it is gone", 0, async || cluster.spread().iter().sum::<usize>()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_nodes_may_go_and_come_back() {
    let cluster = Cluster::start().await;
    let db = cluster.builder(6).connect().await.expect("a pool");
    cluster.nodes.iter().for_each(|node| node.die());
    let error = read(&db, 1).await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    until("no node is up", false, async || db.status().is_healthy()).await;
    cluster.nodes.iter().for_each(|node| node.come_back());
    until("all nodes are up", true, async || db.status().nodes.iter().all(|node| node.up)).await;
    assert_eq!(rows(&db).await, 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_of_the_own_region_are_preferred_while_one_is_up() {
    let cluster = Cluster::start().await;
    for (node, region) in cluster.nodes.iter().zip(["west", "east", "west"]) {
        node.pose_as_cockroachdb("25.2.0");
        node.on("gateway_region()").always().answer(Reply::row("gateway_region", region));
    }
    let db = cluster.builder(4).min_idle(4).region("west").connect().await.expect("a pool");
    until("all connections are near", vec![2, 0, 2], async || cluster.spread()).await;
    cluster.nodes[0].die();
    until("the other near node has them", vec![0, 0, 4], async || cluster.spread()).await;
    cluster.nodes[2].die();
    until("far is better than nowhere", vec![0, 4, 0], async || cluster.spread()).await;
    assert_eq!(rows(&db).await, 64);
    cluster.nodes[0].come_back();
    until("and near is better than far", vec![4, 0, 0], async || cluster.spread()).await;
    let regions: Vec<_> = db.status().nodes.iter().map(|node| node.region.clone()).collect();
    assert_eq!(regions, [Some("west".to_owned()), Some("east".to_owned()), Some("west".to_owned())]);
}

/// A pool of so many idle connections over a wire.
async fn over_a_wire(db: &TestDb, connections: usize) -> (FaultProxy, Wire, Database) {
    let proxy = FaultProxy::to(db).await.expect("a proxy");
    let wire = Wire::to(&proxy).await;
    let url = proxy.url().replace(&proxy.node(), &wire.node());
    let pool = Database::builder(&url).max_connections(connections).connect().await.expect("a pool");
    let holding = (0..connections).map(|_| async {
        Sql::trusted("SELECT pg_sleep(0.3)").exec(&pool).await.expect("some sleep");
    });
    futures_util::future::join_all(holding).await;
    until("all of them are idle", connections, async || pool.status().idle).await;
    (proxy, wire, pool)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_that_is_lost_costs_one_moment_and_not_one_for_each_connection() {
    let db = numbers(1).await;
    let (_proxy, wire, pool) = over_a_wire(&db, 6).await;
    // One is lost with a word, so the others are looked at before they are used; nobody answers on any of them.
    let killed = pool.transaction("is lost", async |tx| {
        Sql::trusted("SELECT pg_terminate_backend(pg_backend_pid())").exec(&tx).await
    });
    killed.attempts(1).await.expect_err("a connection that is lost");
    wire.go_dark();
    let began = Instant::now();
    assert_eq!(read(&pool, 1).await.expect("a new connection"), 0);
    // Two seconds are waited for the first of the five, and would be ten for all of them.
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_up_on_a_silent_connection_makes_others_look_before_they_use_theirs() {
    let db = numbers(1).await;
    let (_proxy, wire, pool) = over_a_wire(&db, 4).await;
    wire.go_dark();
    let given_up = tokio::time::timeout(Duration::from_millis(100), read(&pool, 1)).await;
    assert!(given_up.is_err());
    until("its connection is given up", 0, async || pool.status().abandoned).await;
    // Without a word from anybody, this one would wait on the next connection for as long as it may.
    let read = tokio::time::timeout(Duration::from_secs(4), read(&pool, 1)).await;
    assert_eq!(read.expect("a new connection in time").expect("a value"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_room_works_for_those_that_it_has_let_in() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(4).connect().await.expect("a pool");
    let refused = Reply::error("53300").severity("FATAL").message("sorry, too many clients already");
    proxy.log_in(LogIn::Answer(refused));
    // Eight tasks, of which one at a time has the only connection that there may be, for a moment, thirty times each.
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for _ in 0..30 {
                    let work = pool.transaction("works", async |tx| {
                        let value = read(&tx, 1).await?;
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        Ok(value)
                    });
                    work.await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    until("it is known to be full", true, async || pool.status().nodes[0].full).await;
    let status = pool.status();
    assert!(!status.nodes[0].up && status.is_healthy(), "{status:?}");
    for task in tasks {
        task.await.expect("no panic").expect("its turn");
    }
    // They took turns, and did not ask the server again and again: that is done for all of them, now and then.
    assert!(proxy.accepted() < 20, "{}", proxy.accepted());
    proxy.log_in(LogIn::Forward);
    until("it is up again", true, async || pool.status().nodes[0].up).await;
    assert!(!pool.status().nodes[0].full);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_nobody_waits_for_any_more_is_made_to_its_end_for_who_comes_next() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(2).connect().await.expect("a pool");
    proxy.cut();
    until("its connection is gone", 0, async || pool.status().nodes[0].connections).await;
    // A far server, and callers who are less patient than a connection to it takes: one of two connections that there
    // may be, and what the pool makes to see whether the node is up, are enough for all of them.
    proxy.latency(Duration::from_millis(600));
    let before = proxy.accepted();
    for _ in 0..8 {
        assert!(tokio::time::timeout(Duration::from_millis(70), read(&pool, 1)).await.is_err());
    }
    assert!(proxy.accepted() - before <= 3, "{}", proxy.accepted() - before);
    until("it is there all the same", true, async || pool.status().idle > 0).await;
    proxy.latency(Duration::ZERO);
    assert_eq!(read(&pool, 1).await.expect("a value"), 0);
    // One that is still being made does not keep the pool from closing.
    proxy.log_in(LogIn::Silence);
    proxy.cut();
    until("its connections are gone", 0, async || pool.status().nodes[0].connections).await;
    assert!(tokio::time::timeout(Duration::from_millis(70), read(&pool, 1)).await.is_err());
    let closed = pool.close_within(Duration::from_secs(5)).await;
    assert!(closed.is_clean(), "{closed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gives_up_waiting_for_room_at_any_moment_leaks_nothing() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(4).connect().await.expect("a pool");
    proxy.log_in(LogIn::Answer(
        Reply::error("53300").severity("FATAL").message("sorry, too many clients already"),
    ));
    let tasks = (0..400).map(|number| {
        let pool = pool.clone();
        tokio::spawn(async move {
            let work = pool.transaction("works", async |tx| read(&tx, 1).await);
            let patience = Duration::from_micros(fastrand::u64(..4000) * (number % 40));
            tokio::time::timeout(patience, work.into_future()).await.is_ok_and(|done| done.is_ok())
        })
    });
    let done = futures_util::future::join_all(tasks).await;
    assert!(
        done.iter().all(Result::is_ok) && done.iter().any(|done| matches!(done, Ok(true))),
        "some are served"
    );
    crate::support::all_are_back(&pool).await;
    proxy.log_in(LogIn::Forward);
    until("it is up again", true, async || pool.status().nodes[0].up).await;
    let four = Barrier::new(4);
    let holding = (0..4).map(|_| {
        let holds = pool.transaction("holds", async |tx| {
            read(&tx, 1).await?;
            four.wait().await;
            Ok(())
        });
        holds.into_future()
    });
    let all_at_once = tokio::time::timeout(Duration::from_secs(20), futures_util::future::join_all(holding));
    for held in all_at_once.await.expect("all four at once") {
        held.expect("a read");
    }
    assert_eq!(pool.status().size, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_room_is_an_error_where_there_is_nothing_to_wait_for_or_the_time_is_up() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url())
        .max_connections(2)
        .wait_timeout(Duration::from_secs(2))
        .retry(RetryPolicy::default().attempts(1));
    let pool = pool.connect().await.expect("a pool");
    let refused = Reply::error("53300").severity("FATAL").message("sorry, too many clients already");
    proxy.log_in(LogIn::Answer(refused));
    let (held, over) = (Notify::new(), Notify::new());
    let holds = pool.transaction("holds the only one", async |tx| {
        held.notify_one();
        over.notified().await;
        read(&tx, 1).await
    });
    let waits = async {
        held.notified().await;
        let began = Instant::now();
        let waited = (read(&pool, 1).await, began.elapsed());
        over.notify_one();
        waited
    };
    let (held, (waited, took)) = tokio::join!(holds.into_future(), waits);
    assert_eq!(held.expect("what has a connection"), 0);
    let error = waited.unwrap_err();
    assert!(error.is_connection() && error.sqlstate() == Some("53300"), "{error}");
    assert!((Duration::from_secs(2)..Duration::from_secs(10)).contains(&took), "{took:?}");
    proxy.cut();
    until("its connection is gone", 0, async || pool.status().nodes[0].connections).await;
    let began = Instant::now();
    let error = read(&pool, 1).await.unwrap_err();
    assert!(error.sqlstate() == Some("53300") && began.elapsed() < Duration::from_secs(2), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_last_connection_is_lost_is_looked_at_though_nobody_asks_for_one() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(4).connect().await.expect("a pool");
    proxy.die();
    until("it is known to be down", false, async || pool.status().is_healthy()).await;
    proxy.come_back();
    until("it is known to be up", true, async || pool.status().is_healthy()).await;
    assert_eq!(read(&pool, 1).await.expect("a value"), 0);
}
