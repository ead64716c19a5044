//! Promise 14: what is wrong with a connection is told with the node and what to check, and never with a secret.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crdb_orm::testing::{say_skipped, skip_on_cockroachdb};
use crdb_orm::{Database, DatabaseBuilder, Error, RetryPolicy, Sql};
use tokio::net::TcpListener;

use crate::support::{numbers, read, until};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::LogIn;
use crdb_tests::wire::Wire;

/// Two words that stand nowhere but in passwords; the second is what follows a character that had to be escaped.
const SECRETS: [&str; 2] = ["Geheim7x", "Wort9q"];

/// Everything that an error can be made to say.
fn all_of(error: &Error) -> String {
    let mut all = format!("{error}\n{error:#}\n{error:?}\n{error:#?}\n{:?}\n", error.history());
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = writeln!(all, "{cause}\n{cause:?}\n{cause:#?}");
        source = cause.source();
    }
    all
}

fn tells_no_secret(error: &Error) {
    let all = all_of(error);
    for secret in SECRETS {
        assert!(!all.contains(secret), "{secret} in: {all}");
    }
}

/// It names the node and says what to check.
fn helps(error: &Error, node: &str, check: &str) {
    tells_no_secret(error);
    let text = error.to_string();
    assert!(text.contains(node), "{node} is not in: {text}");
    let (_, hint) = text.split_once(" hint: ").unwrap_or_else(|| panic!("no hint in: {text}"));
    assert!(hint.contains(check), "{check} is not in: {text}");
}

async fn refused(url: &str) -> Error {
    let builder = Database::builder(url).connect_timeout(Duration::from_millis(1500));
    let shown = format!("{builder:?} {builder:#?}");
    assert!(!SECRETS.iter().any(|secret| shown.contains(secret)), "{shown}");
    builder.connect().await.expect_err("a connection that cannot be made")
}

/// A port on which nobody listens.
async fn closed_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn a_wrong_password_is_an_authentication_error() {
    let proxy = FaultProxy::without_server(LogIn::RefusePassword).await.expect("a proxy");
    let error = refused(&proxy.url_as("somebody", Some("Geheim7x"))).await;
    assert!(error.is_authentication() && !error.is_connection(), "{error}");
    assert_eq!(error.sqlstate(), Some("28P01"));
    helps(&error, &proxy.node(), "check user and password");
    // The other nodes would say the same, and some servers count.
    assert_eq!(proxy.accepted(), 1);
}

#[tokio::test]
async fn a_wrong_password_of_a_real_role_is_an_authentication_error_and_the_right_one_is_let_in() {
    let test = "a_wrong_password_of_a_real_role_is_an_authentication_error_and_the_right_one_is_let_in";
    let db = numbers(0).await;
    if skip_on_cockroachdb(&db, test, "it looks at no password where it runs without TLS") {
        return;
    }
    // Roles belong to the server and not to the database, so the name has to be of this test alone.
    let role = format!("role_of_{}", db.name());
    db.run_ddl(&[format!("CREATE ROLE {role} LOGIN PASSWORD 'Geheim7x/Wort9q'")]).await.expect("a role");
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let right = Database::connect(&proxy.url_as(&role, Some("Geheim7x/Wort9q"))).await;
    let wrong = Database::connect(&proxy.url_as(&role, Some("Wort9q"))).await;
    let dropped = db.run_ddl(&[format!("DROP ROLE {role}")]).await;
    right.expect("the right password").close().await;
    dropped.expect("a role that owns nothing");
    let Err(error) = wrong else {
        return say_skipped("a server that trusts everybody", test, "it looks at no password");
    };
    assert!(error.is_authentication() && !error.is_connection(), "{error}");
    helps(&error, &proxy.node(), "check user and password");
}

