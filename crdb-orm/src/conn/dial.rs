//! The bare way to a node: its bytes, with TLS as `sslmode` says, for what stands between a client and its server.

use std::io;

use bytes::BytesMut;
use postgres_protocol::message::frontend;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use super::tls::{self, Explained};
use super::url::{Node, Settings, SslMode, SslNegotiation};
use crate::error::{Error, Kind, Result};

pub(crate) type Reader = Box<dyn AsyncRead + Send + Unpin>;
pub(crate) type Writer = Box<dyn AsyncWrite + Send + Unpin>;

/// Dials a node, as often as it is asked to.
pub(crate) struct Dialer {
    node: Node,
    mode: SslMode,
    negotiation: SslNegotiation,
    tls: tls::Store,
}

/// A connection with TLS, and the server's own certificate.
pub(super) type Wrapped = (Reader, Writer, Option<Vec<u8>>);

/// A way to a node.
pub(crate) struct Dialled {
    pub(crate) reader: Reader,
    pub(crate) writer: Writer,
    /// The server's own certificate, in DER form, where there is TLS.
    pub(crate) certificate: Option<Vec<u8>>,
}

/// Why there is no way.
pub(crate) enum NoWay {
    /// Nobody is there, or hangs up.
    Nobody(io::Error),
    /// What TLS lacks, or the files for it.
    Tls(Error),
}

impl From<io::Error> for NoWay {
    fn from(error: io::Error) -> Self {
        Self::Nobody(error)
    }
}

impl Dialer {
    /// To the first node of settings that are complete; `None` if there is none.
    pub(crate) fn new(settings: &Settings) -> Option<Self> {
        let node = settings.nodes.first()?.clone();
        let (mode, negotiation) = (settings.ssl.mode(), settings.ssl.negotiation());
        Some(Self { node, mode, negotiation, tls: tls::Store::new(&settings.ssl) })
    }

    /// The host that a certificate has to name.
    pub(crate) fn host(&self) -> &str {
        match &self.node {
            Node::Tcp { host, .. } => host,
            Node::Unix { directory, .. } => directory,
        }
    }

    /// Reads the files of certificates and keys, so that what is wrong with them is known before anybody dials.
    pub(crate) async fn check(&self) -> Result<()> {
        if self.mode >= SslMode::Require { self.tls.maker().await.map(drop) } else { Ok(()) }
    }

    /// Dials. `allow` and `prefer` use TLS where the server has it.
    pub(crate) async fn dial(&self) -> Result<Dialled, NoWay> {
        let (host, port, address) = match &self.node {
            Node::Tcp { host, port, address } => (host, *port, *address),
            #[cfg(unix)]
            Node::Unix { directory, port } => {
                let path = std::path::Path::new(directory).join(format!(".s.PGSQL.{port}"));
                let (reader, writer) = UnixStream::connect(path).await?.into_split();
                return Ok(Dialled { reader: Box::new(reader), writer: Box::new(writer), certificate: None });
            }
            #[cfg(not(unix))]
            Node::Unix { .. } => return Err(io::Error::from(io::ErrorKind::Unsupported).into()),
        };
        let connect = async || {
            let stream = match address {
                Some(address) => TcpStream::connect((address, port)).await?,
                None => TcpStream::connect((host.as_str(), port)).await?,
            };
            stream.set_nodelay(true)?;
            Ok::<_, io::Error>(stream)
        };
        let mut stream = connect().await?;
        if self.mode == SslMode::Disable || cfg!(not(feature = "tls")) {
            return Ok(plain(stream));
        }
        let weak = self.mode < SslMode::Require;
        if self.negotiation == SslNegotiation::Postgres && !has_tls(&mut stream).await? {
            if weak {
                return Ok(plain(stream));
            }
            let (node, word) = (&self.node, self.mode.word());
            return Err(NoWay::Tls(
                Error::of_kind(
                    Kind::Tls,
                    format!("no TLS with {node}: it has none, and sslmode={word} asks for it"),
                )
                .with_advice("turn TLS on at the server, or say `sslmode=disable`"),
            ));
        }
        let maker = self.tls.maker().await.map_err(NoWay::Tls)?;
        match tls::wrap(maker, host, stream).await {
            Ok((reader, writer, certificate)) => Ok(Dialled { reader, writer, certificate }),
            Err(_) if weak => Ok(plain(connect().await?)),
            Err(error) => Err(NoWay::Tls(self.explain(&error))),
        }
    }

    fn explain(&self, error: &io::Error) -> Error {
        let node = &self.node;
        match tls::explain(error, self.host(), &self.tls.trusts()) {
            Some(Explained { what, advice }) => {
                Error::of_kind(Kind::Tls, format!("no TLS with {node}: {what}")).with_advice(advice)
            }
            None => Error::of_kind(Kind::Tls, format!("no TLS with {node}: the handshake failed: {error}"))
                .with_advice(
                    "is it a CockroachDB or PostgreSQL port, with TLS on? see the log of the node, too",
                ),
        }
    }
}

fn plain(stream: TcpStream) -> Dialled {
    let (reader, writer) = stream.into_split();
    Dialled { reader: Box::new(reader), writer: Box::new(writer), certificate: None }
}

/// Asks whether the server has TLS.
async fn has_tls(stream: &mut TcpStream) -> io::Result<bool> {
    let mut request = BytesMut::new();
    frontend::ssl_request(&mut request);
    stream.write_all(&request).await?;
    Ok(stream.read_u8().await? == b'S')
}
