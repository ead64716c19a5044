//! Promise 15: `target_session_attrs` says which kind of node is wanted, and of two real servers that one is found.

use crdb_orm::testing::{DevServer, DevServerOptions, say_skipped};
use crdb_orm::{Database, Sql};

#[cfg(unix)]
use crate::standby::Standby;
use crate::support::until;

/// A server that takes writes, and one that does not.
struct Two {
    writes: DevServer,
    reads: DevServer,
}

fn node(server: &DevServer) -> String {
    node_of(server.url())
}

fn node_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    rest.rsplit('@').next().unwrap_or_default().to_owned()
}

/// A URL with these keys in place of those that it has.
fn with(url: &str, nodes: &str, server: &DevServer, keys: &str) -> String {
    let url = url.replace(&node(server), nodes);
    format!("{url}{}{keys}", if url.contains('?') { '&' } else { '?' })
}

impl Two {
    async fn start(test: &str) -> Option<Self> {
        let servers = tokio::task::spawn_blocking(|| {
            let start = || DevServerOptions::new().tcp().start().expect("a server");
            Two { writes: start(), reads: start() }
        });
        let two = servers.await.expect("two servers");
        if two.reads.is_cockroachdb() {
            say_skipped("CockroachDB", test, "its superuser has no defaults, so that it takes writes always");
            return None;
        }
        two.set("ALTER DATABASE postgres SET default_transaction_read_only = on").await;
        Some(two)
    }

    /// Does something on the server that takes no writes, as somebody to whom that does not apply.
    async fn set(&self, sql: &'static str) {
        let url =
            with(self.reads.url(), &node(&self.reads), &self.reads, "default_transaction_read_only=off");
        let admin = Database::builder(&url)
            .database("postgres")
            .max_connections(1)
            .connect()
            .await
            .expect("a connection");
        admin.run_ddl(&[sql]).await.expect("another default");
        admin.close().await;
    }

    /// A pool to these nodes.
    async fn connect(&self, nodes: &[&DevServer], target: Option<&str>) -> crdb_orm::Result<Database> {
        let nodes: Vec<String> = nodes.iter().map(|server| node(server)).collect();
        let keys = target.map_or_else(String::new, |target| format!("target_session_attrs={target}"));
        let url = with(self.writes.url(), &nodes.join(","), &self.writes, &keys);
        Database::builder(&url).database("postgres").max_connections(4).min_idle(4).connect().await
    }
}

async fn write(db: &Database) -> crdb_orm::Result<()> {
    db.run_ddl(&["CREATE TABLE IF NOT EXISTS t (id INT8 PRIMARY KEY)"]).await
}

fn connections(db: &Database) -> Vec<usize> {
    db.status().nodes.iter().map(|node| node.connections).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_kind_of_node_that_is_wanted_is_found_and_the_other_one_is_passed_over_until_it_changes() {
    let test = "the_kind_of_node_that_is_wanted_is_found_and_the_other_one_is_passed_over_until_it_changes";
    let Some(two) = Two::start(test).await else { return };
    let both = [&two.reads, &two.writes];

    // Whichever, and that is what nobody says, too: connections are spread over both.
    for target in [None, Some("any")] {
        let db = two.connect(&both, target).await.expect("a node");
        until("two at each", vec![2, 2], async || connections(&db)).await;
        assert!(db.status().nodes.iter().all(|node| node.up), "{:?}", db.status());
    }

    // Several times, since a node that nothing is known of is chosen by chance.
    for _ in 0..4 {
        let db = two.connect(&both, Some("read-only")).await.expect("the node that does not write");
        until("all are at the one", vec![4, 0], async || connections(&db)).await;
        let error = write(&db).await.expect_err("no writes there");
        assert_eq!(error.sqlstate(), Some("25006"), "{error}");
        db.close().await;
        let db = two.connect(&both, Some("read-write")).await.expect("the node that writes");
        until("all are at the other one", vec![0, 4], async || connections(&db)).await;
        write(&db).await.expect("a write");
        db.close().await;
    }

    for (server, target, why) in
        [(&two.reads, "read-write", "does not allow writes"), (&two.writes, "read-only", "not read only")]
    {
        let error = two.connect(&[server], Some(target)).await.map(drop).expect_err("no such node");
        assert!(error.is_connection() && error.node() == Some(node(server).as_str()), "{error:?}");
        let said = error.to_string();
        assert!(said.contains(why) && said.contains("hint: `target_session_attrs`"), "{said}");
    }

    // The other one begins to take writes, as after a failover, and is found out by a probe.
    let db = two.connect(&both, Some("read-write")).await.expect("the node that writes");
    until("it is known that the other one does not", 1, async || {
        db.status().nodes.iter().filter(|node| node.up).count()
    })
    .await;
    let reason = db.status().nodes[0].reason.clone().unwrap_or_default();
    assert!(reason.contains("does not allow writes"), "{reason}");
    two.set("ALTER DATABASE postgres RESET default_transaction_read_only").await;
    until("two at each", vec![2, 2], async || connections(&db)).await;
    write(&db).await.expect("a write, wherever");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_is_passed_over_where_the_primary_is_wanted_until_it_is_promoted() {
    let test = "a_standby_is_passed_over_where_the_primary_is_wanted_until_it_is_promoted";
    let start = || DevServerOptions::new().tcp().start().expect("a server");
    let primary = tokio::task::spawn_blocking(start).await.expect("a server");
    if primary.is_cockroachdb() {
        return say_skipped("CockroachDB", test, "it has no standbys");
    }
    let standby = Standby::beside(&primary).await;
    let nodes = [node_of(standby.url()), node(&primary)];
    let connect = async |nodes: &str, target: &str| {
        let url = with(primary.url(), nodes, &primary, &format!("target_session_attrs={target}"));
        Database::builder(&url).database("postgres").max_connections(4).min_idle(4).connect().await
    };
    let both = nodes.join(",");
    for target in ["primary", "read-write", "primary", "primary"] {
        let db = connect(&both, target).await.expect("the primary");
        until("all are at the primary", vec![0, 4], async || connections(&db)).await;
        write(&db).await.expect("a write");
        db.close().await;
    }
    for (target, why) in [("primary", "it is a standby"), ("read-write", "does not allow writes")] {
        let error = connect(&nodes[0], target).await.map(drop).expect_err("a standby");
        assert!(error.is_connection() && error.node() == Some(nodes[0].as_str()), "{error:?}");
        let said = error.to_string();
        assert!(said.contains(why) && said.contains("hint: `target_session_attrs`"), "{said}");
    }
    // Where nobody says that, it says itself that it is of no use.
    let db = connect(&nodes[0], "any").await.expect("a connection");
    let read = Sql::trusted("SELECT 1::INT8").one::<(i64,), _>(&db).await.expect_err("no SERIALIZABLE there");
    assert!(
        read.sqlstate() == Some("0A000") && read.to_string().contains("target_session_attrs=primary"),
        "{read}"
    );
    db.close().await;

    let db = connect(&both, "primary").await.expect("the primary");
    until("it is known what the other one is", 1, async || {
        db.status().nodes.iter().filter(|node| node.up).count()
    })
    .await;
    assert_eq!(standby.ask("SELECT pg_promote()").await.as_deref(), Some("t"));
    until("two at each", vec![2, 2], async || connections(&db)).await;
    write(&db).await.expect("a write, wherever");
}
