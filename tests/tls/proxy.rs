//! A proxy for faults stands in front of a server that wants TLS, and serves TLS to its own clients.

use std::sync::Arc;
use std::time::Duration;

use crdb_orm::testing::proxy::{LogIn, Recording, Reply};
use crdb_orm::testing::{DevServerOptions, FaultProxy, TestDb};
use crdb_orm::{CommitOutcome, Database, Error, Result, Sql};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::certificates::{Ca, Folder, Leaf, Pair};
use crate::listener::{Does, Listener};
use crate::server::TlsServer;
use crate::support::{PASSWORD, helps, how, is_tls, refused};

/// A database with a table of numbers on a server that lets this user in by TLS alone.
async fn numbers(server: &TlsServer, user: &str, keys: &str) -> TestDb {
    let options = DevServerOptions::new().url(server.url(user, keys));
    let dev = tokio::task::spawn_blocking(move || options.start()).await.expect("no panic");
    let db = TestDb::on(&dev.expect("the server")).await.expect("a database");
    db.run_ddl(&["CREATE TABLE n (id INT8 PRIMARY KEY, v INT8 NOT NULL)", "INSERT INTO n VALUES (1, 0)"])
        .await
        .expect("a table");
    db
}

async fn add(db: &Database) -> Result<u32> {
    let add = async |tx: crdb_orm::Tx| {
        Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1").exec(&tx).await?;
        Ok::<_, Error>(tx.attempt())
    };
    db.transaction("add", add).deadline(Duration::from_secs(20)).await
}

async fn value(db: &Database) -> i64 {
    let (value,): (i64,) = Sql::trusted("SELECT v FROM n WHERE id = 1").one(db).await.expect("a value");
    value
}

/// A server that is trusted by a file, and the keys of a URL that say so.
fn trusted(server: &TlsServer, files: &Folder) -> String {
    format!("sslmode=verify-full&sslrootcert={}", files.write("server-ca.crt", &server.ca.pem))
}

/// A CA and a certificate for a proxy, and the file that trusts it.
fn own(files: &Folder, names: &[&str]) -> (Pair, String) {
    let ca = Ca::new("the CA of a proxy");
    let file = files.write(&format!("{:x}.crt", fastrand::u64(..)), &ca.pem);
    (ca.sign(&Leaf::server(names)), file)
}

#[tokio::test]
async fn a_proxy_reaches_a_server_that_lets_nobody_in_without_tls() {
    let test = "a_proxy_reaches_a_server_that_lets_nobody_in_without_tls";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let test_db = numbers(server, "only_tls", &trusted(server, &files)).await;
    let proxy = FaultProxy::to(&test_db).await.expect("a proxy");
    assert!(is_tls(&proxy.url()).await, "between the proxy and the server");

    // What is lost on the way is lost behind TLS, too.
    let db = Database::connect(&proxy.url()).await.expect("a way through");
    proxy.on("COMMIT").cut_after_send();
    assert!(add(&db).await.unwrap_err().is_outcome_unknown());
    assert_eq!((proxy.count("COMMIT"), value(&test_db).await), (1, 1));
    proxy.on("COMMIT").cut_before_send();
    assert!(add(&db).await.unwrap_err().is_outcome_unknown());
    proxy.on("COMMIT").fail("40001");
    assert_eq!(add(&db).await.expect("a second attempt"), 2);
    assert_eq!(value(&test_db).await, 2);

    // Towards its clients it has none until it is given a certificate.
    let error = refused(&proxy.url().replace("sslmode=disable", "sslmode=require")).await;
    assert!(error.is_tls(), "{error}");
    helps(&error, &proxy.node(), "has none", "sslmode=disable");
    let direct = proxy.url().replace("sslmode=disable", "sslmode=require&sslnegotiation=direct");
    let error = refused(&direct).await;
    assert!(error.is_tls(), "{error}");
    Database::connect(&proxy.url().replace("sslmode=disable", "sslmode=prefer"))
        .await
        .expect("no TLS")
        .close()
        .await;
}