#[tokio::test]
async fn a_role_that_may_not_connect_to_the_database_is_told_what_to_grant() {
    let test = "a_role_that_may_not_connect_to_the_database_is_told_what_to_grant";
    let db = numbers(0).await;
    if skip_on_cockroachdb(&db, test, "it looks at no password where it runs without TLS") {
        return;
    }
    let (role, name) = (format!("role_of_{}", db.name()), db.name());
    db.run_ddl(&[
        format!("CREATE ROLE {role} LOGIN PASSWORD 'Geheim7x'"),
        format!("REVOKE CONNECT ON DATABASE {name} FROM PUBLIC"),
    ])
    .await
    .expect("a role");
    let proxies = [FaultProxy::to(&db).await.expect("a proxy"), FaultProxy::to(&db).await.expect("a proxy")];
    let url = proxies[0].url_as(&role, Some("Geheim7x"));
    let both = url.replace(&proxies[0].node(), &format!("{},{}", proxies[0].node(), proxies[1].node()));
    let refused = Database::connect(&format!("{both}&load_balance_hosts=disable")).await;
    db.run_ddl(&[format!("DROP ROLE {role}")]).await.expect("a role that owns nothing");
    let error = refused.map(drop).expect_err("no right");
    assert!(error.sqlstate() == Some("42501") && !error.is_connection(), "{error}");
    helps(&error, error.node().expect("the node"), "GRANT CONNECT ON DATABASE");
    assert!(error.to_string().contains(name), "{error}");
    // The other node would say the same.
    assert_eq!(proxies[1].accepted(), 0);
}

#[tokio::test]
async fn a_password_that_is_asked_for_and_missing_is_an_authentication_error() {
    let proxy = FaultProxy::without_server(LogIn::RefusePassword).await.expect("a proxy");
    let error = refused(&proxy.url_as("somebody", None)).await;
    assert!(error.is_authentication(), "{error}");
    helps(&error, &proxy.node(), "user:password@");
}

#[tokio::test]
async fn a_refused_connection_names_the_node_and_says_what_to_check() {
    let node = format!("127.0.0.1:{}", closed_port().await);
    let error = refused(&format!("cockroachdb://somebody:Geheim7x@{node}/db?sslmode=disable")).await;
    assert!(error.is_connection() && !error.is_timeout() && !error.is_outcome_unknown(), "{error}");
    assert_eq!(error.node(), Some(node.as_str()));
    helps(&error, &node, "is the node up");
}

#[tokio::test]
async fn nodes_that_all_refuse_are_all_named() {
    let nodes = [closed_port().await, closed_port().await].map(|port| format!("127.0.0.1:{port}"));
    let url = format!("postgresql://somebody:Geheim7x@{}/db?sslmode=disable", nodes.join(","));
    let error = refused(&url).await;
    assert!(error.is_connection(), "{error}");
    helps(&error, &nodes[0], "are the nodes up");
    helps(&error, &nodes[1], "are the nodes up");
}

#[tokio::test]
async fn another_node_is_tried_when_one_refuses() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let both = format!("127.0.0.1:{},{}", closed_port().await, proxy.node());
    let url = proxy.url().replace(&proxy.node(), &both);
    for _ in 0..8 {
        Database::connect(&url).await.expect("the node that is up").close().await;
    }
}

