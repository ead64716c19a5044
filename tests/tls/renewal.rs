//! Certificates are renewed while the program runs.

use std::time::Duration;

use crdb_orm::{Database, Sql};

use crate::certificates::{Ca, Folder, Leaf};
use crate::server::TlsServer;

#[tokio::test]
async fn files_that_change_are_read_again_for_new_connections() {
    let test = "files_that_change_are_read_again_for_new_connections";
    let Some(mut server) = TlsServer::start(test).await else { return };
    let files = Folder::new();
    let pair = server.ca.sign(&Leaf::client("certified"));
    let (ca, crt, key) = (
        files.write("ca.crt", &server.ca.pem),
        files.write("client.crt", &pair.certificate),
        files.write("client.key", &pair.key),
    );
    let keys = format!(
        "sslmode=verify-full&sslrootcert={ca}&sslcert={crt}&sslkey={key}&pool_max_lifetime=1ms&pool_max_size=1"
    );
    let db = Database::connect(&server.url("certified", &keys)).await.expect("the first certificates");
    let serial = async || {
        // No connection lives that long: each is new.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let sql = "SELECT client_serial::TEXT FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        Sql::trusted(sql).one(&db).await.map(|(serial,): (String,)| serial)
    };
    let first = serial().await.expect("the first certificates");

    // The cluster gets another CA, and so does the client.
    server.ca = Ca::new("the next CA");
    let pair = server.ca.sign(&Leaf::client("certified"));
    server.present(&server.ca.sign(&Leaf::server(&["localhost"]))).await;
    let error = serial().await.expect_err("the old CA");
    assert!(error.is_tls(), "{error}");
    files.write("ca.crt", &server.ca.pem);
    files.write("client.crt", &pair.certificate);
    files.write("client.key", &pair.key);
    let second = serial().await.expect("the next certificates");
    assert_ne!(first, second);

    // A file that is just being written does no harm: the last good one is used.
    files.write("client.key", "-----BEGIN PRIV");
    assert_eq!(serial().await.expect("the last good ones"), second);
    files.write("client.key", &pair.key);
    assert_eq!(serial().await.expect("the same ones"), second);
    db.close().await;
}