#[tokio::test]
async fn faults_strike_between_two_connections_with_tls() {
    let Some(server) = TlsServer::shared("faults_strike_between_two_connections_with_tls").await else {
        return;
    };
    let files = Folder::new();
    let test_db = numbers(server, "only_tls", &trusted(server, &files)).await;
    let proxy = FaultProxy::to(&test_db).await.expect("a proxy");
    let (pair, ca) = own(&files, &["localhost", "127.0.0.1"]);
    proxy.serve_tls(&pair.certificate, &pair.key).expect("a certificate");
    let url = format!("{}&sslrootcert={ca}", proxy.url());
    let db = Database::builder(&url).max_connections(2).connect().await.expect("TLS");

    proxy.on("COMMIT").cut_after_send();
    let error = add(&db).await.unwrap_err();
    assert_eq!((error.commit_outcome(), value(&test_db).await), (CommitOutcome::Unknown, 1), "{error}");
    proxy.on("UPDATE").cut_before_send();
    assert_eq!(add(&db).await.expect("a new connection"), 2);
    proxy.on("COMMIT").fail("40001");
    assert_eq!(add(&db).await.expect("a second attempt"), 2);
    proxy.on("COMMIT").cut_in_reply(3);
    assert!(add(&db).await.unwrap_err().is_outcome_unknown());
    assert_eq!(value(&test_db).await, 4);
    proxy.on("COMMIT").answer(Recording::cockroachdb().error("40003").expect("a recording"));
    assert_eq!(add(&db).await.unwrap_err().sqlstate(), Some("40003"));
    let late = proxy.on("COMMIT").arrive_late();
    assert!(add(&db).await.unwrap_err().is_outcome_unknown());
    late.release().await;
    assert_eq!(value(&test_db).await, 5);
    proxy.on("SELECT v").delay_reply(Duration::from_millis(50));
    assert_eq!(value(&db).await, 5);
    proxy.latency(Duration::from_millis(2));
    assert_eq!(value(&db).await, 5);
    proxy.latency(Duration::ZERO);

    // More than the buffers of TLS and of the kernel hold, in both directions.
    let long = "x".repeat(3_000_000);
    let sql = Sql::trusted("SELECT repeat($1, 4), generate_series(1, 2)").bind(long);
    let rows: Vec<(String, i32)> = sql.all(&db).await.expect("long rows");
    assert_eq!(rows.iter().map(|(text, _)| text.len()).collect::<Vec<_>>(), [12_000_000; 2]);

    proxy.drain_gracefully();
    let error = value_of(&db).await.unwrap_err();
    assert!(error.is_connection() && error.sqlstate() == Some("57P01"), "{error}");
    proxy.come_back();
    assert_eq!(value(&db).await, 5);
    proxy.die();
    assert!(value_of(&db).await.unwrap_err().is_connection());
    proxy.come_back();
    assert_eq!(value(&db).await, 5);
    proxy.log_in(LogIn::RefusePassword);
    assert!(refused(&url.replace("only_tls@", "only_tls:Geheim7x@")).await.is_authentication());
}

async fn value_of(db: &Database) -> Result<i64> {
    // Without further attempts, which would wait for the node to come back.
    let (value,): (i64,) = Sql::trusted("SELECT v FROM n WHERE id = 1").one(db).await?;
    Ok(value)
}

#[tokio::test]
async fn a_proxy_that_serves_tls_is_checked_as_a_server_is() {
    let test = "a_proxy_that_serves_tls_is_checked_as_a_server_is";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let proxy = FaultProxy::to_url(&server.url("only_tls", &trusted(server, &files))).await.expect("a proxy");
    for names in [&["127.0.0.1"][..], &["localhost"], &["localhost", "127.0.0.1"]] {
        let (pair, ca) = own(&files, names);
        proxy.serve_tls(&pair.certificate, &pair.key).expect("a certificate");
        let url = proxy.url();
        assert!(is_tls(&format!("{url}&sslrootcert={ca}")).await, "{url}");
        let direct = format!("{url}&sslrootcert={ca}&sslnegotiation=direct");
        assert!(is_tls(&direct).await, "{direct}");
    }
    // It has another CA than the server, and this one is not trusted.
    let error =
        refused(&format!("{}&{}", proxy.url().replace("sslmode=verify-full&", ""), trusted(server, &files)))
            .await;
    helps(&error, &proxy.node(), "signed by nobody", "sslrootcert");
    // It is for another host.
    let (pair, ca) = own(&files, &["node1.example.com"]);
    proxy.serve_tls(&pair.certificate, &pair.key).expect("a certificate");
    let error = refused(&format!("{}&sslrootcert={ca}", proxy.url())).await;
    helps(&error, &proxy.node(), "is for node1.example.com", "subjectAltName");
    // A secure cluster lets nobody in without TLS; who may do without is told so, and asks.
    let plain = |mode: &str| format!("postgresql://only_tls@{}/postgres?sslmode={mode}", proxy.node());
    let error = refused(&plain("disable")).await;
    assert!(error.to_string().contains("SSL connection required"), "{error}");
    assert!(is_tls(&plain("allow")).await);
}

