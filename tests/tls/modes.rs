//! `allow` and `prefer` try what libpq tries.

use crate::server::TlsServer;
use crate::support::{PASSWORD, helps, is_tls, refused};

#[tokio::test]
async fn each_mode_takes_what_the_server_allows() {
    let Some(server) = TlsServer::shared("each_mode_takes_what_the_server_allows").await else { return };
    for (user, mode, tls) in [
        ("free", "disable", Some(false)),
        ("free", "allow", Some(false)),
        ("free", "prefer", Some(true)),
        ("free", "require", Some(true)),
        // The server refuses it without TLS: `allow` begins again with it.
        ("only_tls", "disable", None),
        ("only_tls", "allow", Some(true)),
        ("only_tls", "prefer", Some(true)),
        ("only_tls", "require", Some(true)),
        // And with TLS: `prefer` begins again without it.
        ("only_plain", "disable", Some(false)),
        ("only_plain", "allow", Some(false)),
        ("only_plain", "prefer", Some(false)),
        ("only_plain", "require", None),
    ] {
        let url = server.url(user, &format!("sslmode={mode}"));
        if let Some(tls) = tls {
            assert_eq!(is_tls(&url).await, tls, "{user} {mode}");
        } else {
            let error = refused(&url).await;
            assert!(error.is_authentication(), "{user} {mode}: {error}");
            assert_eq!(error.sqlstate(), Some("28000"), "{user} {mode}: {error}");
        }
    }
    // A local host without a mode is `prefer`.
    assert!(is_tls(&server.url("free", "")).await);
}

#[tokio::test]
async fn a_wrong_password_is_not_sent_a_second_time_without_tls() {
    let test = "a_wrong_password_is_not_sent_a_second_time_without_tls";
    let Some(server) = TlsServer::shared(test).await else { return };
    for mode in ["prefer", "allow", "require"] {
        let error = refused(&server.url("scram:Geheim7x", &format!("sslmode={mode}"))).await;
        assert!(error.is_authentication(), "{mode}: {error}");
        assert_eq!(error.sqlstate(), Some("28P01"), "{mode}: {error}");
        helps(&error, &server.node("localhost"), "password authentication failed", "check user and password");
    }
    assert!(is_tls(&server.url(&format!("scram:{PASSWORD}"), "sslmode=allow")).await);
}

#[tokio::test]
async fn a_server_without_tls_is_enough_for_prefer_and_not_for_require() {
    let test = "a_server_without_tls_is_enough_for_prefer_and_not_for_require";
    let Some(server) = TlsServer::start(test).await else { return };
    server.without_tls().await;
    for mode in ["disable", "allow", "prefer"] {
        assert!(!is_tls(&server.url("free", &format!("sslmode={mode}"))).await, "{mode}");
    }
    let error = refused(&server.url("free", "sslmode=require")).await;
    assert!(error.is_tls() && error.is_connection(), "{error}");
    helps(&error, &server.node("localhost"), "has none", "turn TLS on");
}
