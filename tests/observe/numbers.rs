//! What is counted.

use std::collections::BTreeMap;
use std::time::Duration;

use crdb_orm::DatabaseBuilder;
use crdb_orm::observe::METRICS;
use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::{Fault, LogIn, Reply};
use crdb_orm::testing::{FaultProxy, TestDb, force_retries};
use crdb_tests::wire::Wire;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

/// A number.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "numbers")]
struct Number {
    #[crdb(primary_key)]
    id: Uuid,
    value: i64,
}

const SCHEMA: Schema = Schema::new("numbers").tables(&[Number::TABLE, Ledger::TABLE]);

/// Every metric so far as `name{label="value"}`: the value of a counter or gauge, the number of values of a histogram.
struct Seen(BTreeMap<String, f64>);

impl Seen {
    /// Takes what was counted since the last time.
    fn take(snapshotter: &Snapshotter) -> Self {
        let mut seen = BTreeMap::new();
        for (key, _, _, value) in snapshotter.snapshot().into_vec() {
            let key = key.key();
            let metric = METRICS.iter().find(|metric| metric.name == key.name());
            let metric = metric.unwrap_or_else(|| panic!("{} is not in the table", key.name()));
            let mut labels: Vec<(&str, &str)> =
                key.labels().map(|label| (label.key(), label.value())).collect();
            labels.sort_by_key(|(name, _)| metric.labels.iter().position(|label| label == name));
            let names: Vec<&str> = labels.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, metric.labels, "{}", metric.name);
            let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let value = match value {
                DebugValue::Counter(count) => f64::from(u32::try_from(count).expect("a small count")),
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(values) => {
                    assert!(values.iter().all(|value| (0.0..60.0).contains(&value.into_inner())), "seconds");
                    f64::from(u32::try_from(values.len()).expect("a small count"))
                }
            };
            seen.insert(format!("{}{{{}}}", metric.name, labels.join(",")), value);
        }
        Self(seen)
    }

    #[track_caller]
    fn is(&self, name: &str, expected: f64) {
        let found = self.0.get(name).copied().unwrap_or_default();
        assert!((found - expected).abs() < 1e-9, "{name} is {found} and not {expected}: {:#?}", self.0);
    }
}

struct World {
    db: TestDb,
    snapshotter: Snapshotter,
    _recorder: metrics::LocalRecorderGuard<'static>,
}

/// Everything of a test runs on one thread, so that a recorder of its own sees it all and nothing else.
async fn world() -> World {
    let recorder: &'static DebuggingRecorder = Box::leak(Box::default());
    let guard = metrics::set_default_local_recorder(recorder);
    let snapshotter = recorder.snapshotter();
    let db = TestDb::new().await.expect("a database");
    db.create_schema(&SCHEMA).await.expect("the schema");
    drop(Seen::take(&snapshotter));
    World { db, snapshotter, _recorder: guard }
}

async fn through(db: &TestDb) -> (FaultProxy, Database) {
    let proxy = FaultProxy::to(db).await.expect("a proxy");
    let through = Database::builder(&proxy.url()).max_connections(2).connect().await.expect("a way through");
    (proxy, through)
}

fn node(proxy: &FaultProxy) -> String {
    let url = proxy.url();
    let rest = url.rsplit('@').next().unwrap_or_default();
    let rest = rest.rsplit("://").next().unwrap_or_default();
    rest.split('/').next().unwrap_or_default().to_owned()
}

