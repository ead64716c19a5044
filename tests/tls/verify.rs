//! What is checked of a server's certificate.

use crate::certificates::{Ca, Folder, Leaf};
use crate::server::TlsServer;
use crate::support::{helps, is_tls, refused};

#[tokio::test]
async fn the_right_ca_is_accepted_for_the_right_name() {
    let Some(server) = TlsServer::shared("the_right_ca_is_accepted_for_the_right_name").await else { return };
    let files = Folder::new();
    let ca = files.write("ca.crt", &server.ca.pem);
    for mode in ["verify-full", "verify-ca", "require", "prefer"] {
        assert!(is_tls(&server.url("free", &format!("sslmode={mode}&sslrootcert={ca}"))).await, "{mode}");
    }
    // An upper-case name and one with a dot at its end are the same name.
    for host in ["LOCALHOST", "localhost."] {
        let keys = format!("sslmode=verify-full&sslrootcert={ca}");
        assert!(is_tls(&server.url_at(host, "free", &keys)).await, "{host}");
    }
    // One of several CAs is enough.
    let both = files.write("both.crt", &format!("{}\n{}", Ca::new("another CA").pem, server.ca.pem));
    assert!(is_tls(&server.url("free", &format!("sslmode=verify-full&sslrootcert={both}"))).await);
}

#[tokio::test]
async fn another_ca_is_refused_and_whom_we_trust_is_said() {
    let Some(server) = TlsServer::shared("another_ca_is_refused_and_whom_we_trust_is_said").await else {
        return;
    };
    let files = Folder::new();
    // The same name, another key.
    for name in ["another CA", "the CA of the cluster"] {
        let other = files.write("other.crt", &Ca::new(name).pem);
        // `require` with a file of CAs checks, as libpq does.
        for mode in ["verify-full", "verify-ca", "require"] {
            let error = refused(&server.url("free", &format!("sslmode={mode}&sslrootcert={other}"))).await;
            assert!(error.is_tls() && error.is_connection() && !error.is_timeout(), "{mode}: {error}");
            assert_eq!(error.node(), Some(server.node("localhost").as_str()));
            helps(&error, &server.node("localhost"), "its certificate is signed", "sslrootcert");
        }
    }
    // Nobody whom the system trusts has signed it, wherever the system keeps them.
    let error = refused(&server.url("free", "sslrootcert=system")).await;
    assert!(error.is_tls() || error.is_configuration(), "{error}");
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused_by_verify_full_alone() {
    let test = "a_certificate_for_another_host_is_refused_by_verify_full_alone";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let ca = files.write("ca.crt", &server.ca.pem);
    for host in ["node1.example.com", "127.0.0.1"] {
        // What is not local is `verify-full` unless it is said otherwise; an address of this machine is local.
        let mode = if host == "127.0.0.1" { "sslmode=verify-full&" } else { "" };
        let error = refused(&server.url_at(host, "free", &format!("{mode}sslrootcert={ca}")).replace(
            "hostaddr=127.0.0.1&",
            if mode.is_empty() { "hostaddr=127.0.0.1&sslmode=verify-full&" } else { "hostaddr=127.0.0.1&" },
        ))
        .await;
        assert!(error.is_tls(), "{error}");
        helps(&error, &server.node(host), &format!("is for localhost and not for {host}"), "subjectAltName");
        let keys = format!("sslmode=verify-ca&sslrootcert={ca}");
        assert!(is_tls(&server.url_at(host, "free", &keys)).await);
    }
}

#[tokio::test]
async fn the_dates_purpose_and_names_of_a_certificate_count() {
    let Some(server) = TlsServer::start("the_dates_purpose_and_names_of_a_certificate_count").await else {
        return;
    };
    let files = Folder::new();
    let ca = files.write("ca.crt", &server.ca.pem);
    let keys = |mode: &str| format!("sslmode={mode}&sslrootcert={ca}");
    let node = server.node("localhost");

    server.present(&server.ca.sign(&Leaf::server(&["localhost"]).valid(2001, 2002))).await;
    for mode in ["verify-full", "verify-ca", "require"] {
        let error = refused(&server.url("free", &keys(mode))).await;
        assert!(error.is_tls(), "{error}");
        helps(&error, &node, "expired", "renew");
    }
    // Nothing is checked where nobody is trusted.
    assert!(is_tls(&server.url("free", "sslmode=require")).await);

    server.present(&server.ca.sign(&Leaf::server(&["localhost"]).valid(2100, 2120))).await;
    helps(&refused(&server.url("free", &keys("verify-full"))).await, &node, "valid only in", "clock");

    server.present(&server.ca.sign(&Leaf::client("node"))).await;
    helps(
        &refused(&server.url("free", &keys("verify-full"))).await,
        &node,
        "not for servers",
        "server authentication",
    );

    server.present(&server.ca.sign(&Leaf::server(&["*.example.com", "127.0.0.1"]))).await;
    for (host, fits) in
        [("a.example.com", true), ("127.0.0.1", true), ("a.b.example.com", false), ("localhost", false)]
    {
        let url = server.url_at(host, "free", &keys("verify-full"));
        if fits {
            assert!(is_tls(&url).await, "{host}");
        } else {
            helps(&refused(&url).await, &server.node(host), "*.example.com", "subjectAltName");
        }
    }

    server.without_tls().await;
    for mode in ["verify-full", "verify-ca", "require"] {
        let error = refused(&server.url("free", &keys(mode))).await;
        assert!(error.is_tls(), "{error}");
        helps(&error, &node, "has none", "sslmode=disable");
    }
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named_before_anything_is_sent() {
    let files = Folder::new();
    let ca = Ca::new("a CA");
    let pair = ca.sign(&Leaf::client("app"));
    let good = files.write("good.crt", &pair.certificate);
    let key = files.write("good.key", &pair.key);
    let empty = files.write("empty", "");
    let broken = files.write("broken", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
    let nonsense = files.write("nonsense", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
    let locked = files.write(
        "locked",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let other = files.write("other.key", &ca.sign(&Leaf::client("app")).key);
    let missing = files.path().join("missing").into_os_string().into_string().expect("a path");
    for (keys, named, said) in [
        (format!("sslrootcert={missing}"), &missing, "cannot be read"),
        ("sslrootcert=$HOME/ca.crt".to_owned(), &"$HOME/ca.crt".to_owned(), "$HOME"),
        (format!("sslrootcert={empty}"), &empty, "no certificate"),
        (format!("sslrootcert={broken}"), &broken, "PEM"),
        (format!("sslrootcert={nonsense}"), &nonsense, "makes no sense"),
        (format!("sslcert={missing}&sslkey={key}"), &missing, "sslcert"),
        (format!("sslcert={good}&sslkey={missing}"), &missing, "sslkey"),
        (format!("sslcert={good}&sslkey={empty}"), &empty, "no private key"),
        (format!("sslcert={good}&sslkey={locked}"), &locked, "password"),
        (format!("sslcert={good}&sslkey={other}"), &other, "belong together"),
    ] {
        // Nobody listens there.
        let url = format!("postgresql://app:Geheim7x@localhost:1/db?sslmode=verify-ca&{keys}");
        let error = refused(&url).await;
        assert!(error.is_configuration(), "{keys}: {error}");
        let text = error.to_string();
        assert!(text.contains(named.as_str()) && text.contains(said), "{keys}: {text}");
    }
}
