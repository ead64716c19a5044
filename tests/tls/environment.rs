//! What the environment of a process says. It cannot be changed while tests run, so each test runs itself once more.

use std::process::Command;

use crdb_orm::Database;

use crate::certificates::{Ca, Folder, Leaf};
use crate::server::TlsServer;
use crate::support::{helps, is_tls};

/// The URL for the process that a test has started.
const URL: &str = "CRDB_ORM_TLS_CHILD_URL";

/// In the process that was started: connects, and says how that went by the end of the process.
async fn is_child() -> bool {
    let Ok(url) = std::env::var(URL) else { return false };
    assert!(is_tls(&url).await);
    true
}

/// Runs a test of this module once more with another environment. Returns what it prints if it fails.
fn run(test: &str, url: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", &format!("environment::{test}"), "--nocapture"]).env(URL, url);
    command.envs(variables.iter().copied());
    let output = command.output().expect("this program");
    let printed =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    // It did run that test.
    assert!(printed.contains("running 1 test"), "{printed}");
    if output.status.success() { Ok(()) } else { Err(printed) }
}

#[tokio::test]
async fn whom_the_system_trusts_is_trusted() {
    let test = "whom_the_system_trusts_is_trusted";
    if is_child().await {
        return;
    }
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let ca = files.write("ca.crt", &server.ca.pem);
    let other = files.write("other.crt", &Ca::new("another CA").pem);
    let home = files.path().to_str().expect("a path");
    for keys in ["sslrootcert=system", "sslmode=verify-full", "sslmode=verify-ca"] {
        let url = server.url("free", keys);
        run(test, &url, &[("SSL_CERT_FILE", &ca), ("HOME", home)]).expect(keys);
        let said = run(test, &url, &[("SSL_CERT_FILE", &other), ("HOME", home)]).expect_err(keys);
        assert!(said.contains("nobody of the CAs that the system trusts"), "{said}");
    }
    let nobody = run(
        test,
        &server.url("free", "sslrootcert=system"),
        &[("SSL_CERT_FILE", &files.write("empty.crt", "")), ("SSL_CERT_DIR", &files.folder("empty"))],
    );
    let said = nobody.expect_err("nobody");
    assert!(said.contains("ca-certificates"), "{said}");
}

#[tokio::test]
async fn the_files_in_the_home_folder_are_used() {
    let test = "the_files_in_the_home_folder_are_used";
    if is_child().await {
        return;
    }
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    files.folder(".postgresql");
    let pair = server.ca.sign(&Leaf::client("certified"));
    files.write(".postgresql/root.crt", &server.ca.pem);
    files.write(".postgresql/postgresql.crt", &pair.certificate);
    files.write(".postgresql/postgresql.key", &pair.key);
    let home = files.path().to_str().expect("a path");
    let url = server.url("certified", "sslmode=verify-full");
    run(test, &url, &[("HOME", home)]).expect("the files of the user");
    // With a file of CAs in its usual place, `require` checks, as libpq does.
    files.write(".postgresql/root.crt", &Ca::new("another CA").pem);
    let said = run(test, &server.url("free", "sslmode=require"), &[("HOME", home)]).expect_err("another CA");
    assert!(said.contains(".postgresql/root.crt"), "{said}");
}

#[tokio::test]
async fn a_url_that_says_nothing_leaves_everything_to_the_environment() {
    let test = "a_url_that_says_nothing_leaves_everything_to_the_environment";
    if is_child().await {
        return;
    }
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let ca = files.write("ca.crt", &server.ca.pem);
    let port = server.port().to_string();
    let all = [
        ("PGHOST", "localhost"),
        ("PGPORT", &port),
        ("PGUSER", "scram"),
        ("PGPASSWORD", "Geheim7x/Wort9q"),
        ("PGDATABASE", "postgres"),
        ("PGSSLMODE", "verify-full"),
        ("PGSSLROOTCERT", &ca),
        ("PGCHANNELBINDING", "require"),
    ];
    run(test, "postgresql://", &all).expect("everything is said");
    let said = run(test, "postgresql://scram:Wort9q@", &all).expect_err("the URL comes first");
    assert!(said.contains("28P01") && !said.contains("Geheim7x"), "{said}");
}

#[tokio::test]
async fn a_server_that_nobody_signed_for_is_named() {
    let test = "a_server_that_nobody_signed_for_is_named";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let other = files.write("other.crt", &Ca::new("another CA").pem);
    let db = Database::builder(&server.url("free", ""))
        .ssl_root_cert(&other)
        .ssl_mode(crdb_orm::SslMode::VerifyCa);
    let error = db.connect().await.map(drop).expect_err("another CA");
    helps(&error, &server.node("localhost"), &other, "sslrootcert");
}
