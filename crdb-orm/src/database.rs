//! The entry point.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_postgres::Row;

use crate::conn::{
    Answer, ChannelBinding, Closed, Connector, Pool, Prepared, Roots, ServerInfo, Settings, Sink, SslMode,
    SslNegotiation, Status, Who,
};
use crate::error::{Error, Result};
use crate::exec::{Class, Label, Reach, Statement};
use crate::observe::{Tagging, Tags};
use crate::txn::{
    AsOf, Contention, Counters, EndsInOurs, Flights, Isolation, Limits, LockReads, RetryPolicy, Transaction,
    TransactionError, Tx, TxnOptions, TxnStats, refuse_inside, single, together,
};

/// How long [`Database::close`] waits for what is under way.
const CLOSE: Duration = Duration::from_secs(10);

/// A database: a pool of connections, and the retry loop around every statement and transaction.
///
/// Cheap to clone; clones share the pool. When the last one goes, its connections are closed.
///
/// ```no_run
/// # use crdb_orm::{Database, Result, Sql};
/// # async fn example() -> Result<()> {
/// let db = Database::connect("cockroachdb://root@localhost:26257/shop?sslmode=disable").await?;
/// println!("{}", db.server());
/// let moved = db
///     .transaction("archive", async |tx| {
///         let moved = Sql::trusted("INSERT INTO archive SELECT * FROM orders WHERE done").exec(&tx).await?;
///         Sql::trusted("DELETE FROM orders WHERE done").exec(&tx).await?;
///         Ok(moved)
///     })
///     .await?;
/// # let _ = moved;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
    outside: bool,
    /// Whose rows it reaches; that of a user's own is `Shared`.
    reach: Reach,
}

struct Shared {
    pool: Pool,
    server: Arc<ServerInfo>,
    policy: RetryPolicy,
    options: TxnOptions,
    counters: Arc<Counters>,
    limits: Limits,
    flights: Flights,
    told_no_past: AtomicBool,
}

impl Database {
    /// Connects to the database of a URL.
    ///
    /// The URL is `cockroachdb://user:password@host:26257/database?key=value`, or the same with `cockroach`,
    /// `postgresql` or `postgres`; several hosts are separated by commas, and special characters are
    /// percent-encoded. One connection is made at once, so that what is wrong with the URL is known here.
    ///
    /// # Errors
    /// A URL that makes no sense (`is_configuration`), no node that answers (`is_connection`), a wrong user or
    /// password (`is_authentication`), a missing database (`is_undefined_database`).
    pub async fn connect(url: &str) -> Result<Self> {
        Self::builder(url).connect().await
    }

    /// Starts to set up a connection to the database of a URL. What is set here wins over the URL.
    pub fn builder(url: &str) -> DatabaseBuilder {
        DatabaseBuilder {
            settings: Settings::parse(url),
            policy: RetryPolicy::default(),
            options: TxnOptions::default(),
        }
    }

    /// Which server it runs on.
    pub fn server(&self) -> &ServerInfo {
        &self.shared.server
    }

    /// How its pool, its nodes and its transactions are doing, for health endpoints. No server is asked.
    pub fn status(&self) -> Status {
        Status { contention: self.contention(), ..self.shared.pool.status() }
    }

    /// What its transactions have done since it was connected.
    pub fn stats(&self) -> TxnStats {
        self.shared.counters.snapshot(&self.shared.limits)
    }

    /// How much its transactions conflict, and how many attempts of each may run at once, by name.
    ///
    /// While few attempts of a name end in a serialization failure there is no limit, and nothing waits. When many do,
    /// fewer of them are let in, first come first served and retries first: they would only undo each other's work.
    pub fn contention(&self) -> Vec<Contention> {
        self.shared.limits.snapshot()
    }

    /// Closes it, as [`close_within`](Self::close_within) with ten seconds.
    pub async fn close(&self) -> Closed {
        self.close_within(CLOSE).await
    }

    /// Closes it and says what had to be cut.
    ///
    /// From now on nothing new begins: statements and transactions fail with an error, those too that wait for their
    /// first connection. What is under way goes on, with further attempts, until it ends or the deadline passes. What
    /// has not ended by then is cancelled on its server, and when that does not end it soon, its connection is closed:
    /// it is rolled back, or, where COMMIT was on its way, reported as unknown.
    pub async fn close_within(&self, deadline: Duration) -> Closed {
        self.shared.pool.close(deadline).await
    }

