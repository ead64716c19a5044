//! What can be set before a database is connected.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::{Database, Shared};
use crate::apart::Apart;
use crate::conn::{Connector, Pool, Prepared, Settings, Who};
use crate::error::{Error, Result};
use crate::exec::Reach;
use crate::observe::{Tagging, Tags};
use crate::txn::{Flights, Isolation, Limits, LockReads, RetryPolicy, TxnOptions};

/// A database that is about to be connected, from [`Database::builder`].
#[derive(Debug)]
#[must_use = "nothing is connected until `.connect()`"]
pub struct DatabaseBuilder {
    // A wrong URL is reported by `connect`, where there is a `Result`.
    pub(super) settings: Result<Settings>,
    pub(super) policy: RetryPolicy,
    pub(super) options: TxnOptions,
}

impl DatabaseBuilder {
    pub(super) fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        if let Ok(settings) = &mut self.settings {
            set(settings);
        }
        self
    }

    pub(super) fn try_set(mut self, set: impl FnOnce(&mut Settings) -> Result<()>) -> Self {
        if let Ok(settings) = &mut self.settings
            && let Err(error) = set(settings)
        {
            self.settings = Err(error);
        }
        self
    }

    /// Sets the most connections by CockroachDB's advice: about four for each processor of the whole cluster, shared by
    /// all processes that use it (<https://www.cockroachlabs.com/docs/stable/connection-pooling>).
    ///
    /// `vcpus` are those of all nodes together; `processes` are those of the application, as many as there may be at
    /// once. At least one connection.
    ///
    /// ```
    /// // Nine nodes of eight processors, and twelve replicas of the service: 24 connections each.
    /// let builder = crdb_orm::Database::builder("cockroachdb://db1/shop").connections_for_cluster(9 * 8, 12);
    /// assert!(builder.shown_url().contains("pool_max_size=24"));
    /// ```
    pub fn connections_for_cluster(self, vcpus: usize, processes: usize) -> Self {
        self.max_connections((vcpus.saturating_mul(4) / processes.max(1)).max(1))
    }

    /// Sets the most connections of the pool. By default four per processor of this machine, and at least
    /// eight; CockroachDB advises about four per processor of the cluster, over all its clients.
    pub fn max_connections(self, connections: usize) -> Self {
        self.set(|settings| settings.pool.max_size = connections)
    }

    /// Sets how long to wait for a free connection. 10 s by default.
    ///
    /// An attempt after the first one waits until the deadline of its transaction or statement.
    pub fn wait_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.pool.wait_timeout = timeout)
    }

    /// Sets how many idle connections are kept ready, as far as the most connections allow. None by default: they are
    /// made when they are needed.
    pub fn min_idle(self, connections: usize) -> Self {
        self.set(|settings| settings.pool.min_idle = connections)
    }

    /// Whether callers wait shorter while the queue for connections stays long. On by default.
    ///
    /// When for the whole [wait timeout](Self::wait_timeout) nobody was served quickly, more work comes than the pool
    /// can do. A tenth of the wait timeout is allowed then: some callers fail early and the rest are served soon, where
    /// otherwise all would wait for long, and most in vain.
    pub fn shed(self, shed: bool) -> Self {
        self.set(|settings| settings.pool.shed = shed)
    }

    /// Prefers nodes of this region while one of them is up. CockroachDB only: each node is asked once for its
    /// `gateway_region()`.
    pub fn region(self, region: impl Into<String>) -> Self {
        let region = region.into();
        self.set(|settings| settings.region = Some(region))
    }

    /// Sets after how long a silent connection is probed by the network. 30 s by default; rounded up to whole seconds.
    pub fn tcp_keepalive(self, idle: Duration) -> Self {
        self.set(|settings| settings.keep_alive.idle = idle)
    }

    /// Sets how long what was sent may stay without an acknowledgement before the connection is given up, on Linux.
    /// 30 s by default.
    pub fn tcp_user_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.keep_alive.user_timeout = timeout)
    }

    /// Sets how long a statement may run on the server. No limit by default.
    pub fn statement_timeout(self, timeout: Duration) -> Self {
        self.session_variable("statement_timeout", millis(timeout))
    }

    /// Sets how long a statement may wait for a lock. No limit by default.
    pub fn lock_timeout(self, timeout: Duration) -> Self {
        self.session_variable("lock_timeout", millis(timeout))
    }

    /// Sets how long a transaction may be open without a statement. No limit by default.
    pub fn idle_in_transaction_timeout(self, timeout: Duration) -> Self {
        self.session_variable("idle_in_transaction_session_timeout", millis(timeout))
    }

    /// Refuses UPDATE and DELETE without WHERE, and DROP of what is not empty. CockroachDB only (`sql_safe_updates`).
    pub fn safe_updates(self, safe: bool) -> Self {
        self.session_variable("sql_safe_updates", switch(safe))
    }

    /// Refuses statements that read a whole table or index, which is good for tests: what is quick on ten rows is not
    /// on ten million. CockroachDB only (`disallow_full_table_scans`), which lets small tables pass.
    pub fn refuse_full_scans(self, refuse: bool) -> Self {
        self.session_variable("disallow_full_table_scans", switch(refuse))
    }

    /// Lets read-only transactions read from the nearest replica, about five seconds behind. CockroachDB only
    /// (`default_transaction_use_follower_reads`).
    pub fn follower_reads(self, follow: bool) -> Self {
        self.session_variable("default_transaction_use_follower_reads", switch(follow))
    }

    /// Sets a session variable on every new connection, such as `statement_timeout`.
    pub fn session_variable(self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.try_set(|settings| settings.set_variable(name, value))
    }

    /// Sets a variable in the start-up packet, as `options=-c name=value` does; `cluster` is written as
    /// `--cluster=value`. A server refuses one that it does not know.
    pub fn option(self, name: &str, value: impl AsRef<str>) -> Self {
        self.try_set(|settings| settings.options.push(name, value.as_ref()))
    }

    /// Sets what a key of the URL says, in the words of the URL: for what has no method of its own here. A value is not
    /// percent-encoded. A key that is unknown, or a value that it cannot have, is an error of [`connect`](Self::connect).
    ///
    /// ```
    /// let builder = crdb_orm::Database::builder("cockroachdb://db1/shop").parameter("keepalives_interval", "5s");
    /// assert!(builder.shown_url().contains("keepalives_interval=5000ms"));
    /// ```
    pub fn parameter(self, key: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.try_set(|settings| settings.set_key(key, value))
    }

    /// The URL of what was set so far, without the password and what else may be a secret: for logs.
    ///
    /// ```
    /// let builder = crdb_orm::Database::builder("cockroachdb://app:s3cret@db1/shop").host("db2", 26258);
    /// assert_eq!(builder.shown_url(), "cockroachdb://app@db1,db2:26258/shop");
    /// ```
    pub fn shown_url(&self) -> String {
        match &self.settings {
            Ok(settings) => settings.shown(),
            Err(_) => "a URL that makes no sense".to_owned(),
        }
    }

    /// Sets how long one node may take to let us in, TLS, logging in and the set-up of the session included. 10 s by
    /// default.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.set_connect_timeout(timeout))
    }

    /// Reports statements that take this long, as warnings of `tracing` with their text and without values (but see
    /// [`show_values`](Self::show_values)). Off by default.
    pub fn slow_statements(self, slow: Duration) -> Self {
        self.set(|settings| settings.slow_statements = Some(slow))
    }

    /// Shows the values of statements, in the field `db.query.parameters` of their spans and in what
    /// [`slow_statements`](Self::slow_statements) reports, and their texts with the literals that they hold. Off by default: a
    /// log that shows values holds what is in the database, passwords and addresses of people among it.
    pub fn show_values(self, show: bool) -> Self {
        self.set(|settings| settings.show_values = show)
    }

    /// Lets statements bear tags, as comments behind their texts, for whoever looks at them on the server: these tags
    /// always, and those of a [`Tags::scope`] besides. Off by default.
    ///
    /// Tags that are always the same cost nothing. A statement in a scope is not prepared: see [`Tags`].
    pub fn tag_statements(self, tags: Tags) -> Self {
        self.set(|settings| settings.tagging = Some(Arc::new(Tagging::new(tags))))
    }

    /// Sets how statements are sent: named, or whole each time, as a proxy such as `PgBouncer` in transaction mode needs.
    /// Found out by the first connection by default. In a URL: `prepared=never`.
    pub fn prepared(self, prepared: Prepared) -> Self {
        self.set(|settings| settings.prepared = prepared)
    }

    /// Sets the age at which a connection is replaced, less up to 10 % by chance. 5 min by default.
    pub fn max_lifetime(self, lifetime: Duration) -> Self {
        self.set(|settings| settings.pool.max_lifetime = lifetime)
    }

    /// Sets the time without use after which a connection is not used again. 5 min by default.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.pool.idle_timeout = timeout)
    }

    /// Sets the time without use after which a connection is asked for a sign of life before it is lent, which costs the
    /// caller a round trip. 30 s by default; `Duration::ZERO` asks before each use, `Duration::MAX` never.
    ///
    /// What stands between a client and its server, such as a firewall or a load balancer, forgets connections that are
    /// idle, and tells nobody. A sign of life is awaited for two seconds; where none comes, the connection is closed and
    /// another one is lent, and the caller sees no error. A connection that goes from hand to hand was not idle.
    ///
    /// ```
    /// # use std::time::Duration;
    /// // Behind a load balancer that forgets connections after ten seconds.
    /// let builder = crdb_orm::Database::builder("cockroachdb://db1/shop").check_idle_after(Duration::from_secs(5));
    /// assert!(builder.shown_url().contains("pool_check_idle_after=5000ms"));
    /// ```
    pub fn check_idle_after(self, idle: Duration) -> Self {
        self.set(|settings| settings.pool.check_idle_after = idle)
    }

    /// Sets the name under which the server lists the connections.
    pub fn application_name(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.set(|settings| settings.application_name = Some(name))
    }

    /// Sets how transactions and statements are tried again, unless a transaction says otherwise.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the isolation level of transactions that do not say otherwise. SERIALIZABLE by default.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.options.isolation = isolation;
        self
    }

    /// Sets when reads by key lock their row, in transactions that do not say otherwise.
    pub fn lock_reads(mut self, lock_reads: LockReads) -> Self {
        self.options.lock_reads = lock_reads;
        self
    }

    /// Whether transactions take part in contention control, unless they say otherwise. On by default.
    pub fn limit(mut self, limit: bool) -> Self {
        self.options.unlimited = !limit;
        self
    }

    /// Shows the names of transactions in the server's list of sessions: see
    /// [`Transaction::tag`](crate::Transaction::tag).
    pub fn tag_transactions(mut self, tag: bool) -> Self {
        self.options.tag = tag;
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// See [`Database::connect`].
    pub async fn connect(self) -> Result<Database> {
        let settings = self.settings?.complete()?;
        self.policy.check()?;
        let options = settings.pool;
        if options.max_size == 0 {
            return Err(Error::configuration(
                "a pool of zero connections serves nobody: `max_connections` is at least 1",
            ));
        }
        let pool = Pool::new(Connector::new(settings), options);
        let mut lease = pool.acquire(Who::Pool, None).await?;
        lease.busy();
        let conn = lease.conn().clone();
        pool.connector().check_database(&conn).await?;
        lease.idle();
        drop(lease);
        let server = conn.server().clone();
        let shared = Shared {
            pool,
            server,
            policy: self.policy,
            options: self.options,
            counters: Arc::default(),
            limits: Limits::default(),
            flights: Flights::default(),
            told_no_past: AtomicBool::new(false),
        };
        Ok(Database { shared: Arc::new(Apart(shared)), outside: false, reach: Reach::Shared, policy: None })
    }
}

fn millis(duration: Duration) -> String {
    // Zero would mean no limit.
    format!("{}ms", duration.as_millis().clamp(1, 2_147_483_647))
}

fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