fn pool(db: &TestDb) -> String {
    let path = db.url().split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn statements_are_counted_by_verb_table_and_outcome() {
    let World { db, snapshotter, _recorder } = world().await;
    let number = Number::insert().value(1).one(&db).await.unwrap();
    let again = Number::insert_row(&number).exec(&db).await;
    assert!(again.unwrap_err().is_unique_violation());
    Number::find(number.id).one(&db).await.unwrap();
    db.transaction("read", async |tx| Number::find(number.id).one(&tx).await).await.unwrap();
    Sql::trusted("SELECT 1::INT8").one::<(i64,), _>(&db).await.unwrap();
    let seen = Seen::take(&snapshotter);
    seen.is("crdb_statement_seconds{verb=insert,table=numbers,outcome=ok}", 1.0);
    seen.is("crdb_statement_seconds{verb=insert,table=numbers,outcome=23505}", 1.0);
    seen.is("crdb_statement_seconds{verb=select,table=numbers,outcome=ok}", 2.0);
    seen.is("crdb_statement_seconds{verb=sql,table=,outcome=ok}", 1.0);
}

#[tokio::test]
async fn transactions_are_counted_once_by_outcome_and_their_attempts_and_retries_beside() {
    let World { db, snapshotter, _recorder } = world().await;
    let add = async |tx: Tx| Number::insert().value(1).one(&tx).await;
    db.transaction("add", add).await.unwrap();
    {
        let _forced = force_retries(&db, 2);
        db.transaction("add", add).await.unwrap();
        let error = db.transaction("add", add).attempts(2).await.unwrap_err();
        assert_eq!(error.attempts(), 2);
    }
    let failed = async |tx: Tx| Sql::trusted("SELECT 1 / 0").exec(&tx).await;
    db.transaction("fail", failed).await.unwrap_err();
    let dry = async |tx: Tx| {
        tx.rollback_only();
        Number::insert().value(1).one(&tx).await
    };
    db.transaction("dry", dry).await.unwrap();
    for _ in 0..2 {
        db.transaction("keyed", async |tx| Number::query().count(&tx).await)
            .once(Uuid::from_u128(1))
            .await
            .unwrap();
    }
    let seen = Seen::take(&snapshotter);
    seen.is("crdb_transaction_seconds{name=add,outcome=committed}", 2.0);
    seen.is("crdb_transaction_seconds{name=add,outcome=gave_up}", 1.0);
    seen.is("crdb_transaction_attempts_total{name=add}", 6.0);
    // That of the last attempt is counted, too, though none followed it.
    seen.is("crdb_transaction_retries_total{name=add,reason=INJECTED}", 4.0);
    seen.is("crdb_transaction_seconds{name=fail,outcome=rolled_back}", 1.0);
    seen.is("crdb_transaction_seconds{name=dry,outcome=rolled_back}", 1.0);
    seen.is("crdb_transaction_seconds{name=keyed,outcome=committed}", 1.0);
    seen.is("crdb_transaction_seconds{name=keyed,outcome=replayed}", 1.0);
    assert!(seen.0.keys().all(|name| !name.contains("unknown")), "{:?}", seen.0);
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_counted_as_unknown() {
    let World { db, snapshotter, _recorder } = world().await;
    let (proxy, through) = through(&db).await;
    let add = async |tx: Tx| Number::insert().value(1).one(&tx).await;
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    assert!(through.transaction("add", add).await.unwrap_err().is_outcome_unknown());
    // Under a key it is found out.
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let keyed = async |tx: Tx| Ok(Number::insert().value(1).one(&tx).await?.value);
    through.transaction("keyed", keyed).once(Uuid::from_u128(2)).await.unwrap();
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let lost = Number::insert_row(&Number { id: Uuid::from_u128(1), value: 1 });
    assert!(lost.exec(&through).await.unwrap_err().is_outcome_unknown());
    let seen = Seen::take(&snapshotter);
    seen.is("crdb_commits_unknown_total{name=add}", 1.0);
    seen.is("crdb_commits_unknown_total{name=keyed}", 1.0);
    seen.is("crdb_transaction_seconds{name=add,outcome=unknown}", 1.0);
    seen.is("crdb_transaction_seconds{name=keyed,outcome=replayed}", 1.0);
    seen.is("crdb_statement_seconds{verb=insert,table=numbers,outcome=lost}", 1.0);
}

#[tokio::test]
async fn the_pool_and_its_connections_are_seen() {
    let World { db, snapshotter, _recorder } = world().await;
    let (proxy, through) = through(&db).await;
    let name = pool(&db);
    let node = node(&proxy);
    let seen = Seen::take(&snapshotter);
    seen.is(&format!("crdb_connections_created_total{{node={node}}}"), 1.0);
    seen.is(&format!("crdb_connect_seconds{{node={node}}}"), 1.0);
    seen.is(&format!("crdb_node_up{{node={node}}}"), 1.0);

    through
        .transaction("look", async |tx| {
            Number::query().count(&tx).await?;
            let seen = Seen::take(&snapshotter);
            seen.is(&format!("crdb_pool_connections{{pool={name},state=used}}"), 1.0);
            seen.is(&format!("crdb_pool_connections_max{{pool={name}}}"), 2.0);
            Ok(())
        })
        .await
        .unwrap();
    let seen = Seen::take(&snapshotter);
    seen.is(&format!("crdb_pool_connections{{pool={name},state=used}}"), 0.0);
    seen.is(&format!("crdb_pool_connections{{pool={name},state=idle}}"), 1.0);

    let url = proxy.url();
    let small = Database::builder(&url)
        .max_connections(1)
        .wait_timeout(Duration::from_millis(50))
        .connect()
        .await
        .unwrap();
    drop(Seen::take(&snapshotter));
    small
        .transaction("hold", async |tx| {
            Number::query().count(&tx).await?;
            let other = small.outside();
            let error = Number::query().count(&other).await.unwrap_err();
            assert!(error.is_pool_timeout(), "{error}");
            Ok(())
        })
        .await
        .unwrap();
    let seen = Seen::take(&snapshotter);
    seen.is(&format!("crdb_pool_wait_seconds{{pool={name},outcome=timeout}}"), 1.0);
    seen.is(&format!("crdb_pool_wait_seconds{{pool={name},outcome=ok}}"), 1.0);

    proxy.on("SELECT").strike(Fault::CutAfterSend);
    Number::query().count(&small).await.unwrap();
    let seen = Seen::take(&snapshotter);
    seen.is(&format!("crdb_connections_closed_total{{node={node},cause=lost}}"), 1.0);
    seen.is(&format!("crdb_connections_created_total{{node={node}}}"), 1.0);

    drop(proxy);
    Number::query().count(&small).await.unwrap_err();
    let seen = Seen::take(&snapshotter);
    seen.is(&format!("crdb_node_up{{node={node}}}"), 0.0);
    assert!(seen.0[&format!("crdb_connections_failed_total{{node={node}}}")] >= 1.0);
}

/// Waits until something is so. A gauge is no longer what it was once it was looked at.
async fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: not within 10 seconds");
}

#[tokio::test]
async fn who_waits_for_a_connection_is_seen_as_long_as_he_waits() {
    let World { db, snapshotter, _recorder } = world().await;
    let waiting = format!("crdb_pool_waiting{{pool={}}}", pool(&db));
    let small = Database::builder(db.url()).max_connections(1).connect().await.expect("a database");
    small
        .transaction("hold", async |tx| {
            Number::query().count(&tx).await?;
            let other = small.outside();
            for looks in [true, false] {
                let mut first = std::pin::pin!(Number::query().count(&other));
                let mut second = std::pin::pin!(Number::query().count(&other));
                for (number, one) in [(1.0, &mut first), (2.0, &mut second)] {
                    assert!(futures_util::poll!(one.as_mut()).is_pending());
                    if looks {
                        Seen::take(&snapshotter).is(&waiting, number);
                    }
                }
            }
            // All have given up, and nothing else has happened.
            Seen::take(&snapshotter).is(&waiting, 0.0);
            Ok(())
        })
        .await
        .expect("a transaction");
}

#[tokio::test]
async fn what_the_pool_closes_by_itself_is_seen() {
    let World { db, snapshotter, _recorder } = world().await;
    let idle = format!("crdb_pool_connections{{pool={},state=idle}}", pool(&db));
    let short = Database::builder(db.url()).idle_timeout(Duration::from_millis(50)).connect().await;
    let short = short.expect("a database");
    Number::query().count(&short).await.expect("a count");
    // Nobody asks for anything.
    until("it is closed", || short.status().size == 0).await;
    Seen::take(&snapshotter).is(&idle, 0.0);
    let closed = Database::builder(db.url()).connect().await.expect("a database");
    Number::query().count(&closed).await.expect("a count");
    closed.close_within(Duration::from_secs(1)).await;
    Seen::take(&snapshotter).is(&idle, 0.0);
}

#[tokio::test]
async fn a_node_that_only_the_background_looks_at_is_seen_to_be_down() {
    let World { db, snapshotter, _recorder } = world().await;
    let (proxy, through) = through(&db).await;
    let node = node(&proxy);
    Number::query().count(&through).await.expect("a count");
    // Whoever connects is not answered any more, and the last connection is gone.
    proxy.log_in(LogIn::Silence);
    proxy.cut();
    until("it is down", || through.status().nodes.iter().all(|node| !node.up)).await;
    let seen = Seen::take(&snapshotter);
    seen.is(&format!("crdb_node_up{{node={node}}}"), 0.0);
    seen.is(&format!("crdb_connections_failed_total{{node={node}}}"), 1.0);
}

#[tokio::test]
async fn a_connection_that_was_never_made_is_not_counted_when_it_is_closed() {
    let World { db, snapshotter, _recorder } = world().await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    proxy.on("SET default_transaction_isolation").answer("53400");
    let builder = Database::builder(&proxy.url()).statement_timeout(Duration::from_secs(9));
    let error = builder.connect().await.expect_err("no session");
    assert!(error.sqlstate() == Some("53400"), "{error}");
    let seen = Seen::take(&snapshotter);
    for number in ["crdb_connections_closed_total", "crdb_connections_created_total"] {
        assert!(!seen.0.iter().any(|(name, many)| name.starts_with(number) && *many > 0.0), "{:#?}", seen.0);
    }
}

/// Waits until so many connections were closed for these causes, and for no others. Where a node has lost its last one, the
/// pool may look whether it is up, and has no need of what it made for that: such a one is idle.
async fn closed(snapshotter: &Snapshotter, causes: &[(&str, f64)]) {
    let expected: BTreeMap<String, f64> =
        causes.iter().map(|(cause, many)| ((*cause).to_owned(), *many)).collect();
    let mut all: BTreeMap<String, f64> = BTreeMap::new();
    for _ in 0..1000 {
        for (name, value) in Seen::take(snapshotter).0 {
            let labels = name.strip_prefix("crdb_connections_closed_total{");
            let cause = labels.and_then(|labels| labels.strip_suffix('}')?.split_once(",cause="));
            if let Some((_, cause)) = cause.filter(|_| value > 0.0) {
                *all.entry(cause.to_owned()).or_default() += value;
            }
        }
        if expected.iter().all(|(cause, many)| all.get(cause).is_some_and(|found| found >= many)) {
            all.retain(|cause, _| cause != "idle" || expected.contains_key(cause));
            assert_eq!(all, expected);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within 10 seconds: {expected:?}: {all:?}");
}

#[tokio::test]
async fn closed_connections_are_counted_by_cause() {
    let World { db, snapshotter, _recorder } = world().await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let wire = Wire::to(&proxy).await;
    let over_the_wire = proxy.url().replace(&proxy.node(), &wire.node());
    let open = async |builder: DatabaseBuilder| builder.max_connections(1).connect().await.expect("a pool");
    let count = async |pool: &Database| Number::query().count(pool).await.expect("a count");
    // Longer than a statement takes, on a slow machine too.
    let short = Duration::from_secs(1);
    let pause = async || tokio::time::sleep(Duration::from_millis(1_200)).await;

    // Too old, and not used for too long: noticed by who comes next, or before.
    let pool = open(Database::builder(&proxy.url()).max_lifetime(short)).await;
    drop(Seen::take(&snapshotter));
    pause().await;
    count(&pool).await;
    closed(&snapshotter, &[("too old", 1.0)]).await;
    drop(pool);

    let pool = open(Database::builder(&proxy.url()).idle_timeout(short)).await;
    drop(Seen::take(&snapshotter));
    pause().await;
    count(&pool).await;
    closed(&snapshotter, &[("idle", 1.0)]).await;
    // Nobody needs it any more.
    drop(pool);
    closed(&snapshotter, &[("idle", 1.0)]).await;

    // The server ends it, or a wire that says nothing.
    let pool = open(Database::builder(&proxy.url())).await;
    drop(Seen::take(&snapshotter));
    proxy.cut();
    count(&pool).await;
    closed(&snapshotter, &[("lost", 1.0)]).await;
    drop(pool);
    let pool = open(Database::builder(&over_the_wire).check_idle_after(short)).await;
    drop(Seen::take(&snapshotter));
    wire.go_dark();
    pause().await;
    count(&pool).await;
    closed(&snapshotter, &[("lost", 1.0)]).await;

    // Nobody knows what became of the statement of who has gone.
    proxy.on("SELECT").strike(Fault::Silence);
    assert!(tokio::time::timeout(short, count(&pool)).await.is_err());
    closed(&snapshotter, &[("in doubt", 1.0)]).await;
    // What was cancelled, since the cancel request may hit whatever comes next.
    let sleeps = pool.transaction("sleeps", async |tx| Sql::trusted("SELECT pg_sleep(30)").exec(&tx).await);
    sleeps.deadline(Duration::from_millis(300)).await.expect_err("its deadline");
    closed(&snapshotter, &[("in doubt", 1.0)]).await;
    count(&pool).await;
    let sleep = Sql::trusted("SELECT pg_sleep(30)").exec(&pool);
    let (cut, report) = tokio::join!(sleep, pool.close_within(short));
    assert!(cut.is_err() && report.cut.len() == 1, "{report}");
    closed(&snapshotter, &[("in doubt", 1.0)]).await;
}

#[tokio::test]
async fn connections_of_a_node_that_is_left_are_counted_so() {
    let World { db, snapshotter, _recorder } = world().await;
    let nodes = [FaultProxy::to(&db).await.expect("a proxy"), FaultProxy::to(&db).await.expect("a proxy")];
    let url = nodes[0].url().replace(&nodes[0].node(), &format!("{},{}", nodes[0].node(), nodes[1].node()));
    let pool = Database::builder(&url).max_connections(4).min_idle(4).connect().await.expect("a pool");
    while pool.status().idle < 4 || pool.status().nodes.iter().any(|node| node.connections != 2) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(Seen::take(&snapshotter));
    // It says on one connection that it goes, and the other one is open still.
    let goes = Reply::error("57P01").severity("FATAL").message("server is shutting down");
    let said = nodes[0].on("SELECT").answer(goes);
    nodes[0].log_in(crdb_orm::testing::proxy::LogIn::Close);
    while said.struck() == 0 {
        let reads =
            (0..4).map(|_| async { Number::query().count(&pool).await.expect("a count, here or there") });
        futures_util::future::join_all(reads).await;
    }
    // That one is not used again after words that end it; whatever it was, the other one was well.
    closed(&snapshotter, &[("in doubt", 1.0), ("node left", 1.0)]).await;
}

#[tokio::test]
async fn waits_of_contention_control_are_seen() {
    let World { db, snapshotter, _recorder } = world().await;
    let number = Number::insert().value(0).one(&db).await.unwrap();
    // How many of them wait is a matter of luck, and none of them may in one round.
    let mut waits = 0;
    for _ in 0..20 {
        if waits > 0 {
            break;
        }
        let local = tokio::task::LocalSet::new();
        for _ in 0..24 {
            let db = Database::clone(&db);
            local.spawn_local(async move {
                db.transaction("count up", async |tx| {
                    let now = Number::find(number.id).one(&tx).await?;
                    Number::update(number.id).set(Number::VALUE, now.value + 1).exec(&tx).await
                })
                .attempts(u32::MAX)
                .deadline(Duration::from_mins(1))
                .await
                .unwrap();
            });
        }
        local.await;
        waits = db.contention().iter().map(|contention| contention.waits).sum();
    }
    assert!(waits > 0, "{:?}", db.contention());
    let seen = Seen::take(&snapshotter);
    let told = seen.0.get("crdb_contention_wait_seconds{name=count up}").copied();
    assert_eq!(told, Some(f64::from(u32::try_from(waits).unwrap())), "{:?}", db.contention());
    assert!(seen.0.contains_key("crdb_contention_limit{name=count up}"));
}