    /// Runs a closure as one transaction, and runs it again, from its beginning, as often as the database asks
    /// for it.
    ///
    /// The closure gets a [`Tx`]; what it returns by `Ok` is returned after COMMIT, and an `Err` rolls back. It
    /// may run more than once, so what it does to anything else than the database should be harmless to repeat.
    /// The transaction is SERIALIZABLE. `name` says what it does, in traces and errors.
    ///
    /// - A serialization failure (40001) anywhere in it rolls back, sleeps a little, and runs the closure again,
    ///   whatever the closure made of the error.
    /// - A connection that is lost before COMMIT is sent does the same.
    /// - An answer to COMMIT that is lost is an error with [`is_outcome_unknown`](Error::is_outcome_unknown):
    ///   the closure is not run again, since the work may be done. Under a key, [`once`](Transaction::once), it is
    ///   found out instead.
    /// - A statement that failed cannot be ignored: the closure's `Ok` is then turned into that error. One that was
    ///   begun and is not awaited by anybody counts, too; its answer is waited for before COMMIT.
    /// - With COMMIT the server is asked whether the transaction is still good: a COMMIT of an aborted one is
    ///   answered by `ROLLBACK` and no error.
    /// - Dropped before COMMIT is sent, it rolls back; dropped later, COMMIT goes its way.
    ///
    /// The closure is not `move`: it borrows what it needs.
    ///
    /// # Errors
    /// The closure's; the last attempt's, with the history of all, when attempts or time are used up; and those
    /// of [`connect`](Self::connect).
    pub fn transaction<'a, F, Fut, T, E>(&'a self, name: &'static str, closure: F) -> Transaction<'a, F, T, E>
    where
        F: Fn(Tx) -> Fut + Send + Sync + 'a,
        Fut: Future<Output = Result<T, E>> + EndsInOurs<E> + Send + 'a,
        T: Send + 'a,
        E: 'a,
    {
        Transaction::new(self, name, closure, Fut::__ours)
    }

