//! A URL of the CockroachDB Cloud console works as it is.

use crdb_orm::Database;

use crate::certificates::{Ca, Folder, Leaf};
use crate::listener::{Does, Listener};

const HOST: &str = "blue-cow-123.abc.aws-us-east-1.cockroachlabs.cloud";

#[tokio::test]
async fn a_url_of_the_cloud_console_reaches_its_cluster() {
    let files = Folder::new();
    let ca = Ca::new("a CA");
    let root = files.write("root.crt", &ca.pem);
    let pair = ca.sign(&Leaf::server(&[HOST]));
    let proxy = Listener::start(Does::Tls { pair, direct: false, protocols: Vec::new() }).await;
    // As the console shows it; the CA that it lets one download, and where the name leads to here, are added.
    let url = format!(
        "postgresql://app:s3cret@{HOST}:{}/defaultdb?sslmode=verify-full&options=--cluster%3Dblue-cow-123\
         &sslrootcert={root}&hostaddr=127.0.0.1",
        proxy.port()
    );
    Database::connect(&url).await.expect("a way in").close().await;
    let (name, start) = proxy.heard();
    // The cluster is found by the name in TLS, and by the option.
    assert_eq!(name.as_deref(), Some(HOST));
    assert!(start.contains("user|app|") && start.contains("database|defaultdb|"), "{start}");
    assert!(start.contains("options|--cluster=blue-cow-123 "), "{start}");

    Database::connect(&format!("{url}&sslsni=0")).await.expect("a way in").close().await;
    assert_eq!(proxy.heard().0, None);
}

#[tokio::test]
async fn what_the_builder_sets_is_what_a_url_says() {
    let files = Folder::new();
    let ca = Ca::new("a CA");
    let pair = ca.sign(&Leaf::server(&["localhost"]));
    let server =
        Listener::start(Does::Tls { pair, direct: true, protocols: vec![b"postgresql".to_vec()] }).await;
    let builder = Database::builder("cockroachdb://")
        .host("localhost", server.port())
        .user("app")
        .password("Geheim7x")
        .database("shop")
        .application_name("web")
        .ssl_mode(crdb_orm::SslMode::VerifyFull)
        .ssl_root_cert(files.write("ca.crt", &ca.pem))
        .ssl_negotiation(crdb_orm::SslNegotiation::Direct)
        .channel_binding(crdb_orm::ChannelBinding::Disable)
        .option("cluster", "blue cow")
        .session_variable("app.tenant", "7");
    assert!(!format!("{builder:?} {}", builder.shown_url()).contains("Geheim7x"));
    builder.connect().await.expect("a way in").close().await;
    let (_, start) = server.heard();
    for part in ["user|app|", "database|shop|", "-c application_name=web", "options|--cluster=blue\\ cow "] {
        assert!(start.contains(part), "{part} is not in {start}");
    }

    let error = Database::builder("cockroachdb://").session_variable("a; DROP TABLE b", "1").connect().await;
    assert!(error.expect_err("no name").is_configuration());
    let error = Database::builder("cockroachdb://").option("", "1").connect().await;
    assert!(error.expect_err("no name").is_configuration());
}