#[tokio::test]
async fn a_node_that_says_nothing_is_a_timeout_that_names_it() {
    let proxy = FaultProxy::without_server(LogIn::Silence).await.expect("a proxy");
    let began = Instant::now();
    let error = refused(&proxy.url_as("somebody", Some("Geheim7x"))).await;
    assert!(error.is_connection() && error.is_timeout(), "{error}");
    assert!(began.elapsed() < Duration::from_secs(8));
    helps(&error, &proxy.node(), "connect_timeout");
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_named() {
    // Names under `.invalid` never exist (RFC 6761).
    let error = refused("postgresql://somebody:Geheim7x@no-such-host.invalid:26257/db?sslmode=disable").await;
    assert!(error.is_connection(), "{error}");
    helps(&error, "no-such-host.invalid:26257", "is the");
}

#[tokio::test]
async fn a_socket_that_does_not_exist_is_named() {
    let error = refused("postgresql://somebody:Geheim7x@%2Fno%2Fsuch%2Ffolder/db").await;
    assert!(error.is_connection(), "{error}");
    helps(&error, "/no/such/folder/.s.PGSQL.5432", "is the server up");
}

#[tokio::test]
async fn a_missing_database_is_named() {
    let db = numbers(0).await;
    let url = db.url().replace(db.name(), "no_such_database");
    let error = refused(&url).await;
    assert!(error.is_undefined_database() && !error.is_connection(), "{error}");
    let text = error.to_string();
    assert!(text.contains("no_such_database") && text.contains("CREATE DATABASE"), "{text}");
    assert!(error.node().is_some_and(|node| text.contains(node)), "{text}");
}

#[tokio::test]
async fn a_url_that_makes_no_sense_is_a_configuration_error_without_any_piece_of_the_password() {
    for url in [
        "",
        "postgresql",
        "somebody:Geheim7x@host/db",
        "mysql://somebody:Geheim7x@host/db",
        "host=h user=somebody password=Geheim7x dbname=db",
        "postgresql://somebody:Geheim7x%zzWort9q@host/db",
        "postgresql://somebody:Geheim7x%ffWort9q@host/db",
        "postgresql://somebody:Geheim7x@host:port/db",
        "postgresql://somebody:Geheim7x@host:0/db",
        "postgresql://somebody:Geheim7x@host:65536/db",
        "postgresql://somebody:Geheim7x@host:1:2/db",
        "postgresql://somebody:Geheim7x@[::1/db",
        "postgresql://somebody:Geheim7x@[host]/db",
        "postgresql://somebody:Geheim7x@[::1]x/db",
        "postgresql://somebody:Geheim7x@host/db?no_such_key=1",
        "postgresql://somebody:Geheim7x@host/db?password=Wort9q&password=Wort9q",
        "postgresql://somebody@host/db?password=Geheim7x%zzWort9q",
        "postgresql://somebody:Geheim7x@host/db?connect_timeout=soon",
        "postgresql://somebody:Geheim7x@host/db?pool_max_size=0",
        "postgresql://somebody:Geheim7x@host/db?sslmode=perhaps",
        "postgresql://somebody:Geheim7x@host/db?host=other",
        "postgresql://somebody:Geheim7x@host/d%00b",
        // Passwords in which a character had to be escaped, which makes the rest look like something else.
        "postgresql://somebody:Geheim7x/Wort9q@host/db",
        "postgresql://somebody:Geheim7x?Wort9q@host/db",
        "postgresql://somebody:Geheim7x?Wort9q@host/db?sslmode=disable",
        "postgresql://somebody:Geheim7x?Wort9q=1@host/db",
        "postgresql://somebody:Geheim7x?a=1&Wort9q@host/db",
        "postgresql://somebody:a@Geheim7x/Wort9q@host/db",
        "postgresql://somebody:a@Geheim7x?Wort9q@host/db",
        "postgresql://somebody:a@Geheim7x?Wort9q=1@host/db",
        "postgresql://somebody:a@b:Geheim7x/Wort9q@host/db",
    ] {
        let error = refused(url).await;
        tells_no_secret(&error);
        assert!(error.is_configuration(), "{url}: {error}");
    }
}

/// The kernel's timer of our end of a connection to this port: what it is for, and when it ends in hundredths of a second.
#[cfg(target_os = "linux")]
fn timer(port: u16) -> Option<(String, u64)> {
    let table = std::fs::read_to_string("/proc/self/net/tcp").expect("the table of connections");
    let peer = format!(":{port:04X}");
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (remote, state, timer) = (fields.get(2)?, fields.get(3)?, fields.get(5)?);
        let (what, when) = timer.split_once(':')?;
        let ours = remote.ends_with(&peer) && *state == "01";
        ours.then(|| (what.to_owned(), u64::from_str_radix(when, 16).unwrap_or(u64::MAX)))
    })
}