    /// The same as [`transaction`](Self::transaction) with an error type of the caller's.
    ///
    /// An error of the closure's own rolls back and is returned as it is.
    pub fn try_transaction<'a, F, Fut, T, E>(
        &'a self,
        name: &'static str,
        closure: F,
    ) -> Transaction<'a, F, T, E>
    where
        F: Fn(Tx) -> Fut + Send + Sync + 'a,
        Fut: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: TransactionError + 'a,
    {
        Transaction::new(self, name, closure, E::from)
    }

    /// The same database, for statements inside a transaction's closure that are meant to be no part of it.
    ///
    /// Inside the closure of a transaction, `db` refuses to run anything
    /// ([`is_invalid_statement`](Error::is_invalid_statement)): nearly always `&tx` was meant, and a statement beside
    /// the transaction can wait for ever for a row, or for a connection, that the transaction holds. What this handle
    /// runs is committed by itself, also when the transaction is rolled back, and again each time that its closure is.
    #[must_use]
    pub fn outside(&self) -> Self {
        Self { outside: true, ..self.clone() }
    }

    /// Runs DDL, each statement in a transaction of its own.
    #[doc(hidden)]
    pub async fn run_ddl<S: AsRef<str>>(&self, statements: &[S]) -> Result<()> {
        for (index, sql) in statements.iter().enumerate() {
            single::run_text(self.pool(), self.policy(), sql.as_ref()).await.map_err(|error| {
                let first = beginning(sql.as_ref());
                error.with_context(format!("statement {} of {} (`{first}`)", index + 1, statements.len()))
            })?;
        }
        Ok(())
    }

    pub(crate) async fn rows(&self, statement: &Statement) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.run(statement, &mut rows).await?;
        Ok(rows)
    }

    /// Runs a statement; returns how many rows it changed, or returned.
    #[allow(
        clippy::manual_async_fn,
        reason = "an async fn would hold its arguments twice, and this is part of every statement"
    )]
    pub(crate) fn run<'a>(
        &'a self,
        statement: &'a Statement,
        rows: &'a mut dyn Sink,
    ) -> impl Future<Output = Result<u64>> + Send + use<'a> {
        async move {
            if statement.class == Class::ReadOnly {
                return Box::pin(self.run_read_only(statement, rows)).await;
            }
            self.refuse_inside(statement.label)?;
            // Kept apart, since this future is part of every statement's.
            let owned;
            let statement = match self.reach.fit(statement)? {
                Cow::Borrowed(statement) => statement,
                Cow::Owned(fitted) => {
                    owned = Box::new(fitted);
                    &*owned
                }
            };
            single::run(self.pool(), self.policy(), statement, rows).await
        }
    }

    async fn run_read_only(&self, statement: &Statement, rows: &mut dyn Sink) -> Result<u64> {
        let answers = self.together(std::slice::from_ref(statement)).await?;
        let Some(answer) = answers.into_iter().next() else { return Ok(0) };
        rows.take_all(answer.rows);
        Ok(answer.changed)
    }

    /// BEGIN and what travels with it.
    pub(crate) fn begin(&self, options: &TxnOptions, name: &str) -> String {
        let mut begin = options.begin(self.server(), name, self.application_name());
        let settings = self.pool().connector().with_begin(self.server());
        // Before what the transaction sets itself: the later one holds.
        begin.insert_str(begin.find(';').unwrap_or(begin.len()), &settings);
        begin
    }

    pub(crate) async fn together(&self, statements: &[Statement]) -> Result<Vec<Answer>> {
        self.together_as_of(statements, None).await
    }

    /// Reads as of a time, in one transaction.
    pub(crate) async fn together_as_of(
        &self,
        statements: &[Statement],
        as_of: Option<AsOf>,
    ) -> Result<Vec<Answer>> {
        self.refuse_inside(Label { verb: "read together", table: None })?;
        let options = TxnOptions { read_only: true, as_of, ..TxnOptions::default() };
        let begin = self.begin(&options, "read together");
        let fitted: Vec<Cow<'_, Statement>> =
            statements.iter().map(|statement| self.reach.fit(statement)).collect::<Result<_>>()?;
        if fitted.iter().all(|statement| matches!(statement, Cow::Borrowed(_))) {
            return together::run(self.pool(), self.policy(), &begin, statements).await;
        }
        let fitted: Vec<Statement> = fitted.into_iter().map(Cow::into_owned).collect();
        together::run(self.pool(), self.policy(), &begin, &fitted).await
    }

    /// Whether the server keeps a past; says once that it does not.
    pub(crate) fn keeps_past(&self) -> bool {
        let keeps = self.server().is_cockroachdb();
        if !keeps && !self.shared.told_no_past.swap(true, Ordering::Relaxed) {
            tracing::warn!("this server keeps no past: reads as of a time read the present");
        }
        keeps
    }

    pub(crate) async fn execute(&self, statement: &Statement) -> Result<u64> {
        self.run(statement, &mut ()).await
    }

    pub(crate) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The same database, for other rows.
    pub(crate) fn reaching(&self, reach: Reach) -> Self {
        Self { reach, ..self.clone() }
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.shared.pool
    }

    pub(crate) fn policy(&self) -> &RetryPolicy {
        &self.shared.policy
    }

    pub(crate) fn txn_options(&self) -> &TxnOptions {
        &self.shared.options
    }

    pub(crate) fn application_name(&self) -> &str {
        self.pool().connector().application_name()
    }

    /// Tells databases apart.
    pub(crate) fn id(&self) -> usize {
        Arc::as_ptr(&self.shared).addr()
    }

    /// # Errors
    /// Inside the closure of a transaction of this database.
    pub(crate) fn refuse_inside(&self, label: Label) -> Result<()> {
        if self.outside { Ok(()) } else { refuse_inside(self.id(), label) }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// The keys under which transactions run.
    pub(crate) fn flights(&self) -> &Flights {
        &self.shared.flights
    }

    pub(crate) fn counters(&self) -> &Arc<Counters> {
        &self.shared.counters
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("server", self.server()).field("status", &self.status()).finish()
    }
}

/// A database that is about to be connected, from [`Database::builder`].
#[derive(Debug)]
#[must_use = "nothing is connected until `.connect()`"]
pub struct DatabaseBuilder {
    // A wrong URL is reported by `connect`, where there is a `Result`.
    settings: Result<Settings>,
    policy: RetryPolicy,
    options: TxnOptions,
}

