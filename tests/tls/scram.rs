//! Passwords that are bound to the TLS connection.

use std::time::Duration;

use crdb_orm::{Database, Sql};
use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};

use crate::certificates::{Ca, Leaf};
use crate::server::TlsServer;
use crate::support::{PASSWORD, helps, is_tls, refused};

#[tokio::test]
async fn a_password_is_bound_to_the_certificate_whatever_it_is_signed_with() {
    let test = "a_password_is_bound_to_the_certificate_whatever_it_is_signed_with";
    let Some(mut server) = TlsServer::start(test).await else { return };
    let user = format!("scram:{PASSWORD}");
    let long = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).expect("a key");
    let rsa = KeyPair::from_pem(include_str!("rsa.pem")).expect("a key");
    for (name, key) in [("SHA-256", None), ("SHA-384", Some(long)), ("SHA-256 by RSA", Some(rsa))] {
        if let Some(key) = key {
            server.ca = Ca::with_key("the CA of the cluster", key);
            server.present(&server.ca.sign(&Leaf::server(&["localhost"]))).await;
        }
        for binding in ["require", "prefer", "disable"] {
            let keys = format!("sslmode=require&channel_binding={binding}");
            assert!(is_tls(&server.url(&user, &keys)).await, "{name} {binding}");
        }
    }
    // Nothing says which hash goes with Ed25519: there is no binding, and that is no hindrance where it is not asked for.
    server.ca = Ca::with_key("the CA of the cluster", KeyPair::generate_for(&PKCS_ED25519).expect("a key"));
    server.present(&server.ca.sign(&Leaf::server(&["localhost"]))).await;
    assert!(is_tls(&server.url(&user, "sslmode=require")).await);
    let error = refused(&server.url(&user, "sslmode=require&channel_binding=require")).await;
    assert!(error.is_authentication(), "{error}");
}

#[tokio::test]
async fn a_binding_that_is_asked_for_and_cannot_be_had_lets_no_password_out() {
    let test = "a_binding_that_is_asked_for_and_cannot_be_had_lets_no_password_out";
    let Some(server) = TlsServer::shared(test).await else { return };
    // It trusts this one without a password.
    let error = refused(&server.url("free:Geheim7x", "sslmode=require&channel_binding=require")).await;
    assert!(error.is_authentication(), "{error}");
    helps(&error, &server.node("localhost"), "channel binding", "channel_binding");
    let error = refused(&server.url("free:Geheim7x", "sslmode=disable&channel_binding=require")).await;
    assert!(error.is_configuration(), "{error}");
}

#[tokio::test]
async fn a_password_that_is_missing_says_where_it_can_stand() {
    let Some(server) = TlsServer::shared("a_password_that_is_missing_says_where_it_can_stand").await else {
        return;
    };
    let error = refused(&server.url("scram", "sslmode=require&passfile=/no/such/file")).await;
    assert!(error.is_authentication(), "{error}");
    helps(&error, &server.node("localhost"), "asks for a password", "~/.pgpass");
}

#[tokio::test]
async fn the_password_file_is_used_for_the_node_that_it_names() {
    use std::os::unix::fs::PermissionsExt;
    let Some(server) = TlsServer::shared("the_password_file_is_used_for_the_node_that_it_names").await else {
        return;
    };
    let files = crate::certificates::Folder::new();
    let file = files.write(
        "pgpass",
        &format!("other:*:*:*:no\nlocalhost:{}:postgres:scram:Geheim7x/Wort9q\n", server.port()),
    );
    let mode = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("a mode");
    let url = server.url("scram", &format!("sslmode=require&passfile={file}"));
    mode(0o600);
    assert!(is_tls(&url).await);
    mode(0o640);
    let error = refused(&url).await;
    assert!(error.is_authentication(), "{error}");
    helps(&error, &server.node("localhost"), "asks for a password", "chmod 0600");
}

#[tokio::test]
async fn a_password_that_is_changed_while_the_program_runs_is_found_in_the_password_file() {
    use std::os::unix::fs::PermissionsExt;
    let test = "a_password_that_is_changed_while_the_program_runs_is_found_in_the_password_file";
    let Some(server) = TlsServer::start(test).await else { return };
    let files = crate::certificates::Folder::new();
    let write = |password: &str| {
        let file = files.write("pgpass", &format!("*:*:*:scram:{password}\n"));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a mode");
        file
    };
    let file = write("Geheim7x/Wort9q");
    let url = server.url("scram", &format!("sslmode=require&passfile={file}"));
    let db = Database::builder(&url).max_connections(1).connect().await.expect("the old password");
    // The driver logs it, and what another test looks for in the log of this process is another one.
    server.ask("ALTER ROLE scram PASSWORD 'Anders8y'").await;
    let lost = async || {
        server.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'scram'").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let one = async || Sql::trusted("SELECT 1").one::<(i32,), _>(&db).await;
    assert_eq!(one().await.expect("a connection that was let in stays").0, 1);
    lost().await;
    let error = one().await.expect_err("the old password");
    assert!(error.is_authentication(), "{error}");
    helps(&error, &server.node("localhost"), "password authentication failed", "check user and password");
    // A file that cannot be used at the moment changes nothing; the new one does.
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    assert!(one().await.expect_err("the old password").is_authentication());
    write("Anders8y");
    assert_eq!(one().await.expect("the new password").0, 1);
}
