//! The beginning of a connection.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use bytes::BytesMut;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::Shared;
use super::frame::{self, Frames};
use super::greet::{self, Client};
use super::link;
use super::reply::Reply;
use crate::conn::{NoWay, Writer};

/// How a proxy answers a client that wants to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogIn {
    /// The server answers.
    Forward,
    /// It asks for a password in clear text, and refuses it.
    RefusePassword,
    /// It gets this answer, and the connection closes.
    Answer(Reply),
    /// It gets no answer.
    Silence,
    /// The connection is closed.
    Close,
}

/// Serves one client to its end.
pub(super) async fn serve(shared: Arc<Shared>, client: TcpStream) -> io::Result<()> {
    let Some(mut client) = greet::greet(&shared, client).await? else { return Ok(()) };
    let open = shared.counters.connection();
    if shared.refuse_options.load(SeqCst) && has_options(&client.start) {
        let refused =
            Reply::error("08P01").severity("FATAL").message("unsupported startup parameter: options");
        return refuse(client.writer, &refused).await;
    }
    // Before it is looked who may come in: who is let in hears every order from then on.
    let orders = shared.orders.subscribe();
    let log_in = shared.log_in();
    match log_in {
        LogIn::Close => return Ok(()),
        LogIn::Silence => {
            tokio::io::copy(&mut client.reader, &mut tokio::io::sink()).await?;
            return Ok(());
        }
        LogIn::Answer(reply) => return refuse(client.writer, &reply).await,
        LogIn::Forward | LogIn::RefusePassword if client.shown.is_none() && shared.shown().is_some() => {
            // The words of a CockroachDB whose cluster is secure.
            let refused = Reply::error("08P01")
                .severity("FATAL")
                .message("node is running secure mode, SSL connection required");
            return refuse(client.writer, &refused).await;
        }
        LogIn::Forward => {}
        LogIn::RefusePassword => {
            let mut ask = BytesMut::new();
            // AuthenticationCleartextPassword.
            frame::put(&mut ask, b'R', &3_i32.to_be_bytes());
            client.writer.write_all(&ask).await?;
            client.writer.flush().await?;
            Frames::new(&mut client.reader).next().await?;
            let refused = Reply::error("28P01")
                .severity("FATAL")
                .message("password authentication failed for user \"somebody\"");
            return refuse(client.writer, &refused).await;
        }
    }
    let Some(upstream) = &shared.upstream else { return Ok(()) };
    let mut server = match upstream.dial().await {
        Ok(server) => server,
        Err(NoWay::Nobody(error)) => return Err(error),
        Err(NoWay::Tls(error)) => {
            let mut refused = Reply::error("08006")
                .severity("FATAL")
                .message(format!("a test proxy does not reach its server: {}", error.message()));
            if let Some(advice) = error.advice() {
                refused = refused.hint(advice);
            }
            return refuse(client.writer, &refused).await;
        }
    };
    let Client { reader, writer, start, shown } = client;
    let start = match shared.translation() {
        Some(translation) => translation.start_up(&start).unwrap_or(start),
        None => start,
    };
    server.writer.write_all(&start).await?;
    server.writer.flush().await?;
    let bindable = shown.is_none_or(|shown| shown.is(server.certificate.as_deref()));
    let sides = ((reader, writer), (server.reader, server.writer));
    link::run(shared, open, orders, bindable, sides).await;
    Ok(())
}

/// Says no, and closes.
async fn refuse(mut client: Writer, reply: &Reply) -> io::Result<()> {
    client.write_all(&reply.messages(b"")).await?;
    client.shutdown().await
}

/// Whether a start-up message has the parameter `options`. Names and values stand in turn, each with a NUL behind it.
fn has_options(message: &[u8]) -> bool {
    let mut names = message.get(8..).unwrap_or_default().split(|byte| *byte == 0).step_by(2);
    names.any(|name| name == b"options")
}
