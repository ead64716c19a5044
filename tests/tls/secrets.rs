//! No password is in anything that is logged, by us or by what we use.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crdb_orm::{Database, Sql};
use tracing_subscriber::fmt::MakeWriter;

use crate::listener::{Does, Listener, message};
use crate::server::TlsServer;
use crate::support::{PASSWORD, SECRETS, refused};

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_log_line_of_any_library_holds_a_password() {
    let test = "no_log_line_of_any_library_holds_a_password";
    let Some(server) = TlsServer::shared(test).await else { return };
    let kept = Kept::default();
    // Of the whole process, the lines of the `log` facade included, as the driver and rustls use it.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(kept.clone())
        .init();

    for mode in ["prefer", "allow", "require"] {
        let url = server.url(&format!("scram:{PASSWORD}"), &format!("sslmode={mode}"));
        let db = Database::connect(&url).await.expect("the right password");
        Sql::trusted("SELECT 1").exec(&db).await.expect("a statement");
        tracing::info!(?db, "connected");
        db.close().await;
        refused(&server.url("scram:Geheim7x", &format!("sslmode={mode}"))).await;
        refused(&server.url("only_plain:Geheim7x", "sslmode=require")).await;
    }
    for does in [
        Does::HangUp,
        Does::Say(message(b'R', &[0, 0, 0, 3])),
        Does::Say(message(
            b'R',
            &[
                0, 0, 0, 10, b'S', b'C', b'R', b'A', b'M', b'-', b'S', b'H', b'A', b'-', b'2', b'5', b'6', 0,
                0,
            ],
        )),
        Does::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
    ] {
        let listener = Listener::start(does).await;
        refused(&listener.url("sslmode=prefer&connect_timeout=1")).await;
    }
    refused("postgresql://u:Geheim7x@localhost:1,localhost:2/db?connect_timeout=1").await;

    let lines = kept.text();
    // Another test of this process may set up a server of its own meanwhile; the driver logs what that is told.
    let is_set_up = |line: &&str| line.contains("CREATE ROLE scram LOGIN PASSWORD");
    for line in lines.lines().filter(|line| !is_set_up(line)) {
        assert!(!SECRETS.iter().any(|secret| line.contains(secret)), "{line}");
    }
    // It did listen.
    assert!(lines.contains("connected") && lines.contains("no connection to this node"), "{lines}");
}
