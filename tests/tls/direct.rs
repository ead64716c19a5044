//! TLS that begins without asking.

use crdb_orm::Database;

use crate::certificates::{Ca, Folder, Leaf};
use crate::listener::{Does, Listener};
use crate::server::TlsServer;
use crate::support::{helps, refused};

#[tokio::test]
async fn tls_begins_at_once_with_a_server_that_agrees_on_the_protocol() {
    let files = Folder::new();
    let ca = Ca::new("a CA");
    let root = files.write("ca.crt", &ca.pem);
    let pair = ca.sign(&Leaf::server(&["localhost"]));
    let protocols = vec![b"postgresql".to_vec()];
    let server = Listener::start(Does::Tls { pair: pair.clone(), direct: true, protocols }).await;
    let keys = format!("sslmode=verify-full&sslrootcert={root}");
    let direct = server.url(&format!("{keys}&sslnegotiation=direct"));
    Database::connect(&direct).await.expect("TLS at once").close().await;
    assert_eq!(server.seen(), 1);

    // One that does not say what it speaks could be anything.
    let silent = Listener::start(Does::Tls { pair: pair.clone(), direct: true, protocols: Vec::new() }).await;
    let error = refused(&silent.url(&format!("{keys}&sslnegotiation=direct"))).await;
    assert!(error.is_tls(), "{error}");
    helps(&error, &silent.node(), "ALPN", "sslnegotiation=direct");

    // The other way, the protocol is not named: the server looks that it is not.
    let usual = Does::Tls { pair, direct: false, protocols: vec![b"postgresql".to_vec()] };
    let usual = Listener::start(usual).await;
    Database::connect(&usual.url(&keys)).await.expect("TLS after asking").close().await;
}

#[tokio::test]
async fn a_server_that_wants_to_be_asked_is_an_error_that_says_so() {
    let test = "a_server_that_wants_to_be_asked_is_an_error_that_says_so";
    let Some(server) = TlsServer::shared(test).await else { return };
    let number = server.ask("SHOW server_version_num").await.and_then(|text| text.parse::<u32>().ok());
    let url = server.url("free", "sslmode=require&sslnegotiation=direct");
    if number.is_some_and(|number| number >= 170_000) {
        Database::connect(&url).await.expect("PostgreSQL 17 knows it").close().await;
        return;
    }
    let error = refused(&url).await;
    assert!(error.is_tls() && error.is_connection(), "{error}");
    helps(&error, &server.node("localhost"), "handshake", "TLS");
}