#[tokio::test]
async fn the_client_certificate_of_the_url_is_the_proxys() {
    let Some(server) = TlsServer::shared("the_client_certificate_of_the_url_is_the_proxys").await else {
        return;
    };
    let files = Folder::new();
    let pair = server.ca.sign(&Leaf::client("certified"));
    let certificate = files.write("client.crt", &pair.certificate);
    let key = files.write("client.key", &pair.key);
    let keys = format!("{}&sslcert={certificate}&sslkey={key}", trusted(server, &files));
    // As in a CockroachDB cluster, where root has a certificate and no password: a database for a test, and a proxy.
    let test_db = numbers(server, "certified", &keys).await;
    let proxy = FaultProxy::to(&test_db).await.expect("a proxy");
    let (tls, named) = how(&proxy.url()).await;
    assert!(tls && named.is_some_and(|named| named.contains("CN=certified")));
    let (pair, ca) = own(&files, &["127.0.0.1"]);
    proxy.serve_tls(&pair.certificate, &pair.key).expect("a certificate");
    assert!(is_tls(&format!("{}&sslrootcert={ca}", proxy.url())).await);
}

#[tokio::test]
async fn a_password_that_is_bound_to_a_proxys_own_certificate_is_refused_with_the_reason() {
    let test = "a_password_that_is_bound_to_a_proxys_own_certificate_is_refused_with_the_reason";
    let Some(server) = TlsServer::start(test).await else { return };
    let files = Folder::new();
    let user = format!("scram:{PASSWORD}");
    let proxy = FaultProxy::to_url(&server.url(&user, &trusted(&server, &files))).await.expect("a proxy");
    // Without TLS there is nothing to bind it to.
    assert!(is_tls(&proxy.url()).await);
    let (pair, ca) = own(&files, &["127.0.0.1"]);
    proxy.serve_tls(&pair.certificate, &pair.key).expect("a certificate");
    let url = format!("{}&sslrootcert={ca}", proxy.url());
    assert!(is_tls(&url).await);
    for binding in ["prefer", "require"] {
        let url = url.replace("channel_binding=disable", &format!("channel_binding={binding}"));
        let error = refused(&url).await;
        assert!(error.is_authentication(), "{error}");
        helps(&error, &proxy.node(), "say `channel_binding=disable`", "");
    }
    // With the server's own certificate it is one and the same.
    let pair = server.ca.sign(&Leaf::server(&["localhost"]));
    server.present(&pair).await;
    proxy.serve_tls(&pair.certificate, &pair.key).expect("a certificate");
    for binding in ["disable", "prefer", "require"] {
        let url = proxy.url().replace("channel_binding=disable", &format!("channel_binding={binding}"));
        assert!(
            is_tls(&format!("{url}&sslrootcert={}", files.write("ca.crt", &server.ca.pem))).await,
            "{binding}"
        );
    }
}

#[tokio::test]
async fn what_tls_lacks_between_proxy_and_server_is_told_to_the_client() {
    let test = "what_tls_lacks_between_proxy_and_server_is_told_to_the_client";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let other = files.write("other.crt", &Ca::new("another CA").pem);
    let url = server.url("only_tls", &format!("sslmode=verify-full&sslrootcert={other}"));
    let proxy = FaultProxy::to_url(&url).await.expect("a proxy");
    let error = refused(&proxy.url()).await;
    assert!(error.is_connection(), "{error}");
    helps(&error, &proxy.node(), "its certificate is signed by nobody", "sslrootcert");
    assert!(error.to_string().contains(&server.node("localhost")), "{error}");

    let plain = Listener::start(Does::LetIn).await;
    let proxy = FaultProxy::to_url(&plain.url("sslmode=require")).await.expect("a proxy");
    helps(&refused(&proxy.url()).await, &proxy.node(), "it has none", "sslmode=disable");
    // Where it may do without, it does.
    let proxy = FaultProxy::to_url(&plain.url("sslmode=prefer")).await.expect("a proxy");
    Database::connect(&proxy.url()).await.expect("no TLS").close().await;
    let nonsense = Listener::start(Does::Say(b"Sgarbage that is no TLS at all".to_vec())).await;
    let proxy = FaultProxy::to_url(&nonsense.url("sslmode=require")).await.expect("a proxy");
    helps(&refused(&proxy.url()).await, &proxy.node(), "not TLS", "port");

    // TLS at once, where the server knows it.
    let ca = Ca::new("a CA");
    let root = files.write("ca.crt", &ca.pem);
    let pair = ca.sign(&Leaf::server(&["localhost"]));
    let direct =
        Listener::start(Does::Tls { pair, direct: true, protocols: vec![b"postgresql".to_vec()] }).await;
    let url = direct.url(&format!("sslmode=verify-full&sslrootcert={root}&sslnegotiation=direct"));
    let proxy = FaultProxy::to_url(&url).await.expect("a proxy");
    Database::connect(&proxy.url()).await.expect("TLS at once").close().await;
}