impl DatabaseBuilder {
    fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        if let Ok(settings) = &mut self.settings {
            set(settings);
        }
        self
    }

    fn try_set(mut self, set: impl FnOnce(&mut Settings) -> Result<()>) -> Self {
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

    /// Sets after how long a silent connection is probed by the network. 30 s by default.
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

    /// Sets how long one node may take to let us in. 10 s by default.
    /// Adds a host: a name, an address, or the directory of a unix socket, which begins with `/`. Without a port it is
    /// that of the URL's scheme. The URL may name none: `Database::builder("cockroachdb://")`.
    pub fn host(self, host: impl Into<String>, port: impl Into<Option<u16>>) -> Self {
        let (host, port) = (host.into(), port.into());
        self.set(|settings| settings.add_host(host, port))
    }

    /// Sets the user.
    pub fn user(self, user: impl Into<String>) -> Self {
        let user = user.into();
        self.set(|settings| settings.user = Some(user))
    }

    /// Sets the password. It is in no error, no log and no `Debug`.
    pub fn password(self, password: impl Into<String>) -> Self {
        let password: String = password.into();
        self.set(|settings| settings.password = Some(password.into()))
    }

    /// Sets the file with passwords to use in place of `PGPASSFILE` and `~/.pgpass`.
    pub fn passfile(self, file: impl Into<PathBuf>) -> Self {
        let file = file.into();
        self.set(|settings| settings.passfile = Some(file))
    }

    /// Sets the database.
    pub fn database(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.set(|settings| settings.database = Some(name))
    }

    /// Sets whether TLS is used and what of it is checked.
    pub fn ssl_mode(self, mode: SslMode) -> Self {
        self.set(|settings| settings.ssl.set_mode(mode))
    }

    /// Sets the file, in PEM form, with the CAs that may sign the server's certificate.
    pub fn ssl_root_cert(self, file: impl Into<PathBuf>) -> Self {
        let file = file.into();
        self.set(|settings| settings.ssl.roots = Some(Roots::File(file)))
    }

    /// Lets the CAs that the operating system trusts sign the server's certificate, as `sslrootcert=system` does.
    pub fn ssl_system_roots(self) -> Self {
        self.set(|settings| settings.ssl.roots = Some(Roots::System))
    }

    /// Sets the files, in PEM form, with the client's certificate and its private key.
    pub fn ssl_client_cert(self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        let (certificate, key) = (certificate.into(), key.into());
        self.set(|settings| {
            settings.ssl.certificate = Some(certificate);
            settings.ssl.key = Some(key);
        })
    }

    /// Sets how TLS begins.
    pub fn ssl_negotiation(self, negotiation: SslNegotiation) -> Self {
        self.set(|settings| settings.ssl.set_negotiation(negotiation))
    }

    /// Sets whether a password is bound to the TLS connection.
    pub fn channel_binding(self, binding: ChannelBinding) -> Self {
        self.set(|settings| settings.ssl.set_channel_binding(binding))
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

    /// Reports statements that take this long, as warnings of `tracing` with their text and without values. Off by
    /// default.
    pub fn slow_statements(self, slow: Duration) -> Self {
        self.set(|settings| settings.slow_statements = Some(slow))
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
        Ok(Database { shared: Arc::new(shared), outside: false, reach: Reach::Shared })
    }
}

fn millis(duration: Duration) -> String {
    // Zero would mean no limit.
    format!("{}ms", duration.as_millis().clamp(1, 2_147_483_647))
}

fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// The beginning of a statement, to tell it from others. It ends before the first literal, which may hold a
/// credential: that of a changefeed's sink, or a user's password.
fn beginning(sql: &str) -> String {
    let line = sql.lines().next().unwrap_or_default();
    line.split('\'').next().unwrap_or_default().chars().take(80).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_literal_of_a_statement_is_in_an_error() {
        for (sql, shown) in [
            (
                "CREATE CHANGEFEED FOR TABLE t INTO 'kafka://user:hush@b'",
                "CREATE CHANGEFEED FOR TABLE t INTO",
            ),
            ("CREATE TABLE t (\n  id UUID\n)", "CREATE TABLE t ("),
            ("", ""),
        ] {
            assert_eq!(beginning(sql), shown);
        }
    }
}
