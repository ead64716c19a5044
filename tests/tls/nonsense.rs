//! Servers that speak nonsense, hang up, or never come to an end.

use std::time::{Duration, Instant};

use crdb_orm::Database;

use crate::listener::{Does, Listener, fatal, message};
use crate::support::{helps, refused};

const LIMIT: Duration = Duration::from_millis(600);

/// What is to be said of it.
enum Is {
    Connection,
    Timeout,
    Tls,
    Authentication,
}
use Is::{Authentication, Connection, Timeout, Tls};

#[tokio::test]
async fn whatever_a_server_says_is_a_typed_error_within_the_timeout_that_names_the_node() {
    let asked = |code: u32, rest: &[u8]| message(b'R', &[&code.to_be_bytes(), rest].concat());
    let notice = message(b'N', b"SNOTICE\0C00000\0Mwait\0\0");
    let parameter = message(b'S', b"name\0value\0");
    let told =
        [&b"server_version\x0015.0\0"[..], b"application_name\0crdb-orm\0"].map(|pair| message(b'S', pair));
    let let_in = [asked(0, b""), told.concat(), message(b'Z', b"I")].concat();
    let scram = asked(10, b"SCRAM-SHA-256\0\0");
    for (does, keys, is, what, check) in [
        (Does::HangUp, "disable", Connection, "hung up", "port"),
        (Does::HangUp, "require", Connection, "hung up", "port"),
        (Does::HangUp, "prefer", Connection, "hung up", "port"),
        (Does::Silence, "disable", Timeout, "did not let us in", "connect_timeout"),
        (Does::Silence, "require", Timeout, "did not let us in", "connect_timeout"),
        (Does::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()), "disable", Connection, "", "port"),
        (Does::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()), "require", Tls, "has none", "port"),
        (Does::Say(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), "disable", Connection, "", "port"),
        (Does::Say(vec![0; 64]), "disable", Connection, "", "port"),
        (Does::Say(vec![b'R', 0, 0, 0, 3, 0]), "disable", Connection, "", "port"),
        (Does::Say(vec![b'R', 0x7F, 0xFF, 0xFF, 0xFF, 0]), "disable", Connection, "", "port"),
        (Does::Say(vec![b'R', 0xFF, 0xFF, 0xFF, 0xFF, 0]), "disable", Connection, "", "port"),
        (Does::Say(message(b'E', b"SFATAL")), "disable", Connection, "", "port"),
        (Does::Say(message(b'Z', b"I")), "disable", Connection, "", "port"),
        (Does::Say(message(b'S', b"a\0b\0")), "disable", Connection, "", "port"),
        (Does::Say(asked(0, b"")), "disable", Connection, "hung up", "port"),
        (Does::Say(asked(99, b"")), "disable", Authentication, "unknown authentication", "pg_hba.conf"),
        (Does::Say(asked(2, b"")), "disable", Authentication, "unsupported", "host_based_authentication"),
        (Does::Say(asked(7, b"")), "disable", Authentication, "unsupported", "host_based_authentication"),
        (Does::Say(asked(9, b"")), "disable", Authentication, "unsupported", "host_based_authentication"),
        (
            Does::Say(asked(10, b"OTHER-MECHANISM\0\0")),
            "disable",
            Authentication,
            "unsupported",
            "pg_hba.conf",
        ),
        (Does::Say(asked(3, b"")), "disable", Connection, "hung up", "port"),
        (Does::Say(asked(5, b"salt")), "disable", Connection, "hung up", "port"),
        (Does::Say(scram.clone()), "disable", Connection, "hung up", "port"),
        (
            Does::Say([scram.clone(), asked(11, b"r=x")].concat()),
            "disable",
            Authentication,
            "",
            "pg_hba.conf",
        ),
        (
            Does::Say([scram.clone(), asked(11, b"r=other,s=c2FsdA==,i=4096")].concat()),
            "disable",
            Authentication,
            "",
            "pg_hba.conf",
        ),
        (Does::SayAndWait(scram), "disable", Timeout, "did not let us in", "connect_timeout"),
        (Does::SayAndWait(vec![b'R']), "disable", Timeout, "did not let us in", "connect_timeout"),
        (Does::Say(notice), "disable", Connection, "unexpected message", "port"),
        // The beginning of a message that never ends.
        (Does::Drip(Vec::new(), b"N".to_vec()), "disable", Timeout, "did not let us in", "connect_timeout"),
        (Does::Drip(asked(0, b""), parameter), "disable", Timeout, "did not let us in", "connect_timeout"),
        // It lets us in and then says nothing to the set-up of the session.
        (Does::SayAndWait(let_in), "disable", Timeout, "did not let us in", "connect_timeout"),
        (Does::Say(b"S".to_vec()), "require", Tls, "handshake", "TLS"),
        (Does::Say(b"Sgarbage that is no TLS at all".to_vec()), "require", Tls, "not TLS", "port"),
        (Does::Say(b"S\x15\x03\x03\0\x02\x02\x28".to_vec()), "require", Tls, "HandshakeFailure", "sslcert"),
        (Does::SayAndWait(b"S".to_vec()), "require", Timeout, "did not let us in", "connect_timeout"),
        (Does::SayAndWait(b"S".to_vec()), "prefer", Timeout, "did not let us in", "connect_timeout"),
        (Does::Say(b"X".to_vec()), "require", Tls, "has none", "port"),
        (
            Does::Say(fatal("53300", "too many clients")),
            "disable",
            Connection,
            "too many clients",
            "max_connections",
        ),
        (Does::Say(fatal("57P03", "starting up")), "disable", Connection, "starting up", ""),
        (Does::Say(fatal("57P01", "not accepting clients")), "disable", Connection, "not accepting", ""),
        (
            Does::Say(fatal("28P01", "wrong password")),
            "disable",
            Authentication,
            "wrong password",
            "check user",
        ),
    ] {
        let shown = format!("{does:?} {keys}");
        let server = Listener::start(does).await;
        let began = Instant::now();
        let url =
            server.url(&format!("sslmode={keys}&lock_timeout=1s&connect_timeout={}ms", LIMIT.as_millis()));
        let error = refused(&url).await;
        let took = began.elapsed();
        assert!(took < LIMIT + Duration::from_secs(5), "{took:?}: {error}");
        let matches = match is {
            Connection => error.is_connection() && !error.is_timeout() && !error.is_tls(),
            Timeout => error.is_connection() && error.is_timeout(),
            Tls => error.is_connection() && error.is_tls(),
            Authentication => error.is_authentication() && !error.is_connection(),
        };
        assert!(matches, "{shown}: {error:?}");
        assert_eq!(error.node(), Some(server.node().as_str()), "{error:?}");
        assert!(!error.is_outcome_unknown());
        if check.is_empty() {
            let text = error.to_string();
            assert!(text.contains(what), "{text}");
        } else {
            helps(&error, &server.node(), what, check);
        }
        if matches!(is, Authentication) {
            continue;
        }
        // The other node is asked, too, whichever comes first.
        let good = Listener::start(Does::LetIn).await;
        if keys != "require" {
            let both = format!(
                "postgresql://app:Geheim7x@{},{}/db?sslmode={keys}&load_balance_hosts=disable&lock_timeout=1s&connect_timeout={}ms",
                server.node().replace("localhost", "127.0.0.1"),
                good.node().replace("localhost", "127.0.0.1"),
                LIMIT.as_millis()
            );
            Database::connect(&both).await.expect("the other node").close().await;
            assert!(good.seen() > 0);
        }
    }
}

#[tokio::test]
async fn when_no_node_can_be_reached_each_is_named_with_its_reason() {
    let first = Listener::start(Does::HangUp).await;
    let second = Listener::start(Does::Say(fatal("53300", "too many clients"))).await;
    let nodes = [first.node(), second.node()];
    let url = format!(
        "postgresql://app:Geheim7x@{}/db?hostaddr=127.0.0.1,127.0.0.1&sslmode=disable&connect_timeout=2",
        nodes.join(",")
    );
    let error = refused(&url).await;
    assert!(error.is_connection(), "{error}");
    for (node, why) in nodes.iter().zip(["hung up", "too many clients"]) {
        helps(&error, node, why, "are the nodes up");
    }

    // What all of them answer is still known.
    let other = Listener::start(Does::Say(fatal("53300", "too many clients"))).await;
    let nodes = [other.node(), second.node()].join(",");
    let url = format!(
        "postgresql://app:Geheim7x@{nodes}/db?hostaddr=127.0.0.1,127.0.0.1&sslmode=disable&connect_timeout=2"
    );
    let error = refused(&url).await;
    assert!(error.is_connection() && error.sqlstate() == Some("53300"), "{error}");
    helps(&error, &other.node(), "none of 2 nodes", "max_connections");
}