#[tokio::test]
async fn what_a_proxy_cannot_use_is_named_before_anybody_connects() {
    let files = Folder::new();
    let (pair, _) = own(&files, &["localhost"]);
    let (other, _) = own(&files, &["localhost"]);
    let proxy = FaultProxy::without_server(LogIn::Close).await.expect("a proxy");
    for (certificate, key, said) in [
        ("", pair.key.as_str(), "certificate"),
        ("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n", &pair.key, "PEM"),
        ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", &pair.key, "belong together"),
        (&pair.certificate, "", "private key"),
        (&pair.certificate, &other.key, "belong together"),
    ] {
        let error = proxy.serve_tls(certificate, key).expect_err("no certificate");
        assert!(error.is_configuration() && error.to_string().contains(said), "{said}: {error}");
    }
    assert!(proxy.url().contains("sslmode=disable"));
    for (keys, said) in [
        ("sslmode=verify-full&sslrootcert=/no/such/file", "/no/such/file"),
        ("sslmode=verify-ful", "verify-full"),
        ("sslmode=disable&channel_binding=require", "channel_binding"),
    ] {
        let url = format!("postgresql://app:Geheim7x@localhost:1/db?{keys}");
        let error = FaultProxy::to_url(&url).await.expect_err("no such file");
        assert!(error.is_configuration() && error.to_string().contains(said), "{said}: {error}");
        crate::support::tells_no_secret(&crate::support::all_of(&error));
    }
}

#[tokio::test]
async fn a_statement_is_cancelled_through_a_proxy_with_tls_on_both_sides() {
    let test = "a_statement_is_cancelled_through_a_proxy_with_tls_on_both_sides";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let proxy = FaultProxy::to_url(&server.url("only_tls", &trusted(server, &files))).await.expect("a proxy");
    let (pair, ca) = own(&files, &["127.0.0.1"]);
    proxy.serve_tls(&pair.certificate, &pair.key).expect("a certificate");
    let db = Database::builder(&proxy.url()).ssl_root_cert(ca).connect().await.expect("TLS");
    let sleep = "SELECT pg_sleep(61)";
    let running =
        format!("SELECT count(*) FROM pg_stat_activity WHERE query = '{sleep}' AND state = 'active'");
    let task = tokio::spawn({
        let db = db.clone();
        async move { Sql::trusted(sleep).exec(&db).await }
    });
    while server.ask(&running).await.as_deref() != Some("1") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let closed = db.close_within(Duration::from_millis(100)).await;
    assert_eq!(closed.cut.len(), 1, "{closed:?}");
    assert!(task.await.expect("no panic").is_err());
    assert_eq!(proxy.cancels(), 1);
    assert_eq!(server.ask(&running).await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_proxy_that_closes_takes_leave_of_tls_and_one_that_cuts_does_not() {
    let test = "a_proxy_that_closes_takes_leave_of_tls_and_one_that_cuts_does_not";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let proxy = FaultProxy::to_url(&server.url("only_tls", &trusted(server, &files))).await.expect("a proxy");
    let ca = Ca::new("the CA of a proxy");
    let pair = ca.sign(&Leaf::server(&["127.0.0.1"]));
    proxy.serve_tls(&pair.certificate, &pair.key).expect("a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.pem.as_bytes()).expect("a certificate")).expect("a CA");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    for cuts in [false, true] {
        let mut client = TcpStream::connect(proxy.node()).await.expect("the proxy");
        client.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).await.expect("a request for TLS");
        assert_eq!(client.read_u8().await.expect("an answer"), b'S');
        let host = ServerName::try_from("127.0.0.1").expect("an address");
        let mut client = connector.connect(host, client).await.expect("TLS");
        let fields = b"\0\x03\0\0user\0only_tls\0database\0postgres\0\0";
        let length = u32::try_from(fields.len() + 4).expect("short");
        client.write_all(&[&length.to_be_bytes()[..], fields].concat()).await.expect("a start-up message");
        // Until the server is ready for a query.
        let mut told = Vec::new();
        while !told.ends_with(b"Z\0\0\0\x05I") {
            told.push(client.read_u8().await.expect("an answer"));
        }
        if cuts {
            proxy.on("SELECT 1").cut_after_send();
        } else {
            proxy.on("SELECT 1").answer(Reply::error("57P01").severity("FATAL").then_close());
        }
        client.write_all(b"Q\0\0\0\x0dSELECT 1\0").await.expect("a query");
        let mut rest = Vec::new();
        let ended = client.read_to_end(&mut rest).await;
        assert_eq!(ended.is_err(), cuts, "{ended:?} after {rest:?}");
        assert_eq!(rest.starts_with(b"E"), !cuts, "{rest:?}");
    }
}
