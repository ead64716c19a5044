//! What a client says before it logs in: whether it wants TLS, or that something be cancelled.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Shared;
use super::tls::Shown;
use crate::conn::{NoWay, Reader, Writer};

/// The numbers that stand in the place of a protocol version: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
const CANCEL: u32 = 80_877_102;
const TLS: u32 = 80_877_103;
const GSS: u32 = 80_877_104;
/// The first byte of TLS, where it begins without asking. A start-up message of that length would be too long.
const HANDSHAKE: u8 = 0x16;
/// No start-up message is longer, on any server.
const LONGEST: usize = 64 * 1024;

/// A client that wants to log in.
pub(super) struct Client {
    pub(super) reader: Reader,
    pub(super) writer: Writer,
    /// Its start-up message.
    pub(super) start: Vec<u8>,
    /// The certificate that it was shown, where there is TLS.
    pub(super) shown: Option<Arc<Shown>>,
}

/// Hears a client out; `None` where it did not want to log in.
pub(super) async fn greet(shared: &Shared, mut client: TcpStream) -> io::Result<Option<Client>> {
    client.set_nodelay(true)?;
    let shows = shared.shown();
    let mut first = [0];
    if client.peek(&mut first).await? == 1
        && first == [HANDSHAKE]
        && let Some(shown) = shows
    {
        return secure(shared, shown, client, true).await;
    }
    loop {
        let (code, message) = read_start(&mut client).await?;
        match code {
            TLS => {
                if let Some(shown) = shows {
                    client.write_all(b"S").await?;
                    return secure(shared, shown, client, false).await;
                }
                client.write_all(b"N").await?;
            }
            GSS => client.write_all(b"N").await?,
            _ => {
                let (reader, writer) = client.into_split();
                return said(shared, (Box::new(reader), Box::new(writer)), (code, message), None).await;
            }
        }
    }
}

async fn secure(
    shared: &Shared,
    shown: Arc<Shown>,
    client: TcpStream,
    at_once: bool,
) -> io::Result<Option<Client>> {
    let (mut reader, writer) = shown.accept(client, at_once).await?;
    let start = read_start(&mut reader).await?;
    said(shared, (reader, writer), start, Some(shown)).await
}

/// What a client has said, which asks for TLS no more.
async fn said(
    shared: &Shared,
    (reader, mut writer): (Reader, Writer),
    (code, start): (u32, Vec<u8>),
    shown: Option<Arc<Shown>>,
) -> io::Result<Option<Client>> {
    match code {
        TLS | GSS => Err(io::Error::new(io::ErrorKind::InvalidData, "TLS or GSS inside TLS")),
        CANCEL => {
            shared.counters.cancel();
            if let Some(upstream) = &shared.upstream {
                let mut server = match upstream.dial().await {
                    Ok(server) => server,
                    Err(NoWay::Nobody(error)) => return Err(error),
                    Err(NoWay::Tls(error)) => return Err(io::Error::other(error)),
                };
                server.writer.write_all(&start).await?;
                server.writer.flush().await?;
                // The server closes when it has done it.
                tokio::io::copy(&mut server.reader, &mut writer).await?;
                writer.shutdown().await?;
            }
            Ok(None)
        }
        _ => Ok(Some(Client { reader, writer, start, shown })),
    }
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
