//! Why a connection could not be made, by name of the node and with what to check.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use super::tls::{self, Explained};
use super::url::{Node, Settings};
use crate::error::{Driver, Error, Kind};

const LOG_IN: &str = "passwords (SCRAM, MD5, clear text) and client certificates are known; does the server's \
     configuration of log-ins (CockroachDB: server.host_based_authentication.configuration, PostgreSQL: pg_hba.conf) \
     allow one of them for this user?";

/// What is known of the attempt that failed.
pub(super) struct Attempt<'a> {
    pub(super) settings: &'a Settings,
    pub(super) node: &'a Node,
    pub(super) name: &'a Arc<str>,
    /// Whom we trust to sign certificates, for people.
    pub(super) trusts: &'a str,
}

impl Attempt<'_> {
    /// The error for it.
    pub(super) fn explain(&self, error: tokio_postgres::Error) -> Error {
        let driver = match Driver::from(error) {
            Driver::Server(server) => {
                return Error::server(server).with_node(self.name);
            }
            Driver::Lost(cause) => cause,
        };
        self.of_driver(&driver).with_node(self.name).with_source(driver)
    }

    fn of_driver(&self, error: &Arc<tokio_postgres::Error>) -> Error {
        let (node, text) = (self.name, error.to_string());
        let cause = error.source().map(ToString::to_string);
        let host = match self.node {
            Node::Tcp { host, .. } => host,
            Node::Unix { directory, .. } => directory,
        };
        if let Some(Explained { what, advice }) = tls::explain(error.as_ref(), host, self.trusts) {
            return Error::of_kind(Kind::Tls, format!("no TLS with {node}: {what}")).with_advice(advice);
        }
        if text.starts_with("invalid configuration") && cause.as_deref() == Some("password missing") {
            return Error::of_kind(
                Kind::Authentication,
                format!("{node} asks for a password and the URL has none"),
            )
            .with_advice(self.no_password());
        }
        let unknown = cause.as_deref().is_some_and(|cause| cause.contains("unknown authentication"));
        if text.starts_with("authentication error") || unknown {
            let cause = cause.unwrap_or_default();
            let advice = if cause.contains("channel binding") {
                "the password is bound to TLS (`channel_binding=require`), which CockroachDB does not offer, and \
                 PostgreSQL only with TLS and SCRAM; `prefer` uses it where it is offered"
            } else {
                LOG_IN
            };
            return Error::of_kind(Kind::Authentication, format!("{node} cannot be logged in to: {cause}"))
                .with_advice(advice);
        }
        if text.starts_with("error performing TLS handshake") {
            let word = self.settings.ssl.mode().word();
            let (what, advice) = match cause.as_deref() {
                Some("server does not support TLS") => (
                    format!("it has none, and sslmode={word} asks for it"),
                    "turn TLS on at the server, or, on a network that you trust, say `sslmode=disable`; is it a \
                     CockroachDB or PostgreSQL port?",
                ),
                cause => (
                    format!("the handshake failed: {}", cause.unwrap_or("nobody knows why")),
                    "is it a CockroachDB or PostgreSQL port, with TLS on? see the log of the node, too",
                ),
            };
            return Error::of_kind(Kind::Tls, format!("no TLS with {node}: {what}")).with_advice(advice);
        }
        let io = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        match io.map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => {
                Error::of_kind(Kind::Connect, format!("connection refused by {node}")).with_advice(
                    "is the node up, and does it listen on this address and port? check the port in the URL \
                     (CockroachDB: 26257, PostgreSQL: 5432) and any firewall",
                )
            }
            Some(io::ErrorKind::NotFound) => {
                Error::of_kind(Kind::Connect, format!("there is no socket {node}"))
                    .with_advice("is the server up, and is this its socket directory?")
            }
            Some(io::ErrorKind::PermissionDenied) => {
                let cause = cause.unwrap_or_default();
                Error::of_kind(Kind::Connect, format!("{node} is of no use to us: {cause}"))
                    .with_advice("`target_session_attrs` says which kind of node is wanted")
            }
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
                Error::of_kind(Kind::Connect, format!("{node} hung up before we were let in")).with_advice(
                    "is it a CockroachDB or PostgreSQL port? does it restart or drain, or does it allow only TLS? see \
                     its log, too",
                )
            }
            _ if error.is_closed() => {
                Error::of_kind(Kind::Connect, format!("{node} hung up before we were let in")).with_advice(
                    "is it a CockroachDB or PostgreSQL port? does it restart or drain? see its log, too",
                )
            }
            _ => {
                let cause = cause.map_or(text.clone(), |cause| format!("{text}: {cause}"));
                Error::of_kind(Kind::Connect, format!("no connection to {node}: {cause}")).with_advice(
                    "is the host name right, the node up, and is it a CockroachDB or PostgreSQL port?",
                )
            }
        }
    }

    fn no_password(&self) -> Cow<'static, str> {
        let usual = "write it as user:password@ into the URL, percent-encoded, or into PGPASSWORD or the file ~/.pgpass";
        match self.settings.passfile_ignored() {
            Some(why) => format!("{why}; {usual}").into(),
            None => usual.into(),
        }
    }
}

/// One error for all nodes.
pub(super) fn none_reached(mut failures: Vec<Error>) -> Error {
    if failures.len() <= 1 {
        let nobody = || Error::configuration("there is no node to connect to");
        return failures.pop().unwrap_or_else(nobody);
    }
    let all: Vec<String> = failures
        .iter()
        .map(|error| match error.node() {
            Some(node) if !error.message().contains(node) => format!("{node}: {}", error.message()),
            _ => error.message().to_owned(),
        })
        .collect();
    let message = format!("none of {} nodes can be reached: {}", all.len(), all.join("; "));
    let first = &failures[0];
    let same = |other: &Error| {
        (other.kind(), other.sqlstate(), other.advice()) == (first.kind(), first.sqlstate(), first.advice())
    };
    // What is the same for all of them is said of all. "Is the node up" is said better of several.
    let made = match first.advice() {
        Some(advice) if first.kind() != Kind::Connect && failures.iter().all(same) => {
            let kind = if first.kind() == Kind::Server { Kind::Connect } else { first.kind() };
            return Error::of_kind(kind, message).with_advice(advice.to_owned()).with_answer_of(first);
        }
        _ => Error::of_kind(Kind::Connect, message),
    };
    made.with_advice("are the nodes up, and do they listen on these addresses and ports?")
}