/// A connection whose other end is gone without a word, behind a firewall that forgets, would look open for ever.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_idle_connection_is_probed_by_the_kernel_when_it_is_to_be() {
    const KEEPALIVE: &str = "02";
    let db = numbers(1).await;
    let set = |builder: DatabaseBuilder, probed: bool| {
        if probed {
            builder.tcp_keepalive(Duration::from_secs(7))
        } else {
            builder.parameter("keepalives", "0")
        }
    };
    for probed in [true, false] {
        let proxy = FaultProxy::to(&db).await.expect("a proxy");
        let port = proxy.node().rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
        let builder = set(Database::builder(&proxy.url()).max_connections(1), probed);
        let pool = builder.connect().await.expect("a connection");
        read(&pool, 1).await.expect("a read");
        // Once what was sent has been acknowledged, no other timer runs.
        let is_probed = || timer(port).is_some_and(|(what, when)| what == KEEPALIVE && when <= 700);
        until("the kernel's timer", probed, async || is_probed()).await;
    }
}

/// The kernel counts in whole seconds and within bounds, and refuses anything else.
#[tokio::test]
async fn a_keepalive_that_the_kernel_cannot_have_is_the_next_one_that_it_can() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    for (key, value) in [
        ("keepalives_idle", "1"),
        ("keepalives_idle", "500ms"),
        ("keepalives_idle", "24h"),
        ("keepalives_interval", "500ms"),
        ("keepalives_interval", "24h"),
        ("keepalives_count", "1000"),
        ("tcp_user_timeout", "3000000000"),
    ] {
        let pool = Database::builder(&proxy.url()).parameter(key, value).connect().await;
        let pool = pool.unwrap_or_else(|error| panic!("{key}={value}: {error}"));
        assert_eq!(read(&pool, 1).await.expect("a read"), 0, "{key}={value}");
    }
}

/// The other end takes nothing more, and its kernel says so: nothing but the user timeout ends that.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_and_not_taken_for_longer_than_the_user_timeout_ends_the_connection() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let wire = Wire::to(&proxy).await;
    let url = proxy.url().replace(&proxy.node(), &wire.node());
    for by_key in [false, true] {
        let builder = Database::builder(&url).max_connections(1);
        let builder = if by_key {
            builder.parameter("tcp_user_timeout", "1000")
        } else {
            builder.tcp_user_timeout(Duration::from_secs(1))
        };
        let pool = builder.connect().await.expect("a connection");
        let measure = async |text: String| {
            let once = pool.with_retry(RetryPolicy::default().attempts(1));
            Sql::trusted("SELECT octet_length($1)").bind(text).exec(&once).await
        };
        // Prepared, so that nothing is waited for before the value is sent.
        measure("small".to_owned()).await.expect("a length");
        wire.go_dark();
        let began = Instant::now();
        // More than the buffers of both ends hold.
        let ended = tokio::time::timeout(Duration::from_secs(12), measure("x".repeat(32 << 20))).await;
        let error = ended.expect("the kernel gives it up").expect_err("nobody took it");
        assert!(error.is_connection(), "{error:?}");
        let all = all_of(&error);
        assert!(all.contains("TimedOut") || all.contains("timed out"), "{all}");
        assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    }
}

/// A node whose queue of connections is full, or that a firewall hides: what is sent to it is dropped.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_node_that_does_not_even_answer_the_first_packet_is_a_timeout_that_names_it() {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let listener = socket.listen(1).expect("a short queue");
    let node = listener.local_addr().expect("an address").to_string();
    let mut queued = Vec::new();
    while let Ok(one) =
        tokio::time::timeout(Duration::from_millis(300), tokio::net::TcpStream::connect(&node)).await
    {
        queued.push(one.expect("a place in the queue"));
        assert!(queued.len() < 16, "the queue has no end");
    }
    let url = format!("postgresql://somebody:Geheim7x@{node}/db?sslmode=disable");
    for by_key in [false, true] {
        let began = Instant::now();
        let error = if by_key {
            Database::connect(&format!("{url}&connect_timeout=500ms")).await.map(drop).expect_err("nobody")
        } else {
            refused(&url).await
        };
        assert!(error.is_connection() && error.is_timeout(), "{error}");
        let took = began.elapsed();
        assert!((Duration::from_millis(500)..Duration::from_secs(2)).contains(&took), "{took:?}");
        helps(&error, &node, "a firewall in between");
    }
}
