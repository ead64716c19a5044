//! The beginning of a connection.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use super::Shared;
use super::frame::{self, Frames};
use super::link::{self, Reader, Writer};
use super::reply::Reply;

/// The numbers that stand in the place of a protocol version: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
const CANCEL: u32 = 80_877_102;
const TLS: u32 = 80_877_103;
const GSS: u32 = 80_877_104;
/// No start-up message is longer, on any server.
const LONGEST: usize = 64 * 1024;

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

/// The server behind a proxy.
#[derive(Debug, Clone)]
pub(super) enum Upstream {
    Tcp(String, u16),
    Unix(PathBuf),
}

impl Upstream {
    async fn connect(&self) -> io::Result<(Reader, Writer)> {
        Ok(match self {
            Self::Tcp(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                let (reader, writer) = stream.into_split();
                (Box::new(reader), Box::new(writer))
            }
            Self::Unix(path) => {
                let (reader, writer) = UnixStream::connect(path).await?.into_split();
                (Box::new(reader), Box::new(writer))
            }
        })
    }
}

/// Serves one client to its end.
pub(super) async fn serve(shared: Arc<Shared>, client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let start = loop {
        let (code, message) = read_start(&mut from_client).await?;
        match code {
            TLS | GSS => to_client.write_all(b"N").await?,
            CANCEL => {
                shared.counters.cancel();
                if let Some(upstream) = &shared.upstream {
                    let (mut from_server, mut to_server) = upstream.connect().await?;
                    to_server.write_all(&message).await?;
                    // The server closes when it has done it.
                    tokio::io::copy(&mut from_server, &mut to_client).await?;
                }
                return Ok(());
            }
            _ => break message,
        }
    };
    let open = shared.counters.connection();
    if shared.refuse_options.load(SeqCst) && has_options(&start) {
        let refused =
            Reply::error("08P01").severity("FATAL").message("unsupported startup parameter: options");
        return to_client.write_all(&refused.messages(b"")).await;
    }
    let log_in = shared.log_in();
    match log_in {
        LogIn::Forward => {}
        LogIn::Close => return Ok(()),
        LogIn::Silence => {
            tokio::io::copy(&mut from_client, &mut tokio::io::sink()).await?;
            return Ok(());
        }
        LogIn::Answer(reply) => return to_client.write_all(&reply.messages(b"")).await,
        LogIn::RefusePassword => {
            let mut ask = BytesMut::new();
            // AuthenticationCleartextPassword.
            frame::put(&mut ask, b'R', &3_i32.to_be_bytes());
            to_client.write_all(&ask).await?;
            Frames::new(&mut from_client).next().await?;
            let refused = Reply::error("28P01")
                .severity("FATAL")
                .message("password authentication failed for user \"somebody\"");
            return to_client.write_all(&refused.messages(b"")).await;
        }
    }
    let Some(upstream) = &shared.upstream else { return Ok(()) };
    let (from_server, mut to_server) = upstream.connect().await?;
    let start = match shared.translation() {
        Some(translation) => translation.start_up(&start).unwrap_or(start),
        None => start,
    };
    to_server.write_all(&start).await?;
    link::run(shared, open, (from_client, to_client), (from_server, to_server)).await;
    Ok(())
}

/// Whether a start-up message has the parameter `options`. Names and values stand in turn, each with a NUL behind it.
fn has_options(message: &[u8]) -> bool {
    let mut names = message.get(8..).unwrap_or_default().split(|byte| *byte == 0).step_by(2);
    names.any(|name| name == b"options")
}

/// The first message of a client, which has no kind: the number in it, and all of it.
async fn read_start(client: &mut (impl AsyncRead + Unpin)) -> io::Result<(u32, Vec<u8>)> {
    let length = client.read_u32().await?;
    let code = client.read_u32().await?;
    let size = usize::try_from(length).map_err(io::Error::other)?;
    if !(8..=LONGEST).contains(&size) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a start-up message"));
    }
    let mut message = length.to_be_bytes().to_vec();
    message.extend(code.to_be_bytes());
    message.resize(size, 0);
    client.read_exact(&mut message[8..]).await?;
    Ok((code, message))
}
